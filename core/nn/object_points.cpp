// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/object_points.h"

#include <utility>

#include "core/base/random.h"
#include "core/ops/point_ops.h"

namespace alidade {
namespace {

Error cannot(const Frame& frame, const Instance& instance, const std::string& why) {
  return {ErrorCode::kInput, frame.info.name + ", " + instance.category + " " +
                                 std::to_string(instance.index) + ": " + why + "."};
}

std::vector<std::uint32_t> measured_pixels(const ImageU8& mask, const ImageF& depth) {
  std::vector<std::uint32_t> pixels;
  for (std::size_t i = 0; i < depth.data.size(); ++i) {
    if (mask.data[i] != 0 && depth.data[i] > 0.0f) {
      pixels.push_back(static_cast<std::uint32_t>(i));
    }
  }
  return pixels;
}

// Partial Fisher-Yates: the first `count` entries become a random subset.
void keep_random(std::vector<std::uint32_t>& pixels, std::size_t count, Random& random) {
  if (pixels.size() <= count) {
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    std::swap(pixels[i], pixels[i + random.index(static_cast<std::uint32_t>(pixels.size() - i))]);
  }
  pixels.resize(count);
}

}  // namespace

Expected<ObjectPoints> object_points(const Frame& frame, std::size_t position, int num_points,
                                     std::uint64_t seed) {
  auto measured = measured_object_points(frame, position, num_points, seed);
  return measured ? std::move(measured->points) : Expected<ObjectPoints>(measured.error());
}

Expected<MeasuredPoints> measured_object_points(const Frame& frame, std::size_t position, int num_points,
                                                std::uint64_t seed) {
  const Instance& instance = frame.instances.at(position);
  if (!frame.camera.valid()) {
    return cannot(frame, instance, "the camera intrinsics are missing");
  }
  if (frame.depth.empty()) {
    return cannot(frame, instance, "the frame has no depth");
  }
  const ImageU8* mask = position < frame.visible_masks.size() ? &frame.visible_masks[position] : nullptr;
  if (!mask || mask->data.size() != frame.depth.data.size()) {
    return cannot(frame, instance, "its mask is missing or differs in size from the depth image");
  }
  auto pixels = measured_pixels(*mask, frame.depth);
  if (pixels.size() < kMinObjectPixels) {
    return cannot(frame, instance,
                  "only " + std::to_string(pixels.size()) + " pixels of it are measured, " +
                      std::to_string(kMinObjectPixels) + " are needed");
  }
  Random random(seed);
  keep_random(pixels, 2 * static_cast<std::size_t>(num_points), random);

  std::vector<float> raw(pixels.size() * 3);
  const int width = frame.depth.width;
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const int u = static_cast<int>(pixels[i]) % width;
    const int v = static_cast<int>(pixels[i]) / width;
    const Eigen::Vector3d point = frame.camera.unproject(u, v, frame.depth.data[pixels[i]]);
    for (int k = 0; k < 3; ++k) {
      raw[3 * i + k] = static_cast<float>(point[k]);
    }
  }
  std::vector<std::int32_t> order(num_points);
  farthest_point_order(raw.data(), static_cast<int>(pixels.size()), num_points, order.data());
  MeasuredPoints measured{ObjectPoints(num_points), std::vector<std::uint32_t>(num_points)};
  for (int i = 0; i < num_points; ++i) {
    measured.points[i] = Eigen::Map<const Eigen::Vector3f>(raw.data() + 3 * order[i]);
    measured.pixels[i] = pixels[order[i]];
  }
  return measured;
}

}  // namespace alidade
