// SPDX-License-Identifier: BSD-3-Clause
#include "views/mollweide/mollweide_figure.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Geometry>
#include <QPainter>

#include "core/base/constants.h"
#include "views/base/badge.h"
#include "views/base/plot.h"
#include "views/base/rotation_map_density.h"

namespace alidade {
QString canonicalText(const Eigen::Matrix3d& canonical) {
  const Eigen::AngleAxisd turn(canonical);
  const Eigen::Vector3d vector = turn.axis() * turn.angle() * kDegreesPerRadian;
  if (vector.norm() < 0.05) {
    return {};
  }
  return QString("canonical rotation (%1°, %2°, %3°)")
      .arg(numberText(vector.x(), 1), numberText(vector.y(), 1), numberText(vector.z(), 1));
}

MollweideFigure::MollweideFigure(MollweideData data) : data_(std::move(data)), dots_(mapDots(data_)) {}

MollweideLayout MollweideFigure::layout(const QRectF& area, const PlotTheme& theme) const {
  const bool caption = !data_.caption.empty() || !canonicalText(data_.canonical).isEmpty();
  return layoutMollweide(area, theme, {data_.density != nullptr, caption});
}

void MollweideFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  paintBackdrop(painter, area, theme);
  paintForeground(painter, area, theme);
}

void MollweideFigure::paintBackdrop(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  const MollweideLayout at = layout(area, theme);
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintBackground(painter, theme, area);
  paintMapBackdrop(painter, theme, at, data_);
  if (data_.density) {
    paintDensityBar(painter, theme, at.bar, *data_.density, data_.amounts);
  } else {
    paintTiltWheel(painter, theme, at.wheel_center, at.wheel_radius, data_.hue);
  }
  paintLegend(painter, at, theme);
  painter.restore();
}

void MollweideFigure::paintForeground(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  const MollweideLayout at = layout(area, theme);
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintMapDots(painter, theme, at, data_, dots_);
  paintCaption(painter, at, theme);
  paintSummary(painter, at, theme);
  painter.restore();
}

bool MollweideFigure::sameBackdrop(const MollweideFigure& other) const {
  const MollweideData& a = data_;
  const MollweideData& b = other.data_;
  return sameStyle(a, b) && a.any_rotation == b.any_rotation && a.density == b.density &&
         a.paths == b.paths && a.caption.empty() == b.caption.empty() && a.marked.size() == b.marked.size() &&
         !a.summary == !b.summary && (!a.summary || a.summary->level == b.summary->level) &&
         a.emphasized == b.emphasized && a.samples.size() == b.samples.size() &&
         a.equivalents == b.equivalents && a.orbits == b.orbits;
}

void MollweideFigure::paintLegend(QPainter& painter, const MollweideLayout& layout,
                                  const PlotTheme& theme) const {
  std::vector<LegendEntry> entries;
  const QPen line(theme.colors.muted, theme.line);
  if (data_.any_rotation) {
    entries.push_back({LegendEntry::Mark::kRing, line, "every rotation is equivalent"});
  } else if (data_.show_equivalents && !(data_.equivalents.empty() && data_.orbits.empty())) {
    const bool several = data_.equivalents.size() > 1 || !data_.orbits.empty();
    entries.push_back(
        {LegendEntry::Mark::kRing, line, several ? "ground-truth equivalents" : "ground truth"});
  }
  const QPen dot(theme.colors.muted);
  if (!data_.marked.empty()) {
    entries.push_back({LegendEntry::Mark::kDot, dot,
                       QString("%1 of %2 marked").arg(data_.marked.size()).arg(dots_.size())});
  } else if (!dots_.empty() && !data_.density) {
    entries.push_back({LegendEntry::Mark::kDot, dot, dots_.size() > 1 ? "samples" : "estimate"});
  }
  if (data_.summary) {
    entries.push_back({LegendEntry::Mark::kLine, QPen(theme.colors.text, theme.line),
                       QString("mean, %1 % of the axis").arg(std::lround(100.0 * data_.summary->level))});
  }
  drawLegend(painter, theme, layout.legend, entries);
  if (data_.paths) {
    QRectF above = layout.legend;
    above.translate(0.0, -1.2 * above.height());
    paintTimeBar(painter, theme, above, data_.amounts);
  }
}

void MollweideFigure::paintSummary(QPainter& painter, const MollweideLayout& layout,
                                   const PlotTheme& theme) const {
  if (!data_.summary) {
    return;
  }
  paintMapSummary(painter, theme, layout, data_, *data_.summary);
  // Above the legend, and above the bar of paths where there is one.
  const double lift = (data_.paths ? 1.4 : 0.0) * layout.legend.height() + theme.spacing;
  const double height = badgeHeight(theme);
  drawBadge(
      painter, theme,
      QRectF(layout.legend.left(), layout.legend.top() - lift - height, 0.6 * layout.legend.width(), height),
      QString::fromStdString(data_.summary->warning));
}

void MollweideFigure::paintCaption(QPainter& painter, const MollweideLayout& layout,
                                   const PlotTheme& theme) const {
  const QString canonical = canonicalText(data_.canonical);
  const TextStyle muted{TextRole::kSmall, theme.colors.muted};
  const double needed = canonical.isEmpty() ? 0.0 : textWidth(theme, canonical, muted) + 3.0 * theme.spacing;
  const QString caption = QString::fromStdString(data_.caption);
  const QRectF& line = layout.caption;
  drawText(painter, theme, line.topLeft(), Qt::AlignLeft | Qt::AlignTop,
           elided(theme, caption, line.width() - needed, {TextRole::kSmall}), {TextRole::kSmall});
  drawText(painter, theme, line.topRight(), Qt::AlignRight | Qt::AlignTop,
           elided(theme, canonical, line.width(), muted), muted);
}

