// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include <QPainter>
#include <QPainterPath>

#include "views/quantization/quantization_text.h"
#include "views/quantization/tradeoff_figure.h"
#include "views/quantization/tradeoff_look.h"

namespace alidade {
namespace {

constexpr double kFaint = 0.38, kGray = 0.34, kBand = 0.12, kOver = 0.06;  // opacities
constexpr double kLeastRadius = 3.0, kMostRadius = 7.0;                    // of marks, hairlines
constexpr double kPredictedRadius = 2.6, kSolutionRadius = 9.0, kSelectionRadius = 1.8;  // hairlines

QColor withOpacity(QColor color, double opacity) {
  color.setAlphaF(color.alphaF() * opacity);
  return color;
}

class TradeoffPainter {
 public:
  TradeoffPainter(QPainter& painter, const PlotTheme& theme, const TradeoffSheet& sheet, const QRectF& area)
      : painter_(painter), theme_(theme), sheet_(sheet), layout_(layoutTradeoff(area, theme, sheet)) {}

  void paint() {
    const TextStyle bold{TextRole::kTitle, {}, false, true};
    if (sheet_.titled) {
      drawText(painter_, theme_, layout_.title.topLeft(), Qt::AlignLeft | Qt::AlignTop,
               elided(theme_, sheet_.name, layout_.title.width(), bold), bold);
    }
    paintLegend(painter_, theme_, layout_.legend, layout_.legend_rows);
    paintAxes(painter_, theme_, layout_.chart);
    paintLabels(painter_, theme_, layout_.chart_place, layout_.chart);
    painter_.save();
    painter_.setClipRect(layout_.chart.area.adjusted(-1.0, -1.0, 1.0, 1.0), Qt::IntersectClip);
    paintOverBudget();
    paintBaseline();
    paintPrinted();
    paintOther();
    paintPredicted();
    paintMarks();
    paintSolution();
    painter_.restore();
    paintBaselineText();
    paintBudgetText();
    paintResiduals();
  }

 private:
  QPointF at(double cost, double share) const { return layout_.at(sheet_, cost, share); }

  QPointF at(const TradeoffMark& mark) const { return at(mark.x, mark.y.value); }

  double budgetX() const { return layout_.chart.xAt(onAxis(sheet_.cost, *sheet_.budget)); }

  void paintOverBudget() {
    if (!sheet_.budget) {
      return;
    }
    const QRectF& frame = layout_.chart.area;
    const double x = std::clamp(budgetX(), frame.left(), frame.right());
    const bool more_is_less = sheet_.cost == SweepCost::kCompression;
    painter_.fillRect(more_is_less ? QRectF(frame.topLeft(), QPointF(x, frame.bottom()))
                                   : QRectF(QPointF(x, frame.top()), frame.bottomRight()),
                      withOpacity(theme_.colors.text, kOver));
    painter_.setPen(QPen(theme_.colors.accent, theme_.line));
    painter_.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()));
  }

