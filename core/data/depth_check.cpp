// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/depth_check.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace alidade {
namespace {

constexpr int kReach = 3;                ///< half the side of the square about a center, pixels
constexpr double kMostPixels = 20000.0;  ///< of an image that are looked at per object
constexpr double kLargestRatio = 2.0;

double median_of(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Median of what was measured on the object; 0 when nothing was.
double measured_on(const ImageF& depth, const DepthSubject& subject) {
  std::vector<double> values;
  const bool masked =
      subject.mask != nullptr && subject.mask->width == depth.width && subject.mask->height == depth.height;
  int x0 = 0, y0 = 0, x1 = depth.width, y1 = depth.height, step = 1;
  if (masked) {
    step = std::max(1, static_cast<int>(std::sqrt(depth.width * (depth.height / kMostPixels))));
  } else {
    if (!(std::abs(subject.pixel.x()) < 1e6 && std::abs(subject.pixel.y()) < 1e6)) {
      return 0.0;
    }
    const int x = static_cast<int>(std::lround(subject.pixel.x()));
    const int y = static_cast<int>(std::lround(subject.pixel.y()));
    x0 = std::max(0, x - kReach), x1 = std::min(depth.width, x + kReach + 1);
    y0 = std::max(0, y - kReach), y1 = std::min(depth.height, y + kReach + 1);
  }
  for (int y = y0; y < y1; y += step) {
    for (int x = x0; x < x1; x += step) {
      const std::size_t at = static_cast<std::size_t>(y) * depth.width + x;
      if (depth.data[at] > 0.0F && (!masked || subject.mask->data[at] != 0)) {
        values.push_back(depth.data[at]);
      }
    }
  }
  return values.empty() ? 0.0 : median_of(values);
}

bool contradicts(double measured, const DepthSubject& subject) {
  const double ratio = measured / subject.expected;
  return (ratio > kLargestRatio || ratio * kLargestRatio < 1.0) &&
         std::abs(measured - subject.expected) > subject.extent;
}

std::string millimetres(double metres) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g mm", metres * 1000.0);
  return text;
}

}  // namespace

std::vector<DepthSubject> depth_subjects(const Frame& frame) {
  std::vector<DepthSubject> subjects;
  for (std::size_t i = 0; i < frame.instances.size(); ++i) {
    const Instance& instance = frame.instances[i];
    const Eigen::Vector3d& origin = instance.cam_from_obj.t;
    const auto pixel = frame.camera.valid() ? frame.camera.project(origin) : std::nullopt;
    if (pixel) {
      subjects.push_back({origin.z(), instance.center_obj.norm() + instance.size.norm(), *pixel,
                          i < frame.visible_masks.size() ? &frame.visible_masks[i] : nullptr});
    }
  }
  return subjects;
}

std::optional<std::string> depth_contradiction(const ImageF& depth,
                                               const std::vector<DepthSubject>& subjects) {
  std::vector<double> measured, expected;
  std::size_t compared = 0;
  for (const DepthSubject& subject : subjects) {
    const double found = depth.empty() ? 0.0 : measured_on(depth, subject);
    if (!(found > 0.0)) {
      continue;
    }
    ++compared;
    if (contradicts(found, subject)) {
      measured.push_back(found);
      expected.push_back(subject.expected);
    }
  }
  if (2 * measured.size() <= compared) {
    return std::nullopt;
  }
  return "the depth image and the ground truth contradict each other: where the objects are seen the depth "
         "is " +
         millimetres(median_of(measured)) + " and the ground truth says " + millimetres(median_of(expected)) +
         " (medians); check depth_scale and the unit of the translations.";
}

}  // namespace alidade
