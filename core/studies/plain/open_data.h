// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset_reader.h"
#include "core/data/point_scene_reader.h"

namespace alidade {

/// Opens what a recipe or a command names: a recipe of procedural data (.toml), or anything else
/// through the readers.
Expected<std::shared_ptr<const Dataset>> open_data(const std::filesystem::path& path,
                                                   const DatasetReaders& readers, const JobContext& job);

/// The same for indoor scenes: a recipe of Rooms (.toml), or anything else through the readers.
Expected<std::shared_ptr<const PointSceneSet>> open_scenes(const std::filesystem::path& path,
                                                           const PointSceneReaders& readers,
                                                           const JobContext& job);

/// What the window shows: indoor scenes where the path names such, as a dataset (core/data/scene_dataset.h);
/// else what the readers make of it.
Expected<std::shared_ptr<const Dataset>> open_shown(const std::filesystem::path& path,
                                                    const DatasetReaders& readers,
                                                    const PointSceneReaders& scene_readers,
                                                    const JobContext& job);

/// Whether a path names indoor scenes: a recipe of Rooms, or what one of the readers takes.
bool names_scenes(const std::filesystem::path& path, const PointSceneReaders& readers);

}  // namespace alidade
