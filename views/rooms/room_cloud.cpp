// SPDX-License-Identifier: BSD-3-Clause
#include "views/rooms/room_cloud.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/base/random.h"

namespace alidade {
namespace {

constexpr std::uint64_t kOrderSeed = 20250301;
constexpr double kStray = 0.002;
constexpr double kSmallestRoom = 0.5;  // metres
constexpr std::size_t kMostSampled = 100000;
constexpr std::size_t kShades = 256;

/// Extent of the points along each axis, of an even sample of them.
void setCorners(RoomCloud& cloud) {
  const std::size_t count = std::min(cloud.size(), kMostSampled);
  if (count == 0) {
    return;
  }
  for (int axis = 0; axis < 3; ++axis) {
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) {
      values[i] = cloud.xyz[3 * i + static_cast<std::size_t>(axis)];
    }
    const auto at = [&](double share) {
      const auto place = static_cast<std::ptrdiff_t>(std::lround(share * static_cast<double>(count - 1)));
      std::nth_element(values.begin(), values.begin() + place, values.end());
      return static_cast<double>(values[static_cast<std::size_t>(place)]);
    };
    cloud.low[axis] = at(kStray);
    cloud.high[axis] = at(1.0 - kStray);
    const double lacking = kSmallestRoom - (cloud.high[axis] - cloud.low[axis]);
    if (lacking > 0.0) {
      cloud.low[axis] -= 0.5 * lacking;
      cloud.high[axis] += 0.5 * lacking;
    }
  }
}

}  // namespace

double RoomCloud::cutHeight(double share) const {
  return share >= 1.0 ? std::numeric_limits<double>::infinity() : low.z() + share * (high.z() - low.z());
}

std::shared_ptr<const RoomCloud> makeRoomCloud(const PointScene& scene) {
  auto cloud = std::make_shared<RoomCloud>();
  cloud->name = scene.name;
  cloud->boxes = scene.boxes;
  const std::size_t count = scene.num_points();
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  Random random(kOrderSeed);
  for (std::size_t i = count; i > 1; --i) {
    std::swap(order[i - 1], order[random.index(static_cast<std::uint32_t>(i))]);
  }
  cloud->xyz.resize(3 * count);
  cloud->photo.resize(scene.colors.empty() ? 0 : 3 * count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t from = 3 * static_cast<std::size_t>(order[i]);
    for (std::size_t c = 0; c < 3; ++c) {
      cloud->xyz[3 * i + c] = scene.points[from + c];
      if (!cloud->photo.empty()) {
        const float value = std::clamp(scene.colors[from + c], 0.0F, 1.0F);
        cloud->photo[3 * i + c] = static_cast<unsigned char>(255.0F * value + 0.5F);
      }
    }
  }
  setCorners(*cloud);
  return cloud;
}

std::vector<unsigned char> heightColors(const RoomCloud& cloud, const ColorMap& map, bool dark_surface) {
  std::array<std::array<unsigned char, 3>, kShades> shades{};
  for (std::size_t i = 0; i < kShades; ++i) {
    const QColor color = map.onSurface(static_cast<double>(i) / (kShades - 1), dark_surface);
    shades[i] = {static_cast<unsigned char>(color.red()), static_cast<unsigned char>(color.green()),
                 static_cast<unsigned char>(color.blue())};
  }
  std::vector<unsigned char> colors(cloud.xyz.size());
  const double floor = cloud.low.z(), height = cloud.high.z() - floor;
  for (std::size_t i = 0; i < cloud.size(); ++i) {
    const double share = std::clamp((cloud.xyz[3 * i + 2] - floor) / height, 0.0, 1.0);
    const auto& shade = shades[static_cast<std::size_t>(share * (kShades - 1))];
    std::copy(shade.begin(), shade.end(), colors.begin() + static_cast<std::ptrdiff_t>(3 * i));
  }
  return colors;
}

}  // namespace alidade
