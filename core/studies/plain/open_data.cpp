// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/plain/open_data.h"

#include "core/data/procedural/procedural_recipe.h"

namespace alidade {

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

}  // namespace alidade
