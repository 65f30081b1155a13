// SPDX-License-Identifier: BSD-3-Clause
// How rotation maps are painted.
#include <algorithm>
#include <cmath>

#include <QImage>
#include <QPainter>
#include <QPolygonF>

#include "core/base/constants.h"
#include "core/geometry/rotation.h"
#include "views/base/rotation_map.h"
#include "views/base/rotation_map_density.h"
#include "views/base/rotation_map_stamp.h"

namespace alidade {
namespace {

constexpr int kMeridianSteps = 60;
constexpr double kDimmed = 0.4;            // opacity of samples that are not marked while others are
constexpr std::size_t kManySamples = 800;  // above this, dots are stamped on screen

/// Maps of a narrow column have fewer lines and smaller marks.
bool isSmall(const PlotTheme& theme, const MapPlacement& on) {
  return on.bounds().width() < 24.0 * theme.text_size;
}

double ringRadius(const PlotTheme& theme, const MapPlacement& on) {
  return std::min((isSmall(theme, on) ? 0.45 : 0.55) * theme.text_size, 0.04 * on.bounds().width());
}

void paintGraticule(QPainter& painter, const PlotTheme& theme, const MapPlacement& on, const QPen& lines) {
  painter.setBrush(Qt::NoBrush);
  painter.setPen(lines);
  for (int degrees = -60; degrees <= 60; degrees += 30) {
    painter.drawLine(on.at(degrees / kDegreesPerRadian, -kPi), on.at(degrees / kDegreesPerRadian, kPi));
  }
  const int step = isSmall(theme, on) ? 60 : 30;
  for (int degrees = -180; degrees <= 180; degrees += step) {
    QPolygonF meridian;
    for (int i = 0; i <= kMeridianSteps; ++i) {
      meridian << on.at(kPi * (static_cast<double>(i) / kMeridianSteps - 0.5), degrees / kDegreesPerRadian);
    }
    painter.setPen(std::abs(degrees) == 180 ? QPen(theme.colors.border, 1.2 * theme.hairline) : lines);
    painter.drawPolyline(meridian);
  }
}

/// The closed curve of an orbit in pieces that do not cross the map's rim, each with its hue.
template <class Paint>
void alongOrbits(const MapPlacement& on, const RotationMap& map, Paint&& paint) {
  for (const auto& orbit : map.orbits) {
    for (std::size_t i = 0; i < orbit.size(); ++i) {
      const SphereRotation a = map.place(orbit[i]);
      const SphereRotation b = map.place(orbit[(i + 1) % orbit.size()]);
      // A step over the map's rim would cross the whole map.
      const bool wraps = std::abs(a.longitude - b.longitude) > kPi;
      paint(on.at(a), wraps ? on.at(a) + QPointF(0.0, 1e-3) : on.at(b), a.hue);
    }
  }
}

/// A tube in the colors of the tilt, open inside, so that samples on it are seen.
void paintOrbits(QPainter& painter, const PlotTheme& theme, const MapPlacement& on, const RotationMap& map) {
  const double radius = 0.8 * ringRadius(theme, on);
  const auto stroke = [&](double width, bool colored) {
    alongOrbits(on, map, [&](const QPointF& from, const QPointF& to, double hue) {
      const QColor color = colored ? cyclicColor(map.hue, hue) : theme.background();
      painter.setPen(QPen(color, width, Qt::SolidLine, Qt::RoundCap));
      painter.drawLine(from, to);
    });
  };
  const double line = std::min(theme.line, 0.35 * radius);
  stroke(2.0 * radius + line, true);
  stroke(2.0 * radius - line, false);
}

struct Ring {
  QPointF center;
  double hue = 0.0;
};

std::vector<Ring> ringsOf(const MapPlacement& on, const RotationMap& map) {
  std::vector<Ring> rings;
  for (const auto& R : map.equivalents) {
    const SphereRotation place = map.place(R);
    rings.push_back({on.at(place), place.hue});
  }
  return rings;
}

/// Equivalents that differ by tilt alone lie on one another: each gets its share of the circle.
void paintRings(QPainter& painter, const PlotTheme& theme, const MapPlacement& on, const RotationMap& map) {
  const double radius = ringRadius(theme, on);
  const std::vector<Ring> rings = ringsOf(on, map);
  for (std::size_t i = 0; i < rings.size(); ++i) {
    std::vector<std::size_t> together;
    for (std::size_t k = 0; k < rings.size(); ++k) {
      const QPointF away = rings[k].center - rings[i].center;
      if (std::hypot(away.x(), away.y()) < 0.3 * radius) {
        together.push_back(k);
      }
    }
    if (together.front() != i) {
      continue;
    }
    const QRectF circle(rings[i].center - QPointF(radius, radius), QSizeF(2.0 * radius, 2.0 * radius));
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.background());
    painter.drawEllipse(circle);
    const int span = 360 * 16 / static_cast<int>(together.size());
    for (std::size_t k = 0; k < together.size(); ++k) {
      const QColor color = cyclicColor(map.hue, rings[together[k]].hue);
      painter.setPen(QPen(color, 1.3 * theme.line, Qt::SolidLine, Qt::FlatCap));
      painter.drawArc(circle, 90 * 16 + static_cast<int>(k) * span, span);
    }
  }
}

/// Over a density the tilt is summed out: the truth is white on a dark rim, open inside.
void paintTruthOverDensity(QPainter& painter, const PlotTheme& theme, const MapPlacement& on,
                           const RotationMap& map) {
  const double radius = ringRadius(theme, on);
  painter.setBrush(Qt::NoBrush);
  for (const bool halo : {true, false}) {
    const QPen pen =
        halo ? QPen(theme.colors.halo, 1.5 * theme.line + 2.0 * theme.hairline) : QPen(Qt::white, theme.line);
    painter.setPen(pen);
    for (const Ring& ring : ringsOf(on, map)) {
      painter.drawEllipse(ring.center, radius, radius);
    }
    alongOrbits(on, map, [&](const QPointF& from, const QPointF& to, double) {
      painter.setPen(QPen(pen.color(), pen.widthF(), Qt::SolidLine, Qt::RoundCap));
      painter.drawLine(from, to);
    });
  }
}

/// States in between on the shortest way, so that a path is a curve on the map.
void paintPathStep(QPainter& painter, const MapPlacement& on, const RotationMap& map,
                   const Eigen::Matrix3d& from, const Eigen::Matrix3d& to) {
  constexpr double kStep = 6.0 / kDegreesPerRadian;
  const Eigen::Quaterniond a(from), b(to);
  const int parts = std::clamp(static_cast<int>(std::ceil(geodesic_distance(from, to) / kStep)), 1, 30);
  SphereRotation last = map.place(from);
  for (int i = 1; i <= parts; ++i) {
    const Eigen::Matrix3d R = i == parts ? to : a.slerp(static_cast<double>(i) / parts, b).toRotationMatrix();
    const SphereRotation next = map.place(R);
    if (std::abs(next.longitude - last.longitude) < kPi) {
      painter.drawLine(on.at(last), on.at(next));
    }
    last = next;
  }
}

void paintPaths(QPainter& painter, const PlotTheme& theme, const MapPlacement& on, const RotationMap& map) {
  // Few paths are strong; among many each stands back.
  if (!map.paths) {
    return;
  }
  const double count = static_cast<double>(map.paths->size());
  const double width = theme.line * std::clamp(4.0 / std::sqrt(1.0 + count), 0.45, 1.0);
  for (const RotationPath& path : *map.paths) {
    for (std::size_t i = 0; i + 1 < path.states.size(); ++i) {
      const double t = 0.5 * (path.times[i] + path.times[i + 1]);
      const double strength = path.sample == map.emphasized ? 2.0 * theme.line : width;
      painter.setPen(QPen(pathColor(theme, t, map.amounts), strength, Qt::SolidLine, Qt::RoundCap));
      paintPathStep(painter, on, map, path.states[i], path.states[i + 1]);
    }
  }
}

/// One dot as a vector.
void paintDot(QPainter& painter, const MapPlacement& on, const RotationMap& map, const MapDot& dot,
              double radius) {
  painter.setBrush(cyclicColor(map.hue, dot.hue));
  painter.drawEllipse(on.center + QPointF(dot.x * on.scale, -dot.y * on.scale), radius, radius);
}

double heaviest(const RotationMap& map) {
  return map.weights.empty() ? 1.0 : *std::max_element(map.weights.begin(), map.weights.end());
}

double radiusOf(const RotationMap& map, std::size_t sample, double full, double heaviest) {
  if (map.weights.empty() || !(heaviest > 0.0)) {
    return full;
  }
  return full * std::sqrt(std::max(0.0, map.weights[sample] / heaviest));
}

void paintMarked(QPainter& painter, const PlotTheme& theme, const MapPlacement& on, const RotationMap& map,
                 const std::vector<MapDot>& dots, double radius) {
  if (!theme.print && map.marked.size() > kManySamples) {
    stampDots(painter, on, map, dots, radius, &map.marked);
  } else {
    painter.setPen(QPen(map.density ? QColor(Qt::white) : theme.colors.text, 0.8 * theme.hairline));
    for (const int sample : map.marked) {
      if (static_cast<std::size_t>(sample) < dots.size()) {
        paintDot(painter, on, map, dots[static_cast<std::size_t>(sample)], radius);
      }
    }
  }
  if (map.emphasized >= 0 && static_cast<std::size_t>(map.emphasized) < dots.size()) {
    const MapDot& dot = dots[static_cast<std::size_t>(map.emphasized)];
    painter.setPen(QPen(theme.colors.text, theme.line));
    paintDot(painter, on, map, dot, 1.5 * radius);
  }
}

}  // namespace

