// SPDX-License-Identifier: BSD-3-Clause
#include "views/kernels/kernel_layers_figure.h"

#include <algorithm>
#include <cmath>

#include <QPainter>

#include "views/base/chart/chart_legend.h"
#include "views/base/plot.h"
#include "views/kernels/kernel_text.h"

namespace alidade {
namespace {

constexpr double kBar = 0.9;  // of a line of small text: height of a bar

LegendRows legendOf(const KernelSharing& sharing, const PlotTheme& theme, double width) {
  std::vector<LegendEntry> entries;
  for (std::size_t k = 0; k < sharing.sources.size(); ++k) {
    const QColor& color = theme.colors.runs[k % theme.colors.runs.size()];
    entries.push_back({LegendEntry::Mark::kSquare, QPen(color, theme.line),
                       shownName(theme, QString::fromStdString(sharing.sources[k]))});
  }
  return legendRows(theme, entries, width);
}

}  // namespace

struct KernelLayersFigure::Layout {
  LegendRows legend_rows;
  QRectF legend, rows;
  double row = 0.0, bar = 0.0, number = 0.0;

  QRectF place(std::size_t layer) const {
    return {rows.left(), rows.top() + row * static_cast<double>(layer), rows.width(), row};
  }
};

std::size_t KernelLayersFigure::bars() const {
  return std::max<std::size_t>(1, asked_.sharing->sources.size());
}

KernelLayersFigure::Layout KernelLayersFigure::layoutIn(const QRectF& area, const PlotTheme& theme) const {
  Layout layout;
  const double gap = theme.spacing, pad = theme.print ? 0.5 * gap : 2.0 * gap;
  const QRectF inside = area.adjusted(pad, pad, -pad, -pad);
  layout.legend_rows = legendOf(*asked_.sharing, theme, inside.width());
  const double legend =
      layout.legend_rows.empty() ? 0.0 : legendHeight(theme, layout.legend_rows) + 1.5 * gap;
  layout.legend = QRectF(inside.topLeft(), QSizeF(inside.width(), legend));
  layout.rows = inside.adjusted(0.0, legend, 0.0, 0.0);
  const double small = lineHeight(theme, TextRole::kSmall);
  layout.bar = kBar * small;
  layout.row = small + layout.bar * static_cast<double>(bars()) + 2.5 * gap;
  // Where they do not fit they are pressed together.
  const auto count = static_cast<double>(std::max<std::size_t>(1, asked_.sharing->layers.size()));
  if (layout.row * count > layout.rows.height()) {
    const double press = layout.rows.height() / (layout.row * count);
    layout.row *= press;
    layout.bar *= press;
  }
  layout.number = textWidth(theme, QStringLiteral("100\u202f%"), {TextRole::kSmall, {}, true}) + gap;
  return layout;
}

double KernelLayersFigure::wantedHeight(const PlotTheme& theme) const {
  const double small = lineHeight(theme, TextRole::kSmall);
  const double row = small + kBar * small * static_cast<double>(bars()) + 2.5 * theme.spacing;
  const double legend = asked_.sharing->sources.empty() ? 0.0 : 2.0 * lineHeight(theme) + 2.0 * theme.spacing;
  return legend + row * static_cast<double>(asked_.sharing->layers.size()) + 6.0 * theme.spacing;
}

void KernelLayersFigure::paintLayer(QPainter& painter, const PlotTheme& theme, const Layout& layout,
                                    std::size_t index) const {
  const LayerSharing& layer = asked_.sharing->layers[index];
  const QRectF place = layout.place(index);
  const double gap = theme.spacing, small = lineHeight(theme, TextRole::kSmall);
  const bool chosen = asked_.chosen == std::optional(index);
  if (chosen) {
    painter.fillRect(place.adjusted(0.0, 0.0, 0.0, -0.5 * gap), theme.colors.selection);
  }
  const double left = place.left() + gap, right = place.right() - gap - layout.number;
  const double text = place.height() - layout.bar * static_cast<double>(layer.sources.size());
  const bool named = text > 0.8 * small;
  if (named) {
    const QString volume = kernelWords("%1 offsets").arg(layer.offsets.size());
    const double room = place.width() - 2.0 * gap - textWidth(theme, volume, {TextRole::kSmall}) - 2.0 * gap;
    drawText(painter, theme, {left, place.top() + 0.5 * gap}, Qt::AlignLeft | Qt::AlignTop,
             elided(theme, layerText(layer.name), room, {TextRole::kSmall}), {TextRole::kSmall});
    drawText(painter, theme, {place.right() - gap, place.top() + 0.5 * gap}, Qt::AlignRight | Qt::AlignTop,
             volume, {TextRole::kSmall, theme.colors.muted});
  }
  double y = place.top() + (named ? small + gap : 0.0);
  for (std::size_t k = 0; k < layer.sources.size(); ++k) {
    const ShareRatio ratio = share_ratio(layer, k, asked_.tau);
    const QColor& color = theme.colors.runs[k % theme.colors.runs.size()];
    const QRectF track(left, y, right - left, layout.bar);
    const double middle = track.center().y(), half = 0.22 * layout.bar;
    painter.fillRect(QRectF(track.left(), middle - half, track.width(), 2.0 * half),
                     chosen ? theme.colors.surface : theme.colors.grid);
    if (std::isfinite(ratio.offsets)) {
      painter.fillRect(QRectF(track.left(), middle - half, ratio.offsets * track.width(), 2.0 * half), color);
    }
    if (std::isfinite(ratio.pairs)) {
      const double x = track.left() + ratio.pairs * track.width();
      painter.setPen(QPen(theme.colors.text, theme.line, Qt::SolidLine, Qt::FlatCap));
      painter.drawLine(QPointF(x, track.top()), QPointF(x, track.bottom()));
    }
    if (layout.bar > 0.55 * small) {
      drawText(painter, theme, {place.right() - gap, middle}, Qt::AlignRight | Qt::AlignVCenter,
               percentText(ratio.offsets), {TextRole::kSmall, theme.colors.text, true});
    }
    y += layout.bar;
  }
}

void KernelLayersFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  paintBackground(painter, theme, area);
  const Layout layout = layoutIn(area, theme);
  paintLegend(painter, theme, layout.legend, layout.legend_rows);
  for (std::size_t l = 0; l < asked_.sharing->layers.size(); ++l) {
    paintLayer(painter, theme, layout, l);
  }
}

