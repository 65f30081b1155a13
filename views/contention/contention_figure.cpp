// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/contention_figure.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QPainter>

#include "views/base/plot.h"
#include "views/contention/contention_paint.h"

namespace alidade {
namespace {

constexpr double kGreyed = 0.75;     // share of gray in the cells of a greyed panel
constexpr double kDotRadius = 0.16;  // times the size of small text
constexpr double kThick = 1.6;       // line between groups, times a hairline
constexpr double kHalo = 4.0;        // what it stands on
constexpr double kLeastNames = 0.5;  // of small text

const QString kDash = QStringLiteral("\u2013");

QColor mixed(const QColor& color, const QColor& into, double share) {
  return QColor::fromRgbF(static_cast<float>((1.0 - share) * color.redF() + share * into.redF()),
                          static_cast<float>((1.0 - share) * color.greenF() + share * into.greenF()),
                          static_cast<float>((1.0 - share) * color.blueF() + share * into.blueF()));
}

/// Paints one panel; everything that its cells share is worked out once.
class PanelPainter {
 public:
  PanelPainter(QPainter& painter, const PlotTheme& theme, const ContentionSheet& sheet,
               const ContentionLayout& layout, std::size_t index)
      : painter_(painter),
        theme_(theme),
        small_(theme),
        sheet_(sheet),
        panel_(sheet.panels[index]),
        layout_(layout),
        place_(layout.panels[index]),
        index_(index),
        names_theme_(theme),
        numbers_(cellNumbers(small_, widestNumber(), layout.cell)) {
    // Names of rows that are lower than a line are written smaller.
    names_theme_.small_size *= std::clamp(layout.cell / (1.1 * theme.small_size), kLeastNames, 1.0);
  }

  void paint() {
    paintNames();
    paintCells();
    paintBorders();
    paintRows();
    paintTexts();
  }

 private:
  QString widestNumber() const { return effects() ? numberText(-sheet_.span, 1) : numberText(-0.99, 2); }
  bool effects() const { return sheet_.kind == ContentionSheet::Kind::kEffects; }
  QColor colorOf(double value) const {
    const QColor color = contentionColor(sheet_, value);
    return panel_.greyed ? mixed(color, theme_.colors.raised, kGreyed) : color;
  }
  QColor inkOf(const QColor& ground) const { return panel_.greyed ? theme_.colors.muted : inkOn(ground); }
  double valueAt(int row, int other) const {
    return panel_
        .values[static_cast<std::size_t>(row) * sheet_.rows.size() + static_cast<std::size_t>(other)];
  }
  bool coversZero(int row, int other) const {
    const std::size_t at =
        static_cast<std::size_t>(row) * sheet_.rows.size() + static_cast<std::size_t>(other);
    return at < panel_.low.size() && panel_.low[at] <= 0.0 && panel_.high[at] >= 0.0;
  }
  const QString& nameOf(std::size_t place) const {
    return sheet_.rows[static_cast<std::size_t>(sheet_.row(place))];
  }

  void paintNames() {
    for (std::size_t i = 0; i < sheet_.count(); ++i) {
      const QString name = elided(names_theme_, nameOf(i), layout_.names + 1.0, {TextRole::kSmall});
      const QRectF across = layout_.square(index_, i, 0), down = layout_.square(index_, 0, i);
      drawText(painter_, names_theme_, {across.left() - 1.5 * theme_.spacing, across.center().y()},
               Qt::AlignRight | Qt::AlignVCenter, name, {TextRole::kSmall});
      const QPointF above(down.center().x(), down.top() - 1.5 * theme_.spacing);
      if (layout_.slanted) {
        drawText(painter_, names_theme_, above, Qt::AlignLeft | Qt::AlignBaseline, name,
                 {TextRole::kSmall, {}, false, false, -45.0});
      } else {
        drawText(painter_, names_theme_, above, Qt::AlignHCenter | Qt::AlignBottom, name, {TextRole::kSmall});
      }
    }
  }

