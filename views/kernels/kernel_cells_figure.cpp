// SPDX-License-Identifier: BSD-3-Clause
#include "views/kernels/kernel_cells_figure.h"

#include <algorithm>
#include <cmath>

#include <QPainter>

#include "views/base/plot.h"
#include "views/kernels/kernel_paint.h"
#include "views/kernels/kernel_text.h"

namespace alidade {
namespace {

constexpr double kMostCellNames = 0.36;  // of the width

/// Paints the mark of one cell.
void paintState(QPainter& painter, const PlotTheme& theme, const QRectF& box, const CellState& state) {
  const QRectF mark =
      box.adjusted(0.12 * box.width(), 0.12 * box.height(), -0.12 * box.width(), -0.12 * box.height());
  painter.setBrush(Qt::NoBrush);
  if (state.not_selected && !state.no_pairs) {
    const SmoothLines smooth(painter);
    painter.setPen(QPen(theme.colors.muted, theme.hairline));
    painter.drawEllipse(mark.center(), 0.36 * mark.width(), 0.36 * mark.height());
    return;
  }
  if (!state.dead()) {
    painter.fillRect(mark, theme.colors.grid);
    return;
  }
  const QColor& loud = theme.colors.error;
  painter.setPen(QPen(loud, theme.hairline));
  painter.drawRect(mark);
  if (state.untouched) {
    painter.fillRect(QRectF(mark.left(), mark.center().y(), mark.width(), 0.5 * mark.height()), loud);
  }
  const SmoothLines smooth(painter);
  painter.setPen(QPen(loud, theme.line, Qt::SolidLine, Qt::FlatCap));
  if (state.no_gradient || state.no_pairs) {
    painter.drawLine(mark.bottomLeft(), mark.topRight());
  }
  if (state.no_pairs) {
    painter.drawLine(mark.topLeft(), mark.bottomRight());
  }
}

}  // namespace

struct KernelCellsFigure::Layout {
  QRectF title, key, rows;
  double row = 0.0, cell = 0.0, cells_left = 0.0, names = 0.0;
  std::size_t columns = 1;
};

KernelCellsFigure::KernelCellsFigure(std::shared_ptr<const KernelSharing> sharing)
    : sharing_(std::move(sharing)), counts_(count_cells(*sharing_)) {}

QString KernelCellsFigure::ownerText(const CellCount& count) const {
  return count.owner ? QString::fromStdString(sharing_->sources[*count.owner]) : kernelWords("shared");
}

KernelCellsFigure::Layout KernelCellsFigure::layoutIn(const QRectF& area, const PlotTheme& theme) const {
  Layout layout;
  const double gap = theme.spacing, pad = theme.print ? 0.5 * gap : 3.0 * gap,
               small = lineHeight(theme, TextRole::kSmall);
  const QRectF inside = area.adjusted(pad, pad, -pad, -pad);
  layout.title = QRectF(inside.left(), inside.top(), inside.width(), lineHeight(theme));
  layout.key = QRectF(inside.left(), layout.title.bottom() + 0.5 * gap, inside.width(), small + gap);
  layout.rows = inside.adjusted(0.0, layout.key.bottom() - inside.top() + 2.0 * gap, 0.0, 0.0);
  for (const CellCount& count : counts_) {
    const double name = textWidth(theme, layerText(sharing_->layers[count.layer].name), {TextRole::kSmall});
    layout.names =
        std::max(layout.names, name + 3.0 * gap + textWidth(theme, ownerText(count), {TextRole::kSmall}));
    layout.columns = std::max(layout.columns, count.cells);
  }
  layout.names = std::min(layout.names, kMostCellNames * inside.width());
  layout.cells_left = inside.left() + layout.names + 2.0 * gap;
  const double numbers = textWidth(theme, kernelWords("00 dead"), {TextRole::kSmall, {}, true}) + 2.0 * gap;
  const double width = (inside.right() - numbers - layout.cells_left) / static_cast<double>(layout.columns);
  layout.row = std::min(small + 0.5 * gap,
                        layout.rows.height() / static_cast<double>(std::max<std::size_t>(1, counts_.size())));
  layout.cell = std::max(1.0, std::min(width, layout.row));
  return layout;
}

double KernelCellsFigure::wantedHeight(const PlotTheme& theme) const {
  const double row = lineHeight(theme, TextRole::kSmall) + 0.5 * theme.spacing;
  return row * static_cast<double>(counts_.size() + 2) + 12.0 * theme.spacing + lineHeight(theme);
}

void KernelCellsFigure::paintKey(QPainter& painter, const PlotTheme& theme, const QRectF& area) const {
  CellState untouched, gradient, pairs, unselected;
  untouched.untouched = gradient.no_gradient = pairs.no_pairs = unselected.not_selected = true;
  double x = area.left();
  const double edge = area.height() - theme.spacing;
  for (const auto& [state, text] :
       {std::pair(CellState{}, kernelWords("live")),
        std::pair(untouched, kernelWords("weight never touched")),
        std::pair(gradient, kernelWords("no gradient")), std::pair(pairs, kernelWords("no pairs")),
        std::pair(unselected, kernelWords("not selected (gradient zero by design)"))}) {
    const TextStyle words{TextRole::kSmall, theme.colors.muted};
    const double width = edge + theme.spacing + textWidth(theme, text, words) + 3.0 * theme.spacing;
    if (x + width - 3.0 * theme.spacing > area.right()) {
      return;
    }
    paintState(painter, theme, QRectF(x, area.top(), edge, edge), state);
    drawText(painter, theme, {x + edge + theme.spacing, area.top() + 0.5 * edge},
             Qt::AlignLeft | Qt::AlignVCenter, text, words);
    x += width;
  }
}

void KernelCellsFigure::paintRow(QPainter& painter, const PlotTheme& theme, const Layout& layout,
                                 std::size_t row) const {
  const CellCount& count = counts_[row];
  const LayerSharing& layer = sharing_->layers[count.layer];
  const double y = layout.rows.top() + layout.row * static_cast<double>(row), middle = y + 0.5 * layout.row;
  const TextStyle words{TextRole::kSmall}, faint{TextRole::kSmall, theme.colors.muted};
  if (layout.row > 0.75 * lineHeight(theme, TextRole::kSmall)) {
    const QString owner = ownerText(count);
    const double room = layout.names - textWidth(theme, owner, faint) - theme.spacing;
    if (!count.owner) {
      drawText(painter, theme, {layout.rows.left(), middle}, Qt::AlignLeft | Qt::AlignVCenter,
               elided(theme, layerText(layer.name), room, words), words);
    }
    drawText(painter, theme, {layout.rows.left() + layout.names, middle}, Qt::AlignRight | Qt::AlignVCenter,
             elided(theme, owner, layout.names, faint), faint);
    if (count.dead > 0) {
      drawText(painter, theme,
               {layout.cells_left + layout.cell * static_cast<double>(layout.columns) + 2.0 * theme.spacing,
                middle},
               Qt::AlignLeft | Qt::AlignVCenter, kernelWords("%1 dead").arg(count.dead),
               {TextRole::kSmall, theme.colors.error, true});
    }
  }
  const auto states = cell_states(layer, count.owner);
  for (std::size_t j = 0; j < states.size(); ++j) {
    paintState(painter, theme,
               QRectF(layout.cells_left + layout.cell * static_cast<double>(j), middle - 0.5 * layout.cell,
                      layout.cell, layout.cell),
               states[j]);
  }
}

void KernelCellsFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  paintBackground(painter, theme, area);
  const Layout layout = layoutIn(area, theme);
  std::size_t dead = 0, cells = 0;
  QStringList where;
  bool known = false;
  for (const CellCount& count : counts_) {
    dead += count.dead;
    cells += count.cells;
    const QString layer = layerText(sharing_->layers[count.layer].name);
    if (count.dead > 0 && !where.contains(layer)) {
      where << layer;
    }
    for (const CellState& state : cell_states(sharing_->layers[count.layer], count.owner)) {
      known |= state.known;
    }
  }
  const QString text = kernelWords("%1 of %2 cells are dead").arg(dead).arg(cells) +
                       (where.isEmpty() ? QString() : kernelWords(": ") + where.join(QStringLiteral(", "))) +
                       (known ? QString() : kernelWords("; nothing is known of weights and gradients"));
  drawText(painter, theme, layout.title.topLeft(), Qt::AlignLeft | Qt::AlignTop,
           elided(theme, text, layout.title.width()));
  paintKey(painter, theme, layout.key);
  for (std::size_t row = 0; row < counts_.size(); ++row) {
    paintRow(painter, theme, layout, row);
  }
}

