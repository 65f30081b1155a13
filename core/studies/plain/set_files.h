// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "core/base/expected.h"
#include "core/data/procedural/procedural_generator.h"

namespace alidade {

/// The lines that one image adds to the three annotation files of its scene, as JSON values.
struct FrameAnnotation {
  std::string camera, ground_truth, ground_truth_info;
  std::set<int> object_ids;
  std::size_t instances = 0;
};

/// Writes the images of frame `index` below `scene` and returns its annotation.
Expected<FrameAnnotation> write_set_frame(const ProceduralGenerator& generator, std::size_t index,
                                          const std::filesystem::path& scene);

/// Writes `models/` with the given objects: PLY meshes and models_info.json, millimetres.
Expected<void> write_set_models(const ProceduralGenerator& generator, const std::set<int>& object_ids,
                                const std::filesystem::path& folder);

/// A file inside a folder that is not public yet: no renaming, but the size is checked.
Expected<void> write_new_file(const std::filesystem::path& path, const std::string& bytes);

}  // namespace alidade
