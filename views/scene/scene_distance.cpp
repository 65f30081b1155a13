// SPDX-License-Identifier: BSD-3-Clause
#include "views/scene/scene_distance.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/data/mesh_distance.h"
#include "views/base/placed_meshes.h"
#include "views/scene/hypotheses.h"

namespace alidade {
namespace {

constexpr double kMillimetres = 1000.0;
constexpr std::size_t kShades = 256;

}  // namespace

std::shared_ptr<const ImageF> pointDistances(const SceneContents& contents) {
  if (!contents.frame || contents.layers.point_color == PointColor::kPhoto) {
    return nullptr;
  }
  const auto placed = placedMeshes(*contents.frame, contents.result.get(), contents.meshes,
                                   contents.layers.point_color == PointColor::kPrediction);
  return placed.empty() ? nullptr
                        : std::make_shared<const ImageF>(
                              model_distances(contents.frame->depth, contents.frame->camera, placed,
                                              contents.layers.distance_range));
}

std::optional<ColorScale> distanceScale(const SceneContents& contents) {
  if (!contents.distances || contents.layers.point_color == PointColor::kPhoto) {
    return std::nullopt;
  }
  const bool prediction = contents.layers.point_color == PointColor::kPrediction;
  return ColorScale{prediction ? "to prediction (mm)" : "to ground truth (mm)",
                    0.0,
                    contents.layers.distance_range * kMillimetres,
                    0,
                    false,
                    contents.layers.colors};
}

std::vector<ColorScale> sceneScales(const SceneContents& contents) {
  std::vector<ColorScale> scales = shownScales(contents);
  if (const auto distance = distanceScale(contents)) {
    scales.insert(scales.begin(), *distance);
  }
  return scales;
}

void colorByDistance(const SceneContents& contents, bool dark_surface,
                     const std::array<unsigned char, 3>& plain, PointCloud& cloud) {
  const auto scale = distanceScale(contents);
  if (!scale) {
    return;
  }
  std::array<std::array<unsigned char, 3>, kShades> shades{};
  for (std::size_t i = 0; i < kShades; ++i) {
    const QColor color = scale->color(scale->high * static_cast<double>(i) / (kShades - 1), dark_surface);
    shades[i] = {static_cast<unsigned char>(color.red()), static_cast<unsigned char>(color.green()),
                 static_cast<unsigned char>(color.blue())};
  }
  for (std::size_t i = 0; i < cloud.size(); ++i) {
    const float distance = cloud.pixel[i] < contents.distances->data.size()
                               ? contents.distances->data[cloud.pixel[i]]
                               : std::numeric_limits<float>::infinity();
    const auto& color = std::isfinite(distance)
                            ? shades[static_cast<std::size_t>(
                                  std::lround(scale->amount(distance * kMillimetres) * (kShades - 1)))]
                            : plain;
    std::copy(color.begin(), color.end(), cloud.rgb.begin() + static_cast<std::ptrdiff_t>(3 * i));
  }
}

}  // namespace alidade
