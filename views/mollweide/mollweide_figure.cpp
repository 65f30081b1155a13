// SPDX-License-Identifier: BSD-3-Clause
#include "views/mollweide/mollweide_figure.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <QImage>
#include <QPainter>
#include <QPolygonF>

#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kDegrees = 180.0 / kPi;
constexpr std::size_t kManySamples = 800;  // above this, dots are painted as sprites on screen
constexpr int kSpriteHues = 96;
constexpr int kGraticuleSteps = 60;

double ringRadius(const PlotTheme& theme) {
  return 0.55 * theme.text_size;
}

}  // namespace

MollweideFigure::MollweideFigure(MollweideData data) : data_(std::move(data)) {
  for (const auto& sample : data_.samples) {
    sample_places_.push_back(place(sample.R));
  }
  for (const auto& R : data_.equivalents) {
    ring_places_.push_back(place(R));
  }
  for (const auto& orbit : data_.orbits) {
    auto& places = orbit_places_.emplace_back();
    for (const auto& R : orbit) {
      places.push_back(place(R));
    }
  }
}

SphereRotation MollweideFigure::place(const Eigen::Matrix3d& R) const {
  return rotation_to_sphere(data_.camera_side * R * data_.canonical, data_.convention);
}

void MollweideFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  const MollweideLayout layout = layoutMollweide(area, theme);
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintBackground(painter, theme, area);
  paintGraticule(painter, layout, theme);
  if (data_.show_equivalents) {
    paintOrbits(painter, layout, theme);
    paintRings(painter, layout, theme);
  }
  paintSamples(painter, layout, theme);
  paintWheel(painter, layout, theme);
  paintLegend(painter, layout, theme);
  painter.restore();
}

void MollweideFigure::paintGraticule(QPainter& painter, const MollweideLayout& layout,
                                     const PlotTheme& theme) const {
  painter.setBrush(Qt::NoBrush);
  painter.setPen(theme.gridPen());
  for (int degrees = -60; degrees <= 60; degrees += 30) {
    painter.drawLine(layout.at(degrees / kDegrees, -kPi), layout.at(degrees / kDegrees, kPi));
  }
  for (int degrees = -180; degrees <= 180; degrees += 30) {
    QPolygonF meridian;
    for (int step = 0; step <= kGraticuleSteps; ++step) {
      meridian << layout.at(kPi * (static_cast<double>(step) / kGraticuleSteps - 0.5), degrees / kDegrees);
    }
    painter.setPen(std::abs(degrees) == 180 ? QPen(theme.colors.border, 1.2 * theme.hairline)
                                            : theme.gridPen());
    painter.drawPolyline(meridian);
  }
}

void MollweideFigure::paintOrbits(QPainter& painter, const MollweideLayout& layout,
                                  const PlotTheme& theme) const {
  const double radius = 0.8 * ringRadius(theme);
  const auto stroke = [&](double width, bool colored) {
    for (const auto& orbit : orbit_places_) {
      for (std::size_t i = 0; i < orbit.size(); ++i) {
        const SphereRotation& a = orbit[i];
        const SphereRotation& b = orbit[(i + 1) % orbit.size()];
        const QColor color = colored ? cyclicColor(data_.hue, a.hue) : theme.background();
        painter.setPen(QPen(color, width, Qt::SolidLine, Qt::RoundCap));
        const QPointF from = layout.at(a.latitude, a.longitude);
        // A step over the map's rim would cross the whole map.
        const bool wraps = std::abs(a.longitude - b.longitude) > kPi;
        painter.drawLine(from, wraps ? from + QPointF(0.0, 1e-3) : layout.at(b.latitude, b.longitude));
      }
    }
  };
  stroke(2.0 * radius + theme.line, true);
  stroke(2.0 * radius - theme.line, false);
}

