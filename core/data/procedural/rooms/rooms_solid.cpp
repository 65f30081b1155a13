// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/rooms/rooms_solid.h"

#include <cmath>
#include <limits>

namespace alidade {
namespace {

constexpr float kTouching = 1e-4F;

std::optional<RoomsHit> hit_cuboid(const RoomsSolid& solid, const Eigen::Vector3f& from,
                                   const Eigen::Vector3f& direction) {
  float enter = -std::numeric_limits<float>::infinity(), leave = -enter;
  int side = 0;
  for (int axis = 0; axis < 3; ++axis) {
    if (direction[axis] == 0.0F) {
      if (std::abs(from[axis]) > solid.half[axis]) {
        return std::nullopt;
      }
      continue;
    }
    const float inverse = 1.0F / direction[axis];
    const float reach = solid.half[axis] * std::abs(inverse);
    const float middle = -from[axis] * inverse;
    if (middle - reach > enter) {
      enter = middle - reach;
      side = axis;
    }
    leave = std::min(leave, middle + reach);
  }
  if (enter > leave || enter < kTouching) {
    return std::nullopt;
  }
  RoomsHit hit{enter};
  hit.normal[side] = direction[side] > 0.0F ? -1.0F : 1.0F;
  return hit;
}

/// The nearer root of a t^2 + 2 b t + c = 0; nothing when there is none in front.
std::optional<float> nearer_root(float a, float b, float c) {
  const float discriminant = b * b - a * c;
  if (discriminant < 0.0F || a < 1e-12F) {
    return std::nullopt;
  }
  const float root = (-b - std::sqrt(discriminant)) / a;
  return root < kTouching ? std::nullopt : std::optional(root);
}

std::optional<RoomsHit> hit_ellipsoid(const RoomsSolid& solid, const Eigen::Vector3f& from,
                                      const Eigen::Vector3f& direction) {
  const Eigen::Vector3f p = from.cwiseQuotient(solid.half), d = direction.cwiseQuotient(solid.half);
  const auto distance = nearer_root(d.squaredNorm(), p.dot(d), p.squaredNorm() - 1.0F);
  if (!distance) {
    return std::nullopt;
  }
  const Eigen::Vector3f on = from + *distance * direction;
  return RoomsHit{*distance, on.cwiseQuotient(solid.half.cwiseAbs2()).normalized()};
}

std::optional<RoomsHit> hit_cylinder(const RoomsSolid& solid, const Eigen::Vector3f& from,
                                     const Eigen::Vector3f& direction) {
  const Eigen::Vector2f half = solid.half.head<2>();
  const Eigen::Vector2f p = from.head<2>().cwiseQuotient(half), d = direction.head<2>().cwiseQuotient(half);
  if (const auto distance = nearer_root(d.squaredNorm(), p.dot(d), p.squaredNorm() - 1.0F)) {
    const Eigen::Vector3f on = from + *distance * direction;
    if (std::abs(on.z()) <= solid.half.z()) {
      const Eigen::Vector2f out = on.head<2>().cwiseQuotient(half.cwiseAbs2()).normalized();
      return RoomsHit{*distance, {out.x(), out.y(), 0.0F}};
    }
  }
  if (direction.z() == 0.0F) {
    return std::nullopt;
  }
  const float lid = direction.z() > 0.0F ? -1.0F : 1.0F;
  const float distance = (lid * solid.half.z() - from.z()) / direction.z();
  const Eigen::Vector2f on = p + distance * d;
  return distance < kTouching || on.squaredNorm() > 1.0F
             ? std::nullopt
             : std::optional(RoomsHit{distance, {0.0F, 0.0F, lid}});
}

}  // namespace

std::optional<RoomsHit> hit_solid(const RoomsSolid& solid, const RoomsRay& ray) {
  const Eigen::Vector3f from = ray.origin - solid.center;
  switch (solid.kind) {
    case RoomsSolid::Kind::kEllipsoid:
      return hit_ellipsoid(solid, from, ray.direction);
    case RoomsSolid::Kind::kCylinder:
      return hit_cylinder(solid, from, ray.direction);
    default:
      return hit_cuboid(solid, from, ray.direction);
  }
}

Eigen::Vector3f RoomsObject::low() const {
  Eigen::Vector3f low = Eigen::Vector3f::Constant(std::numeric_limits<float>::max());
  for (const RoomsSolid& solid : solids) {
    low = low.cwiseMin(solid.center - solid.half);
  }
  return low;
}

Eigen::Vector3f RoomsObject::high() const {
  Eigen::Vector3f high = Eigen::Vector3f::Constant(std::numeric_limits<float>::lowest());
  for (const RoomsSolid& solid : solids) {
    high = high.cwiseMax(solid.center + solid.half);
  }
  return high;
}

}  // namespace alidade