Table KernelLayersFigure::data() const {
  Table table;
  table.columns = {"layer", "source", "offsets", "share of offsets", "share of pairs", "scenes"};
  table.look.names = 2;
  for (const LayerSharing& layer : asked_.sharing->layers) {
    for (std::size_t k = 0; k < layer.sources.size(); ++k) {
      const ShareRatio ratio = share_ratio(layer, k, asked_.tau);
      table.rows.push_back({layer.name, asked_.sharing->sources[k], static_cast<double>(layer.offsets.size()),
                            knownCell(ratio.offsets), knownCell(ratio.pairs),
                            static_cast<double>(layer.sources[k].gamma.size())});
    }
    if (layer.sources.empty()) {
      table.rows.push_back(
          {layer.name, std::string(), static_cast<double>(layer.offsets.size()), {}, {}, {}});
    }
  }
  return table;
}

std::vector<HoverFigure::Stop> KernelLayersFigure::stops(const QRectF& area, const PlotTheme& theme) const {
  const Layout layout = layoutIn(area, theme);
  std::vector<Stop> stops;
  for (std::size_t l = 0; l < asked_.sharing->layers.size(); ++l) {
    const LayerSharing& layer = asked_.sharing->layers[l];
    HoverCard card;
    card.head = QString::fromStdString(layer.name);
    for (std::size_t k = 0; k < layer.sources.size(); ++k) {
      const ShareRatio ratio = share_ratio(layer, k, asked_.tau);
      card.lines.emplace_back(QString::fromStdString(asked_.sharing->sources[k]),
                              kernelWords("%1 of offsets, %2 of pairs")
                                  .arg(percentText(ratio.offsets), percentText(ratio.pairs)));
    }
    stops.push_back({layout.place(l), std::move(card), static_cast<int>(l), false});
  }
  return stops;
}

}  // namespace alidade