  void paintCells() {
    for (std::size_t i = 0; i < sheet_.count(); ++i) {
      for (std::size_t j = 0; j < sheet_.count(); ++j) {
        paintCell(layout_.square(index_, i, j), sheet_.row(i), sheet_.row(j));
      }
    }
  }

  void paintCell(const QRectF& square, int row, int other) {
    const double value = valueAt(row, other);
    const bool diagonal = row == other && sheet_.gray_diagonal;
    if (!std::isfinite(value)) {
      painter_.fillRect(square, theme_.background());
      paintHatch(painter_, theme_, square);
      return;
    }
    const QColor ground = diagonal ? mixed(theme_.colors.border, theme_.colors.muted, 0.15) : colorOf(value);
    painter_.fillRect(square, ground);
    const QColor ink = inkOf(ground);
    if (numbers_ != CellNumbers::kNone) {
      drawText(painter_, small_, square.center(), Qt::AlignHCenter | Qt::AlignVCenter,
               diagonal ? numberText(value, 0) : cellText(value, effects() ? 1 : 2, numbers_),
               {TextRole::kSmall, ink, true});
    }
    if (!diagonal && coversZero(row, other)) {
      const double radius = std::min(kDotRadius * theme_.small_size, 0.08 * square.width());
      painter_.setPen(Qt::NoPen);
      painter_.setBrush(ink);
      painter_.drawEllipse(QPointF(square.center().x(), square.bottom() - 0.14 * square.height()), radius,
                           radius);
      painter_.setBrush(Qt::NoBrush);
    }
  }

  /// Thin lines between cells, thick ones between groups, brackets with the groups' names at the right.
  void paintBorders() {
    const QRectF& matrix = place_.matrix;
    painter_.setPen(QPen(theme_.background(), theme_.hairline));
    for (std::size_t i = 1; i < sheet_.count(); ++i) {
      const double at = layout_.cell * static_cast<double>(i);
      painter_.drawLine(QPointF(matrix.left(), matrix.top() + at),
                        QPointF(matrix.right(), matrix.top() + at));
      painter_.drawLine(QPointF(matrix.left() + at, matrix.top()),
                        QPointF(matrix.left() + at, matrix.bottom()));
    }
    if (sheet_.groups.empty()) {
      return;
    }
    std::size_t first = 0;
    for (std::size_t i = 1; i <= sheet_.count(); ++i) {
      if (i == sheet_.count() || groupAt(i) != groupAt(first)) {
        paintGroup(first, i);
        first = i;
      }
    }
  }

  int groupAt(std::size_t place) const { return sheet_.groups[static_cast<std::size_t>(sheet_.row(place))]; }

  void paintGroup(std::size_t first, std::size_t end) {
    const QRectF& matrix = place_.matrix;
    const double at = layout_.cell * static_cast<double>(first);
    for (const auto& [color, width] :
         {std::pair(theme_.background(), kHalo), std::pair(theme_.colors.text, kThick)}) {
      if (first > 0) {
        painter_.setPen(QPen(color, width * theme_.hairline, Qt::SolidLine, Qt::FlatCap));
        painter_.drawLine(QPointF(matrix.left(), matrix.top() + at),
                          QPointF(matrix.right(), matrix.top() + at));
        painter_.drawLine(QPointF(matrix.left() + at, matrix.top()),
                          QPointF(matrix.left() + at, matrix.bottom()));
      }
    }
    const double top = matrix.top() + layout_.cell * static_cast<double>(first) + theme_.spacing;
    const double bottom = matrix.top() + layout_.cell * static_cast<double>(end) - theme_.spacing;
    const double x = matrix.right() + 2.0 * theme_.spacing;
    painter_.setPen(QPen(theme_.colors.muted, theme_.hairline));
    painter_.drawPolyline(
        QPolygonF{{x - theme_.spacing, top}, {x, top}, {x, bottom}, {x - theme_.spacing, bottom}});
    const auto group = static_cast<std::size_t>(std::max(0, groupAt(first)));
    if (group < sheet_.group_names.size()) {
      drawText(painter_, theme_, {x + theme_.spacing, 0.5 * (top + bottom)}, Qt::AlignLeft | Qt::AlignVCenter,
               elided(theme_, sheet_.group_names[group], layout_.brackets - 2.0 * theme_.spacing,
                      {TextRole::kSmall}),
               {TextRole::kSmall, theme_.colors.muted});
    }
  }

