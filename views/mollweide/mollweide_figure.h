// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <vector>

#include <QPolygonF>

#include "views/base/figure.h"
#include "views/mollweide/mollweide_data.h"
#include "views/mollweide/mollweide_layout.h"

namespace alidade {

/// Rotations on a Mollweide map: place = where an axis points, color = the turn about it. Ground-truth
/// equivalents are rings (or tubes along continuous symmetries) filled with the background, behind the
/// samples. With a density the places are colored by how often they occur, and the turn is summed out.
class MollweideFigure : public Figure {
 public:
  explicit MollweideFigure(MollweideData data);

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  /// What does not change with time (map, density, truth, paths, legend), and the rest. Painted one after the
  /// other they are the figure.
  void paintBackdrop(QPainter& painter, const QRectF& area, const PlotTheme& theme) const;
  void paintForeground(QPainter& painter, const QRectF& area, const PlotTheme& theme) const;
  /// True when paintBackdrop paints the same for both.
  bool sameBackdrop(const MollweideFigure& other) const;

  /// One row per sample, ring, point of an orbit, state of a path, mean, point of its outline (weight: the
  /// level) and cell of a density: kind, index, place,
  /// tilt, hue, map x and y, weight, error, whether it is marked, t, density.
  Table data() const override;
  Provenance provenance() const override { return data_.provenance; }

  const MollweideData& source() const { return data_; }
  MollweideLayout layout(const QRectF& area, const PlotTheme& theme) const;
  /// Where a sample's dot is.
  QPointF placeOfSample(std::size_t index, const MollweideLayout& layout) const;
  /// The sample nearest to `point`, at most `reach` logical units away.
  std::optional<std::size_t> nearestSample(const QPointF& point, const QRectF& area, const PlotTheme& theme,
                                           double reach) const;
  /// Numbers of the samples inside a closed line, ascending.
  std::vector<int> samplesInside(const QPolygonF& line, const QRectF& area, const PlotTheme& theme) const;
  /// Rotation error against the truth, radians, symmetry-reduced; nothing without a truth.
  std::optional<double> rotationError(std::size_t index) const;
  /// "sample 12 · 4.3° off · tilt −31°".
  QString describeSample(std::size_t index) const;

 private:
  void paintLegend(QPainter& painter, const MollweideLayout& layout, const PlotTheme& theme) const;
  void paintSummary(QPainter& painter, const MollweideLayout& layout, const PlotTheme& theme) const;
  void paintCaption(QPainter& painter, const MollweideLayout& layout, const PlotTheme& theme) const;

  MollweideData data_;
  std::vector<MapDot> dots_;
};

/// The canonical rotation in words for a caption, as rotation vector in degrees; empty for the identity.
QString canonicalText(const Eigen::Matrix3d& canonical);

}  // namespace alidade
