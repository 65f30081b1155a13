// SPDX-License-Identifier: BSD-3-Clause
#include "views/training/gradient_norms_figure.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPainter>

#include "views/base/plot.h"
#include "views/training/training_pens.h"

namespace alidade {
namespace {

enum Panel : std::size_t { kNorms, kPsi, kBefore, kAfter };

QString normWords(const char* text) {
  return QCoreApplication::translate("GradientNorms", text);
}

/// A reference line in no source's color.
QPen thresholdPen(const PlotTheme& theme) {
  return QPen(theme.colors.text, theme.hairline, Qt::DashLine);
}

Table::Cell known(double value) {
  return std::isfinite(value) ? Table::Cell(value) : Table::Cell();
}

}  // namespace

struct GradientNormsFigure::Layout {
  QRectF title, legend;
  LegendRows legend_rows;
  std::array<QRectF, kPanels> titles, charts;
};

GradientNormsFigure::GradientNormsFigure(const GradientNormsQuestion& question)
    : run_(question.run), norms_(gradient_norms_of(*question.run)) {
  for (std::size_t g = 0; g < norms_.groups.size(); ++g) {
    if (norms_.groups[g].name == question.group) {
      group_ = g;
    }
  }
  const GroupNorms& shown = group();
  before_ = norm_shares(shown.norms);
  after_ = norm_shares(shown.scaled);
  if (!shown.steps.empty()) {
    ends_ = {shown.steps.front(), std::max(shown.steps.back(), shown.steps.front() + 1.0)};
  }
  threshold_ = {norms_.threshold, norms_.threshold};
}

QString GradientNormsFigure::panelTitle(std::size_t number) const {
  switch (number) {
    case kNorms:
      return normWords("norms of gradients n\u2096, before");
    case kPsi:
      return normWords("balance \u03a8, share rescaled");
    case kBefore:
      return normWords("share of the norms, before");
    default:
      return after_.empty() ? normWords("share of the norms, after: not in this log")
                            : normWords("share of the norms, after");
  }
}

Chart GradientNormsFigure::panel(std::size_t number, const PlotTheme& theme) const {
  Chart chart;
  const GroupNorms& shown = group();
  chart.x = {ends_[0], ends_[1], number >= kBefore ? normWords("step") : QString()};
  chart.x.counts = true;
  chart.y = {0.0, 1.0, QString()};
  const auto add = [&](const QPen& pen, std::span<const double> y) {
    ChartSeries series;
    series.pen = pen;
    series.x = shown.steps;
    series.y = y;
    chart.series.push_back(series);
  };
  if (number == kPsi) {
    ChartSeries limit;
    limit.pen = thresholdPen(theme);
    limit.x = ends_;
    limit.y = threshold_;
    if (std::isfinite(norms_.threshold)) {
      chart.series.push_back(limit);
    }
    add(QPen(theme.colors.muted, theme.hairline), shown.triggered);
    add(QPen(theme.colors.text, theme.line), shown.psi);
    return chart;
  }
  const auto& lists = number == kNorms ? shown.norms : number == kBefore ? before_ : after_;
  ChartRange range;
  for (std::size_t k = 0; k < lists.size(); ++k) {
    add(runPen(theme, static_cast<int>(k), theme.line), lists[k]);
    range.add(lists[k], ChartAxis{0.0, 1.0, {}, ChartScale::kLogarithmic});
  }
  if (number == kNorms) {
    const QString label = chart.y.label;
    chart.y = fittedAxis(range.low, range.empty ? -1.0 : range.high, ChartScale::kLogarithmic);
    chart.y.label = label;
  }
  return chart;
}

GradientNormsFigure::Layout GradientNormsFigure::layoutIn(const QRectF& area, const PlotTheme& theme) const {
  Layout layout;
  const double gap = theme.spacing, pad = theme.print ? 0.5 * gap : 2.0 * gap,
               small = lineHeight(theme, TextRole::kSmall);
  QRectF inside = area.adjusted(pad, pad, -pad, -pad);
  layout.title = QRectF(inside.topLeft(), QSizeF(inside.width(), lineHeight(theme)));
  std::vector<LegendEntry> entries;
  for (std::size_t k = 0; k < norms_.sources.size(); ++k) {
    entries.push_back({LegendEntry::Mark::kLine, runPen(theme, static_cast<int>(k), 1.3 * theme.line),
                       shownName(theme, QString::fromStdString(norms_.sources[k]))});
  }
  entries.push_back(
      {LegendEntry::Mark::kLine, QPen(theme.colors.text, 1.3 * theme.line), QStringLiteral("\u03a8")});
  entries.push_back({LegendEntry::Mark::kLine, QPen(theme.colors.muted, theme.line), normWords("rescaled")});
  if (std::isfinite(norms_.threshold)) {
    entries.push_back({LegendEntry::Mark::kLine, thresholdPen(theme),
                       normWords("threshold %1").arg(numberText(norms_.threshold, 2))});
  }
  layout.legend_rows = legendRows(theme, entries, inside.width());
  layout.legend = QRectF(inside.left(), layout.title.bottom() + 0.5 * gap, inside.width(),
                         legendHeight(theme, layout.legend_rows));
  inside.setTop(layout.legend.bottom() + 2.0 * gap);
  const double width = 0.5 * (inside.width() - 3.0 * gap), height = 0.5 * (inside.height() - 2.0 * gap);
  for (std::size_t i = 0; i < kPanels; ++i) {
    const QRectF place(inside.left() + (i % 2 == 1 ? width + 3.0 * gap : 0.0),
                       inside.top() + (i / 2 == 1 ? height + 2.0 * gap : 0.0), width, height);
    layout.titles[i] = QRectF(place.topLeft(), QSizeF(width, small));
    layout.charts[i] = place.adjusted(0.0, small + 0.5 * gap, 0.0, 0.0);
  }
  return layout;
}

std::array<ChartFrame, GradientNormsFigure::kPanels> GradientNormsFigure::frames(
    const QRectF& area, const PlotTheme& theme) const {
  const Layout layout = layoutIn(area, theme);
  std::array<ChartFrame, kPanels> all;
  for (std::size_t i = 0; i < kPanels; ++i) {
    all[i] = frameOf(theme, layout.charts[i], panel(i, theme));
  }
  return all;
}

void GradientNormsFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  paintBackground(painter, theme, area);
  painter.setRenderHint(QPainter::Antialiasing);
  const Layout layout = layoutIn(area, theme);
  const QString title =
      QStringLiteral("%1, %2").arg(QString::fromStdString(run_->name), QString::fromStdString(group().name));
  drawText(painter, theme, layout.title.topLeft(), Qt::AlignLeft | Qt::AlignTop,
           elided(theme, title, layout.title.width()));
  paintLegend(painter, theme, layout.legend, layout.legend_rows);
  for (std::size_t i = 0; i < kPanels; ++i) {
    const TextStyle words{TextRole::kSmall, theme.colors.muted};
    drawText(painter, theme, layout.titles[i].topLeft(), Qt::AlignLeft | Qt::AlignTop,
             elided(theme, panelTitle(i), layout.titles[i].width(), words), words);
    paintChart(painter, theme, layout.charts[i], panel(i, theme));
  }
}

