// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/rooms/rooms_placer.h"

#include <array>
#include <cmath>
#include <utility>

namespace alidade {
namespace {

constexpr int kTries = 12;
constexpr float kHalfTurn = 3.14159265F;

/// What an object takes of the floor: a turned rectangle, and its heights.
struct RoomsFootprint {
  Eigen::Vector2f center, along, across;  ///< half sides as vectors
  float low = 0.0F, high = 0.0F;
};

RoomsFootprint footprint_of(const RoomsObject& object) {
  const Eigen::Vector3f low = object.low(), high = object.high();
  const Eigen::Vector3f middle = object.position + turned((low + high) / 2, object.yaw);
  const Eigen::Vector3f x = turned({(high.x() - low.x()) / 2, 0.0F, 0.0F}, object.yaw);
  const Eigen::Vector3f y = turned({0.0F, (high.y() - low.y()) / 2, 0.0F}, object.yaw);
  return {middle.head<2>(), x.head<2>(), y.head<2>(), object.position.z() + low.z(),
          object.position.z() + high.z()};
}

/// By the axes that may separate two rectangles.
bool cut(const RoomsFootprint& a, const RoomsFootprint& b) {
  if (a.low >= b.high || b.low >= a.high) {
    return false;
  }
  for (const Eigen::Vector2f& axis : {a.along, a.across, b.along, b.across}) {
    const Eigen::Vector2f n = axis.normalized();
    const float reach = std::abs(n.dot(a.along)) + std::abs(n.dot(a.across)) + std::abs(n.dot(b.along)) +
                        std::abs(n.dot(b.across));
    if (std::abs(n.dot(a.center - b.center)) >= reach) {
      return false;
    }
  }
  return true;
}

bool inside(const RoomsFootprint& print, const Eigen::Vector3f& size) {
  const Eigen::Vector2f reach = print.along.cwiseAbs() + print.across.cwiseAbs();
  return ((print.center - reach).array() >= 0.0F).all() &&
         ((print.center + reach).array() <= size.head<2>().array()).all() && print.high <= size.z();
}

}  // namespace

Eigen::Vector3f turned(const Eigen::Vector3f& v, float yaw) {
  const float c = std::cos(yaw), s = std::sin(yaw);
  return {c * v.x() - s * v.y(), s * v.x() + c * v.y(), v.z()};
}

bool is_free(const RoomsLayout& room, const Eigen::Vector2f& point, float margin, float height) {
  for (const RoomsObject& object : room.objects) {
    const RoomsFootprint print = footprint_of(object);
    const Eigen::Vector2f away = point - print.center;
    const float along = std::abs(away.dot(print.along.normalized())) - print.along.norm();
    const float across = std::abs(away.dot(print.across.normalized())) - print.across.norm();
    if (print.high > height && along < margin && across < margin) {
      return false;
    }
  }
  return true;
}

int RoomsPlacer::add_if_free(RoomsObject object, int ignored) {
  const RoomsFootprint print = footprint_of(object);
  if (!inside(print, room_.size)) {
    return -1;
  }
  for (std::size_t i = 0; i < room_.objects.size(); ++i) {
    if (static_cast<int>(i) != ignored && cut(print, footprint_of(room_.objects[i]))) {
      return -1;
    }
  }
  room_.objects.push_back(std::move(object));
  return static_cast<int>(room_.objects.size()) - 1;
}

int RoomsPlacer::at_wall(RoomsObject object, float gap, float jitter) {
  const Eigen::Vector3f low = object.low(), high = object.high();
  for (int i = 0; i < kTries; ++i) {
    const std::uint32_t wall = random_.index(4);
    const float length = wall % 2 == 0 ? room_.size.x() : room_.size.y();
    const float along = static_cast<float>(random_.uniform(-low.x(), length - high.x()));
    const float off = static_cast<float>(random_.uniform(0.0, gap)) - low.y() + 0.003F;
    const std::array<Eigen::Vector2f, 4> places{Eigen::Vector2f{along, off},
                                                {room_.size.x() - off, along},
                                                {along, room_.size.y() - off},
                                                {off, along}};
    object.yaw =
        static_cast<float>(wall) * kHalfTurn / 2 + static_cast<float>(random_.uniform(-jitter, jitter));
    object.position.head<2>() = places[wall];
    if (const int index = add_if_free(object, -1); index >= 0) {
      return index;
    }
  }
  return -1;
}

int RoomsPlacer::anywhere(RoomsObject object, float yaw, float margin) {
  object.yaw = yaw;
  for (int i = 0; i < kTries; ++i) {
    object.position.x() = static_cast<float>(random_.uniform(margin, room_.size.x() - margin));
    object.position.y() = static_cast<float>(random_.uniform(margin, room_.size.y() - margin));
    if (const int index = add_if_free(object, -1); index >= 0) {
      return index;
    }
  }
  return -1;
}

int RoomsPlacer::facing(RoomsObject object, int other, bool front_only, float offset, float jitter) {
  const RoomsObject target = room_.objects[static_cast<std::size_t>(other)];
  const Eigen::Vector3f low = target.low(), high = target.high();
  for (int i = 0; i < kTries / 2; ++i) {
    const std::uint32_t side = front_only ? 0 : random_.index(4);
    const float x = static_cast<float>(random_.uniform(0.75 * low.x(), 0.75 * high.x()));
    const float y = static_cast<float>(random_.uniform(0.6 * low.y(), 0.6 * high.y()));
    const std::array<Eigen::Vector3f, 4> places{Eigen::Vector3f{x, high.y() + offset, 0.0F},
                                                {low.x() - offset, y, 0.0F},
                                                {x, low.y() - offset, 0.0F},
                                                {high.x() + offset, y, 0.0F}};
    // From its place it looks back: at the front (+y) that is half a turn.
    object.yaw = target.yaw + kHalfTurn + static_cast<float>(side) * kHalfTurn / 2 +
                 static_cast<float>(random_.uniform(-jitter, jitter));
    object.position = target.position + turned(places[side], target.yaw);
    if (const int index = add_if_free(object, other); index >= 0) {
      return index;
    }
  }
  return -1;
}

int RoomsPlacer::beside(RoomsObject object, int other, bool left) {
  const RoomsObject& target = room_.objects[static_cast<std::size_t>(other)];
  const Eigen::Vector3f low = target.low(), high = target.high(), own = object.high() - object.low();
  const float gap = static_cast<float>(random_.uniform(0.03, 0.12)) + own.x() / 2;
  object.yaw = target.yaw;
  object.position = target.position +
                    turned({left ? low.x() - gap : high.x() + gap, low.y() + own.y() / 2, 0.0F}, target.yaw);
  return add_if_free(std::move(object), other);
}

void RoomsPlacer::on_top(RoomsObject object, int other) {
  const RoomsObject& target = room_.objects[static_cast<std::size_t>(other)];
  const Eigen::Vector3f low = target.low(), high = target.high();
  object.yaw = target.yaw + static_cast<float>(random_.uniform(-0.3, 0.3));
  object.position =
      target.position + turned({static_cast<float>(random_.uniform(0.5 * low.x(), 0.5 * high.x())),
                                static_cast<float>(random_.uniform(0.4 * low.y(), 0.4 * high.y())), high.z()},
                               target.yaw);
  room_.objects.push_back(std::move(object));
}

}  // namespace alidade