  void paintRows() {
    if (panel_.to_all.empty()) {
      return;
    }
    const double left = place_.matrix.left() - 1.5 * theme_.spacing;
    paintToAllName(painter_, theme_, {left, place_.to_all.center().y()});
    if (numbers_ != CellNumbers::kNone) {
      drawText(painter_, theme_, {left, place_.transfer.center().y()}, Qt::AlignRight | Qt::AlignVCenter,
               QStringLiteral("N"), {TextRole::kSmall});
    }
    for (std::size_t i = 0; i < sheet_.count(); ++i) {
      const auto row = static_cast<std::size_t>(sheet_.row(i));
      const auto under = [&](const QRectF& line) {
        return QRectF(line.left() + layout_.cell * static_cast<double>(i), line.top(), layout_.cell,
                      line.height());
      };
      const double share = panel_.to_all[row];
      const QRectF cell = under(place_.to_all), below = under(place_.transfer);
      if (!std::isfinite(share)) {
        paintHatch(painter_, theme_, cell);
        paintHatch(painter_, theme_, below);
        continue;
      }
      const QColor ground = colorOf(share);
      painter_.fillRect(cell.adjusted(0.0, 0.0, -theme_.hairline, 0.0), ground);
      if (numbers_ != CellNumbers::kNone) {
        drawText(painter_, small_, cell.center(), Qt::AlignHCenter | Qt::AlignVCenter,
                 cellText(share, 2, numbers_), {TextRole::kSmall, inkOf(ground), true});
        drawText(painter_, small_, below.center(), Qt::AlignHCenter | Qt::AlignVCenter,
                 cellText(panel_.transfer[row], 2, numbers_),
                 {TextRole::kSmall, panel_.greyed ? theme_.colors.muted : theme_.colors.text, true});
      }
    }
  }

  void paintTexts() {
    const auto line = [&](const QRectF& place, const QString& text, const TextStyle& style) {
      drawText(painter_, theme_, {place.left(), place.center().y()}, Qt::AlignLeft | Qt::AlignVCenter,
               elided(theme_, text, place.width(), style), style);
    };
    if (sheet_.panels.size() > 1) {
      line(place_.title, panel_.part, {TextRole::kSmall, {}, false, true});
    }
    line(place_.summary, panel_.summary, {TextRole::kSmall, theme_.colors.muted});
    line(place_.note, panel_.note, {TextRole::kSmall, theme_.colors.warning});
  }

  QPainter& painter_;
  const PlotTheme& theme_;
  PlotTheme small_;  ///< of the numbers in cells
  const ContentionSheet& sheet_;
  const ContentionPanel& panel_;
  const ContentionLayout& layout_;
  const ContentionLayout::Panel& place_;
  std::size_t index_;
  PlotTheme names_theme_;  ///< of the rows' names
  CellNumbers numbers_;
};

Table::Cell cellOf(const std::vector<double>& values, std::size_t at) {
  return at < values.size() && std::isfinite(values[at]) ? Table::Cell(values[at]) : Table::Cell();
}

}  // namespace

void ContentionFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintBackground(painter, theme, area);
  const ContentionLayout layout = layoutContention(area, theme, *sheet_);
  if (!sheet_->title.isEmpty()) {
    const TextStyle style{TextRole::kTitle};
    drawText(painter, theme, {layout.title.left(), layout.title.center().y()},
             Qt::AlignLeft | Qt::AlignVCenter, elided(theme, sheet_->title, layout.title.width(), style),
             style);
  }
  for (std::size_t i = 0; i < sheet_->panels.size(); ++i) {
    PanelPainter(painter, theme, *sheet_, layout, i).paint();
  }
  paintContentionBar(painter, theme, layout.color_bar, *sheet_);
  if (sheet_->scatter) {
    paintScatter(painter, theme, layout.scatter);
  }
  painter.restore();
}

