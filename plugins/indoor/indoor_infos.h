// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "core/base/expected.h"
#include "core/data/point_scene.h"
#include "core/io/pickle.h"
#include "plugins/indoor/indoor_format.h"

namespace alidade {

/// One scene of an info file.
struct IndoorEntry {
  PointSceneInfo info;
  std::filesystem::path points;  ///< relative to the folder of the points
  int values_per_point = 6;
  std::optional<Eigen::Matrix4d> alignment;  ///< of the points; boxes are aligned already
  std::vector<SceneBox> boxes;
};

/// What one info file (version 1.1) says.
struct IndoorInfos {
  const IndoorFormat* format = nullptr;
  std::vector<std::string> categories;
  bool rotated_boxes = false;
  std::vector<IndoorEntry> entries;
  std::vector<DatasetProblem> problems;  ///< with frames counted within `entries`
};

/// Takes an info file's content apart. Instances and scenes that make no sense are left out and named.
Expected<IndoorInfos> parse_indoor_infos(const PickleValue& content, const std::filesystem::path& file);

}  // namespace alidade
