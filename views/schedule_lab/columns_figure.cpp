// SPDX-License-Identifier: BSD-3-Clause
#include "views/schedule_lab/columns_figure.h"

#include <algorithm>
#include <cmath>

#include <QPaintDevice>
#include <QPainter>

#include "core/base/constants.h"
#include "core/geometry/rotation.h"
#include "views/base/plot.h"
#include "views/schedule_lab/column_parts.h"

namespace alidade {
namespace {

constexpr double kBrokenOpacity = 0.72;    // of a column that diverged
constexpr double kLeastThumbnail = 5.0;    // height, in sizes of text
constexpr double kTallestThumbnail = 0.8;  // of the cell's width
constexpr double kWideCell = 3.5;  // width from which the thumbnail may stand beside the map, in its heights
constexpr double kLostDistance = 100.0;  // metres; noise is a few
constexpr double kReachStep = 1.25;
constexpr double kFarAway = 1e3;  // metres: beyond lies a diverging path

RotationMap mapOf(const ShownColumn& column, const std::vector<int>& marked) {
  RotationMap map;
  if (!column.samples) {
    return map;
  }
  for (const Rigid3& pose : column.poses()) {
    map.samples.push_back(pose.R);
  }
  map.marked = marked;
  if (column.samples->truth) {
    setTruth(map, *column.samples->truth, column.samples->symmetry);
  }
  return map;
}

PoseThumbnail thumbnailOf(const ShownColumn& column, const std::vector<int>& marked) {
  PoseThumbnail thumbnail;
  if (!column.samples) {
    return thumbnail;
  }
  const ObjectSamples& samples = *column.samples;
  thumbnail.poses = column.poses();
  for (Rigid3& pose : thumbnail.poses) {
    // Squares of a diverging path overflow; its direction is all that can be drawn.
    if (pose.t.cwiseAbs().maxCoeff() > kFarAway) {
      pose.t = kFarAway * pose.t.stableNormalized();
    }
  }
  thumbnail.truth = samples.truth;
  thumbnail.size = samples.size.value_or(thumbnail.size);
  thumbnail.center_obj = samples.center_obj;
  thumbnail.symmetry = samples.symmetry;
  thumbnail.marked = marked;
  return thumbnail;
}

/// A column far from everything would make specks of the others.
bool lost(const ShownColumn& column) {
  return column.samples->first_bad_step >= 0 ||
         (column.measures && column.measures->translation_median > kLostDistance);
}

/// The next of a few steps, so that pictures do not breathe while a curve is dragged.
double steadyReach(double reach) {
  return reach > 0.0 ? std::pow(kReachStep, std::ceil(std::log(reach) / std::log(kReachStep))) : 0.0;
}

}  // namespace

ColumnsFigure::ColumnsFigure(std::vector<ShownColumn> columns, std::vector<int> marked)
    : columns_(std::move(columns)), marked_(std::move(marked)) {
  double reach = 0.0;
  for (const ShownColumn& column : columns_) {
    maps_.push_back(mapOf(column, marked_));
    thumbnails_.push_back(thumbnailOf(column, marked_));
    painted_.push_back(std::make_shared<Painted>());
    if (column.samples && !lost(column)) {
      reach = std::max(reach, thumbnailReach(thumbnails_.back()));
    }
  }
  for (PoseThumbnail& thumbnail : thumbnails_) {
    thumbnail.reach = steadyReach(reach);  // one scale: they are compared
  }
}

void ColumnsFigure::keepPicturesOf(const ColumnsFigure& older) {
  if (marked_ != older.marked_ || columns_.size() != older.columns_.size()) {
    return;
  }
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].looksLike(older.columns_[i]) && thumbnails_[i].reach == older.thumbnails_[i].reach) {
      painted_[i] = older.painted_[i];
    }
  }
}