  void paintBudgetText() {
    if (!sheet_.budget) {
      return;
    }
    const QRectF& frame = layout_.chart.area;
    const double x = std::clamp(budgetX(), frame.left(), frame.right());
    const QString text = worded("budget %1").arg(costText(sheet_.cost, *sheet_.budget));
    const TextStyle style{TextRole::kSmall, theme_.colors.accent, true};
    const bool fits = x + theme_.spacing + textWidth(theme_, text, style) < frame.right();
    drawText(painter_, theme_,
             {x + (fits ? theme_.spacing : -theme_.spacing), frame.bottom() - theme_.spacing},
             (fits ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignBottom, text, style);
  }

  void paintBaseline() {
    if (!sheet_.baseline) {
      return;
    }
    const QRectF& frame = layout_.chart.area;
    if (std::isfinite(sheet_.baseline->low) && std::isfinite(sheet_.baseline->high)) {
      painter_.fillRect(QRectF(QPointF(frame.left(), layout_.chart.yAt(kPercent * sheet_.baseline->high)),
                               QPointF(frame.right(), layout_.chart.yAt(kPercent * sheet_.baseline->low))),
                        withOpacity(theme_.colors.muted, kBand));
    }
    QPen pen(theme_.colors.text, theme_.hairline);
    pen.setDashPattern({6.0, 3.0});
    painter_.setPen(pen);
    const double y = layout_.chart.yAt(kPercent * sheet_.baseline->value);
    painter_.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y));
  }

  void paintBaselineText() {
    if (!sheet_.baseline) {
      return;
    }
    const bool marks_right = sheet_.cost != SweepCost::kCompression;  // where full precision itself lies
    const QRectF& frame = layout_.chart.area;
    const double x = marks_right ? frame.left() + theme_.spacing : frame.right() - theme_.spacing;
    drawText(painter_, theme_,
             {x, layout_.chart.yAt(kPercent * sheet_.baseline->value) - 0.5 * theme_.spacing},
             (marks_right ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignBottom,
             worded("full precision %1").arg(shareText(sheet_.baseline->value)),
             {TextRole::kSmall, theme_.colors.muted, true});
  }

  void paintPrinted() {
    const QPen pen(withOpacity(theme_.colors.muted, 0.8), theme_.line);
    for (const TradeoffSheet::Printed& row : sheet_.printed) {
      paintMark(painter_, LegendEntry::Mark::kCross, at(row.x, row.y), 4.0 * theme_.hairline, pen);
    }
  }

  /// Costs rise to the side where networks are larger; a step holds until the next one is reached.
  void paintSteps(const std::vector<QPointF>& points, const QPen& pen) {
    QPainterPath path;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (i == 0) {
        path.moveTo(points[i]);
      } else {
        path.lineTo(points[i].x(), points[i - 1].y());
        path.lineTo(points[i]);
      }
    }
    painter_.setPen(pen);
    painter_.setBrush(Qt::NoBrush);
    painter_.drawPath(path);
  }

  void paintOther() {
    std::vector<QPointF> points;
    for (const QPointF& point : sheet_.other_frontier) {
      points.push_back(at(point.x(), point.y()));
    }
    paintSteps(points, otherPen(theme_));
    for (const QPointF& point : points) {
      paintMark(painter_, LegendEntry::Mark::kDot, point, 2.0 * theme_.hairline, QPen(theme_.colors.muted));
    }
  }

  void paintPredicted() {
    std::vector<QPointF> points;
    for (const QPointF& point : sheet_.predicted) {
      points.push_back(at(point.x(), point.y()));
    }
    QPen dotted(theme_.colors.muted, theme_.hairline);
    dotted.setDashPattern({1.0, 3.0});
    paintSteps(points, dotted);
    for (const QPointF& point : points) {
      painter_.setPen(QPen(theme_.colors.muted, theme_.hairline));
      painter_.setBrush(theme_.background());
      painter_.drawEllipse(point, kPredictedRadius * theme_.hairline, kPredictedRadius * theme_.hairline);
    }
  }

  QColor colorOf(const TradeoffMark& mark) const {
    const QColor own = familyColor(sheet_, mark.family, theme_);
    switch (mark.state) {
      case TradeoffMark::State::kFrontier:
        return own;
      case TradeoffMark::State::kDominated:
        return withOpacity(own, kFaint);
      default:
        return withOpacity(theme_.colors.muted, kGray);
    }
  }

  void paintMarks() {
    for (const auto state : {TradeoffMark::State::kOverBudget, TradeoffMark::State::kAgainstPin,
                             TradeoffMark::State::kDominated}) {
      for (const TradeoffMark& mark : sheet_.marks) {
        if (mark.state == state) {
          paintOne(mark);
        }
      }
    }
    std::vector<QPointF> steps;
    for (const std::size_t i : sheet_.frontier) {
      steps.push_back(at(sheet_.marks[i]));
    }
    paintSteps(steps, QPen(theme_.colors.text, 1.3 * theme_.line));
    for (const TradeoffMark& mark : sheet_.marks) {
      if (mark.state == TradeoffMark::State::kFrontier) {
        paintInterval(mark);
        paintOne(mark);
      }
    }
  }

  void paintInterval(const TradeoffMark& mark) {
    if (!std::isfinite(mark.y.low) || !std::isfinite(mark.y.high)) {
      return;
    }
    const QPointF low = at(mark.x, mark.y.low), high = at(mark.x, mark.y.high);
    const QPointF half(2.5 * theme_.hairline, 0.0);
    painter_.setPen(QPen(colorOf(mark), theme_.hairline));
    painter_.drawLine(low, high);
    painter_.drawLine(low - half, low + half);
    painter_.drawLine(high - half, high + half);
  }

  void paintOne(const TradeoffMark& mark) {
    const QColor color = colorOf(mark);
    const double radius = markRadius(sheet_, mark, theme_);
    if (sheet_.calibration && std::isfinite(mark.calibration)) {
      const QPointF other = at(mark.x, mark.calibration);
      painter_.setPen(QPen(color, theme_.hairline));
      painter_.drawLine(at(mark), other);
      paintMark(painter_, LegendEntry::Mark::kDot, other, kSelectionRadius * theme_.hairline, QPen(color));
    }
    paintMark(painter_, markOf(sheet_.sweep->points[mark.point].method), at(mark), radius, QPen(color));
    if (isPierced(sheet_, mark.family, theme_)) {
      paintMark(painter_, LegendEntry::Mark::kDot, at(mark), 0.35 * radius, QPen(theme_.background()));
    }
  }

  void paintSolution() {
    if (!sheet_.solution) {
      return;
    }
    const auto place = [this](const TradeoffSheet::Solution& solution) {
      return solution.mark ? at(sheet_.marks[*solution.mark]) : at(solution.levels.cost, solution.share);
    };
    const double radius = kSolutionRadius * theme_.hairline;
    const QPointF now = place(*sheet_.solution);
    if (!std::isfinite(now.y())) {
      return;
    }
    if (sheet_.previous) {
      const QPointF before = place(*sheet_.previous);
      if (std::isfinite(before.y())) {
        painter_.setPen(QPen(withOpacity(theme_.colors.accent, 0.5), theme_.hairline, Qt::DotLine));
        painter_.drawLine(before, now);
        paintMark(painter_, LegendEntry::Mark::kRing, before, 0.6 * radius,
                  QPen(withOpacity(theme_.colors.accent, 0.5), theme_.hairline));
      }
    }
    paintMark(painter_, LegendEntry::Mark::kRing, now, radius, QPen(theme_.colors.accent, 1.4 * theme_.line));
  }

  void paintResiduals() {
    if (!sheet_.prediction.fit) {
      return;
    }
    const TextStyle muted{TextRole::kSmall, theme_.colors.muted};
    double y = layout_.remark.top();
    for (const QString& line : layout_.remark_lines) {
      drawText(painter_, theme_, {layout_.remark.left(), y}, Qt::AlignLeft | Qt::AlignTop,
               elided(theme_, line, layout_.remark.width(), muted), muted);
      y += lineHeight(theme_, TextRole::kSmall);
    }
    if (layout_.residuals_place.isEmpty()) {
      return;
    }
    paintAxes(painter_, theme_, layout_.residuals, false);
    paintLabels(painter_, theme_, layout_.residuals_place, layout_.residuals);
    const double zero = layout_.residuals.yAt(0.0);
    painter_.setPen(QPen(theme_.colors.muted, theme_.hairline));
    painter_.drawLine(QPointF(layout_.residuals.area.left(), zero),
                      QPointF(layout_.residuals.area.right(), zero));
    for (const TradeoffMark& mark : sheet_.marks) {
      const double residual = kPercent * (mark.y.value - mark.predicted);
      if (std::isfinite(residual)) {
        const QPointF point = layout_.residuals.map(onAxis(sheet_.cost, mark.x), residual);
        painter_.setPen(QPen(colorOf(mark), theme_.hairline));
        painter_.drawLine(QPointF(point.x(), zero), point);
        paintMark(painter_, markOf(sheet_.sweep->points[mark.point].method), point, 2.5 * theme_.hairline,
                  QPen(colorOf(mark)));
      }
    }
  }

  QPainter& painter_;
  const PlotTheme& theme_;
  const TradeoffSheet& sheet_;
  TradeoffLayout layout_;
};

}  // namespace

double markRadius(const TradeoffSheet& sheet, const TradeoffMark& mark, const PlotTheme& theme) {
  double most = 0.0;
  for (const TradeoffMark& other : sheet.marks) {
    most = std::max(most, other.memory);
  }
  const double share = most > 0.0 && mark.memory > 0.0 ? std::sqrt(mark.memory / most) : 0.7;
  return theme.hairline * std::max(kLeastRadius, kMostRadius * share);
}

QStringList agreementText(const SweepPrediction& prediction) {
  QStringList sentences{
      prediction.spearman ? worded("Predicted loss against measured drop: Spearman \u03c1 = %1, %2 networks")
                                .arg(numberText(*prediction.spearman, 2))
                                .arg(prediction.networks)
                          : worded("Too few networks to tell how well the prediction orders them")};
  if (prediction.on_frontier > 0) {
    sentences << worded("%1 of %2 on the predicted frontier are dominated when measured")
                     .arg(prediction.of_these_dominated)
                     .arg(prediction.on_frontier);
  }
  return sentences;
}

void TradeoffFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintBackground(painter, theme, area);
  TradeoffPainter(painter, theme, *sheet_, area).paint();
  painter.restore();
}

}  // namespace alidade
