// SPDX-License-Identifier: BSD-3-Clause
#include "views/scene/scene_actors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <vtkActor.h>
#include <vtkCamera.h>
#include <vtkMatrix4x4.h>
#include <vtkRenderer.h>

#include "views/scene/hypothesis_wires.h"
#include "views/scene/scene_distance.h"
#include "views/scene/scene_lines.h"
#include "views/scene/vtk_data.h"
#include "views/scene/wire_actor.h"

namespace alidade {
namespace {

constexpr double kGridDrop = 0.012;  // metres
constexpr double kNear = 0.005;
constexpr double kFar = 120.0;

/// `share` of `color` over `ground`.
QColor mixed(const QColor& color, const QColor& ground, double share) {
  const auto mix = [share](int a, int b) {
    return static_cast<int>(std::lround(share * a + (1.0 - share) * b));
  };
  return QColor(mix(color.red(), ground.red()), mix(color.green(), ground.green()),
                mix(color.blue(), ground.blue()));
}

Lines boxLines(const OrientedBox& box) {
  const auto corners = box_corners(box);
  Lines lines;
  for (const auto& [a, b] : box_edges()) {
    lines.emplace_back(corners[static_cast<std::size_t>(a)], corners[static_cast<std::size_t>(b)]);
  }
  return lines;
}

vtkSmartPointer<vtkMatrix4x4> matrixOf(const Rigid3& pose) {
  auto matrix = vtkSmartPointer<vtkMatrix4x4>::New();
  for (int row = 0; row < 3; ++row) {
    for (int column = 0; column < 3; ++column) {
      matrix->SetElement(row, column, pose.R(row, column));
    }
    matrix->SetElement(row, 3, pose.t[row]);
  }
  return matrix;
}

}  // namespace

struct SceneActors::Impl {
  explicit Impl(vtkRenderer& r)
      : renderer(r),
        points(r),
        thin(r),
        ground_truth(r),
        prediction(r),
        chosen_truth(r),
        chosen_prediction(r),
        summary_lines(r),
        marked_lines(r),
        plain_lines(r),
        trail_lines(r),
        onion_lines(r) {}

  void setPoints(const SceneContents& contents, const SceneStyle& style);
  void addPose(const DrawnPose& pose, const SceneContents& contents, const Theme& colors);
  void showHypotheses(bool all);
  void setMeshes(const SceneContents& contents, const Theme& colors);
  LineActor& lineActorOf(const DrawnPose& pose, bool chosen) {
    return pose.prediction ? (chosen ? chosen_prediction : prediction)
                           : (chosen ? chosen_truth : ground_truth);
  }

