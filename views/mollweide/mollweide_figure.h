// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <vector>

#include "core/geometry/sphere_projection.h"
#include "views/base/figure.h"
#include "views/mollweide/mollweide_data.h"
#include "views/mollweide/mollweide_layout.h"

namespace alidade {

/// Rotations on a Mollweide map: place = where an axis points, color = the turn about it. Ground-truth
/// equivalents are rings (or tubes along continuous symmetries) filled with the background, behind the
/// samples.
class MollweideFigure : public Figure {
 public:
  explicit MollweideFigure(MollweideData data);

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  /// One row per sample and ring: kind, index, latitude, longitude, tilt, hue, map x and y, weight, error.
  Table data() const override;
  Provenance provenance() const override { return data_.provenance; }

  const MollweideData& source() const { return data_; }
  /// The sample nearest to `point`, at most `reach` logical units away.
  std::optional<std::size_t> nearestSample(const QPointF& point, const QRectF& area, const PlotTheme& theme,
                                           double reach) const;
  /// "K 12: 4.3° off · tilt −31°".
  QString describeSample(std::size_t index) const;

 private:
  void paintGraticule(QPainter& painter, const MollweideLayout& layout, const PlotTheme& theme) const;
  void paintOrbits(QPainter& painter, const MollweideLayout& layout, const PlotTheme& theme) const;
  void paintRings(QPainter& painter, const MollweideLayout& layout, const PlotTheme& theme) const;
  void paintSamples(QPainter& painter, const MollweideLayout& layout, const PlotTheme& theme) const;
  void paintSprites(QPainter& painter, const MollweideLayout& layout, double radius) const;
  void paintWheel(QPainter& painter, const MollweideLayout& layout, const PlotTheme& theme) const;
  void paintLegend(QPainter& painter, const MollweideLayout& layout, const PlotTheme& theme) const;
  double dotRadius(const PlotTheme& theme) const;
  SphereRotation place(const Eigen::Matrix3d& R) const;

  MollweideData data_;
  std::vector<SphereRotation> sample_places_;
  std::vector<SphereRotation> ring_places_;
  std::vector<std::vector<SphereRotation>> orbit_places_;
};

}  // namespace alidade