QRectF ColumnsFigure::cell(std::size_t column, const QRectF& area, const PlotTheme& theme) const {
  const double gap = 4.0 * theme.spacing;
  const QRectF inner = area.adjusted(0.5 * gap, 0.5 * gap, -0.5 * gap, -0.5 * gap);
  const std::size_t count = std::max<std::size_t>(1, columns_.size());
  const auto widthOf = [&](std::size_t in_a_row) {
    return (inner.width() - (static_cast<double>(in_a_row) - 1.0) * gap) / static_cast<double>(in_a_row);
  };
  // On paper columns that would be too narrow for their texts stand in several rows.
  std::size_t rows = 1;
  const auto inRow = [&] { return (count + rows - 1) / rows; };
  while (theme.print && rows < count && widthOf(inRow()) < leastColumnWidth(theme)) {
    ++rows;
  }
  const double width = widthOf(inRow());
  const double height =
      (inner.height() - (static_cast<double>(rows) - 1.0) * gap) / static_cast<double>(rows);
  return {inner.left() + static_cast<double>(column % inRow()) * (width + gap),
          inner.top() + static_cast<double>(column / inRow()) * (height + gap), width, height};
}

ColumnsFigure::Pictures ColumnsFigure::pictures(std::size_t column, const QRectF& area,
                                                const PlotTheme& theme) const {
  const QRectF whole = cell(column, area, theme);
  const double gap = 1.5 * theme.spacing, top = whole.top() + columnHeadHeight(theme);
  const double room = std::max(10.0, whole.height() - columnHeadHeight(theme) - columnFootHeight(theme));
  const double natural = 0.5 * whole.width() + theme.text_size;  // height of a map as wide as the cell
  const double least = kLeastThumbnail * theme.text_size;
  Pictures made{{whole.left(), top, whole.width(), std::min(room, natural)}, {}};
  if (room >= natural + gap + least) {
    const double height = std::min(room - natural - gap, kTallestThumbnail * whole.width());
    made.thumbnail = {whole.left(), top + natural + gap, whole.width(), height};
  } else if (room >= least && whole.width() >= kWideCell * least) {
    const double width = std::min(0.45 * whole.width(), room);
    made.map.setWidth(whole.width() - width - gap);
    made.thumbnail = {whole.right() - width, top, width, made.map.height()};
  } else if (room >= 2.0 * least + gap) {
    made.map.setHeight(room - least - gap);
    made.thumbnail = {whole.left(), top + made.map.height() + gap, whole.width(), least};
  }
  return made;
}

QRectF ColumnsFigure::mapArea(std::size_t column, const QRectF& area, const PlotTheme& theme) const {
  return pictures(column, area, theme).map;
}

QRectF ColumnsFigure::thumbnailArea(std::size_t column, const QRectF& area, const PlotTheme& theme) const {
  return pictures(column, area, theme).thumbnail;
}

QPointF ColumnsFigure::placeOf(std::size_t column, const Eigen::Matrix3d& R, const QRectF& area,
                               const PlotTheme& theme) const {
  return placeOnMap(mapArea(column, area, theme), theme, maps_[column], R);
}

std::optional<std::size_t> ColumnsFigure::columnAt(const QPointF& point, const QRectF& area,
                                                   const PlotTheme& theme) const {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (cell(i, area, theme).contains(point)) {
      return i;
    }
  }
  return std::nullopt;
}

