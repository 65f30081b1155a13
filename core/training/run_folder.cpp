// SPDX-License-Identifier: BSD-3-Clause
#include "core/training/run_folder.h"

#include <fstream>
#include <system_error>
#include <utility>

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
constexpr std::uintmax_t kMostLogBytes = std::uintmax_t{256} << 20;

/// Removes what a kill in the middle of a write left beside the files of a run ("state.safetensors.XXXXXX").
void remove_leftovers(const fs::path& folder) {
  std::error_code failure;
  std::vector<fs::path> found;
  for (fs::directory_iterator at(folder, failure); !failure && at != fs::directory_iterator();
       at.increment(failure)) {
    const std::string extension = at->path().stem().extension().string();
    if (is_left_over(at->path()) && (extension == ".safetensors" || extension == ".json" ||
                                     extension == ".jsonl" || extension == ".toml")) {
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

Expected<void> RunFolder::lock(bool resume) const {
  std::error_code failure;
  if (resume && !fs::exists(folder_ / "recipe.toml", failure)) {
    return input_error(folder_.string(), "recipe.toml", "there is no run to resume",
                       "start it without --resume");
  }
  auto lock = FolderLock::acquire(folder_);
  if (lock) {
    lock_.emplace(std::move(*lock));
  } else if (lock.error().code == ErrorCode::kUsage) {
    return lock.error();  // whoever is at work there is to be told of first
  }
  if (!resume && fs::exists(folder_ / "recipe.toml", failure)) {
    return Error{ErrorCode::kUsage,
                 folder_.string() +
                     ": there is a training run already; continue it with --resume or name another folder."};
  }
  return lock_ ? Expected<void>() : Expected<void>(lock.error());
}

Expected<void> RunFolder::begin(bool resume, const Restore& restore) const {
  if (!lock_) {
    if (auto locked = lock(resume); !locked) {
      return locked;
    }
  }
  return resume ? go_on(restore) : start();
}

Expected<void> RunFolder::check() const {
  return lock_ ? lock_->check() : Expected<void>();
}

Expected<void> RunFolder::start() const {
  // The recipe last: it makes the folder a run.
  if (auto written = write_folder_file(folder_ / kRunLayoutFile, run_layout_text(phases_, {threads_}));
      !written) {
    return written;
  }
  return write_folder_file(folder_ / "recipe.toml", recipe_text_);
}

Expected<void> RunFolder::go_on(const Restore& restore) const {
  std::error_code failure;
  if (auto same = check_same_run(); !same) {
    return same;
  }
  const bool saved = fs::exists(state_path(), failure);
  const auto state = saved ? read_safetensors(state_path()) : Expected<SafeTensors>(SafeTensors{});
  if (!state) {
    return state.error();
  }
  const auto step = restore(saved ? &*state : nullptr, state_path().string());
  if (!step) {
    return step.error();
  }
  remove_leftovers(folder_);
  if (!fs::is_symlink(folder_ / "checkpoints", failure)) {
    remove_leftovers(folder_ / "checkpoints");
  }
  const auto metrics = metrics_until(*step);
  if (!metrics) {
    return metrics.error();
  }
  if (auto written = write_metrics(*metrics); !written) {
    return written;
  }
  return note_threads();
}

/// Sums are taken in another order by another number of threads, and end in other last bits.
Expected<void> RunFolder::note_threads() const {
  const auto layout = read_file(folder_ / kRunLayoutFile, kMostRecipeBytes);
  auto threads = layout ? run_layout_threads(*layout) : std::vector<int>{};
  if (threads.empty() || threads.back() == threads_) {
    return {};
  }
  log_warning("train", folder_.string() + ": the run was trained with --threads " +
                           std::to_string(threads.back()) + " and goes on with --threads " +
                           std::to_string(threads_) +
                           "; it will not end with the bits of a run that was not interrupted.");
  threads.push_back(threads_);
  return write_folder_file(folder_ / kRunLayoutFile, run_layout_text(phases_, threads));
}

Expected<void> RunFolder::check_same_run() const {
  const auto text = read_file(folder_ / "recipe.toml", kMostRecipeBytes);
  if (!text || *text != recipe_text_) {
    return input_error((folder_ / "recipe.toml").string(), "", "the run was started with another recipe",
                       "resume with that one or start a new folder");
  }
  const auto layout = read_file(folder_ / kRunLayoutFile, kMostRecipeBytes);
  if (!layout || !is_run_layout(*layout, phases_)) {
    return input_error((folder_ / kRunLayoutFile).string(), "",
                       "the run was started by another version, whose saved state cannot be continued",
                       "train anew in another folder; this one can still be viewed");
  }
  return {};
}

/// The lines up to a step; torn or foreign ones are left out.
Expected<std::vector<ordered_json>> RunFolder::metrics_until(int step) const {
  std::vector<ordered_json> entries;
  std::error_code failure;
  if (fs::symlink_status(folder_ / "metrics.jsonl", failure).type() == fs::file_type::not_found) {
    return entries;  // stopped before the first line
  }
  auto in = open_file(folder_ / "metrics.jsonl", kMostLogBytes);
  if (!in) {
    return in.error();
  }
  std::size_t number = 0, torn = 0, first_torn = 0;
  for (std::string line; std::getline(*in, line);) {
    ++number;
    auto json = parse_ordered_json(line, {});
    if (!json || !json->is_object() || !has_step(*json)) {
      torn = in->eof() ? torn : torn + 1;  // the last line may have been cut by a kill
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
  return write_folder_file(folder_ / "metrics.jsonl", text);
}

bool RunFolder::take_unmeasured(int step, ordered_json& entry) const {
  auto in = open_file(folder_ / "metrics.jsonl", kMostLogBytes);
  std::string before, last;
  for (std::string line; in && std::getline(*in, line);) {
    before += last;
    last = line + "\n";
  }
  entry = embedded_json(last);
  return entry.is_object() && has_step(entry) && entry["step"] == step && !entry.contains("accuracy") &&
         static_cast<bool>(write_folder_file(folder_ / "metrics.jsonl", before));
}

Expected<void> RunFolder::append(const ordered_json& entry) const {
  if (auto there = check(); !there) {
    return there;
  }
  return append_to_folder_file(folder_ / "metrics.jsonl", json_text(entry) + "\n");
}

Expected<void> RunFolder::save_state(const SafeTensors& state) const {
  if (auto there = check(); !there) {
    return there;
  }
  return write_safetensors(state_path(), state);
}

Expected<void> RunFolder::make_checkpoint_folder() const {
  if (auto there = check(); !there) {
    return there;
  }
  const fs::path folder = folder_ / "checkpoints";
  std::error_code failure;
  fs::create_directory(folder, failure);
  if (failure || fs::is_symlink(folder, failure)) {
    return Error{ErrorCode::kFailed, folder.string() + ": cannot be made, or is a link elsewhere" +
                                         (failure ? " (" + failure.message() + ")" : "") +
                                         "; a run keeps its checkpoints in a folder of its own."};
  }
  return {};
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
