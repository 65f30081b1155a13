// SPDX-License-Identifier: BSD-3-Clause
#include "views/quantization/study_figure.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <QPainter>

#include "views/quantization/quantization_text.h"

namespace alidade {
namespace {

constexpr double kBandOpacity = 0.12;
constexpr double kMarkRadius = 4.0, kDotRadius = 4.0;  // hairlines
constexpr double kHole = 0.6;                          // of a hollow mark's radius

class StudyPainter {
 public:
  StudyPainter(QPainter& painter, const PlotTheme& theme, const StudySheet& sheet, const QRectF& area)
      : painter_(painter), theme_(theme), sheet_(sheet), layout_(layoutStudy(area, theme, sheet)) {}

  void paint() {
    const TextStyle bold{TextRole::kTitle, {}, false, true}, muted{TextRole::kSmall, theme_.colors.muted};
    drawText(painter_, theme_, layout_.title.topLeft(), Qt::AlignLeft | Qt::AlignTop,
             elided(theme_, sheet_.title, layout_.title.width(), bold), bold);
    paintLegend(painter_, theme_, layout_.legend, layout_.legend_rows);
    paintKinds();
    paintAxes(painter_, theme_, layout_.chart, false);
    paintLabels(painter_, theme_, layout_.chart_place, layout_.chart);
    for (const StudySheet::Baseline& baseline : sheet_.baselines) {
      paintBaseline(baseline);
    }
    if (sheet_.connected) {
      paintConnections();
    }
    for (std::size_t i = 0; i < sheet_.columns.size(); ++i) {
      paintColumn(i);
    }
    paintMatrix();
    drawText(painter_, theme_, layout_.remark.topLeft(), Qt::AlignLeft | Qt::AlignTop,
             elided(theme_, sheet_.remark, layout_.remark.width(), muted), muted);
  }

 private:
  void paintBaseline(const StudySheet::Baseline& baseline) {
    const QRectF& frame = layout_.chart.area;
    const QColor color =
        sheet_.baselines.size() > 1 ? seriesColor(theme_, baseline.series) : theme_.colors.text;
    if (std::isfinite(baseline.y.low) && std::isfinite(baseline.y.high)) {
      QColor pale = color;
      pale.setAlphaF(kBandOpacity);
      painter_.fillRect(QRectF(QPointF(frame.left(), layout_.chart.yAt(baseline.y.high)),
                               QPointF(frame.right(), layout_.chart.yAt(baseline.y.low))),
                        pale);
    }
    QPen pen(color, theme_.hairline);
    pen.setDashPattern({6.0, 3.0});
    painter_.setPen(pen);
    const double y = layout_.chart.yAt(baseline.y.value);
    painter_.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y));
    // Lines of two networks may be close: the upper one has its name above, the other one below. Where few
    // bits come first the left end is free, else full precision itself stands there.
    const bool above = std::all_of(sheet_.baselines.begin(), sheet_.baselines.end(), [&](const auto& other) {
      return other.y.value < baseline.y.value ||
             (other.y.value == baseline.y.value && other.series >= baseline.series);
    });
    const double gap = above ? -0.5 * theme_.spacing : 0.5 * theme_.spacing;
    const TextStyle words{TextRole::kSmall, theme_.colors.muted, true};
    drawText(painter_, theme_,
             {sheet_.connected ? frame.left() + theme_.spacing : frame.right() - theme_.spacing, y + gap},
             (sheet_.connected ? Qt::AlignLeft : Qt::AlignRight) | (above ? Qt::AlignBottom : Qt::AlignTop),
             elided(theme_, baseline.name, 0.6 * frame.width(), words), words);
  }

