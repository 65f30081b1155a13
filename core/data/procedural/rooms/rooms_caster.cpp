// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/rooms/rooms_caster.h"

#include <cmath>
#include <limits>

namespace alidade {
namespace {

/// Planks or tiles of slightly different brightness.
float floor_pattern(const Eigen::Vector3f& at) {
  const auto plank = static_cast<std::int64_t>(std::floor(at.x() / 0.18F)) * 7 +
                     static_cast<std::int64_t>(std::floor(at.y() / 1.1F)) * 13;
  return 0.92F + 0.04F * static_cast<float>(((plank % 5) + 5) % 5);
}

}  // namespace

RoomsCaster::RoomsCaster(const RoomsLayout& room, const Eigen::Vector3f& origin)
    : room_(room), origin_(origin), met_(room.objects.size()), seen_(room.objects.size()) {
  for (const RoomsObject& object : room.objects) {
    Target target{&object, std::cos(object.yaw), std::sin(object.yaw), {}, {}, -2.0F, {}};
    const Eigen::Vector3f low = object.low(), high = object.high();
    target.bounds.center = (low + high) / 2;
    target.bounds.half = (high - low) / 2;
    target.origin = turned(origin - object.position, -object.yaw);
    const Eigen::Vector3f away = object.position + turned(target.bounds.center, object.yaw) - origin;
    const float distance = away.norm(), radius = target.bounds.half.norm();
    if (distance > radius) {
      target.axis = away / distance;
      target.opening = std::sqrt(1.0F - (radius / distance) * (radius / distance));
    }
    targets_.push_back(target);
  }
}

RoomsCast RoomsCaster::shell(const Eigen::Vector3f& direction) const {
  RoomsCast cast;
  cast.distance = std::numeric_limits<float>::max();
  for (int axis = 0; axis < 3; ++axis) {
    if (direction[axis] == 0.0F) {
      continue;
    }
    const bool forwards = direction[axis] > 0.0F;
    const float distance = ((forwards ? room_.size[axis] : 0.0F) - origin_[axis]) / direction[axis];
    if (distance < cast.distance) {
      cast.distance = distance;
      cast.normal.setZero();
      cast.normal[axis] = forwards ? -1.0F : 1.0F;
    }
  }
  cast.color = room_.wall_color;
  if (cast.normal.z() > 0.5F) {
    cast.color = room_.floor_color * floor_pattern(origin_ + cast.distance * direction);
  } else if (cast.normal.z() < -0.5F) {
    cast.color = Eigen::Vector3f::Constant(0.9F);
  }
  return cast;
}

RoomsCast RoomsCaster::cast(const Eigen::Vector3f& direction) {
  RoomsCast nearest = shell(direction);
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    const Target& target = targets_[i];
    if (target.opening > -1.5F && target.axis.dot(direction) < target.opening) {
      continue;
    }
    const RoomsRay ray{target.origin,
                       {target.cosine * direction.x() + target.sine * direction.y(),
                        target.cosine * direction.y() - target.sine * direction.x(), direction.z()}};
    const bool within =
        ((target.origin - target.bounds.center).cwiseAbs().array() < target.bounds.half.array()).all();
    if (!within && !hit_solid(target.bounds, ray)) {
      continue;
    }
    bool met = false;
    for (const RoomsSolid& solid : target.object->solids) {
      const auto hit = hit_solid(solid, ray);
      met = met || hit.has_value();
      if (hit && hit->distance < nearest.distance) {
        nearest = {hit->distance, static_cast<int>(i), turned(hit->normal, target.object->yaw), solid.color};
      }
    }
    met_[i] += met ? 1 : 0;
  }
  if (nearest.object >= 0) {
    ++seen_[static_cast<std::size_t>(nearest.object)];
  }
  return nearest;
}

}  // namespace alidade
