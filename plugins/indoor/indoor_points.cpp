// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/indoor/indoor_points.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace alidade {
namespace {

constexpr float kFarthestPoint = 1000.0F;  ///< metres
constexpr float kCornerTolerance = 0.05F;

/// What white is in these colors: as the format has it, unless the numbers themselves say otherwise.
float color_range(const std::vector<float>& colors, const IndoorFormat& format, PointScene& scene) {
  const float most = colors.empty() ? 0.0F : *std::max_element(colors.begin(), colors.end());
  const bool bytes_expected = format.color_range > 1.0;
  if (bytes_expected && most > 0.0F && most <= 1.0F) {
    scene.remarks.push_back("Its colors reach 1 at most, where " + std::string(format.name) +
                            " has 0 to 255; they are taken as 0 to 1.");
    return 1.0F;
  }
  if (!bytes_expected && most > 1.5F) {
    scene.remarks.push_back("Its colors reach " + std::to_string(std::lround(most)) + ", where " +
                            std::string(format.name) + " has 0 to 1; they are taken as 0 to 255.");
    return 255.0F;
  }
  return static_cast<float>(format.color_range);
}

void check_corner(const IndoorFormat& format, PointScene& scene) {
  if (!format.from_corner || scene.points.empty()) {
    return;
  }
  float off = 0.0F;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    float low = scene.points[axis];
    for (std::size_t i = axis; i < scene.points.size(); i += 3) {
      low = std::min(low, scene.points[i]);
    }
    off = std::max(off, std::abs(low));
  }
  if (off > kCornerTolerance) {
    scene.remarks.push_back("The lowest corner of its points is not the origin, as " +
                            std::string(format.name) + " has it; are points and boxes of one frame?");
  }
}

}  // namespace

Expected<void> read_indoor_points(std::string_view bytes, const IndoorEntry& entry,
                                  const IndoorFormat& format, const std::string& file, PointScene& scene) {
  const auto values = static_cast<std::size_t>(entry.values_per_point);
  const std::size_t row_bytes = values * sizeof(float);
  if (bytes.size() % row_bytes != 0) {
    return input_error(file, "",
                       "its " + std::to_string(bytes.size()) + " bytes are no whole number of points of " +
                           std::to_string(values) + " float32 values",
                       "copy the file again, or correct num_pts_feats in the info file");
  }
  const std::size_t rows = bytes.size() / row_bytes;
  const bool colored = values >= 6;
  std::vector<float> row(values);
  std::size_t left_out = 0;
  scene.points.reserve(3 * rows);
  scene.colors.reserve(colored ? 3 * rows : 0);
  for (std::size_t i = 0; i < rows; ++i) {
    std::memcpy(row.data(), bytes.data() + i * row_bytes, row_bytes);
    Eigen::Vector3f point(row[0], row[1], row[2]);
    if (entry.alignment) {
      const Eigen::Matrix4d& align = *entry.alignment;
      point =
          (align.topLeftCorner<3, 3>() * point.cast<double>() + align.topRightCorner<3, 1>()).cast<float>();
    }
    if (!point.allFinite() || point.cwiseAbs().maxCoeff() > kFarthestPoint) {
      ++left_out;
      continue;
    }
    scene.points.insert(scene.points.end(), point.data(), point.data() + 3);
    for (std::size_t c = 3; colored && c < 6; ++c) {
      scene.colors.push_back(std::isfinite(row[c]) ? row[c] : 0.0F);
    }
  }
  if (left_out > 0) {
    scene.problems.push_back(std::to_string(left_out) + " of " + std::to_string(rows) +
                             " points are not finite or more than 1 km away; they are left out.");
  }
  if (scene.points.empty()) {
    scene.problems.emplace_back("It has no points.");
  }
  const float range = color_range(scene.colors, format, scene);
  for (float& color : scene.colors) {
    color = std::clamp(color / range, 0.0F, 1.0F);
  }
  check_corner(format, scene);
  return {};
}

}  // namespace alidade
