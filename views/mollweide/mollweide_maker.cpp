// SPDX-License-Identifier: BSD-3-Clause
#include "views/mollweide/mollweide_maker.h"

#include <algorithm>
#include <utility>

#include <QPainter>

#include "views/mollweide/mollweide_data.h"

namespace alidade {
namespace {

constexpr std::size_t kMostPaths = 300;
// Above these the events of a view's thread would wait for a picture.
constexpr std::size_t kLightMaps = 8;
constexpr std::size_t kLightDots = 4000;

bool sameStates(const MollweideWish& a, const MollweideWish& b) {
  const auto same = [](const ObjectSamples& samples, double t, double u) {
    return t == u || (!samples.trajectory.empty() && stateNearest(samples, t) == stateNearest(samples, u));
  };
  return a.times.size() == b.times.size() &&
         std::all_of(a.schedules.begin(), a.schedules.end(), [&](const auto& samples) {
           return std::equal(a.times.begin(), a.times.end(), b.times.begin(),
                             [&](double t, double u) { return same(*samples, t, u); });
         });
}

QImage blank(const MollweideSheet& sheet) {
  QImage image((QSizeF(sheet.size) * sheet.ratio).toSize(), QImage::Format_RGB32);
  image.setDevicePixelRatio(sheet.ratio);
  image.fill(sheet.theme.background());
  return image;
}

}  // namespace

bool MollweideWish::operator==(const MollweideWish& other) const {
  return sameStyle(style, other.style) && style.density == other.style.density &&
         style.marked == other.style.marked && style.row_names == other.style.row_names && one == other.one &&
         paths_of == other.paths_of && emphasized == other.emphasized &&
         summary_level == other.summary_level && schedules == other.schedules && sameStates(*this, other);
}

bool MollweideWish::light() const {
  if (style.density || paths_of || summary_level > 0.0) {
    return false;
  }
  std::size_t dots = 0;
  for (const auto& samples : schedules) {
    dots += samples->samples.size() * times.size();
  }
  return schedules.empty() || (schedules.size() * times.size() <= kLightMaps && dots <= kLightDots);
}

void MollweideLayers::paint(QPainter& painter, const std::shared_ptr<const MollweideFigure>& figure,
                            const MollweideSheet& sheet) {
  const QRect area(QPoint(0, 0), sheet.size);
  if (!backdrop_of_ || !(sheet == sheet_) || !figure->sameBackdrop(*backdrop_of_)) {
    backdrop_ = blank(sheet);
    QPainter layer(&backdrop_);
    figure->paintBackdrop(layer, area, sheet.theme);
    backdrop_of_ = figure;
    sheet_ = sheet;
  }
  painter.drawImage(0, 0, backdrop_);
  figure->paintForeground(painter, area, sheet.theme);
}

MollweideMaker::Paths MollweideMaker::paths(const MollweideWish& wish) {
  if (!wish.paths_of) {
    return nullptr;
  }
  const std::lock_guard lock(mutex_);
  if (wish.paths_of != paths_of_ || wish.style.marked != path_numbers_) {
    paths_ = pathsOf(*wish.paths_of, wish.style.marked, kMostPaths);
    paths_of_ = wish.paths_of;
    path_numbers_ = wish.style.marked;
  }
  return paths_;
}

MollweideMade MollweideMaker::made(const MollweideWish& wish) {
  MollweideMade made;
  if (!wish.one) {
    made.several =
        std::make_shared<MollweideMultiplesFigure>(wish.schedules, wish.times, wish.style, &densities_);
    return made;
  }
  MollweideData data = *wish.one;
  static_cast<RotationMapStyle&>(data) = wish.style;
  data.marked = wish.style.marked;
  data.emphasized = wish.emphasized;
  data.paths = paths(wish);
  if (wish.style.density) {
    data.density = densities_.of(data, *wish.style.density);
  }
  if (wish.summary_level > 0.0) {
    data.summary = mapSummary(data, data.symmetry, wish.summary_level);
  }
  made.one = std::make_shared<MollweideFigure>(std::move(data));
  return made;
}

MollweideMade MollweideMaker::painted(const MollweideWish& wish, const MollweideSheet& sheet) {
  MollweideMade made = this->made(wish);
  made.sheet = sheet;
  if (sheet.size.isEmpty()) {
    return made;
  }
  made.picture = blank(sheet);
  QPainter painter(&made.picture);
  if (made.one) {
    layers_.paint(painter, made.one, sheet);
  } else {
    made.several->paint(painter, QRect(QPoint(0, 0), sheet.size), sheet.theme);
  }
  return made;
}

}  // namespace alidade