void ContentionFigure::paintScatter(QPainter& painter, const PlotTheme& theme, const QRectF& area) const {
  const EffectScatter& scatter = *sheet_->scatter;
  Chart chart;
  ChartRange x, y;
  for (std::size_t i = 0; i < scatter.predicted.size(); ++i) {
    x.add(scatter.predicted[i]);
    y.add(scatter.measured[i]);
  }
  x.add(0.0);
  y.add(0.0);
  chart.x = fittedAxis(x.low, x.high, ChartScale::kLinear);
  chart.y = fittedAxis(y.low, y.high, ChartScale::kLinear);
  chart.x.label = QStringLiteral("predicted: \u2212cosine");
  chart.y.label = QStringLiteral("measured change (%)");
  chart.marks.push_back({0.0, theme.axisPen(), {}});
  const std::array<double, 2> ends{chart.x.low, chart.x.high}, zeros{0.0, 0.0};
  ChartSeries zero{theme.axisPen(), ends, zeros};
  ChartSeries points{QPen(theme.colors.accent, 2.0 * theme.line), scatter.predicted, scatter.measured};
  points.style = ChartSeries::Style::kPoints;
  chart.series = {zero, points};
  const double line = lineHeight(theme, TextRole::kSmall) + theme.spacing;
  const TextStyle style{TextRole::kSmall, theme.colors.muted};
  drawText(painter, theme, area.topLeft(), Qt::AlignLeft | Qt::AlignTop,
           elided(theme, scatter.title, area.width(), style), style);
  paintChart(painter, theme, area.adjusted(0.0, line, 0.0, 0.0), chart);
}

Table ContentionFigure::effectData() const {
  Table table;
  table.columns = {"trained", "epoch", "change of", "measured (%)", "predicted (-cosine)"};
  const std::size_t n = sheet_->rows.size();
  for (const ContentionPanel& panel : sheet_->panels) {
    for (const int i : sheet_->order) {
      for (const int j : sheet_->order) {
        const std::size_t at = static_cast<std::size_t>(i) * n + static_cast<std::size_t>(j);
        table.rows.push_back({sheet_->rows[static_cast<std::size_t>(i)].toStdString(), panel.epoch,
                              sheet_->rows[static_cast<std::size_t>(j)].toStdString(),
                              cellOf(panel.values, at), cellOf(panel.corrected, at)});
      }
    }
  }
  return table;
}

Table ContentionFigure::data() const {
  if (sheet_->kind == ContentionSheet::Kind::kEffects) {
    return effectData();
  }
  Table table;
  table.columns = {"part", "epoch", "row",       "other",         sheet_->value_name.toStdString(),
                   "low",  "high",  "corrected", "conflict_rate", "N"};
  const std::size_t n = sheet_->rows.size();
  for (const ContentionPanel& panel : sheet_->panels) {
    for (const int i : sheet_->order) {
      const auto row = static_cast<std::size_t>(i);
      for (const int j : sheet_->order) {
        const std::size_t at = row * n + static_cast<std::size_t>(j);
        table.rows.push_back({panel.part.toStdString(), panel.epoch, sheet_->rows[row].toStdString(),
                              sheet_->rows[static_cast<std::size_t>(j)].toStdString(),
                              cellOf(panel.values, at), cellOf(panel.low, at), cellOf(panel.high, at),
                              cellOf(panel.corrected, at), cellOf(panel.conflict_rate, at), Table::Cell()});
      }
      if (!panel.to_all.empty()) {
        table.rows.push_back({panel.part.toStdString(), panel.epoch, sheet_->rows[row].toStdString(),
                              std::string("all others"), cellOf(panel.to_all, row), Table::Cell(),
                              Table::Cell(), Table::Cell(), Table::Cell(), cellOf(panel.transfer, row)});
      }
    }
  }
  return table;
}

}  // namespace alidade
