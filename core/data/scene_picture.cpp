// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/scene_picture.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace alidade {
namespace {

constexpr std::uint8_t kGround = 42;
constexpr double kMarginShare = 0.04;
constexpr double kCeilingShare = 0.9;  // of the height of a room
constexpr double kOutliers = 0.002;    // of the points, at each end
constexpr std::size_t kMostSampled = 100000;

/// Where `share` of a coordinate's values lie below.
double quantile(const std::vector<float>& points, std::size_t axis, double share) {
  const std::size_t count = points.size() / 3;
  const std::size_t stride = std::max<std::size_t>(1, count / kMostSampled);
  std::vector<float> values;
  for (std::size_t i = 0; i < count; i += stride) {
    values.push_back(points[3 * i + axis]);
  }
  if (values.empty()) {
    return 0.0;
  }
  const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + place, values.end());
  return static_cast<double>(values[static_cast<std::size_t>(place)]);
}

/// From metres to pixels.
struct TopView {
  double x = 0.0, y = 0.0, scale = 1.0;  ///< middle (m), pixels per metre
  double floor = 0.0, ceiling = 0.0;     ///< metres; points above are left out

  TopView(const std::vector<float>& points, int width, int height) {
    const double left = quantile(points, 0, kOutliers), right = quantile(points, 0, 1.0 - kOutliers);
    const double low = quantile(points, 1, kOutliers), high = quantile(points, 1, 1.0 - kOutliers);
    x = 0.5 * (left + right);
    y = 0.5 * (low + high);
    const double room = 1.0 - 2.0 * kMarginShare;
    scale = room * std::min(width / std::max(right - left, 0.1), height / std::max(high - low, 0.1));
    floor = quantile(points, 2, kOutliers);
    const double top = quantile(points, 2, 1.0 - kOutliers);
    ceiling = floor + kCeilingShare * std::max(top - floor, 0.1);
  }
};

}  // namespace

double height_of_share(const std::vector<float>& points, double share) {
  return quantile(points, 2, share);
}

ImageU8 scene_picture(const PointScene& scene, int width, int height) {
  ImageU8 picture(width, height, 3, kGround);
  if (scene.points.empty()) {
    return picture;
  }
  const TopView view(scene.points, width, height);
  std::vector<float> topmost(static_cast<std::size_t>(width) * static_cast<std::size_t>(height),
                             -std::numeric_limits<float>::infinity());
  // A point covers as many pixels as close the gaps between neighbors.
  const double area = static_cast<double>(width) * height / static_cast<double>(scene.num_points());
  const int reach = std::clamp(static_cast<int>(std::lround(std::sqrt(area))), 0, 4);
  for (std::size_t i = 0; i < scene.num_points(); ++i) {
    const float* p = scene.points.data() + 3 * i;
    if (p[2] > view.ceiling) {
      continue;
    }
    const int px = static_cast<int>(std::floor(0.5 * width + (p[0] - view.x) * view.scale));
    const int py = static_cast<int>(std::floor(0.5 * height - (p[1] - view.y) * view.scale));
    std::array<std::uint8_t, 3> color{};
    const double share = std::clamp((p[2] - view.floor) / (view.ceiling - view.floor), 0.0, 1.0);
    for (std::size_t c = 0; c < 3; ++c) {
      const double value = scene.colors.empty() ? 0.3 + 0.6 * share : scene.colors[3 * i + c];
      color[c] = static_cast<std::uint8_t>(std::lround(255.0 * value));
    }
    for (int y = std::max(0, py); y <= std::min(height - 1, py + reach); ++y) {
      for (int x = std::max(0, px); x <= std::min(width - 1, px + reach); ++x) {
        float& top = topmost[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                             static_cast<std::size_t>(x)];
        if (p[2] > top) {
          top = p[2];
          std::copy(color.begin(), color.end(), picture.pixel(x, y));
        }
      }
    }
  }
  return picture;
}

}  // namespace alidade
