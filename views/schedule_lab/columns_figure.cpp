// SPDX-License-Identifier: BSD-3-Clause
#include "views/schedule_lab/columns_figure.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <QPainter>
#include <QStringList>

#include "core/geometry/rotation.h"
#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr double kDegrees = 180.0 / std::numbers::pi;
constexpr double kFaint = 0.45;
constexpr int kHeadLines = 3;
constexpr int kMeasureRows = 3;

double rowHeight(const PlotTheme& theme) {
  return 1.15 * lineHeight(theme, TextRole::kSmall);
}

double headHeight(const PlotTheme& theme) {
  return lineHeight(theme, TextRole::kTitle) + (kHeadLines - 1) * lineHeight(theme, TextRole::kSmall) +
         theme.spacing;
}

double footHeight(const PlotTheme& theme) {
  return (2 + kMeasureRows) * rowHeight(theme) + 4.0 * theme.spacing;
}

QString percent(double share) {
  return numberText(100.0 * share, 0) + QStringLiteral(" %");
}

QString costText(const ObjectSamples& samples) {
  return QStringLiteral("NFE %1 \u00b7 %2 ms")
      .arg(samples.evaluations)
      .arg(numberText(samples.milliseconds, 0));
}

/// A sentence in lines that fit the width; the last one is cut where there are more than `most`.
void paintSentence(QPainter& painter, const PlotTheme& theme, const QRectF& area, const QString& sentence,
                   const QColor& color) {
  const TextStyle style{TextRole::kSmall, color};
  const double step = lineHeight(theme, TextRole::kSmall);
  QString line;
  double y = area.top();
  const auto flush = [&] {
    drawText(painter, theme, {area.left(), y}, Qt::AlignLeft | Qt::AlignTop,
             elided(theme, line, area.width(), style), style);
    y += step;
  };
  for (const QString& word : sentence.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
    const QString longer = line.isEmpty() ? word : line + QLatin1Char(' ') + word;
    if (!line.isEmpty() && textWidth(theme, longer, style) > area.width()) {
      flush();
      line = word;
      if (y + step > area.bottom()) {
        return;
      }
    } else {
      line = longer;
    }
  }
  flush();
}

void paintHead(QPainter& painter, const PlotTheme& theme, const QRectF& area, const ShownColumn& column) {
  const QColor color = theme.colors.runs[column.index];
  const TextStyle letter{TextRole::kTitle, color, false, true};
  const double indent = textWidth(theme, QStringLiteral("A"), letter) + 1.5 * theme.spacing;
  drawText(painter, theme, area.topLeft(), Qt::AlignLeft | Qt::AlignTop, columnLetter(column.index), letter);
  if (!column.samples) {
    return;
  }
  const ObjectSamples& samples = *column.samples;
  const TextStyle name{TextRole::kTitle, theme.colors.text, false, true};
  drawText(painter, theme, area.topLeft() + QPointF(indent, 0.0), Qt::AlignLeft | Qt::AlignTop,
           elided(theme, QString::fromStdString(samples.name), area.width() - indent, name), name);
  const TextStyle muted{TextRole::kSmall, theme.colors.muted};
  const double y = area.top() + lineHeight(theme, TextRole::kTitle);
  const double small = lineHeight(theme, TextRole::kSmall);
  drawText(painter, theme, {area.left(), y}, Qt::AlignLeft | Qt::AlignTop,
           elided(theme, QString::fromStdString(samples.sampler), area.width(), muted), muted);
  if (samples.first_bad_step >= 0) {
    const TextStyle alarm{TextRole::kSmall, theme.colors.error, false, true};
    const QString text =
        QStringLiteral("not finite at step %1; the path before it is kept").arg(samples.first_bad_step);
    drawText(painter, theme, {area.left(), y + small}, Qt::AlignLeft | Qt::AlignTop,
             elided(theme, text, area.width(), alarm), alarm);
    return;
  }
  drawText(painter, theme, {area.left(), y + small}, Qt::AlignLeft | Qt::AlignTop, costText(samples), muted);
  if (samples.analytic) {
    const TextStyle demo{TextRole::kSmall, theme.colors.warning};
    drawText(painter, theme, {area.right(), y + small}, Qt::AlignRight | Qt::AlignTop,
             QStringLiteral("analytic demo"), demo);
  }
}