void ColumnsFigure::paintColumn(QPainter& painter, std::size_t column, const QRectF& area,
                                const PlotTheme& theme) const {
  const ShownColumn& shown = columns_[column];
  const QRectF whole = cell(column, area, theme);
  if (shown.selected && !theme.print) {
    painter.fillRect(QRectF(whole.left(), area.top(), whole.width(), 0.5 * theme.spacing),
                     theme.colors.runs[shown.index]);
  }
  paintColumnHead(painter, theme, whole, shown);
  const auto [map, thumbnail] = pictures(column, area, theme);
  const QRectF foot(whole.left(), std::max(map.bottom(), thumbnail.bottom()) + 1.5 * theme.spacing,
                    whole.width(), columnFootHeight(theme));
  if (!shown.samples) {
    paintSentence(painter, theme, map,
                  shown.problem.isEmpty() ? QStringLiteral("sampling\u2026") : shown.problem,
                  shown.problem.isEmpty() ? theme.colors.muted : theme.colors.error);
    return;
  }
  // A diverged column stays as it was at its last finite step.
  const double opacity = painter.opacity();
  painter.setOpacity(shown.samples->first_bad_step >= 0 ? opacity * kBrokenOpacity : opacity);
  paintRotationMap(painter, theme, map, maps_[column]);
  PoseThumbnail colored = thumbnails_[column];
  colored.plain = theme.colors.runs[shown.index];
  paintPoseThumbnail(painter, theme, thumbnail, colored);
  if (shown.measures) {
    paintModeMeter(painter, theme, foot, shown);
    paintSampleMeasures(painter, theme, foot.adjusted(0.0, 2.0 * measureRowHeight(theme), 0.0, 0.0),
                        *shown.measures);
  }
  painter.setOpacity(opacity);
}

void ColumnsFigure::paintKept(QPainter& painter, std::size_t column, const QRectF& area,
                              const PlotTheme& theme) const {
  const double rim = 1.5 * theme.spacing;  // rings at the edge of a map
  const QRectF whole = cell(column, area, theme);
  const QRect place =
      QRectF(whole.left() - rim, area.top(), whole.width() + 2.0 * rim, area.height()).toAlignedRect();
  const double ratio = painter.device()->devicePixelRatioF();
  Painted& kept = *painted_[column];
  const std::lock_guard lock(kept.mutex);
  if (kept.image.isNull() || kept.place != place || kept.ratio != ratio || kept.dark != theme.colors.dark) {
    kept.place = place;
    kept.ratio = ratio;
    kept.dark = theme.colors.dark;
    kept.image = QImage(place.size() * ratio, QImage::Format_RGB32);
    kept.image.setDevicePixelRatio(ratio);
    kept.image.fill(theme.background());
    QPainter inner(&kept.image);
    inner.setRenderHint(QPainter::Antialiasing);
    inner.translate(-place.topLeft());
    paintColumn(inner, column, area, theme);
  }
  painter.drawImage(place.topLeft(), kept.image);
}

void ColumnsFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintBackground(painter, theme, area);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (theme.print || painter.transform().isScaling()) {
      paintColumn(painter, i, area, theme);
    } else {
      paintKept(painter, i, area, theme);
    }
  }
  painter.restore();
}

Table ColumnsFigure::data() const {
  Table table;
  table.columns = {"column",
                   "schedule",
                   "t",
                   "sample",
                   "latitude (deg)",
                   "longitude (deg)",
                   "tilt (deg)",
                   "hue",
                   "rotation error (deg)",
                   "translation error (cm)"};
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const ShownColumn& shown = columns_[c];
    if (!shown.samples) {
      continue;
    }
    const auto& truth = shown.samples->truth;
    for (std::size_t k = 0; k < shown.poses().size(); ++k) {
      const Rigid3& pose = shown.poses()[k];
      const SphereRotation at = rotation_to_sphere(pose.R, maps_[c].convention);
      Table::Cell rotation, translation;
      if (truth) {
        rotation = symmetric_rotation_distance(pose.R, truth->R, shown.samples->symmetry) * kDegreesPerRadian;
        translation = 100.0 * (pose.t - truth->t).stableNorm();
      }
      table.rows.push_back({columnLetter(shown.index).toStdString(), shown.samples->name, shown.time(),
                            static_cast<double>(k), at.latitude * kDegreesPerRadian,
                            at.longitude * kDegreesPerRadian, at.tilt * kDegreesPerRadian, at.hue, rotation,
                            translation});
    }
  }
  return table;
}

Provenance ColumnsFigure::provenance() const {
  for (const ShownColumn& column : columns_) {
    if (column.samples) {
      return column.samples->provenance;
    }
  }
  return {};
}

}  // namespace alidade
