// SPDX-License-Identifier: BSD-3-Clause
#include "views/weights/weights_figure.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QPainter>

#include "core/base/constants.h"
#include "views/base/run_look.h"

namespace alidade {
namespace {

constexpr double kWeightsShare = 0.55;  // of the height
constexpr double kLeastLevelGap = 5.0;  // logical units; nearer levels are ticks at the foot
constexpr double kLeastTickGap = 1.5;   // nearer ones a band
constexpr double kTickHeight = 5.0;
constexpr double kHeadroom = 1.1;

const LayerHistogram& layerOf(const QuantizedLook& look, std::size_t layer) {
  static const LayerHistogram none;
  return layer < look.layers.size() ? look.layers[layer] : none;
}

double tallest(const std::vector<double>& counts) {
  return counts.empty() ? 0.0 : *std::max_element(counts.begin(), counts.end());
}

/// Width of the narrowest gap between levels on the page.
double levelGap(const LayerHistogram& layer, const ChartFrame& frame) {
  double gap = frame.area.width();
  for (std::size_t i = 1; i < layer.level_values.size(); ++i) {
    gap = std::min(gap, frame.xAt(layer.level_values[i]) - frame.xAt(layer.level_values[i - 1]));
  }
  return gap;
}

std::size_t levelAt(const LayerHistogram& layer, double at) {
  std::size_t nearest = 0;
  for (std::size_t i = 1; i < layer.level_values.size(); ++i) {
    if (std::abs(layer.level_values[i] - at) < std::abs(layer.level_values[nearest] - at)) {
      nearest = i;
    }
  }
  return nearest;
}

}  // namespace

std::optional<double> signalToNoise(const LayerHistogram& layer) {
  if (layer.levels.empty() || !(layer.energy > 0.0) || !(layer.squared_error > 0.0)) {
    return std::nullopt;
  }
  return 10.0 * std::log10(layer.energy / layer.squared_error);
}

QString layerText(const LayerHistogram& layer) {
  if (layer.levels.empty()) {
    return QStringLiteral("float32");
  }
  const auto ratio = signalToNoise(layer);
  return QString::fromStdString(layer.levels) +
         (ratio ? QStringLiteral(" · SQNR %1 dB").arg(numberText(*ratio, 1)) : QString());
}

WeightsFigure::WeightsFigure(std::shared_ptr<const QuantizedLook> look, WeightsChoice choice)
    : look_(std::move(look)), choice_(choice) {
  const LayerHistogram& layer = layerOf(*look_, choice_.layer);
  const double width =
      (layer.high - layer.low) / static_cast<double>(std::max<std::size_t>(layer.counts.size(), 1));
  for (std::size_t i = 0; i <= layer.counts.size(); ++i) {
    edges_.push_back(layer.low + static_cast<double>(i) * width);
  }
  for (const std::uint64_t count : layer.counts) {
    counts_.push_back(static_cast<double>(count));
  }
  if (counts_.empty()) {
    edges_ = {0.0, 1.0};
    counts_ = {0.0};
  }
  countErrors();
}

void WeightsFigure::countErrors() {
  using Field = double WorsenedObject::*;
  const auto count = [this](const char* title, double factor, Field full, Field quantized) {
    Errors errors{title, {}};
    std::array<std::vector<double>, 2> values;
    for (const WorsenedObject& object : look_->objects) {
      values[0].push_back(factor * object.*full);
      if (!object.lost) {
        values[1].push_back(factor * object.*quantized);
      }
    }
    std::vector<double> all = values[0];
    all.insert(all.end(), values[1].begin(), values[1].end());
    errors.bins = histogramBins(std::move(all));
    for (std::size_t side = 0; side < values.size(); ++side) {
      errors.counts[side] = errors.bins.count(values[side]);
      errors.objects[side] = values[side].size();
    }
    errors_.push_back(std::move(errors));
  };
  if (!look_->objects.empty()) {
    count("rotation error (°)", kDegreesPerRadian, &WorsenedObject::rotation_full,
          &WorsenedObject::rotation_quantized);
    count("translation error (cm)", 1.0 / kMetresPerCentimetre, &WorsenedObject::translation_full,
          &WorsenedObject::translation_quantized);
  }
}

WeightsFigure::Places WeightsFigure::places(const QRectF& area, const PlotTheme& theme) const {
  const QRectF inner =
      area.adjusted(2.0 * theme.spacing, theme.spacing, -2.0 * theme.spacing, -theme.spacing);
  const double head = lineHeight(theme) + theme.spacing;
  Places places;
  places.title = QRectF(inner.topLeft(), QSizeF(inner.width(), head));
  const double below = inner.height() - head;
  const double upper = showsErrors() ? kWeightsShare * below : below;
  places.weights = QRectF(inner.left(), inner.top() + head, inner.width(), upper);
  const double half = 0.5 * (inner.width() - 2.0 * theme.spacing);
  for (std::size_t i = 0; i < places.errors.size(); ++i) {
    places.errors[i] = QRectF(inner.left() + static_cast<double>(i) * (half + 2.0 * theme.spacing),
                              places.weights.bottom() + theme.spacing, half, below - upper - theme.spacing);
  }
  return places;
}

Chart WeightsFigure::weightsChart(const QRectF& area, const PlotTheme& theme) const {
  const LayerHistogram& layer = layerOf(*look_, choice_.layer);
  const QString along =
      layer.levels.empty() ? QStringLiteral("weight") : QStringLiteral("weight, in units of its own scale");
  Chart chart{{edges_.front(), edges_.back(), along},
              {0.0, std::max(4.0, kHeadroom * tallest(counts_)), QStringLiteral("weights")}};
  chart.y.counts = true;
  const QColor& color = runColor(theme.colors, choice_.full_style);
  chart.series.push_back({QPen(color, theme.hairline), edges_, counts_, {}, {}, ChartSeries::Style::kBars});
  if (levelGap(layer, frameOf(theme, area, chart)) >= kLeastLevelGap) {
    for (const double level : layer.level_values) {
      chart.marks.push_back({level, QPen(theme.colors.text, theme.hairline)});
    }
  }
  return chart;
}

/// Levels that are too near to each other for lines.
void WeightsFigure::paintLevelTicks(QPainter& painter, const ChartFrame& frame,
                                    const PlotTheme& theme) const {
  const LayerHistogram& layer = layerOf(*look_, choice_.layer);
  const double gap = levelGap(layer, frame);
  if (layer.level_values.empty() || gap >= kLeastLevelGap) {
    return;
  }
  const double foot = frame.area.bottom();
  if (gap < kLeastTickGap) {
    const double left = frame.xAt(layer.level_values.front()), right = frame.xAt(layer.level_values.back());
    painter.fillRect(QRectF(left, foot - kTickHeight, right - left, kTickHeight), theme.colors.text);
    return;
  }
  painter.setPen(QPen(theme.colors.text, 0.5 * theme.hairline));
  for (const double level : layer.level_values) {
    painter.drawLine(QPointF(frame.xAt(level), foot), QPointF(frame.xAt(level), foot - kTickHeight));
  }
}

Chart WeightsFigure::errorsChart(const Errors& errors, const PlotTheme& theme) const {
  const double most = std::max(tallest(errors.counts[0]), tallest(errors.counts[1]));
  QString label = QString::fromUtf8(errors.title);
  label += errors.bins.overflow ? QStringLiteral(", last bar: and above") : QString();
  Chart chart{{errors.bins.edges.front(), errors.bins.edges.back(), label},
              {0.0, std::max(4.0, kHeadroom * most), QStringLiteral("objects")}};
  chart.y.counts = true;
  const QColor& full = runColor(theme.colors, choice_.full_style);
  chart.series.push_back(
      {QPen(full, theme.hairline), errors.bins.edges, errors.counts[0], {}, {}, ChartSeries::Style::kBars});
  QPen outline = runLine(theme.colors, choice_.quantized_style, 1, 1.2 * theme.line);
  outline.setJoinStyle(Qt::MiterJoin);
  chart.series.push_back({outline, errors.bins.edges, errors.counts[1], {}, {}, ChartSeries::Style::kSteps});
  const std::size_t lost = errors.objects[0] - errors.objects[1];
  QString quantized = QString::fromStdString(look_->label);
  quantized += lost > 0 ? QStringLiteral(", %1 lost").arg(lost) : QString();
  chart.legend.push_back({LegendEntry::Mark::kLine, QPen(full, 2.0 * theme.line), QStringLiteral("float32")});
  chart.legend.push_back({LegendEntry::Mark::kLine, outline, quantized});
  return chart;
}

void WeightsFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintBackground(painter, theme, area);
  painter.setClipRect(area, Qt::IntersectClip);
  const LayerHistogram& layer = layerOf(*look_, choice_.layer);
  const Places at = places(area, theme);
  const QString what = layerText(layer);
  const TextStyle muted{TextRole::kSmall, theme.colors.muted};
  const double room = at.title.width() - textWidth(theme, what, muted) - 3.0 * theme.spacing;
  drawText(painter, theme, at.title.topLeft(), Qt::AlignLeft | Qt::AlignTop,
           elided(theme, QString::fromStdString(layer.layer), std::max(room, 0.0)));
  drawText(painter, theme, at.title.topRight(), Qt::AlignRight | Qt::AlignTop, what, muted);
  const Chart weights = weightsChart(at.weights, theme);
  paintChart(painter, theme, at.weights, weights);
  paintLevelTicks(painter, frameOf(theme, at.weights, weights), theme);
  for (std::size_t i = 0; showsErrors() && i < errors_.size(); ++i) {
    paintChart(painter, theme, at.errors[i], errorsChart(errors_[i], theme));
  }
  painter.restore();
}

