// SPDX-License-Identifier: BSD-3-Clause
#include "views/schedule_lab/schedule_maps_figure.h"

#include <algorithm>

#include <QPainter>

#include "core/base/constants.h"
#include "core/geometry/rotation.h"
#include "views/base/plot.h"
#include "views/schedule_lab/figure_caption.h"

namespace alidade {
namespace {

constexpr int kColorSteps = 72;

RotationMap mapOf(const ShownColumn& cell, bool centered, CyclicMap hue) {
  RotationMap map;
  map.hue = hue;
  for (const Rigid3& pose : cell.poses()) {
    map.samples.push_back(pose.R);
  }
  if (const auto& truth = cell.samples->truth) {
    setTruth(map, *truth, cell.samples->symmetry);
    if (centered) {
      centerOn(map, truth->R);
    }
  }
  return map;
}

/// Three figures or so: noise is metres away, poses are millimetres.
QString centimetres(double value) {
  return numberText(value, value < 10.0 ? 2 : value < 100.0 ? 1 : 0) + QStringLiteral(" cm");
}

/// "94 % · 2.1° · 0.33 cm": coverage where there are equivalents, and the median errors.
QString measureText(const ShownColumn& cell) {
  const SampleMeasures& m = *cell.measures;
  const QString errors = numberText(m.rotation_median * kDegreesPerRadian, 1) +
                         QStringLiteral("\u00b0 \u00b7 ") + centimetres(100.0 * m.translation_median);
  const SymmetryGroup& symmetry = cell.samples->symmetry;
  return symmetry.trivial() || symmetry.any
             ? errors
             : numberText(100.0 * m.coverage, 0) + QStringLiteral(" % \u00b7 ") + errors;
}

/// A part of the legend; they flow into as many lines as they need.
enum class LegendPart { kPlace, kTurn, kSample, kTruth };

const QString kPlaceText = QStringLiteral("place: where the object\u2019s x axis points");
const QString kTurnText = QStringLiteral("turn about it  \u2212180\u00b0");
const QString kTurnEnd = QStringLiteral("180\u00b0");

double barWidth(const PlotTheme& theme) {
  return 6.0 * theme.text_size;
}

LegendEntry entryOf(const PlotTheme& theme, LegendPart part) {
  const QPen pen(theme.colors.muted, theme.line);
  return part == LegendPart::kSample
             ? LegendEntry{LegendEntry::Mark::kDot, pen, QStringLiteral("sample")}
             : LegendEntry{LegendEntry::Mark::kRing, pen, QStringLiteral("truth and its equivalents")};
}

double widthOf(const PlotTheme& theme, LegendPart part) {
  const TextStyle style{TextRole::kSmall};
  switch (part) {
    case LegendPart::kPlace:
      return textWidth(theme, kPlaceText, style);
    case LegendPart::kTurn:
      return textWidth(theme, kTurnText, style) + barWidth(theme) + textWidth(theme, kTurnEnd, style) +
             2.0 * theme.spacing;
    case LegendPart::kSample:
    case LegendPart::kTruth:
      break;
  }
  return 1.5 * theme.text_size + theme.spacing + textWidth(theme, entryOf(theme, part).text, style) + 1.0;
}

std::vector<std::vector<LegendPart>> legendLines(const PlotTheme& theme, double width) {
  std::vector<std::vector<LegendPart>> lines;
  double x = 0.0;
  for (const LegendPart part :
       {LegendPart::kPlace, LegendPart::kTurn, LegendPart::kSample, LegendPart::kTruth}) {
    const double wanted = widthOf(theme, part);
    if (lines.empty() || x + wanted > width) {
      lines.emplace_back();
      x = 0.0;
    }
    lines.back().push_back(part);
    x += wanted + 4.0 * theme.spacing;
  }
  return lines;
}

void paintColorBar(QPainter& painter, const PlotTheme& theme, const QRectF& area, CyclicMap hue) {
  const TextStyle style{TextRole::kSmall};
  const double middle = area.center().y();
  drawText(painter, theme, {area.left(), middle}, Qt::AlignLeft | Qt::AlignVCenter, kTurnText, style);
  const double start = area.left() + textWidth(theme, kTurnText, style) + theme.spacing;
  painter.setPen(Qt::NoPen);
  const double step = barWidth(theme) / kColorSteps;
  for (int i = 0; i < kColorSteps; ++i) {
    painter.setBrush(cyclicColor(hue, (i + 0.5) / kColorSteps));
    // Neighbors overlap a little, so that no seam shows between them.
    painter.drawRect(QRectF(start + i * step, middle - 0.28 * area.height(),
                            (i + 1 < kColorSteps ? 1.3 : 1.0) * step, 0.56 * area.height()));
  }
  drawText(painter, theme, {start + barWidth(theme) + theme.spacing, middle},
           Qt::AlignLeft | Qt::AlignVCenter, kTurnEnd, style);
}

void paintLegend(QPainter& painter, const PlotTheme& theme, const QRectF& area, CyclicMap hue) {
  const double small = lineHeight(theme, TextRole::kSmall);
  double y = area.top();
  for (const auto& line : legendLines(theme, area.width())) {
    double x = area.left();
    for (const LegendPart part : line) {
      const QRectF place(x, y, widthOf(theme, part), small);
      if (part == LegendPart::kPlace) {
        drawText(painter, theme, {x, place.center().y()}, Qt::AlignLeft | Qt::AlignVCenter, kPlaceText,
                 {TextRole::kSmall});
      } else if (part == LegendPart::kTurn) {
        paintColorBar(painter, theme, place, hue);
      } else {
        drawLegend(painter, theme, place, {entryOf(theme, part)});
      }
      x += place.width() + 4.0 * theme.spacing;
    }
    y += small;
  }
}

}  // namespace

struct ScheduleMapsFigure::Layout {
  QRectF inner;                      ///< without the margin
  QStringList caption;               ///< its lines
  double legend = 0.0;               ///< top of the legend
  double label = 0.0;                ///< width of the rows' heads
  double head = 0.0;                 ///< height of the columns' heads
  double foot = 0.0;                 ///< height of the line under a map
  double gap = 0.0;                  ///< between cells
  double width = 0.0, height = 0.0;  ///< of a cell, foot included