QPointF MollweideFigure::placeOfSample(std::size_t index, const MollweideLayout& layout) const {
  return layout.center + QPointF(dots_[index].x * layout.scale, -dots_[index].y * layout.scale);
}

std::optional<std::size_t> MollweideFigure::nearestSample(const QPointF& point, const QRectF& area,
                                                          const PlotTheme& theme, double reach) const {
  const MollweideLayout at = layout(area, theme);
  std::optional<std::size_t> nearest;
  for (std::size_t i = 0; i < dots_.size(); ++i) {
    const QPointF away = placeOfSample(i, at) - point;
    if (const double distance = std::hypot(away.x(), away.y()); distance <= reach) {
      reach = distance;
      nearest = i;
    }
  }
  return nearest;
}

std::vector<int> MollweideFigure::samplesInside(const QPolygonF& line, const QRectF& area,
                                                const PlotTheme& theme) const {
  return mapDotsInside(dots_, layout(area, theme), line);
}

std::optional<double> MollweideFigure::rotationError(std::size_t index) const {
  if (!data_.truth) {
    return std::nullopt;
  }
  return symmetric_rotation_distance(data_.samples[index], data_.truth->R, data_.symmetry);
}

QString MollweideFigure::describeSample(std::size_t index) const {
  QString text = QString("sample %1").arg(index + 1);
  if (const auto error = rotationError(index)) {
    text += QString(" · %1° off").arg(numberText(*error * kDegreesPerRadian, 1));
  }
  return text + QString(" · tilt %1°").arg(numberText(360.0 * (dots_[index].hue - 0.5), 0));
}

Table MollweideFigure::data() const {
  Table table;
  table.columns = {"kind",
                   "index",
                   "latitude (deg)",
                   "longitude (deg)",
                   "tilt (deg)",
                   "hue",
                   "x",
                   "y",
                   "weight",
                   "error (deg)",
                   "marked",
                   "t",
                   "density (1 = uniform)"};
  Table::Cell time;
  if (data_.time) {
    time = *data_.time;
  }
  const auto add = [&](const char* kind, std::size_t index, const SphereRotation& at, Table::Cell weight,
                       Table::Cell error, Table::Cell marked, Table::Cell t) {
    const Eigen::Vector2d xy = mollweide(at.latitude, at.longitude);
    table.rows.push_back({std::string(kind),
                          static_cast<double>(index),
                          at.latitude * kDegreesPerRadian,
                          at.longitude * kDegreesPerRadian,
                          at.tilt * kDegreesPerRadian,
                          at.hue,
                          xy.x(),
                          xy.y(),
                          std::move(weight),
                          std::move(error),
                          std::move(marked),
                          std::move(t),
                          {}});
  };
  for (std::size_t i = 0; i < data_.samples.size(); ++i) {
    Table::Cell error;
    if (const auto angle = rotationError(i)) {
      error = *angle * kDegreesPerRadian;
    }
    const bool marked = std::binary_search(data_.marked.begin(), data_.marked.end(), static_cast<int>(i));
    add("sample", i, data_.place(data_.samples[i]), data_.weights.empty() ? 1.0 : data_.weights[i],
        std::move(error), marked ? 1.0 : 0.0, time);
  }
  for (std::size_t i = 0; i < data_.equivalents.size(); ++i) {
    add("ground truth", i, data_.place(data_.equivalents[i]), {}, {}, {}, {});
  }
  for (const auto& orbit : data_.orbits) {
    for (std::size_t i = 0; i < orbit.size(); ++i) {
      add("ground-truth orbit", i, data_.place(orbit[i]), {}, {}, {}, {});
    }
  }
  if (data_.paths) {
    for (const RotationPath& path : *data_.paths) {
      for (std::size_t i = 0; i < path.states.size(); ++i) {
        add("path", static_cast<std::size_t>(path.sample), data_.place(path.states[i]), {}, {}, 1.0,
            path.times[i]);
      }
    }
  }
  for (std::size_t m = 0; data_.summary && m < data_.summary->means.size(); ++m) {
    add("mean", m, data_.place(data_.summary->means[m]), {}, {}, {}, time);
    for (const Eigen::Matrix3d& R : data_.summary->outlines[m]) {
      add("outline of the mean axis", m, data_.place(R), data_.summary->level, {}, {}, time);
    }
  }
  for (std::size_t cell = 0; data_.density && cell < data_.density->relative.size(); ++cell) {
    const Eigen::Vector3d center = data_.density->sphere.center(cell);
    const double latitude = std::asin(center.z());
    const double longitude = std::atan2(center.y(), center.x());
    const Eigen::Vector2d xy = mollweide(latitude, longitude);
    table.rows.push_back({std::string("density cell"),
                          static_cast<double>(cell),
                          latitude * kDegreesPerRadian,
                          longitude * kDegreesPerRadian,
                          {},
                          {},
                          xy.x(),
                          xy.y(),
                          {},
                          {},
                          {},
                          time,
                          data_.density->relative[cell]});
  }
  return table;
}

}  // namespace alidade
