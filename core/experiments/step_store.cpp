// SPDX-License-Identifier: BSD-3-Clause
#include "core/experiments/step_store.h"

#include <cstdint>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/base/log.h"
#include "core/base/provenance.h"
#include "core/base/sha256.h"

namespace alidade {
namespace {

using nlohmann::ordered_json;

constexpr std::uintmax_t kMaxResultBytes = std::uintmax_t{64} << 20;

std::string text_of(const ordered_json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The digests under "needs".
ResultDigests needs_of(const ordered_json& file) {
  ResultDigests needs;
  const auto found = file.find("needs");
  if (found != file.end() && found->is_object()) {
    for (const auto& [name, digest] : found->items()) {
      needs[name] = digest.is_string() ? digest.get<std::string>() : std::string();
    }
  }
  return needs;
}

/// Whether recipe and result are those that the digests were made of.
bool is_as_written(const ordered_json& file) {
  return file.contains("recipe") &&
         text_of(file, "recipe_sha256") == recipe_digest(file.at("recipe"), needs_of(file)) &&
         text_of(file, "result_sha256") == result_digest(file.at("result"));
}

}  // namespace

struct StepStore::Stored {
  std::string recipe_sha256;
  bool edited = false;
  ordered_json result;
};

std::string recipe_digest(const ordered_json& recipe, const ResultDigests& needs) {
  return sha256_hex(json_text(ordered_json{{"recipe", recipe}, {"needs", needs}}));
}

std::string result_digest(const ordered_json& result) {
  return sha256_hex(json_text(result));
}

Expected<StepStore> StepStore::open(const std::filesystem::path& folder, const StepGraph& graph) {
  StepStore store(folder);
  std::error_code failure;  // what could not be made is said by the first result that cannot be kept
  std::filesystem::create_directories(store.folder_, failure);
  if (auto read = store.read(graph); !read) {
    return read.error();
  }
  if (auto forgotten = store.forget_edited(graph); !forgotten) {
    return forgotten.error();
  }
  return store;
}

Expected<void> StepStore::read(const StepGraph& graph) {
  for (const Step& step : graph.steps()) {
    std::error_code failure;
    if (!std::filesystem::exists(path_of(step.name), failure)) {
      continue;
    }
    const auto text = read_file(path_of(step.name), kMaxResultBytes);
    auto json = text ? embedded_json(*text) : ordered_json();
    if (!json.is_object() || !json.contains("recipe_sha256") || !json.contains("result") ||
        !json.at("result").is_object()) {
      continue;
    }
    if (!json.contains("result_sha256")) {
      return input_error(path_of(step.name).string(), "",
                         "the result is one of an earlier version, without a digest",
                         "start in a new folder or finish this one with that version");
    }
    const bool edited = !is_as_written(json);
    stored_[step.name] = std::make_shared<const Stored>(
        Stored{text_of(json, "recipe_sha256"), edited, std::move(json.at("result"))});
  }
  return {};
}

Expected<void> StepStore::forget_edited(const StepGraph& graph) {
  for (std::size_t i = 0; i < graph.steps().size(); ++i) {
    const std::string& name = graph.steps()[i].name;
    const auto found = stored_.find(name);
    if (found == stored_.end() || !found->second->edited) {
      continue;
    }
    std::string too;
    for (const std::size_t dependent : graph.dependents(i)) {
      const std::string& other = graph.steps()[dependent].name;
      if (stored_.count(other) == 0) {
        continue;
      }
      too += (too.empty() ? "" : ", ") + other;
      // The edited one goes last: a kill in between leaves it to be found again.
      if (auto forgotten = forget(other); !forgotten) {
        return forgotten;
      }
    }
    log_warning("reproduce", path_of(name).string() +
                                 ": it was edited after the step had written it; the step is done again" +
                                 (too.empty() ? "" : ", and so is what needs it: " + too) + ".");
    if (auto forgotten = forget(name); !forgotten) {
      return forgotten;
    }
  }
  return {};
}

Expected<void> StepStore::forget(const std::string& step) {
  std::error_code failure;
  std::filesystem::remove(path_of(step), failure);
  stored_.erase(step);
  return failure ? Expected<void>(Error{ErrorCode::kFailed, path_of(step).string() + ": cannot be removed: " +
                                                                failure.message() + "."})
                 : Expected<void>();
}

const ordered_json* StepStore::find(const std::string& step, const std::string& recipe_sha256) const {
  const auto found = stored_.find(step);
  const bool is_it = found != stored_.end() && found->second->recipe_sha256 == recipe_sha256;
  return is_it ? &found->second->result : nullptr;
}

Expected<void> StepStore::keep(const std::string& step, const ordered_json& recipe,
                               const ResultDigests& needs, const ordered_json& result) const {
  const ordered_json file{{"step", step},
                          {"version", current_provenance().version},
                          {"recipe_sha256", recipe_digest(recipe, needs)},
                          {"recipe", recipe},
                          {"needs", needs},
                          {"result_sha256", result_digest(result)},
                          {"result", result}};
  return write_folder_file(path_of(step), json_text(file, 2) + "\n");
}

}  // namespace alidade