Table KernelCellsFigure::data() const {
  Table table;
  table.columns = {"layer",         "kernel",      "cells",    "dead",
                   "never touched", "no gradient", "no pairs", "not selected"};
  table.look.names = 2;
  for (const CellCount& count : counts_) {
    const auto number = [](std::size_t value) { return Table::Cell(static_cast<double>(value)); };
    table.rows.push_back({sharing_->layers[count.layer].name, ownerText(count).toStdString(),
                          number(count.cells), number(count.dead), number(count.untouched),
                          number(count.no_gradient), number(count.no_pairs), number(count.not_selected)});
  }
  return table;
}

std::vector<HoverFigure::Stop> KernelCellsFigure::stops(const QRectF& area, const PlotTheme& theme) const {
  const Layout layout = layoutIn(area, theme);
  std::vector<Stop> stops;
  for (std::size_t row = 0; row < counts_.size(); ++row) {
    const CellCount& count = counts_[row];
    HoverCard card;
    card.head = layerText(sharing_->layers[count.layer].name) + QStringLiteral(", ") + ownerText(count);
    for (const auto& [name, value] : {std::pair(kernelWords("never touched"), count.untouched),
                                      std::pair(kernelWords("no gradient"), count.no_gradient),
                                      std::pair(kernelWords("no pairs"), count.no_pairs),
                                      std::pair(kernelWords("not selected"), count.not_selected)}) {
      card.lines.emplace_back(name, kernelWords("%1 of %2").arg(value).arg(count.cells));
    }
    stops.push_back({QRectF(layout.rows.left(), layout.rows.top() + layout.row * static_cast<double>(row),
                            layout.rows.width(), layout.row),
                     std::move(card), static_cast<int>(count.layer), false});
  }
  return stops;
}

}  // namespace alidade
