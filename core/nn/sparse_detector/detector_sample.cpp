// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/detector_sample.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/ops/sparse/voxelize.h"

namespace alidade {
namespace {

/// Rows to keep, in their order.
std::vector<std::size_t> kept_points(std::size_t count, std::size_t most, std::uint64_t seed) {
  std::vector<std::size_t> rows(count);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  if (most == 0 || count <= most) {
    return rows;
  }
  Random random(seed);
  for (std::size_t i = 0; i < most; ++i) {
    std::swap(rows[i], rows[i + random.index(static_cast<std::uint32_t>(count - i))]);
  }
  rows.resize(most);
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::uint8_t color_byte(float value) {
  return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0f, 1.0f) * 255.0f));
}

Error bad_scene(const std::string& scene, const std::string& where, const std::string& problem) {
  return input_error(scene, where, problem, "correct the annotation or leave the scene out");
}

bool is_usable(const UprightBox& box) {
  return box.center.allFinite() && box.size.allFinite() && std::isfinite(box.yaw) &&
         box.size.minCoeff() > 0.0;
}

}  // namespace

std::vector<int> labels_of_categories(const std::vector<std::string>& categories,
                                      const DetectorSource& source) {
  std::vector<int> labels;
  for (const std::string& category : categories) {
    const auto found = std::find(source.classes.begin(), source.classes.end(), category);
    labels.push_back(found == source.classes.end() ? -1 : static_cast<int>(found - source.classes.begin()));
  }
  return labels;
}

Expected<DetectorSample> detector_sample(const PointScene& scene, const std::vector<int>& labels,
                                         std::size_t most_points, std::uint64_t seed) {
  if (scene.num_points() == 0) {
    return bad_scene(scene.name, "", "it has no points");
  }
  DetectorSample sample;
  sample.name = scene.name;
  for (std::size_t i = 0; i < scene.boxes.size(); ++i) {
    const SceneBox& one = scene.boxes[i];
    const std::string where = "box " + std::to_string(i);
    if (one.category < 0 || one.category >= static_cast<int>(labels.size())) {
      return bad_scene(scene.name, where,
                       "its class " + std::to_string(one.category) + " is outside the list of " +
                           std::to_string(labels.size()));
    }
    if (!is_usable(one.box)) {
      return bad_scene(scene.name, where, "it is not finite or has no volume");
    }
    if (const int label = labels[static_cast<std::size_t>(one.category)]; label >= 0) {
      sample.boxes.push_back(one.box);
      sample.labels.push_back(label);
    }
  }
  for (const std::size_t row : kept_points(scene.num_points(), most_points, seed)) {
    for (std::size_t k = 3 * row; k < 3 * row + 3; ++k) {
      sample.points.push_back(scene.points[k]);
      if (!scene.colors.empty()) {
        sample.colors.push_back(color_byte(scene.colors[k]));
      }
    }
  }
  return sample;
}

Expected<DetectorInput> detector_input(std::span<const float> points, std::span<const std::uint8_t> colors,
                                       const DetectorConfig& config) {
  if (!colors.empty() && colors.size() != points.size()) {
    return usage_error("A scene needs as many colors as points.");
  }
  auto cells = voxelize(points, config.voxel_m);
  if (!cells) {
    return cells.error();
  }
  DetectorInput input;
  const std::size_t rows = cells->voxels.rows.size();
  input.features.assign(rows * kDetectorFeatures, 0.5f);
  if (!colors.empty() && config.rules == DetectorRules::kReference) {
    for (std::size_t i = 0; i < input.features.size(); ++i) {
      const auto point = static_cast<std::size_t>(cells->first_point[i / 3]);
      input.features[i] = static_cast<float>(colors[3 * point + i % 3]) / 255.0f;
    }
  } else if (!colors.empty()) {
    std::vector<float> shares(colors.size());
    std::transform(colors.begin(), colors.end(), shares.begin(),
                   [](std::uint8_t c) { return static_cast<float>(c) / 255.0f; });
    voxel_means(*cells, shares.data(), kDetectorFeatures, input.features.data());
  }
  input.voxels = std::move(cells->voxels);
  return input;
}

}  // namespace alidade
