// SPDX-License-Identifier: BSD-3-Clause
#include "views/mollweide/mollweide_multiples_figure.h"

#include <algorithm>
#include <cmath>

#include <QPainter>

#include "core/base/constants.h"
#include "core/geometry/symmetry.h"
#include "views/base/map_densities.h"
#include "views/base/plot.h"
#include "views/mollweide/mollweide_data.h"
#include "views/mollweide/mollweide_layout.h"

namespace alidade {
namespace {

QString timeText(double t) {
  return "t = " + numberText(t, 2);
}

std::vector<std::shared_ptr<const ObjectSamples>> alone(std::shared_ptr<const ObjectSamples> samples) {
  std::vector<std::shared_ptr<const ObjectSamples>> one;
  one.push_back(std::move(samples));
  return one;
}

}  // namespace

std::vector<double> spreadTimes(const ObjectSamples& samples, std::size_t count) {
  const std::size_t kept = std::min(samples.times.size(), samples.trajectory.size());
  std::vector<double> times;
  if (kept == 0) {
    return {0.0};
  }
  count = std::clamp<std::size_t>(count, 1, kept);
  for (std::size_t i = 0; i < count; ++i) {
    // One map alone shows the end.
    times.push_back(samples.times[count == 1 ? kept - 1 : (i * (kept - 1) + (count - 1) / 2) / (count - 1)]);
  }
  return times;
}

MollweideMultiplesFigure::MollweideMultiplesFigure(std::shared_ptr<const ObjectSamples> samples,
                                                   std::vector<double> times, MollweideMultiplesStyle style)
    : MollweideMultiplesFigure(alone(std::move(samples)), std::move(times), std::move(style)) {}

MollweideMultiplesFigure::MollweideMultiplesFigure(
    std::vector<std::shared_ptr<const ObjectSamples>> schedules, std::vector<double> times,
    MollweideMultiplesStyle style, MapDensities* known)
    : style_(std::move(style)), times_(times.size()) {
  for (std::size_t i = 0; i < schedules.size(); ++i) {
    if (schedules[i]) {
      ++schedules_;
      const QString name =
          i < style_.row_names.size() ? style_.row_names[i] : QString::fromStdString(schedules[i]->name);
      for (const double t : times) {
        addPanel(schedules[i], name, t, known);
      }
    }
  }
  double highest = 0.0;
  for (const Panel& panel : panels_) {
    highest = std::max(highest, panel.map.density ? panel.map.density->highest : 0.0);
  }
  for (Panel& panel : panels_) {
    if (panel.map.density) {
      auto scaled = std::make_shared<MapDensity>(*panel.map.density);
      scaled->highest = highest;
      panel.map.density = std::move(scaled);
    }
    const QString at = timeText(panel.time);
    panel.label = schedules_ > 1 && times_ == 1 ? panel.schedule + " \u00b7 " + at : at;
  }
}

void MollweideMultiplesFigure::addPanel(std::shared_ptr<const ObjectSamples> samples, const QString& name,
                                        double time, MapDensities* known) {
  MollweideData data = mollweideData(*samples, time);
  Panel& panel = panels_.emplace_back();
  panel.time = data.time.value_or(0.0);
  panel.map = std::move(data);
  static_cast<RotationMapStyle&>(panel.map) = style_;
  panel.map.marked = style_.marked;
  panel.schedule = name;
  panel.samples = std::move(samples);
  panel.dots = mapDots(panel.map);
  if (style_.density) {
    panel.map.density =
        known ? known->of(panel.map, *style_.density) : mapDensity(panel.map, *style_.density);
  }
}

MollweideMultiplesFigure::Grid MollweideMultiplesFigure::gridIn(const QRectF& area,
                                                                const PlotTheme& theme) const {
  Grid grid;
  const double gap = 2.0 * theme.spacing;
  const QRectF inner = area.adjusted(gap, gap, -gap, -gap);
  const double foot =
      style_.density ? densityBarHeight(theme) : 2.0 * tiltWheelReach(theme) - theme.small_size;
  grid.legend = QRectF(inner.left(), inner.bottom() - foot, inner.width(), foot);
  grid.heads = 1.2 * lineHeight(theme, TextRole::kSmall);
  grid.cells = inner.adjusted(0.0, 0.0, 0.0, -foot - 0.5 * gap);
  const auto count = static_cast<int>(panels_.size());
  if (both()) {
    grid.rows = static_cast<int>(schedules_);
    grid.columns = static_cast<int>(times_);
    grid.names = 1.2 * lineHeight(theme, TextRole::kSmall);  // names stand upright
    grid.cells.adjust(grid.names, grid.heads, 0.0, 0.0);     // times stand above the first row alone
    return grid;
  }
  double best = 0.0;
  for (int columns = 1; columns <= count; ++columns) {
    const int rows = (count + columns - 1) / columns;
    const double size = std::min(0.5 * grid.cells.width() / columns, grid.cells.height() / rows - grid.heads);
    // An even grid is worth a slightly smaller map.
    if (const double worth = size * (rows * columns == count ? 1.1 : 1.0); worth > best) {
      best = worth;
      grid.rows = rows;
      grid.columns = columns;
    }
  }
  return grid;
}

QRectF MollweideMultiplesFigure::cell(std::size_t panel, const Grid& grid) const {
  const int row = static_cast<int>(panel) / grid.columns;
  const int column = static_cast<int>(panel) % grid.columns;
  const double width = grid.cells.width() / grid.columns;
  // Rows stand together in the middle where there is more room than they need.
  const double needed = 0.5 * width + (both() ? 0.2 : 1.6) * grid.heads;
  const double height = std::min(grid.cells.height() / grid.rows, needed);
  const double top = grid.cells.center().y() - 0.5 * height * grid.rows;
  return {grid.cells.left() + column * width, top + row * height, width, height};
}

MapPlacement MollweideMultiplesFigure::placement(std::size_t panel, const QRectF& area,
                                                 const PlotTheme& theme) const {
  const Grid grid = gridIn(area, theme);
  return placeMap(cell(panel, grid).adjusted(theme.spacing, both() ? 0.0 : grid.heads, -theme.spacing, 0.0),
                  theme);
}

std::vector<int> MollweideMultiplesFigure::samplesInside(const QPolygonF& line, const QRectF& area,
                                                         const PlotTheme& theme) const {
  for (std::size_t i = 0; i < panels_.size() && !line.isEmpty(); ++i) {
    const MapPlacement on = placement(i, area, theme);
    if (on.bounds().contains(line.front())) {
      return mapDotsInside(panels_[i].dots, on, line);
    }
  }
  return {};
}

void MollweideMultiplesFigure::paintHeads(QPainter& painter, const PlotTheme& theme, const Grid& grid) const {
  const TextStyle style{TextRole::kSmall, theme.colors.text};
  for (std::size_t i = 0; i < panels_.size(); ++i) {
    const QRectF at = cell(i, grid);
    if (!both() || i < times_) {
      drawText(painter, theme, {at.center().x(), at.top() - (both() ? grid.heads : 0.0)},
               Qt::AlignHCenter | Qt::AlignTop,
               elided(theme, panels_[i].label, at.width() - theme.spacing, style), style);
    }
    if (both() && i % times_ == 0) {
      TextStyle upright{TextRole::kSmall, theme.colors.text, false, true};
      upright.degrees = -90.0;
      drawText(painter, theme, {at.left() - grid.names, at.center().y()}, Qt::AlignHCenter | Qt::AlignTop,
               elided(theme, shownName(theme, panels_[i].schedule), at.height(), upright), upright);
    }
  }
}

void MollweideMultiplesFigure::paintLegend(QPainter& painter, const PlotTheme& theme,
                                           const Grid& grid) const {
  if (panels_.empty()) {
    return;
  }
  const RotationMap& first = panels_.front().map;
  std::vector<LegendEntry> entries;
  const QPen line(theme.colors.muted, theme.line);
  if (first.any_rotation) {
    entries.push_back({LegendEntry::Mark::kRing, line, "every rotation is equivalent"});
  } else if (style_.show_equivalents && !(first.equivalents.empty() && first.orbits.empty())) {
    const bool several = first.equivalents.size() > 1 || !first.orbits.empty();
    entries.push_back(
        {LegendEntry::Mark::kRing, line, several ? "ground-truth equivalents" : "ground truth"});
  }
  QRectF row = grid.legend;
  row.setTop(row.bottom() - lineHeight(theme, TextRole::kSmall));
  if (style_.density) {
    const double width = std::min(9.5 * theme.text_size, 0.5 * grid.legend.width());
    const QRectF bar(grid.legend.right() - width, grid.legend.top(), width, grid.legend.height());
    paintDensityBar(painter, theme, bar, *first.density, style_.amounts);
    row.setRight(bar.left() - 2.0 * theme.spacing);
  } else {
    entries.push_back({LegendEntry::Mark::kDot, QPen(theme.colors.muted),
                       style_.marked.empty() ? QString("samples")
                                             : QString("samples, %1 marked").arg(style_.marked.size())});
    const double reach = tiltWheelReach(theme);
    const QPointF center(grid.legend.right() - reach, grid.legend.center().y());
    paintTiltWheel(painter, theme, center, tiltWheelRadius(theme), style_.hue);
    row.setRight(center.x() - reach);
  }
  drawLegend(painter, theme, row, entries);
}

void MollweideMultiplesFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintBackground(painter, theme, area);
  const Grid grid = gridIn(area, theme);
  for (std::size_t i = 0; i < panels_.size(); ++i) {
    const MapPlacement on = placement(i, area, theme);
    paintMapBackdrop(painter, theme, on, panels_[i].map);
    paintMapDots(painter, theme, on, panels_[i].map, panels_[i].dots);
  }
  paintHeads(painter, theme, grid);
  paintLegend(painter, theme, grid);
  painter.restore();
}