QString WeightsFigure::describeWeights(double at) const {
  const LayerHistogram& layer = layerOf(*look_, choice_.layer);
  const double width = edges_[1] - edges_[0];
  const double place = std::floor((at - edges_.front()) / width);
  const auto bin = static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(counts_.size() - 1)));
  QString text = QStringLiteral("%1 to %2: %3 weights")
                     .arg(valueText(edges_[bin]), valueText(edges_[bin + 1]), QString::number(counts_[bin]));
  if (!layer.level_values.empty()) {
    const std::size_t level = levelAt(layer, at);
    text += QStringLiteral("\nlevel %1: %2 weights")
                .arg(valueText(layer.level_values[level]), QString::number(layer.level_counts[level]));
  }
  return text;
}

QString WeightsFigure::describeErrors(const Errors& errors, double at) const {
  const auto& edges = errors.bins.edges;
  const double place = std::floor((at - edges.front()) / (edges[1] - edges[0]));
  const auto bin = static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(edges.size() - 2)));
  const QString from = valueText(edges[bin]);
  const bool open = errors.bins.overflow && bin + 2 == edges.size();
  return (open ? QStringLiteral("from %1 on").arg(from)
               : QStringLiteral("%1 to %2").arg(from, valueText(edges[bin + 1]))) +
         QStringLiteral("\nfloat32: %1 objects\n%2: %3 objects")
             .arg(QString::number(errors.counts[0][bin]), QString::fromStdString(look_->label),
                  QString::number(errors.counts[1][bin]));
}