/// The bar is empty when all samples are in one mode and full when they are uniform over the equivalents.
void paintMeter(QPainter& painter, const PlotTheme& theme, const QRectF& area, const ShownColumn& column) {
  const TextStyle muted{TextRole::kSmall, theme.colors.muted};
  const SampleMeasures& measures = *column.measures;
  if (column.samples->symmetry.trivial() || column.samples->symmetry.any) {
    drawText(painter, theme, {area.left(), area.top()}, Qt::AlignLeft | Qt::AlignTop,
             column.samples->symmetry.any ? QStringLiteral("every rotation is equivalent")
                                          : QStringLiteral("no symmetry: one mode"),
             muted);
    return;
  }
  const QRectF bar(area.left(), area.top(), area.width(), 1.5 * theme.spacing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.colors.grid);
  painter.drawRect(bar);
  painter.setBrush(theme.colors.runs[column.index]);
  painter.drawRect(
      QRectF(bar.topLeft(), QSizeF(bar.width() * std::clamp(measures.entropy, 0.0, 1.0), bar.height())));
  const double y = bar.bottom() + 0.5 * theme.spacing;
  const QString covered = QStringLiteral("%1 covered").arg(percent(measures.coverage));
  const QString most = QStringLiteral("all modes"), least = QStringLiteral("1 mode");
  drawText(painter, theme, {area.center().x(), y}, Qt::AlignHCenter | Qt::AlignTop, covered,
           {TextRole::kSmall});
  // The ends are named where there is room beside the number.
  const double room = 0.5 * (area.width() - textWidth(theme, covered, {TextRole::kSmall})) - theme.spacing;
  if (textWidth(theme, most, muted) <= room) {
    drawText(painter, theme, {area.left(), y}, Qt::AlignLeft | Qt::AlignTop, least, muted);
    drawText(painter, theme, {area.right(), y}, Qt::AlignRight | Qt::AlignTop, most, muted);
  }
}

void paintMeasures(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                   const SampleMeasures& measures) {
  const std::pair<const char*, QString> rows[kMeasureRows] = {
      {"median rotation", numberText(measures.rotation_median * kDegrees, 1) + QStringLiteral("\u00b0")},
      {"median translation", numberText(100.0 * measures.translation_median, 2) + QStringLiteral(" cm")},
      {"outliers over 30\u00b0", percent(measures.outliers)}};
  double y = area.top();
  for (const auto& [label, value] : rows) {
    drawText(painter, theme, {area.left(), y}, Qt::AlignLeft | Qt::AlignTop, QString::fromUtf8(label),
             {TextRole::kSmall, theme.colors.muted});
    drawText(painter, theme, {area.right(), y}, Qt::AlignRight | Qt::AlignTop, value,
             {TextRole::kSmall, {}, true});
    y += rowHeight(theme);
  }
}

}  // namespace

ColumnsFigure::ColumnsFigure(std::vector<ShownColumn> columns) : columns_(std::move(columns)) {
  for (const ShownColumn& column : columns_) {
    RotationMap& map = maps_.emplace_back();
    if (column.samples) {
      for (const Rigid3& pose : column.poses()) {
        map.samples.push_back(pose.R);
      }
      if (column.samples->truth) {
        setTruth(map, *column.samples->truth, column.samples->symmetry);
      }
    }
  }
}

QRectF ColumnsFigure::cell(std::size_t column, const QRectF& area, const PlotTheme& theme) const {
  const double gap = 4.0 * theme.spacing;
  const QRectF inner = area.adjusted(0.5 * gap, 0.5 * gap, -0.5 * gap, -0.5 * gap);
  const double count = static_cast<double>(std::max<std::size_t>(1, columns_.size()));
  const double width = (inner.width() - (count - 1.0) * gap) / count;
  return {inner.left() + static_cast<double>(column) * (width + gap), inner.top(), width, inner.height()};
}

QRectF ColumnsFigure::mapArea(std::size_t column, const QRectF& area, const PlotTheme& theme) const {
  const QRectF whole = cell(column, area, theme);
  const double room = whole.height() - headHeight(theme) - footHeight(theme);
  return {whole.left(), whole.top() + headHeight(theme), whole.width(),
          std::clamp(room, 10.0, 0.5 * whole.width() + theme.text_size)};
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
  paintHead(painter, theme, whole, shown);
  const QRectF map = mapArea(column, area, theme);
  const QRectF foot(whole.left(), map.bottom() + 1.5 * theme.spacing, whole.width(), footHeight(theme));
  if (!shown.samples) {
    paintSentence(painter, theme, map,
                  shown.problem.isEmpty() ? QStringLiteral("sampling\u2026") : shown.problem,
                  shown.problem.isEmpty() ? theme.colors.muted : theme.colors.error);
    return;
  }
  paintRotationMap(painter, theme, map, maps_[column]);
  if (shown.measures) {
    paintMeter(painter, theme, foot, shown);
    paintMeasures(painter, theme, foot.adjusted(0.0, 2.0 * rowHeight(theme), 0.0, 0.0), *shown.measures);
  }
}

void ColumnsFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintBackground(painter, theme, area);
  const double opacity = painter.opacity();
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    // A diverged column stays as it was at its last finite step.
    const bool broken = columns_[i].samples && columns_[i].samples->first_bad_step >= 0;
    painter.setOpacity(broken ? opacity * (0.5 + 0.5 * kFaint) : opacity);
    paintColumn(painter, i, area, theme);
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
        rotation = symmetric_rotation_distance(pose.R, truth->R, shown.samples->symmetry) * kDegrees;
        translation = 100.0 * (pose.t - truth->t).norm();
      }
      table.rows.push_back({columnLetter(shown.index).toStdString(), shown.samples->name, shown.time(),
                            static_cast<double>(k), at.latitude * kDegrees, at.longitude * kDegrees,
                            at.tilt * kDegrees, at.hue, rotation, translation});
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
