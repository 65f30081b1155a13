// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numbers>

#include "core/nn/sparse_detector/detector_sample.h"

namespace alidade {
namespace {

/// x -> scale * turn(mirrored x) + shift, upright.
struct SceneChange {
  bool flip_x = false, flip_y = false;
  int quarters = 0;
  double turn = 0.0;                ///< besides the quarters, radians
  double cosine = 1.0, sine = 0.0;  ///< of `turn`
  double scale = 1.0;
  Eigen::Vector3d shift = Eigen::Vector3d::Zero();

  Eigen::Vector3d moved(const Eigen::Vector3d& p) const {
    constexpr double kCosine[] = {1.0, 0.0, -1.0, 0.0}, kSine[] = {0.0, 1.0, 0.0, -1.0};
    const double x = flip_x ? -p.x() : p.x(), y = flip_y ? -p.y() : p.y();
    const double qx = kCosine[quarters] * x - kSine[quarters] * y,
                 qy = kSine[quarters] * x + kCosine[quarters] * y;
    return scale * Eigen::Vector3d(cosine * qx - sine * qy, sine * qx + cosine * qy, p.z()) + shift;
  }
};

SceneChange drawn_change(BoxForm form, const DetectorAugmentation& how, Random& random) {
  SceneChange change;
  change.flip_x = random.uniform() < how.flip;
  change.flip_y = random.uniform() < how.flip;
  const double quarters = random.uniform(0.0, 4.0), turn = random.uniform(-1.0, 1.0);
  const bool aligned = form == BoxForm::kAligned;
  change.quarters = aligned && how.quarter_turns ? static_cast<int>(quarters) : 0;
  change.turn = turn * (aligned ? how.turn_rad : how.free_turn_rad);
  change.cosine = std::cos(change.turn);
  change.sine = std::sin(change.turn);
  change.scale = 1.0 + how.scale * random.uniform(-1.0, 1.0);
  for (int axis = 0; axis < 3; ++axis) {
    change.shift[axis] = how.shift_m * random.normal();
  }
  return change;
}

UprightBox changed_box(const UprightBox& box, BoxForm form, const SceneChange& change) {
  UprightBox out;
  out.center = change.moved(box.center);
  out.size = change.scale * box.size;
  if (form == BoxForm::kRotated) {
    double yaw = change.flip_x ? std::numbers::pi - box.yaw : box.yaw;
    yaw = (change.flip_y ? -yaw : yaw) + change.turn;
    out.yaw = std::remainder(yaw, 2.0 * std::numbers::pi);
    return out;
  }
  if (change.quarters % 2 == 1) {
    std::swap(out.size.x(), out.size.y());
  }
  // The hull of the box turned by a small angle.
  const double c = std::abs(change.cosine), s = std::abs(change.sine);
  const double w = out.size.x(), l = out.size.y();
  out.size.x() = c * w + s * l;
  out.size.y() = s * w + c * l;
  return out;
}

}  // namespace

DetectorSample augmented(const DetectorSample& sample, BoxForm form, const DetectorAugmentation& how,
                         Random& random) {
  const SceneChange change = drawn_change(form, how, random);
  DetectorSample out = sample;
  for (std::size_t i = 0; i + 2 < out.points.size(); i += 3) {
    const Eigen::Vector3d p = change.moved({sample.points[i], sample.points[i + 1], sample.points[i + 2]});
    for (int k = 0; k < 3; ++k) {
      out.points[i + static_cast<std::size_t>(k)] = static_cast<float>(p[k]);
    }
  }
  for (UprightBox& box : out.boxes) {
    box = changed_box(box, form, change);
  }
  return out;
}

}  // namespace alidade
