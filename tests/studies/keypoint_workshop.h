// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <Eigen/Geometry>

#include "core/data/dataset.h"
#include "core/geometry/box.h"
#include "core/geometry/rotation.h"
#include "core/nn/keypoint/keypoint_network.h"

/// Images of a box with six colors, for tests of the keypoint network.
namespace alidade::keypoint_workshop {

inline constexpr double kSizes[3] = {0.2, 0.14, 0.1};

inline KeypointConfig tiny_config() {
  KeypointConfig config = *named_keypoint_config("tiny");
  config.object = {7, "brick", "brick", {0.01, 0.0, -0.02}, {kSizes[0], kSizes[1], kSizes[2]}};
  return config;
}

inline PinholeCamera camera_of(int width, int height) {
  const double focal = 1.2 * std::max(width, height);
  return {width, height, focal, focal, 0.5 * width - 0.7, 0.5 * height + 0.4};
}

/// Whether a pixel lies inside of a face whose corners turn counterclockwise in the image.
inline bool in_face(const std::array<Eigen::Vector2d, 4>& face, const Eigen::Vector2d& pixel) {
  for (int i = 0; i < 4; ++i) {
    const Eigen::Vector2d edge = face[(i + 1) % 4] - face[i], to = pixel - face[i];
    if (edge.x() * to.y() - edge.y() * to.x() > 0.0) {
      return false;
    }
  }
  return true;
}

/// A frame that shows the box at `cam_from_obj` before a gray ground.
inline Frame frame_of(const Rigid3& cam_from_obj, int width = 64, int height = 64) {
  Frame frame;
  frame.info.name = "brick";
  frame.info.categories = {"brick"};
  frame.camera = camera_of(width, height);
  frame.color = ImageU8(width, height, 3, 40);
  Instance instance;
  instance.object_id = 7;
  instance.category = "brick";
  instance.cam_from_obj = cam_from_obj;
  instance.center_obj = Eigen::Vector3d(0.01, 0.0, -0.02);
  instance.size = Eigen::Vector3d(kSizes);
  const auto corners = box_corners(instance.box_cam());
  // Faces by corner bits, in the order that turns counterclockwise where one sees them from outside.
  constexpr int kFaces[6][4] = {{0, 4, 6, 2}, {1, 3, 7, 5}, {0, 1, 5, 4},
                                {2, 6, 7, 3}, {0, 2, 3, 1}, {4, 5, 7, 6}};
  constexpr std::uint8_t kColors[6][3] = {{230, 60, 60},  {60, 230, 60},  {60, 60, 230},
                                          {230, 230, 60}, {60, 230, 230}, {230, 60, 230}};
  ImageU8 mask(width, height, 1, 0);
  for (int f = 0; f < 6; ++f) {
    std::array<Eigen::Vector2d, 4> face;
    for (int i = 0; i < 4; ++i) {
      face[i] = *frame.camera.project(corners[kFaces[f][i]]);
    }
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        if (in_face(face, Eigen::Vector2d(x, y))) {
          std::copy_n(kColors[f], 3, frame.color.pixel(x, y));
          *mask.pixel(x, y) = 255;
        }
      }
    }
  }
  frame.instances = {instance};
  frame.visible_masks = {mask};
  return frame;
}

/// A few poses, all different.
inline Rigid3 pose_of(int index) {
  const Eigen::Vector3d axis = Eigen::Vector3d(1.0, 0.5 + index, -0.3 * index).normalized();
  return {rotation_about(axis, 0.7 + 0.5 * index),
          Eigen::Vector3d(0.03 * index - 0.04, 0.02, 0.55 + 0.1 * index)};
}

inline std::vector<KeypointSample> samples_of(const KeypointConfig& config, int count) {
  std::vector<KeypointSample> samples;
  for (int i = 0; i < count; ++i) {
    samples.push_back(*keypoint_sample(frame_of(pose_of(i)), 0, config));
  }
  return samples;
}

inline std::vector<const KeypointSample*> pointers(const std::vector<KeypointSample>& samples) {
  std::vector<const KeypointSample*> out;
  for (const KeypointSample& sample : samples) {
    out.push_back(&sample);
  }
  return out;
}

}  // namespace alidade::keypoint_workshop
