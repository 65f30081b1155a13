// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <vector>

#include <QColor>
#include <QRectF>

#include <Eigen/Core>

#include "core/geometry/rigid.h"
#include "core/geometry/symmetry.h"

class QPainter;

namespace alidade {

struct PlotTheme;

/// How a thumbnail draws each pose.
enum class ThumbnailMark {
  kBoxes,  ///< wire boxes
  kAxes,   ///< the object's axes: x red, y green, z blue
};

/// Poses of one object in a small 3D picture that needs no GL, seen from the upper right of its camera.
struct PoseThumbnail {
  std::vector<Rigid3> poses;    ///< cam_from_obj; those that are not finite are left out
  std::optional<Rigid3> truth;  ///< cam_from_obj
  Eigen::Vector3d size = Eigen::Vector3d::Constant(0.1);  ///< of the box, metres
  Eigen::Vector3d center_obj = Eigen::Vector3d::Zero();   ///< of the box in the object frame, metres
  SymmetryGroup symmetry;   ///< with kAxes the circles of a continuous symmetry are drawn at the truth
  bool nearest = false;     ///< draw each pose's equivalent that lies nearest to the truth
  std::vector<int> marked;  ///< poses that stand out, by number; the others step back
  ThumbnailMark mark = ThumbnailMark::kBoxes;
  std::vector<double>
      amounts;  ///< per pose 0..1, shown by color (cividis, which no ground truth looks like); empty: plain
  std::optional<QColor> plain;  ///< color of plain boxes; none: the theme's prediction
  double reach = 0.0;           ///< metres from the middle to the picture's edge; 0: thumbnailReach()
};

/// The reach that shows the truth and at least four fifths of the poses, but never more than six times the
/// object: noise would make a speck of it. Thumbnails that are compared share the largest of theirs.
double thumbnailReach(const PoseThumbnail& thumbnail);

/// Paints inside `area` only: poses thin, the truth solid green with its far edges fainter, marked poses
/// last. Poses whose middle lies outside are dots at the rim in their direction. Of more than 200 poses an
/// even choice is drawn.
void paintPoseThumbnail(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                        const PoseThumbnail& thumbnail);

}  // namespace alidade
