// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QPolygonF>

#include "core/results/object_samples.h"
#include "views/base/figure.h"
#include "views/base/rotation_map.h"
#include "views/base/rotation_map_density.h"

namespace alidade {

class MapDensities;

/// What all maps of a small-multiples figure have in common.
struct MollweideMultiplesStyle : RotationMapStyle {
  std::optional<MapDensityOptions> density;  ///< shown in place of dots
  std::vector<int> marked;                   ///< samples that stand out, ascending
  std::vector<QString> row_names;            ///< in place of the samples' names
};

/// The same object's samples on several small maps, as in Fig. 2 and 9 of the score-scaling paper: over
/// diffusion times, over schedules, or both (a row per schedule, a column per time). One set over times, and
/// several sets at one time, are laid out in as many rows as make the maps largest. Maps share one legend; a
/// density has one color scale for all maps, so that equal colors mean equal densities.
class MollweideMultiplesFigure : public Figure {
 public:
  /// One schedule at the kept states nearest to `times`, in that order.
  MollweideMultiplesFigure(std::shared_ptr<const ObjectSamples> samples, std::vector<double> times,
                           MollweideMultiplesStyle style = {});
  /// Several schedules; null ones are left out. Densities come from `known` where it is given.
  MollweideMultiplesFigure(std::vector<std::shared_ptr<const ObjectSamples>> schedules,
                           std::vector<double> times, MollweideMultiplesStyle style = {},
                           MapDensities* known = nullptr);

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  /// One row per map and sample: schedule, t, sample, place, tilt, whether it is marked, rotation error.
  Table data() const override;
  Provenance provenance() const override;

  std::size_t size() const { return panels_.size(); }
  /// Where the map of a panel lies in a figure painted into `area`.
  MapPlacement placement(std::size_t panel, const QRectF& area, const PlotTheme& theme) const;
  const RotationMap& map(std::size_t panel) const { return panels_[panel].map; }
  /// Numbers of the samples inside a closed line, ascending, on the map that its first point lies on.
  std::vector<int> samplesInside(const QPolygonF& line, const QRectF& area, const PlotTheme& theme) const;

 private:
  struct Panel {
    std::shared_ptr<const ObjectSamples> samples;
    double time = 0.0;
    QString schedule;
    QString label;
    RotationMap map;
    std::vector<MapDot> dots;
  };
  struct Grid {
    int rows = 1, columns = 1;
    QRectF cells;        ///< of all maps
    double heads = 0.0;  ///< height above each map, or above each column of a row per schedule
    double names = 0.0;  ///< width left of each row
    QRectF legend;
  };
  void addPanel(std::shared_ptr<const ObjectSamples> samples, const QString& name, double time,
                MapDensities* known);
  Grid gridIn(const QRectF& area, const PlotTheme& theme) const;
  bool both() const { return schedules_ > 1 && times_ > 1; }
  QRectF cell(std::size_t panel, const Grid& grid) const;
  void paintHeads(QPainter& painter, const PlotTheme& theme, const Grid& grid) const;
  void paintLegend(QPainter& painter, const PlotTheme& theme, const Grid& grid) const;

  MollweideMultiplesStyle style_;
  std::size_t schedules_ = 0, times_ = 0;
  std::vector<Panel> panels_;  ///< schedule by schedule
};

/// `count` diffusion times from noise to the end that show most: evenly spaced among the kept states.
std::vector<double> spreadTimes(const ObjectSamples& samples, std::size_t count);

}  // namespace alidade