QString GradientNormsFigure::describe(const QPointF& point, const QRectF& area,
                                      const PlotTheme& theme) const {
  const auto places = frames(area, theme);
  const GroupNorms& shown = group();
  for (std::size_t i = 0; i < kPanels; ++i) {
    if (!places[i].area.contains(point) || shown.steps.empty()) {
      continue;
    }
    const double step = places[i].xValue(point.x());
    const auto after = std::lower_bound(shown.steps.begin(), shown.steps.end(), step);
    std::size_t at = static_cast<std::size_t>(std::min(after, shown.steps.end() - 1) - shown.steps.begin());
    at -= at > 0 && step - shown.steps[at - 1] < shown.steps[at] - step ? 1 : 0;
    QStringList lines{normWords("step %1").arg(numberText(shown.steps[at], 0))};
    lines
        << normWords("\u03a8 %1, %2 rescaled").arg(valueText(shown.psi[at]), valueText(shown.triggered[at]));
    const auto& lists = i == kNorms || i == kPsi ? shown.norms : i == kBefore ? before_ : after_;
    for (std::size_t k = 0; k < lists.size(); ++k) {
      lines << QStringLiteral("%1  %2").arg(QString::fromStdString(norms_.sources[k]),
                                            valueText(lists[k][at]));
    }
    return lines.join(QLatin1Char('\n'));
  }
  return {};
}

Table GradientNormsFigure::data() const {
  Table table;
  table.columns = {"step", "psi", "share of tensors rescaled"};
  table.look.names = 0;
  for (const std::string& source : norms_.sources) {
    table.columns.push_back("norm " + source);
    table.columns.push_back("share before " + source);
    table.columns.push_back("share after " + source);
  }
  const GroupNorms& shown = group();
  for (std::size_t i = 0; i < shown.steps.size(); ++i) {
    std::vector<Table::Cell> row{shown.steps[i], known(shown.psi[i]), known(shown.triggered[i])};
    for (std::size_t k = 0; k < norms_.sources.size(); ++k) {
      row.push_back(known(shown.norms[k][i]));
      row.push_back(known(before_[k][i]));
      row.push_back(after_.empty() ? Table::Cell() : known(after_[k][i]));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Provenance GradientNormsFigure::provenance() const {
  QJsonObject recipe{{QStringLiteral("figure"), QStringLiteral("gradient_norms")},
                     {QStringLiteral("run"), QString::fromStdString(run_->name)},
                     {QStringLiteral("group"), QString::fromStdString(group().name)}};
  if (!run_->recipe_sha256.empty()) {
    recipe.insert(QStringLiteral("recipe_sha256"), QString::fromStdString(run_->recipe_sha256));
  }
  Provenance from = current_provenance();
  from.recipe = QJsonDocument(recipe).toJson(QJsonDocument::Compact).toStdString();
  from.seed = run_->seed.value_or(0);
  return from;
}

}  // namespace alidade
