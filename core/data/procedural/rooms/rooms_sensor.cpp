// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/rooms/rooms_sensor.h"

#include <algorithm>
#include <cmath>

#include "core/data/procedural/rooms/rooms_cells.h"

namespace alidade {
namespace {

constexpr float kFieldOfView = 57.0F * 3.14159265F / 180.0F;
constexpr int kGlanceRays = 1200, kFewestGlances = 8;
constexpr float kNearest = 0.4F, kFarthest = 8.0F;  ///< metres that a depth camera measures

float draw(Random& random, float low, float high) {
  return low + (high - low) * static_cast<float>(random.uniform());
}

/// Gaussian of three axes.
Eigen::Vector3f shake(Random& random, float deviation) {
  const float x = static_cast<float>(random.normal()), y = static_cast<float>(random.normal());
  return deviation * Eigen::Vector3f(x, y, static_cast<float>(random.normal()));
}

/// The color of a surface in the light of a room, with a little noise of the camera.
Eigen::Vector3f lit(const RoomsCast& cast, Random& random) {
  const float light = 0.78F + 0.22F * std::max(0.0F, cast.normal.dot(Eigen::Vector3f(0.27F, 0.38F, 0.885F)));
  const Eigen::Vector3f color = light * cast.color + shake(random, 0.015F);
  return color.cwiseMax(0.0F).cwiseMin(1.0F);
}

/// A place where a person may stand; the last try when there is none.
Eigen::Vector3f standing_place(const RoomsLayout& room, Random& random, bool at_wall) {
  Eigen::Vector3f place;
  for (int i = 0; i < 24; ++i) {
    place = {draw(random, 0.3F, room.size.x() - 0.3F), draw(random, 0.3F, room.size.y() - 0.3F),
             draw(random, 1.2F, 1.65F)};
    if (at_wall) {
      const int axis = static_cast<int>(random.index(2));
      const float off = draw(random, 0.15F, 0.4F);
      place[axis] = random.index(2) == 0 ? off : room.size[axis] - off;
    }
    if (is_free(room, place.head<2>(), 0.15F, 0.9F)) {
      break;
    }
  }
  return place;
}

void add_counts(const RoomsCaster& caster, RoomsCapture& capture) {
  for (std::size_t i = 0; i < capture.met.size(); ++i) {
    capture.met[i] += caster.met()[i];
    capture.seen[i] += caster.seen()[i];
  }
}

RoomsCapture empty_capture(const RoomsLayout& room) {
  RoomsCapture capture;
  capture.met.assign(room.objects.size(), 0);
  capture.seen.assign(room.objects.size(), 0);
  return capture;
}

/// The middle of what the source may label, from which the camera turns away a little.
Eigen::Vector3f middle_of(const RoomsLayout& room) {
  Eigen::Vector3f sum = Eigen::Vector3f::Zero();
  float count = 0.0F;
  for (const RoomsObject& object : room.objects) {
    if (object.kind >= 0) {
      sum += object.position;
      count += 1.0F;
    }
  }
  return count > 0.0F ? Eigen::Vector3f(sum / count) : Eigen::Vector3f(room.size / 2);
}

/// A depth camera: where it stands, where it looks, and how far down.
struct RoomsCamera {
  Eigen::Vector3f origin;
  float heading = 0.0F, pitch = 0.0F;
};

/// Calls `take` with the direction of each ray, before the camera is turned by its heading, and with the
/// ray's length at depth 1.
template <class Take>
void for_each_ray(const RoomsCamera& camera, int pixels, const Take& take) {
  const int width = std::max(8, static_cast<int>(std::sqrt(static_cast<float>(pixels) * 4.0F / 3.0F)));
  const int height = width * 3 / 4;
  const float focal = 0.5F * static_cast<float>(width) / std::tan(kFieldOfView / 2);
  const float c = std::cos(camera.pitch), s = std::sin(camera.pitch);
  for (int v = 0; v < height; ++v) {
    for (int u = 0; u < width; ++u) {
      const float x = (static_cast<float>(u) + 0.5F - 0.5F * static_cast<float>(width)) / focal;
      const float z = (0.5F * static_cast<float>(height) - static_cast<float>(v) - 0.5F) / focal;
      const float length = std::sqrt(1.0F + x * x + z * z);
      take(Eigen::Vector3f(x / length, (c + s * z) / length, (c * z - s) / length), length);
    }
  }
}

/// How many pieces of furniture a camera shows with more than a few rays.
int furniture_in(const RoomsLayout& room, const RoomsCamera& camera) {
  RoomsCaster caster(room, camera.origin);
  for_each_ray(camera, kGlanceRays,
               [&](const Eigen::Vector3f& ahead, float) { caster.cast(turned(ahead, camera.heading)); });
  int count = 0;
  for (std::size_t i = 0; i < room.objects.size(); ++i) {
    count += room.objects[i].kind >= 0 && caster.seen()[i] >= kFewestGlances &&
             3 * caster.seen()[i] >= caster.met()[i];
  }
  return count;
}

/// As a person would choose it: of a few places by the walls the one that shows most.
RoomsCamera best_camera(const RoomsLayout& room, Random& random) {
  RoomsCamera best;
  int most = -1;
  for (int i = 0; i < 5; ++i) {
    RoomsCamera camera{standing_place(room, random, true)};
    const Eigen::Vector3f toward = middle_of(room) - camera.origin;
    camera.heading = std::atan2(-toward.x(), toward.y()) + draw(random, -0.35F, 0.35F);
    camera.pitch = draw(random, 0.14F, 0.42F);
    const int shown = furniture_in(room, camera);
    if (shown > most) {
      most = shown;
      best = camera;
    }
  }
  return best;
}

/// Whether the depth camera gets an answer.
bool answers(const RoomsCast& cast, const Eigen::Vector3f& direction, float depth, float noise,
             Random& random) {
  const float hole = std::abs(cast.normal.dot(direction)) < 0.12F ? 0.7F : 0.015F;
  return random.uniform() >= hole * std::min(1.0F, noise) && depth >= kNearest && depth <= kFarthest;
}

}  // namespace

RoomsCapture walk_room(const RoomsLayout& room, const RoomsWalk& walk, Random& random) {
  RoomsCapture capture = empty_capture(room);
  RoomsCells cells(walk.cell, static_cast<std::size_t>(walk.rays));
  const Eigen::Vector3f phase = shake(random, 3.0F);
  const int rays = walk.rays / walk.stops;
  for (int stop = 0; stop < walk.stops; ++stop) {
    const Eigen::Vector3f from = standing_place(room, random, false);
    RoomsCaster caster(room, from);
    const float turn = draw(random, 0.0F, 6.2831853F);
    for (int i = 0; i < rays; ++i) {
      // Equal areas of the sphere, from 75 degrees below the horizon to 50 above it; golden angle between
      // two.
      const float up = -0.966F + 1.73F * (static_cast<float>(i) + 0.5F) / static_cast<float>(rays);
      const float flat = std::sqrt(1.0F - up * up), around = turn + 2.3999632F * static_cast<float>(i);
      const Eigen::Vector3f direction{flat * std::cos(around), flat * std::sin(around), up};
      const RoomsCast cast = caster.cast(direction);
      const Eigen::Vector3f at = from + cast.distance * direction;
      const bool ceiling = cast.object < 0 && cast.normal.z() < -0.5F;
      if ((ceiling && random.uniform() >= walk.ceiling) || !cells.insert(at)) {
        continue;
      }
      const Eigen::Vector3f bend{std::sin(0.9F * at.y() + phase.x()), std::sin(0.8F * at.x() + phase.y()),
                                 std::sin(0.7F * (at.x() + at.y()) + phase.z())};
      capture.samples.push_back(
          {at + walk.drift * bend + shake(random, walk.noise), lit(cast, random), cast.object});
    }
    add_counts(caster, capture);
  }
  return capture;
}

RoomsCapture view_room(const RoomsLayout& room, int pixels, float noise, Random& random) {
  const RoomsCamera camera = best_camera(room, random);
  RoomsCapture capture = empty_capture(room);
  capture.origin = camera.origin;
  capture.heading = camera.heading;
  RoomsCaster caster(room, capture.origin);
  for_each_ray(camera, pixels, [&](const Eigen::Vector3f& ahead, float length) {
    const Eigen::Vector3f direction = turned(ahead, capture.heading);
    const RoomsCast cast = caster.cast(direction);
    const float depth = cast.distance / length;
    if (!answers(cast, direction, depth, noise, random)) {
      return;
    }
    const float away = depth - kNearest;
    const float deviation = noise * (0.0012F + 0.0019F * away * away);
    const float measured = cast.distance + deviation * static_cast<float>(random.normal());
    capture.samples.push_back({measured * ahead, lit(cast, random), cast.object});
  });
  add_counts(caster, capture);
  return capture;
}

}  // namespace alidade
