// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/plain/open_data.h"

#include "core/base/file.h"
#include "core/data/procedural/procedural_recipe.h"
#include "core/data/procedural/rooms/rooms.h"
#include "core/data/scene_dataset.h"

namespace alidade {
namespace {

constexpr std::uintmax_t kMostRecipeBytes = 1 << 20;

}  // namespace

Expected<std::shared_ptr<const Dataset>> open_data(const std::filesystem::path& path,
                                                   const DatasetReaders& readers, const JobContext& job) {
  if (path.extension() == ".toml") {
    const auto recipe = read_procedural_recipe(path);
    if (!recipe) {
      return recipe.error();
    }
    return make_procedural_dataset(make_generator(*recipe));
  }
  return readers.open(path, job);
}

Expected<std::shared_ptr<const PointSceneSet>> open_scenes(const std::filesystem::path& path,
                                                           const PointSceneReaders& readers,
                                                           const JobContext& job) {
  if (path.extension() == ".toml") {
    const auto recipe = read_rooms_recipe(path);
    return recipe ? Expected<std::shared_ptr<const PointSceneSet>>(make_rooms_set(*recipe)) : recipe.error();
  }
  return readers.open(path, job);
}

Expected<std::shared_ptr<const Dataset>> open_shown(const std::filesystem::path& path,
                                                    const DatasetReaders& readers,
                                                    const PointSceneReaders& scene_readers,
                                                    const JobContext& job) {
  if (!names_scenes(path, scene_readers)) {
    return readers.open(path, job);
  }
  const auto scenes = open_scenes(path, scene_readers, job);
  return scenes ? scene_dataset(*scenes, job) : scenes.error();
}

bool names_scenes(const std::filesystem::path& path, const PointSceneReaders& readers) {
  if (path.extension() != ".toml") {
    return readers.can_read(path);
  }
  const auto text = read_file(path, kMostRecipeBytes);
  return text && names_rooms(*text);
}

}  // namespace alidade
