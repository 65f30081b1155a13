// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <utility>

#include "core/base/random.h"
#include "core/data/procedural/rooms/rooms_solid.h"

namespace alidade {

/// Puts an object of a room together and draws its sizes and colors. Metres, in the object's frame.
class RoomsBuilder {
 public:
  explicit RoomsBuilder(Random& random);

  float draw(float low, float high);
  bool chance(double share);

  // Colors; the wood of one object is one.
  const Eigen::Vector3f& wood() const { return wood_; }
  Eigen::Vector3f cloth();
  Eigen::Vector3f metal() const { return {0.35F, 0.35F, 0.37F}; }

  /// From `x0` to `x1` and so on.
  void cuboid(float x0, float x1, float y0, float y1, float z0, float z1, const Eigen::Vector3f& color);
  void cylinder(const Eigen::Vector3f& center, const Eigen::Vector3f& half, const Eigen::Vector3f& color);
  void ellipsoid(const Eigen::Vector3f& center, const Eigen::Vector3f& half, const Eigen::Vector3f& color);
  /// Four legs under the corners of a plate of `w` x `d`, each two `half` wide and up to `top`.
  void legs(float w, float d, float top, float half, const Eigen::Vector3f& color);

  RoomsObject object() && { return std::move(object_); }

 private:
  Random& random_;
  Eigen::Vector3f wood_;
  RoomsObject object_;
};

}  // namespace alidade