QString WeightsFigure::describe(const QPointF& point, const QRectF& area, const PlotTheme& theme) const {
  const Places at = places(area, theme);
  const ChartFrame weights = frameOf(theme, at.weights, weightsChart(at.weights, theme));
  if (weights.area.contains(point)) {
    return describeWeights(weights.xValue(point.x()));
  }
  for (std::size_t i = 0; showsErrors() && i < errors_.size(); ++i) {
    const ChartFrame frame = frameOf(theme, at.errors[i], errorsChart(errors_[i], theme));
    if (frame.area.contains(point)) {
      return describeErrors(errors_[i], frame.xValue(point.x()));
    }
  }
  return {};
}

Table WeightsFigure::data() const {
  Table table;
  table.columns = {"quantity", "from", "to", "float32", "quantized"};
  const LayerHistogram& layer = layerOf(*look_, choice_.layer);
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    table.rows.push_back({layer.layer, edges_[i], edges_[i + 1], counts_[i], {}});
  }
  for (std::size_t i = 0; i < layer.level_values.size(); ++i) {
    table.rows.push_back({layer.layer,
                          layer.level_values[i],
                          layer.level_values[i],
                          {},
                          static_cast<double>(layer.level_counts[i])});
  }
  for (const Errors& errors : showsErrors() ? errors_ : std::vector<Errors>{}) {
    for (std::size_t i = 0; i + 1 < errors.bins.edges.size(); ++i) {
      const bool open = errors.bins.overflow && i + 2 == errors.bins.edges.size();
      table.rows.push_back({std::string(errors.title), errors.bins.edges[i],
                            open ? Table::Cell() : Table::Cell(errors.bins.edges[i + 1]), errors.counts[0][i],
                            errors.counts[1][i]});
    }
  }
  return table;
}

}  // namespace alidade
