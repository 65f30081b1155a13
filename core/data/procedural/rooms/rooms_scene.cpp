// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>

#include "core/data/procedural/procedural_generator.h"
#include "core/data/procedural/rooms/rooms.h"
#include "core/data/procedural/rooms/rooms_furniture.h"
#include "core/data/procedural/rooms/rooms_layout.h"
#include "core/data/procedural/rooms/rooms_sensor.h"

namespace alidade {
namespace {

using Source = RoomsRecipe::Source;

constexpr double kPi = 3.14159265358979323846;
constexpr float kSeenShare = 0.25F;
constexpr float kWidestAngle = 0.56F;  ///< radians off the view's axis

RoomsCapture capture_room(const RoomsRecipe& recipe, const RoomsLayout& room, Random& random) {
  const float noise = static_cast<float>(recipe.noise);
  if (recipe.source == Source::kViews) {
    return view_room(room, recipe.points * 5 / 4, noise, random);
  }
  RoomsWalk walk;
  walk.rays = recipe.points * 5 / 2;
  // A room is scanned with more or less care.
  walk.cell *= static_cast<float>(random.uniform(0.85, 1.3));
  walk.noise *= noise;
  walk.drift *= noise;
  if (recipe.source == Source::kOffices) {
    walk.stops = 10;
    walk.cell *= 1.3F;
    walk.noise *= 1.5F;
    walk.drift = 0.0F;
    walk.ceiling = 0.4F;
  }
  return walk_room(room, walk, random);
}

/// A random choice in random order.
void thin(std::vector<RoomsSample>& samples, std::size_t most, Random& random) {
  const std::size_t kept = std::min(most, samples.size());
  for (std::size_t i = 0; i < kept; ++i) {
    std::swap(samples[i], samples[i + random.index(static_cast<std::uint32_t>(samples.size() - i))]);
  }
  samples.resize(kept);
}

/// Moves a reconstruction to where its source has the origin: the middle of the floor, or the lowest corner
/// of the points.
void move_origin(const RoomsRecipe& recipe, const RoomsLayout& room, RoomsCapture& capture) {
  if (recipe.source == Source::kScans) {
    capture.origin = {room.size.x() / 2, room.size.y() / 2, 0.0F};
  } else if (recipe.source == Source::kOffices) {
    capture.origin = Eigen::Vector3f::Constant(std::numeric_limits<float>::max());
    for (const RoomsSample& sample : capture.samples) {
      capture.origin = capture.origin.cwiseMin(sample.position);
    }
  } else {
    return;
  }
  for (RoomsSample& sample : capture.samples) {
    sample.position -= capture.origin;
  }
}

/// The bounds of the points of one object.
UprightBox bounds_of(const RoomsCapture& capture, int object) {
  Eigen::Vector3f low = Eigen::Vector3f::Constant(std::numeric_limits<float>::max()), high = -low;
  for (const RoomsSample& sample : capture.samples) {
    if (sample.object == object) {
      low = low.cwiseMin(sample.position);
      high = high.cwiseMax(sample.position);
    }
  }
  return {((low + high) / 2).cast<double>(), (high - low).cast<double>(), 0.0};
}

/// The whole object, as the capture's frame has it; yaw in (-pi, pi].
UprightBox whole_box(const RoomsObject& object, const RoomsCapture& capture) {
  const Eigen::Vector3f low = object.low(), high = object.high();
  const Eigen::Vector3f middle = object.position + turned((low + high) / 2, object.yaw) - capture.origin;
  const double yaw = std::remainder(static_cast<double>(object.yaw - capture.heading), 2 * kPi);
  return {turned(middle, -capture.heading).cast<double>(), (high - low).cast<double>(),
          yaw <= -kPi ? kPi : yaw};
}

bool well_seen(const UprightBox& box, int seen, int met) {
  return static_cast<float>(seen) >= kSeenShare * static_cast<float>(met) && box.center.y() > 0.0 &&
         std::abs(std::atan2(box.center.x(), box.center.y())) < kWidestAngle;
}

/// The boxes of a capture, and for every object the position of its box (0-based) or -1.
std::vector<int> add_boxes(const RoomsRecipe& recipe, const RoomsLayout& room, const RoomsCapture& capture,
                           std::vector<SceneBox>& boxes) {
  std::vector<int> points(room.objects.size()), position(room.objects.size(), -1);
  for (const RoomsSample& sample : capture.samples) {
    if (sample.object >= 0) {
      ++points[static_cast<std::size_t>(sample.object)];
    }
  }
  for (std::size_t i = 0; i < room.objects.size(); ++i) {
    const int kind = room.objects[i].kind;
    const int category = kind < 0 ? -1 : rooms_category(static_cast<RoomsKind>(kind), recipe.source);
    if (category < 0 || points[i] < recipe.min_box_points) {
      continue;
    }
    const bool view = recipe.source == Source::kViews;
    const UprightBox box =
        view ? whole_box(room.objects[i], capture) : bounds_of(capture, static_cast<int>(i));
    if (!view || well_seen(box, capture.seen[i], capture.met[i])) {
      position[i] = static_cast<int>(boxes.size());
      boxes.push_back({category, box});
    }
  }
  return position;
}

void add_points(const RoomsCapture& capture, const std::vector<int>& position, std::int64_t nothing,
                RoomsScene& made) {
  PointScene& scene = made.scene;
  for (const RoomsSample& sample : capture.samples) {
    scene.points.insert(scene.points.end(), sample.position.data(), sample.position.data() + 3);
    scene.colors.insert(scene.colors.end(), sample.color.data(), sample.color.data() + 3);
    const int box = sample.object < 0 ? -1 : position[static_cast<std::size_t>(sample.object)];
    made.instance.push_back(box + 1);
    made.semantic.push_back(box < 0 ? nothing : scene.boxes[static_cast<std::size_t>(box)].category);
  }
}

/// What makes a source contradict the others.
void contradict(const RoomsRecipe& recipe, PointScene& scene) {
  const auto categories = static_cast<int>(rooms_categories(recipe.source).size());
  for (SceneBox& box : scene.boxes) {
    box.category = (box.category + recipe.label_shift) % categories;
    box.box.center *= recipe.scale;
    box.box.size *= recipe.scale;
  }
  if (recipe.scale != 1.0) {
    for (float& value : scene.points) {
      value *= static_cast<float>(recipe.scale);
    }
  }
}

}  // namespace

std::string rooms_scene_name(std::size_t index) {
  char name[24];
  std::snprintf(name, sizeof name, "%06zu", index);
  return name;
}

RoomsScene make_rooms_scene(const RoomsRecipe& recipe, std::size_t index) {
  Random random(split_seed(recipe.seed, rooms_source_name(recipe.source) + " " + recipe.split, index));
  RoomsScene made;
  made.scene.name = rooms_scene_name(index);
  // A room or a view without a single box teaches nothing: another one is drawn.
  for (int tries = 0; tries < 8 && made.scene.boxes.empty(); ++tries) {
    const RoomsLayout room = make_rooms_layout(recipe.source, random);
    RoomsCapture capture = capture_room(recipe, room, random);
    thin(capture.samples, static_cast<std::size_t>(recipe.points), random);
    move_origin(recipe, room, capture);
    const std::vector<int> position = add_boxes(recipe, room, capture, made.scene.boxes);
    if (!made.scene.boxes.empty() || tries == 7) {
      add_points(capture, position, static_cast<std::int64_t>(rooms_categories(recipe.source).size()), made);
    }
  }
  contradict(recipe, made.scene);
  return made;
}

}  // namespace alidade