  QRectF cell(std::size_t row, std::size_t column) const {
    return {inner.left() + label + static_cast<double>(column) * (width + gap),
            inner.top() + head + static_cast<double>(row) * (height + gap), width, height};
  }
};

ScheduleMapsFigure::ScheduleMapsFigure(ScheduleMaps maps) : maps_(std::move(maps)) {
  for (const ShownColumn& cell : maps_.cells) {
    shown_.push_back(mapOf(cell, maps_.centered, maps_.hue));
  }
}

ScheduleMapsFigure::Layout ScheduleMapsFigure::layout(const QRectF& area, const PlotTheme& theme) const {
  const auto anyNote = [](const std::vector<ScheduleMaps::Head>& heads) {
    return std::any_of(heads.begin(), heads.end(), [](const auto& head) { return !head.note.isEmpty(); });
  };
  const auto anyTitle = [](const std::vector<ScheduleMaps::Head>& heads) {
    return std::any_of(heads.begin(), heads.end(), [](const auto& head) { return !head.title.isEmpty(); });
  };
  const double small = lineHeight(theme, TextRole::kSmall), body = lineHeight(theme, TextRole::kBody);
  Layout made;
  made.inner = area.adjusted(2.0 * theme.spacing, theme.spacing, -2.0 * theme.spacing, -theme.spacing);
  made.caption = captionLines(theme, maps_.caption, made.inner.width());
  made.legend = made.inner.bottom() - captionHeight(theme, made.caption) -
                static_cast<double>(legendLines(theme, made.inner.width()).size()) * small;
  made.gap = 2.0 * theme.spacing;
  made.label = anyTitle(maps_.rows) ? body + (anyNote(maps_.rows) ? small : 0.0) + theme.spacing : 0.0;
  made.head = anyTitle(maps_.columns) ? body + (anyNote(maps_.columns) ? small : 0.0) + theme.spacing : 0.0;
  made.foot = maps_.measures ? small : 0.0;
  const double columns = static_cast<double>(std::max<std::size_t>(1, maps_.columns.size()));
  const double rows = static_cast<double>(std::max<std::size_t>(1, maps_.rows.size()));
  made.width = (made.inner.width() - made.label - (columns - 1.0) * made.gap) / columns;
  const double room = made.legend - 2.0 * theme.spacing - made.inner.top() - made.head;
  made.height = std::max(made.foot + 4.0, (room - (rows - 1.0) * made.gap) / rows);
  return made;
}

QRectF ScheduleMapsFigure::mapArea(std::size_t row, std::size_t column, const QRectF& area,
                                   const PlotTheme& theme) const {
  const Layout at = layout(area, theme);
  return at.cell(row, column).adjusted(0.0, 0.0, 0.0, -at.foot);
}

QPointF ScheduleMapsFigure::placeOf(std::size_t row, std::size_t column, std::size_t sample,
                                    const QRectF& area, const PlotTheme& theme) const {
  const RotationMap& map = shown_[row * maps_.columns.size() + column];
  return placeOnMap(mapArea(row, column, area, theme), theme, map, map.samples[sample]);
}

void ScheduleMapsFigure::paintHeads(QPainter& painter, const PlotTheme& theme, const Layout& layout) const {
  const double body = lineHeight(theme, TextRole::kBody);
  const auto style = [&](const ScheduleMaps::Head& head, double degrees) {
    const QColor color = head.color ? theme.colors.runs[*head.color] : theme.colors.text;
    return TextStyle{TextRole::kBody, color, false, true, degrees};
  };
  const auto fitted = [&](const QString& text, double width, const TextStyle& of) {
    return elided(theme, text, width, of);
  };
  for (std::size_t c = 0; c < maps_.columns.size(); ++c) {
    const ScheduleMaps::Head& head = maps_.columns[c];
    const QRectF cell = layout.cell(0, c);
    const TextStyle note{TextRole::kSmall, theme.colors.muted};
    drawText(painter, theme, {cell.center().x(), layout.inner.top()}, Qt::AlignHCenter | Qt::AlignTop,
             fitted(shownName(theme, head.title), cell.width(), style(head, 0.0)), style(head, 0.0));
    drawText(painter, theme, {cell.center().x(), layout.inner.top() + body}, Qt::AlignHCenter | Qt::AlignTop,
             fitted(head.note, cell.width(), note), note);
  }
  for (std::size_t r = 0; r < maps_.rows.size(); ++r) {
    const ScheduleMaps::Head& head = maps_.rows[r];
    const QRectF cell = layout.cell(r, 0);
    const TextStyle note{TextRole::kSmall, theme.colors.muted, false, false, -90.0};
    drawText(painter, theme, {layout.inner.left(), cell.center().y()}, Qt::AlignHCenter | Qt::AlignTop,
             fitted(shownName(theme, head.title), cell.height(), style(head, -90.0)), style(head, -90.0));
    drawText(painter, theme, {layout.inner.left() + body, cell.center().y()}, Qt::AlignHCenter | Qt::AlignTop,
             fitted(head.note, cell.height(), note), note);
  }
}

void ScheduleMapsFigure::paintCell(QPainter& painter, const PlotTheme& theme, const Layout& layout,
                                   std::size_t row, std::size_t column) const {
  const std::size_t index = row * maps_.columns.size() + column;
  const ShownColumn& shown = maps_.cells[index];
  const QRectF cell = layout.cell(row, column);
  const QRectF map = cell.adjusted(0.0, 0.0, 0.0, -layout.foot);
  paintRotationMap(painter, theme, map, shown_[index]);
  const int bad = shown.samples->first_bad_step;
  if (!maps_.measures || (bad < 0 && !shown.measures)) {
    return;
  }
  const QString text = bad < 0 ? measureText(shown) : QStringLiteral("not finite at step %1").arg(bad);
  const TextStyle style{TextRole::kSmall, bad < 0 ? theme.colors.text : theme.colors.error, bad < 0};
  // The line stands below the map itself, which may be narrower than its cell.
  const double bottom = std::min(map.bottom(), map.center().y() + 0.25 * map.width() + theme.spacing);
  drawText(painter, theme, {cell.center().x(), bottom}, Qt::AlignHCenter | Qt::AlignTop,
           elided(theme, text, cell.width(), style), style);
}

void ScheduleMapsFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintBackground(painter, theme, area);
  const Layout at = layout(area, theme);
  paintHeads(painter, theme, at);
  for (std::size_t row = 0; row < maps_.rows.size(); ++row) {
    for (std::size_t column = 0; column < maps_.columns.size(); ++column) {
      paintCell(painter, theme, at, row, column);
    }
  }
  paintLegend(painter, theme, QRectF(at.inner.left(), at.legend, at.inner.width(), 0.0), maps_.hue);
  paintCaption(painter, theme, at.inner, at.caption);
  painter.restore();
}

