// SPDX-License-Identifier: BSD-3-Clause
#include "views/metrics/curve_figure.h"

#include <algorithm>
#include <cmath>

#include <QPainter>
#include <QPolygonF>

namespace alidade {
namespace {

constexpr double kPercent = 100.0;

QPen dashed(const QColor& color, double width) {
  QPen pen(color, width, Qt::CustomDashLine, Qt::FlatCap, Qt::RoundJoin);
  pen.setDashPattern({4.0, 2.5});
  return pen;
}

QColor faintOf(const PlotTheme& theme) {
  QColor color = theme.colors.muted;
  color.setAlphaF(0.45F);
  return color;
}

PlotAxis xAxis(const Curve& curve) {
  const double low = curve.x.empty() ? 0.0 : curve.x.front();
  const double high = curve.x.empty() || curve.x.back() <= low ? low + 1.0 : curve.x.back();
  return {low, high, QString::fromStdString(curve.x_title)};
}

void drawCurve(QPainter& painter, const PlotFrame& frame, const std::vector<double>& x,
               const std::vector<double>& y, const QPen& pen) {
  QPolygonF line;
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    line << frame.map(x[i], std::clamp(y[i], 0.0, 1.0) * kPercent);
  }
  painter.setPen(pen);
  painter.setBrush(Qt::NoBrush);
  painter.drawPolyline(line);
}

QRectF plotArea(const QRectF& area, const PlotTheme& theme) {
  const double margin = 2.0 * theme.spacing;
  return area.adjusted(margin, margin + lineHeight(theme, TextRole::kSmall) + theme.spacing, -margin,
                       -margin);
}

}  // namespace

CurveFigure::CurveFigure(CurveData data) : data_(std::move(data)) {
  if (data_.b) {
    const auto found = std::find_if(data_.b->curves.begin(), data_.b->curves.end(),
                                    [&](const Curve& other) { return other.id == curve().id; });
    curve_b_ = found == data_.b->curves.end() ? nullptr : &*found;
  }
}

const std::vector<double>* CurveFigure::rowOfB() const {
  if (!curve_b_) {
    return nullptr;
  }
  const std::string& name = data_.a->rows[data_.row].name;
  for (std::size_t r = 0; r < data_.b->rows.size() && r < curve_b_->y.size(); ++r) {
    if (data_.b->rows[r].name == name) {
      return &curve_b_->y[r];
    }
  }
  return nullptr;
}

void CurveFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintBackground(painter, theme, area);
  const QRectF plot = plotArea(area, theme);
  const PlotFrame frame = drawAxes(painter, theme, plot, xAxis(curve()),
                                   {0.0, kPercent, QString::fromStdString(curve().y_title)});
  const QString row = QString::fromStdString(data_.a->rows[data_.row].name);
  std::vector<LegendEntry> legend;
  const QPen strong(theme.colors.runs[0], 1.3 * theme.line, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
  const QPen reference = dashed(theme.colors.runs[1], 1.3 * theme.line);
  if (data_.others) {
    const QPen faint(faintOf(theme), theme.hairline);
    for (std::size_t r = 0; r < curve().y.size(); ++r) {
      if (r != data_.row) {
        drawCurve(painter, frame, curve().x, curve().y[r], faint);
      }
    }
  }
  if (const auto* b = rowOfB()) {
    drawCurve(painter, frame, curve_b_->x, *b, reference);
  }
  if (data_.row < curve().y.size()) {
    drawCurve(painter, frame, curve().x, curve().y[data_.row], strong);
  }
  legend.push_back({LegendEntry::Mark::kLine, strong, QStringLiteral("A · ") + row});
  if (rowOfB()) {
    legend.push_back({LegendEntry::Mark::kLine, reference, QStringLiteral("B · ") + row});
  }
  if (data_.others && curve().y.size() > 1) {
    legend.push_back({LegendEntry::Mark::kLine, QPen(faintOf(theme), theme.line), "A, other rows"});
  }
  drawLegend(painter, theme,
             {frame.area.left(), area.top() + 2.0 * theme.spacing, frame.area.width(),
              lineHeight(theme, TextRole::kSmall)},
             legend);
  painter.restore();
}

QString CurveFigure::describe(const QPointF& point, const QRectF& area, const PlotTheme& theme) const {
  const QRectF plot = plotArea(area, theme);
  QImage scratch(1, 1, QImage::Format_ARGB32_Premultiplied);
  QPainter painter(&scratch);
  const PlotFrame frame = drawAxes(painter, theme, plot, xAxis(curve()), {0.0, kPercent, {}});
  const auto& x = curve().x;
  if (!frame.area.contains(point) || x.empty() || data_.row >= curve().y.size()) {
    return {};
  }
  const double at =
      frame.x.low + (point.x() - frame.area.left()) / frame.area.width() * (frame.x.high - frame.x.low);
  const auto nearest = std::min_element(
      x.begin(), x.end(), [at](double p, double q) { return std::abs(p - at) < std::abs(q - at); });
  const auto i = static_cast<std::size_t>(nearest - x.begin());
  QString text = QStringLiteral("%1 = %2\nA  %3 %")
                     .arg(QString::fromStdString(curve().x_title))
                     .arg(*nearest, 0, 'g', 4)
                     .arg(numberText(curve().y[data_.row][i] * kPercent, 1));
  if (const auto* b = rowOfB(); b && i < b->size()) {
    text += QStringLiteral("\nB  %1 %").arg(numberText((*b)[i] * kPercent, 1));
  }
  return text;
}

Table CurveFigure::data() const {
  Table table;
  table.columns.push_back(curve().x_title);
  const auto add = [&](const char* run, const EvaluationReport& report, const Curve& shown) {
    for (std::size_t r = 0; r < shown.y.size(); ++r) {
      table.columns.push_back(std::string(run) + " " + report.rows[r].name + ", " + shown.y_title);
    }
  };
  add("A", *data_.a, curve());
  if (curve_b_) {
    add("B", *data_.b, *curve_b_);
  }
  for (std::size_t i = 0; i < curve().x.size(); ++i) {
    auto& row = table.rows.emplace_back();
    row.emplace_back(curve().x[i]);
    for (const auto& y : curve().y) {
      row.emplace_back(y[i] * kPercent);
    }
    for (std::size_t r = 0; curve_b_ && r < curve_b_->y.size(); ++r) {
      auto& cell = row.emplace_back();
      if (i < curve_b_->y[r].size()) {
        cell = curve_b_->y[r][i] * kPercent;
      }
    }
  }
  return table;
}

}  // namespace alidade