Table MollweideMultiplesFigure::data() const {
  Table table;
  table.columns = {"schedule",        "t",          "sample", "latitude (deg)",
                   "longitude (deg)", "tilt (deg)", "marked", "rotation error (deg)"};
  for (const Panel& panel : panels_) {
    for (std::size_t i = 0; i < panel.map.samples.size(); ++i) {
      const Eigen::Matrix3d& R = panel.map.samples[i];
      const SphereRotation at = panel.map.place(R);
      const bool marked = std::binary_search(style_.marked.begin(), style_.marked.end(), static_cast<int>(i));
      Table::Cell error;
      if (panel.samples->truth) {
        error = symmetric_rotation_distance(R, panel.samples->truth->R, panel.samples->symmetry) *
                kDegreesPerRadian;
      }
      table.rows.push_back({panel.schedule.toStdString(), panel.time, static_cast<double>(i),
                            at.latitude * kDegreesPerRadian, at.longitude * kDegreesPerRadian,
                            at.tilt * kDegreesPerRadian, marked ? 1.0 : 0.0, std::move(error)});
    }
  }
  return table;
}

Provenance MollweideMultiplesFigure::provenance() const {
  return panels_.empty() ? Provenance{} : panels_.front().samples->provenance;
}

}  // namespace alidade
