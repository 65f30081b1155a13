// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/plain/set_names.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <optional>
#include <system_error>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/data/procedural/tabletop_recipe.h"
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

/// How many models a Tabletop recipe in a description has; of damaged ones no more than there can be.
int num_models_of(const nlohmann::json& kept, int per_category) {
  std::size_t categories = shape_categories().size();
  if (kept.contains("categories") && kept.at("categories").is_array()) {
    categories = std::min(kept.at("categories").size(), all_shape_categories().size());
  }
  return static_cast<int>(categories) * std::min(per_category, static_cast<int>(kMostModelsOfCategory));
}

std::string rooms_infos(const std::string& split) {
  return "rooms_infos_" + split + ".pkl";
}

/// The set that a description tells of; what decides names.
Expected<ProceduralSet> described_set(const fs::path& folder) {
  const auto json = read_json(folder / kDescription, kMostDescriptionBytes);
  const auto none = nlohmann::json::object();
  const auto generator = json && json->is_object() ? json->value("generator", nlohmann::json()) : none;
  const bool ours = generator == "Tabletop" || generator == "Cubesat" || generator == "Rooms";
  if (!ours || !json->value("provenance", none).is_object()) {
    return not_a_set(folder);
  }
  const auto recipe = json->value("provenance", none).value("recipe", none);
  const auto kept = recipe.is_object() ? recipe : none;
  const auto number = [&kept](const char* key, int otherwise) {
    return kept.contains(key) && kept.at(key).is_number_unsigned() && kept.at(key) <= kMostFrames
               ? kept.at(key).get<int>()
               : otherwise;
  };
  ProceduralSet set;
  set.split =
      kept.contains("split") && kept.at("split").is_string() ? kept.at("split").get<std::string>() : "";
  set.generator = generator.get<std::string>();
  const TabletopRecipe standard;
  set.frames = number(generator == "Rooms" ? "scenes" : "frames", standard.frames);
  if (generator == "Tabletop") {
    set.sequence_frames = number("sequence_frames", 0);
    set.max_instances = number("max_objects", standard.max_objects);
    set.num_models = num_models_of(kept, number("models_per_category", standard.models_per_category));
  }
  return set;
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

SetNames::SetNames()
    : splits_{"train", "val", "test"},
      scenes_(kMostFrames),
      frames_(kMostFrames * kMostFrames),
      sequence_frames_(kMostFrames),
      models_(kMostModelsOfCategory * static_cast<std::int64_t>(all_shape_categories().size())),
      instances_(kMostFrames) {}

SetNames::SetNames(const ProceduralSet& set)
    : images_(set.generator != "Rooms"),
      rooms_(!images_),
      splits_{split_folder(set)},
      infos_(rooms_infos(set.split)),
      scenes_(std::max(1, set.num_sequences())),
      frames_(set.frames),
      sequence_frames_(set.sequence_frames > 0 ? set.sequence_frames : set.frames),
      models_(set.num_models),
      instances_(set.max_instances) {}

bool SetNames::has(const fs::path& relative, bool is_folder) const {
  const std::vector<fs::path> parts(relative.begin(), relative.end());
  const std::string first = parts[0].string();
  if (rooms_ && has_of_rooms(relative, is_folder)) {
    return true;
  }
  if (!images_) {
    return parts.size() == 1 && !is_folder && first == kDescription;
  }
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

bool SetNames::has_of_rooms(const fs::path& relative, bool is_folder) const {
  const std::string first = relative.begin()->string();
  const bool folder = first == "points" || first == "instance_mask" || first == "semantic_mask";
  if (relative == first) {
    return is_folder ? folder
                     : (infos_.empty() ? first.starts_with("rooms_infos_") && first.ends_with(".pkl")
                                       : first == infos_);
  }
  const auto name = without(relative.filename().string(), ".bin");
  return folder && !is_folder && relative.parent_path() == first && name && below(*name, frames_);
}

bool SetNames::has_in_scene(const fs::path& relative, std::int64_t frames, bool is_folder) const {
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

std::string split_folder(const ProceduralSet& set) {
  return set.split == "train" || set.split == "val" ? set.split : "test";
}

Expected<void> check_replaceable_set(const fs::path& folder, const ProceduralSet& set) {
  std::error_code failure;
  if (!fs::is_directory(folder, failure)) {
    return not_a_set(folder);
  }
  if (fs::is_empty(folder, failure)) {
    return {};
  }
  const auto before = described_set(folder);
  if (!before) {
    return before.error();
  }
  const SetNames old_names(*before), new_names(set);
  return check_all(folder, [&](const fs::path& relative, bool is_folder) {
    return old_names.has(relative, is_folder) || new_names.has(relative, is_folder);
  });
}

Expected<void> check_unfinished_set(const fs::path& folder) {
  const SetNames names;
  return check_all(folder, [&](const fs::path& relative, bool is_folder) {
    return relative == ".lock" || names.has(relative, is_folder);
  });
}

}  // namespace alidade