double mapDotRadius(const PlotTheme& theme, const MapPlacement& on, std::size_t count) {
  const double n = static_cast<double>(std::max<std::size_t>(1, count));
  // Many samples: smaller dots, so that density can be seen; never large against the map.
  const double radius =
      theme.text_size * (isSmall(theme, on) ? std::clamp(0.36 * std::pow(n, -0.18), 0.075, 0.25)
                                            : std::clamp(0.42 * std::pow(n, -0.22), 0.075, 0.34));
  return std::min(radius, 0.012 * on.bounds().width());
}

QColor pathColor(const PlotTheme& theme, double t, const ColorMap& map) {
  return map.ofTime(t, theme.background().lightness() < 128);
}

void paintMapBackdrop(QPainter& painter, const PlotTheme& theme, const MapPlacement& on,
                      const RotationMap& map) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  if (map.density) {
    paintMapDensity(painter, on, *map.density, map.amounts);
    QColor faint = Qt::white;
    faint.setAlphaF(0.16F);
    paintGraticule(painter, theme, on, QPen(faint, theme.hairline));
  } else {
    paintGraticule(painter, theme, on, theme.gridPen());
  }
  if (map.show_equivalents && map.density) {
    paintTruthOverDensity(painter, theme, on, map);
  } else if (map.show_equivalents) {
    paintOrbits(painter, theme, on, map);
    paintRings(painter, theme, on, map);
  }
  paintPaths(painter, theme, on, map);
  painter.restore();
}