  void paintConnections() {
    const auto count = static_cast<std::size_t>(std::max<qsizetype>(sheet_.series.size(), 1));
    for (std::size_t series = 0; series < count; ++series) {
      painter_.setPen(QPen(seriesColor(theme_, series), theme_.hairline));
      std::optional<QPointF> before;
      for (std::size_t i = 0; i < sheet_.columns.size(); ++i) {
        const auto& marks = sheet_.columns[i].marks;
        const auto first = std::find_if(marks.begin(), marks.end(),
                                        [series](const auto& mark) { return mark.series == series; });
        if (first == marks.end()) {
          continue;
        }
        const QPointF now = layout_.at(sheet_, i, static_cast<std::size_t>(first - marks.begin()));
        if (before) {
          painter_.drawLine(*before, now);
        }
        before = now;
      }
    }
  }

  void paintColumn(std::size_t index) {
    const StudySheet::Column& column = sheet_.columns[index];
    const double x = layout_.column(index);
    const TextStyle words{TextRole::kSmall}, muted{TextRole::kSmall, theme_.colors.muted};
    const double width =
        layout_.chart.area.width() / static_cast<double>(sheet_.columns.size()) - theme_.spacing;
    const double y = layout_.chart.area.bottom() + theme_.spacing;
    drawText(painter_, theme_, {x, y}, Qt::AlignHCenter | Qt::AlignTop,
             elided(theme_, column.label, width, words), words);
    drawText(painter_, theme_, {x, y + lineHeight(theme_, TextRole::kSmall)}, Qt::AlignHCenter | Qt::AlignTop,
             elided(theme_, column.below, width, muted), muted);
    if (column.marks.empty()) {
      const QString unmeasured = worded("not measured");
      const bool fits = textWidth(theme_, unmeasured, muted) <= width;
      drawText(painter_, theme_, {x, layout_.chart.area.bottom() - theme_.spacing},
               Qt::AlignHCenter | Qt::AlignBottom, fits ? unmeasured : QStringLiteral("\u2013"), muted);
    }
    for (std::size_t i = 0; i < column.marks.size(); ++i) {
      paintValue(column.marks[i], layout_.at(sheet_, index, i));
    }
    paintSeeds(index);
  }

  void paintValue(const StudySheet::Mark& mark, const QPointF& at) {
    const QColor color = seriesColor(theme_, mark.series);
    painter_.setPen(QPen(color, theme_.line));
    if (std::isfinite(mark.y.low) && std::isfinite(mark.y.high)) {
      const double low = layout_.chart.yAt(mark.y.low), high = layout_.chart.yAt(mark.y.high);
      const double half = 2.5 * theme_.hairline;
      painter_.drawLine(QPointF(at.x(), low), QPointF(at.x(), high));
      painter_.drawLine(QPointF(at.x() - half, low), QPointF(at.x() + half, low));
      painter_.drawLine(QPointF(at.x() - half, high), QPointF(at.x() + half, high));
    }
    paintFilled(mark.shape, mark.fill, at, QPen(color, theme_.line));
  }

  /// A mark of which all, nothing or the left half is filled.
  void paintFilled(LegendEntry::Mark shape, StudySheet::Fill fill, const QPointF& at, const QPen& pen) {
    const double radius = kMarkRadius * theme_.hairline;
    paintMark(painter_, shape, at, radius, pen);
    if (fill == StudySheet::Fill::kFull) {
      return;
    }
    painter_.save();
    if (fill == StudySheet::Fill::kHalf) {
      painter_.setClipRect(QRectF(at.x(), at.y() - radius, radius, 2.0 * radius), Qt::IntersectClip);
    }
    paintMark(painter_, shape, at, kHole * radius, QPen(theme_.background()));
    painter_.restore();
  }

  void paintKinds() {
    const TextStyle words{TextRole::kSmall, theme_.colors.muted};
    const double height = lineHeight(theme_, TextRole::kSmall), room = legendMarkWidth(theme_);
    auto kind = sheet_.kinds.begin();
    double y = layout_.kinds.top() + 0.5 * height;
    for (const auto& row : layout_.kind_rows) {
      double x = layout_.kinds.left();
      for (const LegendEntry& entry : row) {
        paintFilled(kind->shape, kind->fill, {x + 0.5 * (room - theme_.spacing), y},
                    QPen(theme_.colors.text, theme_.line));
        drawText(painter_, theme_, {x + room, y}, Qt::AlignLeft | Qt::AlignVCenter, entry.text, words);
        x += room + textWidth(theme_, entry.text, words) + legendGap(theme_);
        ++kind;
      }
      y += height;
    }
  }