Table ScheduleMapsFigure::data() const {
  Table table;
  table.columns = {"frame",
                   "instance",
                   "category",
                   "schedule",
                   "t",
                   "sample",
                   "latitude (deg)",
                   "longitude (deg)",
                   "tilt (deg)",
                   "hue",
                   "rotation error (deg)",
                   "translation error (cm)",
                   "coverage (%)",
                   "entropy",
                   "rotation median (deg)",
                   "translation median (cm)",
                   "outliers (%)"};
  for (std::size_t c = 0; c < maps_.cells.size(); ++c) {
    const ShownColumn& cell = maps_.cells[c];
    const ObjectSamples& samples = *cell.samples;
    for (std::size_t k = 0; k < cell.poses().size(); ++k) {
      const Rigid3& pose = cell.poses()[k];
      const SphereRotation at = shown_[c].place(pose.R);
      std::vector<Table::Cell> row{samples.frame_name,
                                   static_cast<double>(samples.instance),
                                   samples.category,
                                   samples.name,
                                   cell.time(),
                                   static_cast<double>(k),
                                   at.latitude * kDegreesPerRadian,
                                   at.longitude * kDegreesPerRadian,
                                   at.tilt * kDegreesPerRadian,
                                   at.hue};
      row.resize(table.columns.size());
      if (samples.truth) {
        row[10] = symmetric_rotation_distance(pose.R, samples.truth->R, samples.symmetry) * kDegreesPerRadian;
        row[11] = 100.0 * (pose.t - samples.truth->t).norm();
      }
      if (cell.measures) {
        row[12] = 100.0 * cell.measures->coverage;
        row[13] = cell.measures->entropy;
        row[14] = cell.measures->rotation_median * kDegreesPerRadian;
        row[15] = 100.0 * cell.measures->translation_median;
        row[16] = 100.0 * cell.measures->outliers;
      }
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

}  // namespace alidade