  vtkRenderer& renderer;
  PointActor points;
  std::shared_ptr<const Frame> cloud_frame;  ///< what the points were made from
  std::size_t cloud_most = 0;
  QColor cloud_plain;
  std::shared_ptr<const ImageF> cloud_distances;
  double cloud_range = 0.0;
  ColorMap cloud_map = SequentialMap::kCividis;
  HypothesisWires wires;
  std::optional<ColorScale> scale;  ///< of the hypotheses
  Theme theme;
  double ratio = 1.0;
  bool wired = false;  ///< hypotheses are drawn here
  LineActor thin, ground_truth, prediction, chosen_truth, chosen_prediction;
  // Drawn in this order: translucent lines hide what comes later and lies behind them.
  WireActor summary_lines, marked_lines, plain_lines, trail_lines, onion_lines;
  std::map<const Mesh*, vtkSmartPointer<vtkActor>> prototypes;  ///< of the meshes in use
  std::vector<vtkSmartPointer<vtkActor>> meshes;
};

SceneActors::SceneActors(vtkRenderer& renderer) : impl_(std::make_unique<Impl>(renderer)) {}
SceneActors::~SceneActors() = default;

void SceneActors::setContents(const SceneContents& contents, const Floor& floor, const SceneStyle& style) {
  Impl& d = *impl_;
  const Theme& colors = style.colors;
  const SceneLayers& layers = contents.layers;
  static const Frame kNothing;
  const Frame& frame = contents.frame ? *contents.frame : kNothing;
  d.setPoints(contents, style);
  for (LineActor* lines : {&d.thin, &d.ground_truth, &d.prediction, &d.chosen_truth, &d.chosen_prediction}) {
    lines->clear();
  }
  if (style.lines && contents.frame) {
    if (layers.grid) {
      Floor below =
          floor;  // the cloud hides the grid; at the same height the two would fight for every pixel
      below.origin_cam -= kGridDrop * floor.up_cam;
      d.thin.add(gridLines(below, kGridCells), colors.grid);
    }
    if (layers.frustum) {
      d.thin.add(frustumLines(frame.camera, kFrustumDepth), colors.muted);
    }
    for (const DrawnPose& pose : drawnPoses(frame, contents.result.get())) {
      d.addPose(pose, contents, colors);
    }
  }
  const double ratio = style.pixel_ratio;
  d.thin.commit(1.0 * ratio);
  d.ground_truth.commit(1.6 * ratio);
  d.prediction.commit(1.4 * ratio);
  d.chosen_truth.commit(2.8 * ratio);
  d.chosen_prediction.commit(2.2 * ratio);
  d.setMeshes(contents, colors);
  d.theme = colors;
  d.ratio = ratio;
  d.wired = style.hypotheses;
  if (style.hypotheses) {
    const auto groups = hypothesisGroups(contents);
    d.scale = hypothesisScale(groups, shownColor(contents, groups), layers.colors);
    d.wires.most_lines = style.most_hypothesis_lines;
    fillHypotheses(contents, colors, d.wires);
    d.showHypotheses(true);
  }
}

void SceneActors::setMoment(const SceneContents& contents) {
  Impl& d = *impl_;
  if (d.wired) {
    moveHypotheses(contents, d.theme, d.scale, d.wires);
    d.showHypotheses(false);
  }
}

const HypothesisWires& SceneActors::hypotheses() const {
  return impl_->wires;
}

void SceneActors::Impl::setPoints(const SceneContents& contents, const SceneStyle& style) {
  const std::size_t most = contents.frame && contents.layers.points ? style.most_points : 0;
  const QColor plain = style.colors.muted;
  // Choosing an object and flipping results leave the cloud as it is.
  if (cloud_frame != contents.frame || cloud_most != most || cloud_plain != plain ||
      cloud_distances != contents.distances || cloud_range != contents.layers.distance_range ||
      !(cloud_map == contents.layers.colors)) {
    cloud_frame = contents.frame;
    cloud_most = most;
    cloud_plain = plain;
    cloud_distances = contents.distances;
    cloud_range = contents.layers.distance_range;
    cloud_map = contents.layers.colors;
    const std::array<unsigned char, 3> gray{static_cast<unsigned char>(plain.red()),
                                            static_cast<unsigned char>(plain.green()),
                                            static_cast<unsigned char>(plain.blue())};
    if (most == 0) {
      points.cloud() = {};
    } else {
      backProject(*contents.frame, most, gray, points.cloud());
      colorByDistance(contents, style.colors.dark, gray, points.cloud());
    }
    points.commit();
  }
  // Larger squares close the gaps of a cloud that was thinned out.
  points.setSize(contents.layers.point_size * style.pixel_ratio * std::max(1.0, 0.5 * points.cloud().stride));
}

void SceneActors::Impl::addPose(const DrawnPose& pose, const SceneContents& contents, const Theme& colors) {
  const OverlayLayers& layers = contents.layers.poses;
  const bool chosen = contents.selected == pose.instance;
  if (!(pose.prediction ? layers.prediction : layers.ground_truth) || (layers.only_selected && !chosen)) {
    return;
  }
  const double side = pose.box_cam.size.maxCoeff();
  const auto styled = [&](const Lines& lines) {
    return pose.prediction ? dashed(lines, side / 14.0, side / 22.0) : lines;
  };
  const auto tinted = [&](const QColor& color) {
    return chosen || !contents.selected ? color : mixed(color, colors.surface, 0.75);
  };
  LineActor& actor = lineActorOf(pose, chosen);
  if (layers.boxes) {
    actor.add(styled(boxLines(pose.box_cam)),
              tinted(pose.prediction ? colors.prediction : colors.ground_truth));
  }
  if (layers.axes) {
    const Eigen::Vector3d& center = pose.box_cam.frame_from_box.t;
    for (int axis = 0; axis < 3; ++axis) {
      actor.add(styled({{center, center + axisLength(pose) * pose.cam_from_obj.R.col(axis)}}),
                tinted(colors.axes[static_cast<std::size_t>(axis)]));
    }
  }
}

void SceneActors::Impl::showHypotheses(bool all) {
  if (all) {
    onion_lines.show(wires.onion, 1.0 * ratio);
  }
  trail_lines.show(wires.trails, 1.0 * ratio);
  // Few thin lines would be lost among the points of the cloud.
  plain_lines.show(wires.plain, (wires.plain.lines() < kFewHypothesisLines ? 1.5 : 1.0) * ratio);
  marked_lines.show(wires.marked, 2.2 * ratio);
  summary_lines.show(wires.summary, 1.8 * ratio);
}

void SceneActors::Impl::setMeshes(const SceneContents& contents, const Theme& colors) {
  for (const auto& actor : meshes) {
    renderer.RemoveActor(actor);
  }
  meshes.clear();
  std::map<const Mesh*, vtkSmartPointer<vtkActor>> used;
  if (contents.frame && contents.layers.meshes) {
    for (const Instance& instance : contents.frame->instances) {
      const auto found = contents.meshes.find(instance.object_id);
      if (found == contents.meshes.end() || !found->second || !instance.cam_from_obj.t.allFinite()) {
        continue;
      }
      auto& prototype = prototypes[found->second.get()];
      if (!prototype) {
        prototype = meshActor(*found->second, colors.muted);
      }
      used[found->second.get()] = prototype;
      auto actor = vtkSmartPointer<vtkActor>::New();
      actor->ShallowCopy(prototype);
      actor->SetUserMatrix(matrixOf(instance.cam_from_obj));
      renderer.AddActor(actor);
      meshes.push_back(actor);
    }
  }
  prototypes = std::move(used);  // forget what this frame does not show
}

void SceneActors::setViewpoint(const Viewpoint& viewpoint, double aspect) {
  vtkCamera* camera = impl_->renderer.GetActiveCamera();
  const Eigen::Vector3d eye = viewpoint.eye_cam();
  const Eigen::Vector3d forward = viewpoint.view_from_cam.R.row(2);
  const Eigen::Vector3d focal = eye + forward;
  const Eigen::Vector3d up = -viewpoint.view_from_cam.R.row(1);
  camera->SetPosition(eye.x(), eye.y(), eye.z());
  camera->SetFocalPoint(focal.x(), focal.y(), focal.z());
  camera->SetViewUp(up.x(), up.y(), up.z());
  camera->SetViewAngle(viewpoint.vertical_fov * 180.0 / std::numbers::pi);
  // VTK gives the point of the picture plane that the window's middle shows, in half windows, y up.
  camera->SetWindowCenter(-2.0 * viewpoint.principal.x() / aspect, 2.0 * viewpoint.principal.y());
  camera->SetClippingRange(kNear, kFar);
}

std::size_t SceneActors::shownPoints() const {
  return impl_->points.cloud().size();
}

std::optional<Eigen::Vector3d> SceneActors::pointOnRay(const Eigen::Vector3d& origin,
                                                       const Eigen::Vector3d& direction,
                                                       double tolerance) const {
  const PointCloud& cloud = impl_->points.cloud();
  const Eigen::Vector3d along = direction.normalized();
  const double slope = std::tan(tolerance);
  std::optional<Eigen::Vector3d> nearest;
  double nearest_depth = kFar;
  for (std::size_t i = 0; i < cloud.size(); ++i) {
    const Eigen::Vector3d point(cloud.xyz[3 * i], cloud.xyz[3 * i + 1], cloud.xyz[3 * i + 2]);
    const Eigen::Vector3d offset = point - origin;
    const double depth = offset.dot(along);
    if (depth > kNear && depth < nearest_depth && (offset - depth * along).norm() < slope * depth) {
      nearest = point;
      nearest_depth = depth;
    }
  }
  return nearest;
}

}  // namespace alidade
