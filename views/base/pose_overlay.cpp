// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/pose_overlay.h"

#include <algorithm>
#include <array>
#include <limits>

#include "core/base/constants.h"
#include "core/geometry/rotation.h"
#include "views/base/plot.h"

namespace alidade {
namespace {

/// Lines are cut this many picture sizes outside of the picture: dashes of a line kilometres long take
/// seconds.
constexpr double kMargin = 1.0;

/// Cuts `line` to `area` (Liang and Barsky, 1984).
std::optional<QLineF> clipped(const QLineF& line, const QRectF& area) {
  double from = 0.0;
  double to = 1.0;
  const std::array<double, 4> p{-line.dx(), line.dx(), -line.dy(), line.dy()};
  const std::array<double, 4> q{line.x1() - area.left(), area.right() - line.x1(), line.y1() - area.top(),
                                area.bottom() - line.y1()};
  for (std::size_t side = 0; side < 4; ++side) {
    if (p[side] == 0.0) {
      if (q[side] < 0.0) {
        return std::nullopt;
      }
      continue;
    }
    const double at = q[side] / p[side];
    if (p[side] < 0.0) {
      from = std::max(from, at);
    } else {
      to = std::min(to, at);
    }
  }
  if (!(from < to)) {
    return std::nullopt;
  }
  return QLineF(line.pointAt(from), line.pointAt(to));
}

QPointF imagePoint(const PinholeCamera& camera, const Eigen::Vector3d& view) {
  return {camera.fx * view.x() / view.z() + camera.cx + 0.5,
          camera.fy * view.y() / view.z() + camera.cy + 0.5};
}

const Instance* instanceOf(const Frame& frame, int index) {
  for (const Instance& instance : frame.instances) {
    if (instance.index == index) {
      return &instance;
    }
  }
  return nullptr;
}

/// The box's lines and axes through the projection.
OverlayPose projected(const DrawnPose& pose, const OverlayProjection& projection,
                      const OverlayLayers& layers) {
  OverlayPose drawn;
  drawn.instance = pose.instance;
  drawn.prediction = pose.prediction;
  if (layers.boxes) {
    const auto corners = box_corners(pose.box_cam);
    for (const auto& [a, b] : box_edges()) {
      if (const auto line =
              projection.line(corners[static_cast<std::size_t>(a)], corners[static_cast<std::size_t>(b)])) {
        drawn.box.push_back(*line);
      }
    }
  }
  if (layers.axes) {
    const Eigen::Vector3d center = pose.box_cam.frame_from_box.t;
    const double length = axisLength(pose);
    for (int axis = 0; axis < 3; ++axis) {
      drawn.axes[static_cast<std::size_t>(axis)] =
          projection.line(center, center + length * pose.cam_from_obj.R.col(axis));
    }
  }
  return drawn;
}

/// Of the box, else of the axes; null when nothing is drawn.
QRectF extentOf(const OverlayPose& pose) {
  double left = std::numeric_limits<double>::max();
  double top = std::numeric_limits<double>::max();
  double right = std::numeric_limits<double>::lowest();
  double bottom = std::numeric_limits<double>::lowest();
  const auto take = [&](const QLineF& line) {
    left = std::min({left, line.x1(), line.x2()});
    right = std::max({right, line.x1(), line.x2()});
    top = std::min({top, line.y1(), line.y2()});
    bottom = std::max({bottom, line.y1(), line.y2()});
  };
  std::for_each(pose.box.begin(), pose.box.end(), take);
  for (const auto& axis : pose.axes) {
    if (axis && pose.box.empty()) {
      take(*axis);
    }
  }
  return left > right ? QRectF() : QRectF(QPointF(left, top), QPointF(right, bottom));
}

}  // namespace

double axisLength(const DrawnPose& pose) {
  const double side = pose.box_cam.size.maxCoeff();
  return side > 0.0 ? 0.5 * side : 0.05;
}

std::optional<QLineF> OverlayProjection::line(const Eigen::Vector3d& a_cam,
                                              const Eigen::Vector3d& b_cam) const {
  Eigen::Vector3d a = view_from_cam * a_cam;
  Eigen::Vector3d b = view_from_cam * b_cam;
  if (!camera.valid() || !a.allFinite() || !b.allFinite() || (a.z() < near_z && b.z() < near_z)) {
    return std::nullopt;
  }
  const auto cut = [this](Eigen::Vector3d& behind, const Eigen::Vector3d& front) {
    behind += (near_z - behind.z()) / (front.z() - behind.z()) * (front - behind);
    behind.z() = near_z;
  };
  if (a.z() < near_z) {
    cut(a, b);
  } else if (b.z() < near_z) {
    cut(b, a);
  }
  const QLineF in_image(imagePoint(camera, a), imagePoint(camera, b));
  const double dx = kMargin * camera.width;
  const double dy = kMargin * camera.height;
  const auto kept = clipped(in_image, QRectF(-dx, -dy, camera.width + 2 * dx, camera.height + 2 * dy));
  return kept ? std::optional(painter_from_image.map(*kept)) : std::nullopt;
}

std::optional<QPointF> OverlayProjection::point(const Eigen::Vector3d& point_cam) const {
  const Eigen::Vector3d view = view_from_cam * point_cam;
  if (!camera.valid() || !view.allFinite() || view.z() < near_z) {
    return std::nullopt;
  }
  return painter_from_image.map(imagePoint(camera, view));
}

std::vector<DrawnPose> drawnPoses(const Frame& frame, const PoseResult* result) {
  std::vector<DrawnPose> poses;
  for (const Instance& instance : frame.instances) {
    poses.push_back({instance.index, false, instance.cam_from_obj, instance.box_cam()});
  }
  if (!result) {
    return poses;
  }
  for (const PoseEstimate& estimate : result->estimates) {
    if (estimate.frame != frame.index) {
      continue;
    }
    Rigid3 pose = estimate.cam_from_obj;
    Eigen::Vector3d center_obj = Eigen::Vector3d::Zero();
    if (const Instance* truth = instanceOf(frame, estimate.instance)) {
      pose = nearest_equivalent(truth->cam_from_obj, pose, truth->symmetry);
      center_obj = truth->center_obj;
    }
    poses.push_back({estimate.instance, true, pose, {{pose.R, pose * center_obj}, estimate.size}});
  }
  return poses;
}

QString instanceLabel(const Frame& frame, const PoseResult* result, int instance) {
  const Instance* truth = instanceOf(frame, instance);
  const PoseEstimate* estimate = result ? result->find(frame.index, instance) : nullptr;
  if (!truth && !estimate) {
    return {};
  }
  QString text = QString("%1 %2")
                     .arg(QString::fromStdString(truth ? truth->category : estimate->category))
                     .arg(instance);
  if (estimate && truth) {
    text += "  " + numberText(estimate->error.rotation_reduced * kDegreesPerRadian, 1) + QChar(0x00b0);
  }
  return text;
}

std::vector<OverlayPose> poseOverlay(const Frame& frame, const PoseResult* result,
                                     const OverlayProjection& projection, const OverlayLayers& layers,
                                     std::optional<int> selected) {
  std::vector<OverlayPose> drawn;
  for (const DrawnPose& pose : drawnPoses(frame, result)) {
    const bool is_selected = selected == pose.instance;
    if (!(pose.prediction ? layers.prediction : layers.ground_truth) ||
        (layers.only_selected && !is_selected)) {
      continue;
    }
    OverlayPose item = projected(pose, projection, layers);
    item.selected = is_selected;
    const bool labeled = std::any_of(drawn.begin(), drawn.end(), [&](const OverlayPose& other) {
      return other.instance == item.instance && other.label_at;
    });
    if (layers.labels && !labeled) {
      item.label = instanceLabel(frame, layers.prediction ? result : nullptr, pose.instance);
      item.extent = extentOf(item);
      if (!item.extent.isNull()) {
        item.label_at = QPointF(item.extent.center().x(), item.extent.top());
      }
    }
    drawn.push_back(std::move(item));
  }
  // The selected pose is painted last; ground truth stays below its prediction.
  std::stable_sort(drawn.begin(), drawn.end(), [](const OverlayPose& a, const OverlayPose& b) {
    return std::pair(a.selected, a.prediction) < std::pair(b.selected, b.prediction);
  });
  return drawn;
}

std::optional<int> instanceOnRay(const std::vector<DrawnPose>& poses, const OverlayLayers& layers,
                                 const Eigen::Vector3d& origin_cam, const Eigen::Vector3d& direction_cam) {
  std::optional<int> hit;
  double nearest = std::numeric_limits<double>::max();
  for (const DrawnPose& pose : poses) {
    if (!(pose.prediction ? layers.prediction : layers.ground_truth)) {
      continue;
    }
    const Rigid3 box_from_cam = pose.box_cam.frame_from_box.inverse();
    const Eigen::Array3d origin = box_from_cam * origin_cam;
    const Eigen::Array3d direction = box_from_cam.R * direction_cam;
    const Eigen::Array3d half = 0.5 * pose.box_cam.size;
    // Slabs: a zero component divides to infinities of the right sign.
    const Eigen::Array3d one = (-half - origin) / direction;
    const Eigen::Array3d two = (half - origin) / direction;
    const double enter = one.min(two).maxCoeff();
    const double leave = one.max(two).minCoeff();
    if (enter <= leave && leave > 0.0 && enter < nearest) {
      nearest = enter;
      hit = pose.instance;
    }
  }
  return hit;
}

Table poseTable(const Frame& frame, const PoseResult* result) {
  Table table;
  table.columns = {"frame",
                   "instance",
                   "category",
                   "source",
                   "center x (m)",
                   "center y (m)",
                   "center z (m)",
                   "qw",
                   "qx",
                   "qy",
                   "qz",
                   "size x (m)",
                   "size y (m)",
                   "size z (m)",
                   "raw rotation error (deg)",
                   "reduced rotation error (deg)",
                   "translation error (cm)",
                   "IoU",
                   "score"};
  for (const DrawnPose& pose : drawnPoses(frame, result)) {
    const Instance* truth = instanceOf(frame, pose.instance);
    const PoseEstimate* estimate = pose.prediction ? result->find(frame.index, pose.instance) : nullptr;
    const Eigen::Vector3d& c = pose.box_cam.frame_from_box.t;
    const auto q = quat_wxyz_from_rotation(pose.cam_from_obj.R);
    const Eigen::Vector3d& s = pose.box_cam.size;
    std::vector<Table::Cell> row{
        frame.info.name,
        static_cast<double>(pose.instance),
        truth      ? truth->category
        : estimate ? estimate->category
                   : std::string(),
        std::string(pose.prediction ? "prediction, nearest equivalent" : "ground truth"),
        c.x(),
        c.y(),
        c.z(),
        q[0],
        q[1],
        q[2],
        q[3],
        s.x(),
        s.y(),
        s.z()};
    if (estimate) {
      row.insert(row.end(), {estimate->error.rotation_raw * kDegreesPerRadian,
                             estimate->error.rotation_reduced * kDegreesPerRadian,
                             estimate->error.translation * 100.0, estimate->error.iou, estimate->score});
    } else {
      row.resize(table.columns.size());
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace alidade