void paintMapDots(QPainter& painter, const PlotTheme& theme, const MapPlacement& on, const RotationMap& map,
                  const std::vector<MapDot>& dots) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  const double full = mapDotRadius(theme, on, dots.size());
  const double most = heaviest(map);
  const double opacity = painter.opacity();
  const bool marks = !map.marked.empty();
  if (!map.density) {
    painter.setOpacity(marks ? kDimmed * opacity : opacity);
    if (!theme.print && map.weights.empty() && dots.size() > kManySamples) {
      stampDots(painter, on, map, dots, full);
    } else {
      const bool outlined = dots.size() <= kManySamples && full > 2.0 * theme.hairline;
      painter.setPen(outlined ? QPen(theme.background(), 0.5 * theme.hairline) : QPen(Qt::NoPen));
      for (std::size_t i = 0; i < dots.size(); ++i) {
        if (!marks || !std::binary_search(map.marked.begin(), map.marked.end(), static_cast<int>(i))) {
          paintDot(painter, on, map, dots[i], radiusOf(map, i, full, most));
        }
      }
    }
    painter.setOpacity(opacity);
  }
  paintMarked(painter, theme, on, map, dots,
              std::max(1.25 * full, std::min(0.17 * theme.text_size, 0.016 * on.bounds().width())));
  painter.restore();
}

void paintRotationMap(QPainter& painter, const PlotTheme& theme, const QRectF& area, const RotationMap& map) {
  const MapPlacement on = placeMap(area, theme);
  paintMapBackdrop(painter, theme, on, map);
  paintMapDots(painter, theme, on, map, mapDots(map));
}

}  // namespace alidade
