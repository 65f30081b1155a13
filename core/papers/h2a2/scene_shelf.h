// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/data/point_scene.h"
#include "core/nn/sparse_detector/detector_network.h"
#include "core/papers/h2a2/work.h"

namespace alidade::h2a2 {

/// Sets of scenes that all workers share, each scene made once.
class SceneShelf {
 public:
  /// A recipe of Rooms; its scenes stay in memory once they are loaded (24 bytes a point).
  Expected<std::shared_ptr<const PointSceneSet>> open(const std::filesystem::path& path,
                                                      const JobContext& job);
  /// The first scenes of a set as the head of `source` learns from them.
  Expected<std::vector<DetectorSample>> samples(const std::filesystem::path& path,
                                                const DetectorSource& source, int scenes, int points,
                                                const JobContext& job);

 private:
  std::mutex mutex_;
  std::map<std::filesystem::path, std::shared_ptr<const PointSceneSet>> sets_;
};

/// A detector from its checkpoint.
Expected<std::unique_ptr<DetectorNetwork>> open_detector(const std::filesystem::path& checkpoint);
/// Whether a tensor is of one source alone: a part "source0" in its name.
bool is_exclusive_tensor(const std::string& name);

}  // namespace alidade::h2a2