void MollweideFigure::paintRings(QPainter& painter, const MollweideLayout& layout,
                                 const PlotTheme& theme) const {
  const double radius = ringRadius(theme);
  painter.setBrush(theme.background());
  for (std::size_t i = 0; i < ring_places_.size(); ++i) {
    const QPointF center = layout.at(ring_places_[i].latitude, ring_places_[i].longitude);
    // Equivalents that differ by tilt alone lie on one another: each gets its share of the circle.
    std::vector<std::size_t> together;
    for (std::size_t k = 0; k < ring_places_.size(); ++k) {
      const QPointF away = layout.at(ring_places_[k].latitude, ring_places_[k].longitude) - center;
      if (std::hypot(away.x(), away.y()) < 0.3 * radius) {
        together.push_back(k);
      }
    }
    if (together.front() != i) {
      continue;
    }
    const QRectF circle(center - QPointF(radius, radius), QSizeF(2.0 * radius, 2.0 * radius));
    painter.setPen(Qt::NoPen);
    painter.drawEllipse(circle);
    const int span = 360 * 16 / static_cast<int>(together.size());
    for (std::size_t k = 0; k < together.size(); ++k) {
      painter.setPen(QPen(cyclicColor(data_.hue, ring_places_[together[k]].hue), 1.3 * theme.line,
                          Qt::SolidLine, Qt::FlatCap));
      painter.drawArc(circle, 90 * 16 + static_cast<int>(k) * span, span);
    }
  }
}

double MollweideFigure::dotRadius(const PlotTheme& theme) const {
  const double count = static_cast<double>(std::max<std::size_t>(1, sample_places_.size()));
  const double shrink = std::pow(count, -0.22);  // many samples: smaller dots, so that density can be seen
  return theme.text_size * std::clamp(0.42 * shrink, 0.075, 0.34);
}

void MollweideFigure::paintSamples(QPainter& painter, const MollweideLayout& layout,
                                   const PlotTheme& theme) const {
  const double radius = dotRadius(theme);
  if (!theme.print && sample_places_.size() > kManySamples) {
    paintSprites(painter, layout, radius);
    return;
  }
  double heaviest = 0.0;
  for (const auto& sample : data_.samples) {
    heaviest = std::max(heaviest, sample.weight);
  }
  painter.setPen(sample_places_.size() > kManySamples ? QPen(Qt::NoPen)
                                                      : QPen(theme.background(), 0.5 * theme.hairline));
  for (std::size_t i = 0; i < sample_places_.size(); ++i) {
    const SphereRotation& sample = sample_places_[i];
    const double share = heaviest > 0.0 ? data_.samples[i].weight / heaviest : 1.0;
    const double size = radius * std::sqrt(std::max(0.0, share));
    painter.setBrush(cyclicColor(data_.hue, sample.hue));
    painter.drawEllipse(layout.at(sample.latitude, sample.longitude), size, size);
  }
}

void MollweideFigure::paintSprites(QPainter& painter, const MollweideLayout& layout, double radius) const {
  const double ratio = painter.device()->devicePixelRatioF();
  const double side = 2.0 * std::ceil(radius + 1.0);
  std::vector<QImage> sprites;
  for (int hue = 0; hue < kSpriteHues; ++hue) {
    QImage sprite((QSizeF(side, side) * ratio).toSize(), QImage::Format_ARGB32_Premultiplied);
    sprite.setDevicePixelRatio(ratio);
    sprite.fill(Qt::transparent);
    QPainter brush(&sprite);
    brush.setRenderHint(QPainter::Antialiasing);
    brush.setPen(Qt::NoPen);
    brush.setBrush(cyclicColor(data_.hue, (hue + 0.5) / kSpriteHues));
    brush.drawEllipse(QPointF(0.5 * side, 0.5 * side), radius, radius);
    sprites.push_back(std::move(sprite));
  }
  for (const SphereRotation& sample : sample_places_) {
    const int hue = std::clamp(static_cast<int>(sample.hue * kSpriteHues), 0, kSpriteHues - 1);
    const QPointF at = layout.at(sample.latitude, sample.longitude) - QPointF(0.5 * side, 0.5 * side);
    painter.drawImage(QPoint(static_cast<int>(std::lround(at.x())), static_cast<int>(std::lround(at.y()))),
                      sprites[hue]);
  }
}

