// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/plain/tabletop_set.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <optional>
#include <system_error>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/io/json_file.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMostFrames = 1'000'000;
constexpr std::int64_t kMostModelsOfCategory = 10'000;
constexpr std::uintmax_t kMostDescriptionBytes = 1 << 20;
constexpr const char* kDescription = "dataset.json";

/// The number in a name such as "000012", written as Alidade writes it; -1 for any other text.
std::int64_t number_in(const std::string& text) {
  if (text.size() < 6 || text.size() > 9 ||
      !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return -1;
  }
  const std::int64_t number = std::stoll(text);
  char again[24];
  std::snprintf(again, sizeof again, "%06lld", static_cast<long long>(number));
  return text == again ? number : -1;
}

bool below(const std::string& text, std::int64_t limit) {
  const std::int64_t number = number_in(text);
  return number >= 0 && number < limit;
}

/// The text without this ending, if it ends so.
std::optional<std::string> without(const std::string& name, const std::string& ending) {
  return name.ends_with(ending) ? std::optional(name.substr(0, name.size() - ending.size())) : std::nullopt;
}

Error not_a_set(const fs::path& folder) {
  return usage_error(folder.string() + ": not a set made by this command; name another folder.");
}

/// The recipe in the description of a set; of its keys those that decide names.
Expected<TabletopRecipe> recipe_of_set(const fs::path& folder) {
  const auto json = read_json(folder / kDescription, kMostDescriptionBytes);
  const auto none = nlohmann::json::object();
  if (!json || !json->is_object() || json->value("generator", nlohmann::json()) != "Tabletop" ||
      !json->value("provenance", none).is_object()) {
    return not_a_set(folder);
  }
  const auto kept = json->value("provenance", none).value("recipe", none);
  TabletopRecipe recipe;
  const auto number = [&kept](const char* key, int* value) {
    if (kept.is_object() && kept.contains(key) && kept.at(key).is_number_unsigned() &&
        kept.at(key) <= kMostFrames) {
      *value = kept.at(key).get<int>();
    }
  };
  if (kept.is_object() && kept.contains("split") && kept.at("split").is_string()) {
    recipe.split = kept.at("split").get<std::string>();
  }
  number("frames", &recipe.frames);
  number("max_objects", &recipe.max_objects);
  number("models_per_category", &recipe.models_per_category);
  number("sequence_frames", &recipe.sequence_frames);
  if (kept.is_object() && kept.contains("categories") && kept.at("categories").is_array()) {
    // Their number decides the names; no set has more of them than there are.
    recipe.categories.resize(std::min(kept.at("categories").size(), all_shape_categories().size()));
  }
  return recipe;
}

/// kUsage naming the first thing that `is_known` does not know. Links are not followed: none is of a set.
Expected<void> check_all(const fs::path& folder,
                         const std::function<bool(const fs::path& relative, bool is_folder)>& is_known) {
  std::error_code failure;
  for (fs::recursive_directory_iterator at(folder, failure);
       !failure && at != fs::recursive_directory_iterator(); at.increment(failure)) {
    const auto type = at->symlink_status(failure).type();
    const fs::path relative = at->path().lexically_relative(folder);
    const bool plain = type == fs::file_type::regular || type == fs::file_type::directory;
    if (!plain || !is_known(relative, type == fs::file_type::directory)) {
      return usage_error(folder.string() + ": it holds \"" + relative.string() +
                         "\", which is no part of a set made by this command; move it elsewhere, or name "
                         "another folder.");
    }
  }
  return failure ? Expected<void>(Error{ErrorCode::kFailed,
                                        folder.string() + ": " + failure.message() + "; check permissions."})
                 : Expected<void>();
}

}  // namespace

TabletopSetNames::TabletopSetNames()
    : splits_{"train", "val", "test"},
      scenes_(kMostFrames),
      frames_(kMostFrames * kMostFrames),
      sequence_frames_(kMostFrames),
      models_(kMostModelsOfCategory * static_cast<std::int64_t>(all_shape_categories().size())),
      instances_(kMostFrames) {}

TabletopSetNames::TabletopSetNames(const TabletopRecipe& recipe)
    : splits_{split_folder(recipe)},
      scenes_(std::max(1, recipe.num_sequences())),
      frames_(recipe.frames),
      sequence_frames_(recipe.sequence_frames > 0 ? recipe.sequence_frames : recipe.frames),
      models_(recipe.num_models()),
      instances_(recipe.max_objects) {}

bool TabletopSetNames::has(const fs::path& relative, bool is_folder) const {
  const std::vector<fs::path> parts(relative.begin(), relative.end());
  const std::string first = parts[0].string();
  if (first == "models") {
    if (parts.size() == 1 || is_folder) {
      return is_folder && parts.size() == 1;
    }
    const std::string name = parts[1].string();
    const auto id = name.starts_with("obj_") ? without(name.substr(4), ".ply") : std::nullopt;
    return parts.size() == 2 &&
           (name == "models_info.json" || (id && number_in(*id) > 0 && below(*id, models_ + 1)));
  }
  if (!splits_.contains(first)) {
    return parts.size() == 1 && !is_folder && first == kDescription;
  }
  if (parts.size() == 1) {
    return is_folder;
  }
  const std::int64_t scene = number_in(parts[1].string());
  if (scene < 1 || scene > scenes_) {
    return false;
  }
  const std::int64_t frames = std::min(sequence_frames_, frames_ - (scene - 1) * sequence_frames_);
  return parts.size() == 2
             ? is_folder
             : has_in_scene(relative.lexically_relative(parts[0] / parts[1]), frames, is_folder);
}

bool TabletopSetNames::has_in_scene(const fs::path& relative, std::int64_t frames, bool is_folder) const {
  const std::string folder = relative.begin()->string();
  const bool masks = folder == "mask" || folder == "mask_visib";
  const bool images = folder == "rgb" || folder == "depth" || folder == "nocs";
  if (relative.has_parent_path() && !is_folder && relative.parent_path() == folder && (masks || images)) {
    const auto name = without(relative.filename().string(), folder == "rgb" ? ".jpg" : ".png");
    if (!name) {
      return false;
    }
    const auto line = name->find('_');
    return masks ? line != std::string::npos && below(name->substr(0, line), frames) &&
                       below(name->substr(line + 1), instances_)
                 : below(*name, frames);
  }
  return !relative.has_parent_path() &&
         (is_folder
              ? masks || images
              : folder == "scene_camera.json" || folder == "scene_gt.json" || folder == "scene_gt_info.json");
}

std::string split_folder(const TabletopRecipe& recipe) {
  return recipe.split == "train" || recipe.split == "val" ? recipe.split : "test";
}

Expected<void> check_replaceable_set(const fs::path& folder, const TabletopRecipe& recipe) {
  std::error_code failure;
  if (!fs::is_directory(folder, failure)) {
    return not_a_set(folder);
  }
  if (fs::is_empty(folder, failure)) {
    return {};
  }
  const auto before = recipe_of_set(folder);
  if (!before) {
    return before.error();
  }
  const TabletopSetNames old_names(*before), new_names(recipe);
  return check_all(folder, [&](const fs::path& relative, bool is_folder) {
    return old_names.has(relative, is_folder) || new_names.has(relative, is_folder);
  });
}

Expected<void> check_unfinished_set(const fs::path& folder) {
  const TabletopSetNames names;
  return check_all(folder, [&](const fs::path& relative, bool is_folder) {
    return relative == ".lock" || names.has(relative, is_folder);
  });
}

}  // namespace alidade
