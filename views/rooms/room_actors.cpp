// SPDX-License-Identifier: BSD-3-Clause
#include "views/rooms/room_actors.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <vtkCamera.h>
#include <vtkRenderer.h>

#include "views/rooms/flat_actor.h"
#include "views/rooms/room_lines.h"

namespace alidade {
namespace {

constexpr double kDegreesPerRadian = 57.29577951308232;
constexpr double kNearShare = 0.01;
constexpr double kFarRooms = 4.0;      // of the room's size, beyond the target
constexpr double kMostEnlarged = 2.0;  // points of a part stand for those that are left out
constexpr double kStrong = 1.6;        // of the width of a line, when it is selected

}  // namespace

struct RoomActors::Impl {
  explicit Impl(vtkRenderer& r)
      : renderer(r), all(r, false), part(r, false), thin(r, true), strong(r, true), pairs(r, true) {}

  void setColors(const RoomContents& contents, const RoomStyle& style) {
    const bool photo = contents.layers.color == RoomColor::kPhoto && !cloud->photo.empty();
    rgb = photo ? cloud->photo : heightColors(*cloud, contents.layers.colors, style.colors.dark);
  }
  void showPoints(const RoomContents& contents, const RoomStyle& style);
  void choosePoints();
  void showBoxes(const RoomContents& contents, const RoomStyle& style);
  void showPairs(const RoomContents& contents, const RoomStyle& style);
  void applyWhole();

  vtkRenderer& renderer;
  std::shared_ptr<const RoomCloud> cloud;
  RoomColor color = RoomColor::kPhoto;
  ColorMap colors = SequentialMap::kCividis;
  bool dark = false;
  std::vector<float> xyz;
  std::vector<unsigned char> rgb;
  std::vector<std::int32_t> below;  ///< points under the cut, in the order drawn at random
  double cut = 0.0;                 ///< metres
  std::size_t moving = 0, most_moving = 0;
  FlatActor all, part, thin, strong, pairs;
  LineStore thin_lines, strong_lines, pair_lines;
  bool whole = false, points = true;
  double point_size = 2.0;
};

RoomActors::RoomActors(vtkRenderer& renderer) : impl_(std::make_unique<Impl>(renderer)) {}
RoomActors::~RoomActors() = default;

void RoomActors::Impl::showPoints(const RoomContents& contents, const RoomStyle& style) {
  const RoomLayers& layers = contents.layers;
  const bool other = contents.cloud != cloud;
  cloud = contents.cloud;
  if (!cloud) {
    moving = 0;
    below.clear();
    all.show(nullptr, nullptr, 0);
    part.show(nullptr, nullptr, 0);
    return;
  }
  const double height = cloud->cutHeight(layers.cut);
  const bool recolored = color != layers.color || dark != style.colors.dark || !(colors == layers.colors);
  if (other || recolored) {
    color = layers.color;
    dark = style.colors.dark;
    colors = layers.colors;
    setColors(contents, style);
    if (other) {
      xyz = cloud->xyz;
    }
    all.show(xyz.data(), rgb.data(), cloud->size());
    part.show(xyz.data(), rgb.data(), cloud->size());
  }
  if (other || recolored || height != cut || style.moving_points != most_moving) {
    cut = height;
    most_moving = style.moving_points;
    choosePoints();
  }
  points = layers.points;
  point_size = layers.point_size * style.scale;
  applyWhole();
}

/// Points below the cut; chosen here, since planes that clip cost software as much as the points themselves.
void RoomActors::Impl::choosePoints() {
  below.clear();
  for (std::size_t i = 0; i < cloud->size(); ++i) {
    if (static_cast<double>(xyz[3 * i + 2]) <= cut) {
      below.push_back(static_cast<std::int32_t>(i));
    }
  }
  moving = std::min(below.size(), most_moving);
  all.choose(below, below.size());
  part.choose(below, moving);
}

void RoomActors::Impl::applyWhole() {
  const bool shows_all = whole || moving == below.size();
  all.setVisible(points && shows_all);
  part.setVisible(points && !shows_all);
  all.setPointSize(point_size);
  if (cloud && moving > 0) {
    const double left_out = static_cast<double>(below.size()) / static_cast<double>(moving);
    part.setPointSize(point_size * std::min(kMostEnlarged, std::sqrt(left_out)));
  }
}

void RoomActors::Impl::showBoxes(const RoomContents& contents, const RoomStyle& style) {
  thin_lines.clear();
  strong_lines.clear();
  if (style.boxes) {
    for (const RoomBox& one : shownBoxes(contents)) {
      const RoomLines edges = boxEdges(one.box);
      const QColor& ink = one.detection ? style.colors.prediction : style.colors.ground_truth;
      (one.selected ? strong_lines : thin_lines).add(one.detection ? dashedEdges(edges) : edges, ink);
    }
  }
  thin.setLineWidth(1.5 * style.scale);
  strong.setLineWidth(1.5 * kStrong * style.scale);
  thin_lines.showIn(thin);
  strong_lines.showIn(strong);
}

void RoomActors::Impl::showPairs(const RoomContents& contents, const RoomStyle& style) {
  pair_lines.clear();
  if (contents.lit && style.boxes) {
    for (const RoomPair& pair : *contents.lit) {
      pair_lines.add({{pair.from.cast<double>(), pair.to.cast<double>()}}, style.colors.accent);
    }
  }
  pairs.setLineWidth(2.0 * style.scale);
  pair_lines.showIn(pairs);
}

void RoomActors::setContents(const RoomContents& contents, const RoomStyle& style) {
  impl_->showPoints(contents, style);
  impl_->showBoxes(contents, style);
  impl_->showPairs(contents, style);
}

void RoomActors::setCamera(const RoomCamera& camera) {
  vtkCamera& eye = *impl_->renderer.GetActiveCamera();
  const Eigen::Vector3d at = camera.eye();
  const Eigen::Vector3d up = -camera.viewFromRoom().R.row(1).transpose();
  eye.SetPosition(at.x(), at.y(), at.z());
  eye.SetFocalPoint(camera.target.x(), camera.target.y(), camera.target.z());
  eye.SetViewUp(up.x(), up.y(), up.z());
  const double half = std::atan(0.5 * 1000.0 / camera.intrinsics(1000.0, 1000.0).fy);
  eye.SetViewAngle(2.0 * half * kDegreesPerRadian);
  const double room = impl_->cloud ? (impl_->cloud->high - impl_->cloud->low).norm() : 10.0;
  eye.SetClippingRange(std::max(0.01, kNearShare * camera.distance), camera.distance + kFarRooms * room);
}

void RoomActors::setWhole(bool whole) {
  impl_->whole = whole;
  impl_->applyWhole();
}

std::size_t RoomActors::drawnPoints() const {
  return !impl_->cloud || !impl_->points ? 0 : impl_->whole ? impl_->below.size() : impl_->moving;
}

}  // namespace alidade
