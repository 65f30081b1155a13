// SPDX-License-Identifier: BSD-3-Clause
#include "core/training/run_folder.h"

#include <fstream>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/base/log.h"
#include "core/base/provenance.h"
#include "core/base/sha256.h"
#include "core/training/run_layout.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr std::uintmax_t kMostRecipeBytes = 1 << 20;

/// Removes what a kill in the middle of a write left beside the files of a run ("state.safetensors.XXXXXX").
void remove_leftovers(const fs::path& folder) {
  std::error_code failure;
  std::vector<fs::path> found;
  for (fs::directory_iterator at(folder, failure); !failure && at != fs::directory_iterator();
       at.increment(failure)) {
    const std::string extension = at->path().stem().extension().string();
    if (extension == ".safetensors" || extension == ".json" || extension == ".jsonl" ||
        extension == ".toml") {
      found.push_back(at->path());
    }
  }
  for (const auto& path : found) {
    fs::remove(path, failure);
  }
}

bool has_step(const ordered_json& entry) {
  return entry.contains("step") && entry.at("step").is_number_integer();
}

}  // namespace

Expected<void> RunFolder::begin(bool resume, const Restore& restore) const {
  std::error_code failure;
  const bool exists = fs::exists(folder_ / "recipe.toml", failure);
  if (exists && !resume) {
    return Error{ErrorCode::kUsage,
                 folder_.string() +
                     ": there is a training run already; continue it with --resume or name another folder."};
  }
  if (!exists) {
    if (resume) {
      return input_error(folder_.string(), "recipe.toml", "there is no run to resume",
                         "start it without --resume");
    }
    // The recipe last: it makes the folder a run.
    if (auto written = write_file_atomically(folder_ / kRunLayoutFile, run_layout_text(phases_)); !written) {
      return written;
    }
    return write_file_atomically(folder_ / "recipe.toml", recipe_text_);
  }
  if (auto same = check_same_run(); !same) {
    return same;
  }
  int step = 0;
  if (fs::exists(state_path(), failure)) {
    const auto state = read_safetensors(state_path());
    if (!state) {
      return state.error();
    }
    const auto restored = restore(*state, state_path().string());
    if (!restored) {
      return restored.error();
    }
    step = *restored;
  }
  remove_leftovers(folder_);
  remove_leftovers(folder_ / "checkpoints");
  return write_metrics(metrics_until(step));
}

Expected<void> RunFolder::check_same_run() const {
  const auto text = read_file(folder_ / "recipe.toml", kMostRecipeBytes);
  if (!text || *text != recipe_text_) {
    return input_error((folder_ / "recipe.toml").string(), "", "the run was started with another recipe",
                       "resume with that one or start a new folder");
  }
  const auto layout = read_file(folder_ / kRunLayoutFile, kMostRecipeBytes);
  if (!layout || *layout != run_layout_text(phases_)) {
    return input_error((folder_ / kRunLayoutFile).string(), "",
                       "the run was started by another version, whose saved state cannot be continued",
                       "train anew in another folder; this one can still be viewed");
  }
  return {};
}

/// The lines up to a step; torn or foreign ones are left out.
std::vector<ordered_json> RunFolder::metrics_until(int step) const {
  std::ifstream in(folder_ / "metrics.jsonl");
  std::vector<ordered_json> entries;
  std::size_t number = 0, torn = 0, first_torn = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    auto json = parse_ordered_json(line, {});
    if (!json || !json->is_object() || !has_step(*json)) {
      torn = in.eof() ? torn : torn + 1;  // the last line may have been cut by a kill
      first_torn = torn == 1 && first_torn == 0 ? number : first_torn;
    } else if (json->at("step") <= step) {
      entries.push_back(std::move(*json));
    }
  }
  if (torn > 0) {
    log_warning("train", (folder_ / "metrics.jsonl").string() + ": line " + std::to_string(first_torn) +
                             ": not a record; " + std::to_string(torn) + " such lines were left out.");
  }
  return entries;
}

Expected<void> RunFolder::write_metrics(const std::vector<ordered_json>& entries) const {
  std::string text;
  for (const auto& entry : entries) {
    text += json_text(entry) + "\n";
  }
  return write_file_atomically(folder_ / "metrics.jsonl", text);
}

bool RunFolder::take_unmeasured(int step, ordered_json& entry) const {
  std::ifstream in(folder_ / "metrics.jsonl");
  std::string before, last;
  for (std::string line; std::getline(in, line);) {
    before += last;
    last = line + "\n";
  }
  entry = embedded_json(last);
  return entry.is_object() && has_step(entry) && entry["step"] == step && !entry.contains("accuracy") &&
         static_cast<bool>(write_file_atomically(folder_ / "metrics.jsonl", before));
}

void RunFolder::append(const ordered_json& entry) const {
  std::ofstream out(folder_ / "metrics.jsonl", std::ios::app);
  out << json_text(entry) << std::endl;
}

Expected<void> RunFolder::save_state(const SafeTensors& state) const {
  return write_safetensors(state_path(), state);
}

fs::path RunFolder::checkpoint_path(int epoch) const {
  const std::string digits = std::to_string(epoch);
  return folder_ / "checkpoints" /
         ("epoch-" + std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits + ".safetensors");
}

void RunFolder::forget_checkpoints(int epoch, int every, const KeepCheckpoints& keep) const {
  constexpr int kKeptCheckpoints = 3;
  const int last = epoch - kKeptCheckpoints;
  if (last > 0 && !keep.keeps(static_cast<std::int64_t>(last) * every)) {
    std::error_code ignored;
    fs::remove(checkpoint_path(last), ignored);
  }
}

std::string RunFolder::training_json(std::uint64_t seed, const std::string& dataset_name,
                                     const std::string& dataset_digest, int step,
                                     const ordered_json& accuracy) const {
  Provenance provenance = current_provenance();
  provenance.seed = seed;
  provenance.recipe = json_text(ordered_json(recipe_text_));
  provenance.dataset = dataset_name;
  provenance.dataset_sha256 = dataset_digest;
  ordered_json json;
  json["provenance"] = embedded_json(to_json(provenance));
  json["recipe_sha256"] = sha256_hex(recipe_text_);
  json["steps"] = step;
  if (!accuracy.is_null()) {
    json["accuracy"] = accuracy;
  }
  return json_text(json);
}

}  // namespace alidade