  /// The seeds at the bottom of the chart, where there is room between them.
  void paintSeeds(std::size_t index) {
    const TextStyle muted{TextRole::kSmall, theme_.colors.muted};
    const auto& marks = sheet_.columns[index].marks;
    for (std::size_t i = 0; i < marks.size(); ++i) {
      if (textWidth(theme_, marks[i].seed, muted) < layout_.step(sheet_, index)) {
        drawText(painter_, theme_,
                 {layout_.at(sheet_, index, i).x(), layout_.chart.area.bottom() - 0.5 * theme_.spacing},
                 Qt::AlignHCenter | Qt::AlignBottom, marks[i].seed, muted);
      }
    }
  }

  void paintMatrix() {
    if (layout_.matrix.isEmpty()) {
      return;
    }
    const auto rows = static_cast<std::size_t>(sheet_.matrix_rows.size());
    const double height = layout_.matrix.height() / static_cast<double>(rows);
    const double radius = std::min(kDotRadius * theme_.hairline, 0.36 * height);
    const TextStyle words{TextRole::kSmall};
    const auto yOf = [&](std::size_t row) {
      return layout_.matrix.top() + (static_cast<double>(row) + 0.5) * height;
    };
    for (std::size_t row = 0; row < rows; ++row) {
      const QString& name = sheet_.matrix_rows[static_cast<qsizetype>(row)];
      drawText(painter_, theme_, {layout_.chart.area.left() - 2.0 * theme_.spacing, yOf(row)},
               Qt::AlignRight | Qt::AlignVCenter,
               elided(theme_, name,
                      layout_.chart.area.left() - layout_.chart_place.left() - 2.0 * theme_.spacing, words),
               words);
    }
    for (std::size_t i = 0; i < sheet_.columns.size(); ++i) {
      const auto& filled = sheet_.columns[i].matrix;
      const double x = layout_.column(i);
      const auto first = std::find(filled.begin(), filled.end(), true);
      const auto last = std::find(filled.rbegin(), filled.rend(), true);
      if (first != filled.end()) {
        painter_.setPen(QPen(theme_.colors.text, theme_.line));
        painter_.drawLine(QPointF(x, yOf(static_cast<std::size_t>(first - filled.begin()))),
                          QPointF(x, yOf(static_cast<std::size_t>(filled.rend() - last) - 1)));
      }
      for (std::size_t row = 0; row < rows && row < filled.size(); ++row) {
        paintMark(painter_, LegendEntry::Mark::kDot, {x, yOf(row)}, radius,
                  QPen(filled[row] ? theme_.colors.text : theme_.colors.grid));
      }
    }
  }

  QPainter& painter_;
  const PlotTheme& theme_;
  const StudySheet& sheet_;
  StudyLayout layout_;
};

}  // namespace

void StudyFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintBackground(painter, theme, area);
  StudyPainter(painter, theme, *sheet_, area).paint();
  painter.restore();
}

std::vector<HoverFigure::Stop> StudyFigure::stops(const QRectF& area, const PlotTheme& theme) const {
  const StudyLayout layout = layoutStudy(area, theme, *sheet_);
  const double radius = kMarkRadius * theme.hairline;
  std::vector<Stop> stops;
  for (std::size_t i = 0; i < sheet_->columns.size(); ++i) {
    for (std::size_t j = 0; j < sheet_->columns[i].marks.size(); ++j) {
      const QPointF at = layout.at(*sheet_, i, j);
      stops.push_back({QRectF(at - QPointF(radius, radius), QSizeF(2.0 * radius, 2.0 * radius)),
                       sheet_->columns[i].marks[j].card, sheet_->columns[i].marks[j].point, true});
    }
  }
  return stops;
}

}  // namespace alidade
