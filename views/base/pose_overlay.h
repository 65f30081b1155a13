// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <optional>
#include <vector>

#include <QLineF>
#include <QPointF>
#include <QRectF>
#include <QString>
#include <QTransform>

#include "core/base/table.h"
#include "core/data/dataset.h"
#include "core/results/pose_result.h"
#include "views/base/plot_theme.h"

class QPainter;

namespace alidade {

/// Poses drawn over an image or a rendered scene: one projection and one painter for screen and print.

/// How points in the frame's camera reach the painter.
struct OverlayProjection {
  PinholeCamera camera;  ///< of the picture that is drawn over
  Rigid3 view_from_cam;  ///< identity for the image itself; OpenCV axes on both sides
  QTransform
      painter_from_image;  ///< from image coordinates, in which pixel (u, v) covers [u, u+1] x [v, v+1]
  double near_z = 0.01;    ///< metres; lines are cut at this depth

  /// The visible part of a segment between two points in the frame's camera, in painter coordinates; empty
  /// when all of it lies behind the near plane.
  std::optional<QLineF> line(const Eigen::Vector3d& a_cam, const Eigen::Vector3d& b_cam) const;
  std::optional<QPointF> point(const Eigen::Vector3d& point_cam) const;
};

/// What is drawn of the poses.
struct OverlayLayers {
  bool ground_truth = true;
  bool prediction = true;
  bool boxes = true;
  bool axes = true;
  bool letters = true;  ///< X, Y, Z at the ends of the axes
  bool labels = true;   ///< "mug 3 2.4°"
  bool only_selected = false;

  bool operator==(const OverlayLayers&) const = default;
};

/// One pose, projected.
struct OverlayPose {
  int instance = 0;
  bool prediction = false;
  bool selected = false;
  std::vector<QLineF> box;                    ///< up to 12 lines
  std::array<std::optional<QLineF>, 3> axes;  ///< from the box's center
  QString label;
  std::optional<QPointF> label_at;
  QRectF extent;  ///< of what is drawn
};

/// A pose as it is drawn: the box in the camera frame with the axes of `cam_from_obj`.
struct DrawnPose {
  int instance = 0;
  bool prediction = false;
  Rigid3 cam_from_obj;
  OrientedBox box_cam;
};

/// Length of the drawn axes, metres: half of the box's longest side.
double axisLength(const DrawnPose& pose);

/// The ground truth of every instance, then the predictions of the same frame; of a symmetric object the
/// prediction's equivalent that lies nearest to its ground truth. `result` may be null.
std::vector<DrawnPose> drawnPoses(const Frame& frame, const PoseResult* result);

/// Name and, when there is an estimate, reduced rotation error of an instance: "mug 3  2.4°".
QString instanceLabel(const Frame& frame, const PoseResult* result, int instance);

std::vector<OverlayPose> poseOverlay(const Frame& frame, const PoseResult* result,
                                     const OverlayProjection& projection, const OverlayLayers& layers,
                                     std::optional<int> selected);

/// Which pens the overlay uses.
enum class OverlayGround {
  kPhoto,    ///< bright colors on a dark halo
  kSurface,  ///< the theme's colors
};

/// Paints poses: ground truth solid, predictions dashed, the selected one thicker, all others fainter when
/// one is selected.
void paintPoseOverlay(QPainter& painter, const PlotTheme& theme, const std::vector<OverlayPose>& poses,
                      const OverlayLayers& layers, OverlayGround ground);

/// Only the labels and the letters of the axes, as paintPoseOverlay places them.
void paintPoseLabels(QPainter& painter, const PlotTheme& theme, const std::vector<OverlayPose>& poses,
                     const OverlayLayers& layers, OverlayGround ground);

/// One line "— ground truth  - - prediction  x y z" from the left end of `area`, with the pens of the
/// overlay.
void paintOverlayLegend(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                        const OverlayLayers& layers, bool has_prediction, OverlayGround ground);

/// The nearest instance whose ground-truth or predicted box the ray meets; both in the frame's camera.
std::optional<int> instanceOnRay(const std::vector<DrawnPose>& poses, const OverlayLayers& layers,
                                 const Eigen::Vector3d& origin_cam, const Eigen::Vector3d& direction_cam);

/// The numbers of the drawn poses: per row instance, source, category, center, quaternion, size, errors.
Table poseTable(const Frame& frame, const PoseResult* result);

}  // namespace alidade
