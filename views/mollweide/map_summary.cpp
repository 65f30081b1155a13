// SPDX-License-Identifier: BSD-3-Clause
#include "views/mollweide/map_summary.h"

#include <cmath>

#include <QPainter>
#include <QPen>

#include "core/base/constants.h"
#include "core/evaluation/errors/pose_summary.h"

namespace alidade {
namespace {

/// The direction of the object frame whose turns move a rotation's place: the shown axis, or under GenPose's
/// convention the camera's viewing direction as the object sees it.
Eigen::Vector3d placedAxis(const RotationMapStyle& style, const Eigen::Matrix3d& R) {
  return style.convention == SphereConvention::kImplicitPdf
             ? Eigen::Vector3d(style.canonical.col(0))
             : Eigen::Vector3d(R.transpose() * style.camera_side.transpose() * Eigen::Vector3d::UnitZ());
}

/// Elements whose equivalents lie at places of their own.
std::vector<Eigen::Matrix3d> placedElements(const RotationMapStyle& style, const SymmetryGroup& symmetry) {
  constexpr double kSame = 1e-6;
  std::vector<Eigen::Matrix3d> elements;
  std::vector<Eigen::Vector3d> seen;
  for (const Rigid3& element : symmetry.finite) {
    const Eigen::Vector3d axis = element.R * style.canonical.col(0);
    bool known = false;
    for (const Eigen::Vector3d& other : seen) {
      known = known || (axis - other).norm() < kSame;
    }
    if (!known || style.convention != SphereConvention::kImplicitPdf) {
      seen.push_back(axis);
      elements.push_back(element.R);
    }
  }
  return elements;
}

/// Pieces of a closed curve that do not cross the map's rim.
void paintOutline(QPainter& painter, const MapPlacement& on, const RotationMap& map,
                  const std::vector<Eigen::Matrix3d>& outline) {
  for (std::size_t i = 0; i + 1 < outline.size(); ++i) {
    const SphereRotation a = map.place(outline[i]), b = map.place(outline[i + 1]);
    if (std::abs(a.longitude - b.longitude) < kPi) {
      painter.drawLine(on.at(a), on.at(b));
    }
  }
}

void paintCross(QPainter& painter, const QPointF& at, double arm) {
  painter.drawLine(at - QPointF(arm, 0.0), at + QPointF(arm, 0.0));
  painter.drawLine(at - QPointF(0.0, arm), at + QPointF(0.0, arm));
}

}  // namespace

std::shared_ptr<const MapSummary> mapSummary(const RotationMap& map, const SymmetryGroup& symmetry,
                                             double level) {
  std::vector<Rigid3> poses;
  for (const Eigen::Matrix3d& R : map.samples) {
    poses.push_back({R, Eigen::Vector3d::Zero()});
  }
  const auto summary = pose_summary(poses, symmetry, Eigen::Vector3d::Zero(), level);
  if (!summary) {
    return nullptr;
  }
  auto shown = std::make_shared<MapSummary>();
  shown->level = level;
  shown->warning = summary->warning;
  if (symmetry.any) {
    return shown;
  }
  const Eigen::Matrix3d& mean = summary->gaussian.mean.R;
  for (const Eigen::Matrix3d& element : placedElements(map, symmetry)) {
    const Eigen::Matrix3d equivalent = mean * element;
    // Turns of the equivalent are those of the mean, seen from the equivalent's frame.
    const Eigen::Vector3d axis = element * placedAxis(map, equivalent);
    if (!has_direction(symmetry, axis)) {
      continue;
    }
    shown->means.push_back(equivalent);
    std::vector<Eigen::Matrix3d>& outline = shown->outlines.emplace_back();
    for (const Eigen::Matrix3d& R : cone_rim(summary->gaussian, axis, level)) {
      outline.push_back(R * element);
    }
  }
  return shown;
}

QPen summaryPen(const PlotTheme& theme, bool over_density) {
  return {over_density ? QColor(Qt::white) : theme.colors.text, 1.2 * theme.line, Qt::SolidLine, Qt::RoundCap,
          Qt::RoundJoin};
}

void paintMapSummary(QPainter& painter, const PlotTheme& theme, const MapPlacement& on,
                     const RotationMap& map, const MapSummary& summary) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  const QPen ink = summaryPen(theme, map.density != nullptr);
  QColor rim = map.density ? theme.colors.halo : theme.background();
  for (const bool halo : {true, false}) {
    painter.setPen(halo ? QPen(rim, ink.widthF() + 2.0 * theme.hairline, Qt::SolidLine, Qt::RoundCap) : ink);
    for (const auto& outline : summary.outlines) {
      paintOutline(painter, on, map, outline);
    }
    for (const Eigen::Matrix3d& mean : summary.means) {
      paintCross(painter, on.at(map.place(mean)), 0.4 * theme.text_size);
    }
  }
  painter.restore();
}

}  // namespace alidade