void MollweideFigure::paintWheel(QPainter& painter, const MollweideLayout& layout,
                                 const PlotTheme& theme) const {
  constexpr int kSteps = 120;
  const double outer = layout.wheel_radius;
  const double inner = 0.68 * outer;
  painter.setPen(Qt::NoPen);
  for (int step = 0; step < kSteps; ++step) {
    // Each wedge reaches a little under the next one, so that no seam shows.
    const double from = 2.0 * kPi * step / kSteps;
    const double to = from + 2.0 * kPi * 1.6 / kSteps;
    const auto on = [&](double radius, double angle) {
      return layout.wheel_center + QPointF(radius * std::cos(angle), -radius * std::sin(angle));
    };
    painter.setBrush(cyclicColor(data_.hue, 0.5 + (from + kPi / kSteps) / (2.0 * kPi)));
    painter.drawConvexPolygon(QPolygonF{on(inner, from), on(outer, from), on(outer, to), on(inner, to)});
  }
  const TextStyle small{TextRole::kSmall, theme.colors.muted};
  drawText(painter, theme, layout.wheel_center, Qt::AlignHCenter | Qt::AlignVCenter, "tilt", small);
  const double gap = outer + 0.75 * theme.spacing;
  const QPointF c = layout.wheel_center;
  drawText(painter, theme, c + QPointF(gap, 0), Qt::AlignLeft | Qt::AlignVCenter, "0°", small);
  drawText(painter, theme, c - QPointF(0, gap), Qt::AlignHCenter | Qt::AlignBaseline, "90°", small);
  drawText(painter, theme, c - QPointF(gap, 0), Qt::AlignRight | Qt::AlignVCenter, "180°", small);
  drawText(painter, theme, c + QPointF(0, gap), Qt::AlignHCenter | Qt::AlignTop, "270°", small);
}

void MollweideFigure::paintLegend(QPainter& painter, const MollweideLayout& layout,
                                  const PlotTheme& theme) const {
  std::vector<LegendEntry> entries;
  if (data_.any_rotation) {
    entries.push_back(
        {LegendEntry::Mark::kRing, QPen(theme.colors.muted, theme.line), "every rotation is equivalent"});
  } else if (data_.show_equivalents && !(ring_places_.empty() && orbit_places_.empty())) {
    const bool several = ring_places_.size() > 1 || !orbit_places_.empty();
    entries.push_back({LegendEntry::Mark::kRing, QPen(theme.colors.muted, theme.line),
                       several ? "ground-truth equivalents" : "ground truth"});
  }
  if (!sample_places_.empty()) {
    entries.push_back({LegendEntry::Mark::kDot, QPen(theme.colors.muted),
                       sample_places_.size() > 1 ? "samples" : "estimate"});
  }
  drawLegend(painter, theme, layout.legend, entries);
}

std::optional<std::size_t> MollweideFigure::nearestSample(const QPointF& point, const QRectF& area,
                                                          const PlotTheme& theme, double reach) const {
  const MollweideLayout layout = layoutMollweide(area, theme);
  std::optional<std::size_t> nearest;
  for (std::size_t i = 0; i < sample_places_.size(); ++i) {
    const QPointF away = layout.at(sample_places_[i].latitude, sample_places_[i].longitude) - point;
    if (const double distance = std::hypot(away.x(), away.y()); distance <= reach) {
      reach = distance;
      nearest = i;
    }
  }
  return nearest;
}

QString MollweideFigure::describeSample(std::size_t index) const {
  const SphereRotation& at = sample_places_[index];
  QString text = QString("sample %1").arg(index + 1);
  if (const auto error = data_.samples[index].error) {
    text += QString(" · %1° off").arg(numberText(*error * kDegrees, 1));
  }
  return text + QString(" · tilt %1°").arg(numberText(at.tilt * kDegrees, 0));
}

Table MollweideFigure::data() const {
  Table table;
  table.columns = {"kind", "index", "latitude (deg)", "longitude (deg)", "tilt (deg)", "hue",
                   "x",    "y",     "weight",         "error (deg)"};
  const auto add = [&](const char* kind, std::size_t index, const SphereRotation& at, Table::Cell weight,
                       Table::Cell error) {
    const Eigen::Vector2d xy = mollweide(at.latitude, at.longitude);
    table.rows.push_back({std::string(kind), static_cast<double>(index), at.latitude * kDegrees,
                          at.longitude * kDegrees, at.tilt * kDegrees, at.hue, xy.x(), xy.y(),
                          std::move(weight), std::move(error)});
  };
  for (std::size_t i = 0; i < sample_places_.size(); ++i) {
    const auto& sample = data_.samples[i];
    add("sample", i, sample_places_[i], sample.weight,
        sample.error ? Table::Cell(*sample.error * kDegrees) : Table::Cell(std::monostate{}));
  }
  for (std::size_t i = 0; i < ring_places_.size(); ++i) {
    add("ground truth", i, ring_places_[i], {}, {});
  }
  for (const auto& orbit : orbit_places_) {
    for (std::size_t i = 0; i < orbit.size(); ++i) {
      add("ground-truth orbit", i, orbit[i], {}, {});
    }
  }
  return table;
}

}  // namespace alidade
