// SPDX-License-Identifier: BSD-3-Clause
#include "views/kernels/kernel_matrix_figure.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <QPainter>

#include "views/base/plot.h"
#include "views/kernels/kernel_paint.h"
#include "views/kernels/kernel_text.h"

namespace alidade {
namespace {

constexpr double kMostRow = 5.0;     // times the size of text
constexpr double kOrbitGap = 0.5;    // of a cell, between orbits
constexpr double kMostNames = 0.22;  // of the width

QString shortOffset(const LayerSharing& layer, std::size_t j) {
  const auto& of = layer.offsets[j];
  return layer.raw_order ? QString::number(of[0])
                         : QStringLiteral("%1, %2, %3")
                               .arg(numberText(of[0], 0), numberText(of[1], 0), numberText(of[2], 0));
}

}  // namespace

struct KernelMatrixFigure::Layout {
  QRectF title, remark, heads, names, key;
  double labels_bottom = 0.0;
  double facts_left = 0.0, facts_width = 0.0;
  std::vector<double> lefts;  ///< of the columns, in their order
  double cell = 0.0, row = 0.0, top = 0.0;

  QRectF box(std::size_t row_index, std::size_t column) const {
    const double y = top + row * static_cast<double>(row_index) + 0.5 * (row - cell);
    return {lefts[column], y, cell, cell};
  }
};

KernelMatrixFigure::KernelMatrixFigure(std::shared_ptr<const KernelSheet> sheet) : sheet_(std::move(sheet)) {
  const std::size_t sources = std::max<std::size_t>(1, sheet_->asked.sharing->sources.size());
  for (std::size_t k = 0; k < sources; ++k) {
    KernelQuestion question = sheet_->asked;
    question.source = k;
    rows_.push_back(makeKernelSheet(question));
  }
  for (const KernelOrbit& orbit : sheet_->orbits) {
    order_.insert(order_.end(), orbit.members.begin(), orbit.members.end());
  }
}

KernelMatrixFigure::Layout KernelMatrixFigure::layoutIn(const QRectF& area, const PlotTheme& theme) const {
  Layout layout;
  const double gap = theme.spacing, pad = theme.print ? 0.5 * gap : 3.0 * gap;
  const double small = lineHeight(theme, TextRole::kSmall), text = lineHeight(theme);
  const TextStyle words{TextRole::kSmall}, digits{TextRole::kSmall, {}, true};
  QRectF inside = area.adjusted(pad, pad, -pad, -pad);
  layout.title = QRectF(inside.left(), inside.top(), inside.width(), text);
  layout.remark = QRectF(inside.left(), layout.title.bottom(), inside.width(), small);
  layout.key =
      QRectF(inside.left(), inside.bottom() - kernelKeyHeight(theme), inside.width(), kernelKeyHeight(theme));
  double names = 0.0, labels = 0.0;
  for (const auto& row : rows_) {
    names = std::max(names, textWidth(theme, row->source(), words));
  }
  names = std::min(names, kMostNames * inside.width()) + 2.0 * gap;
  for (std::size_t j = 0; j < order_.size(); ++j) {
    labels = std::max(labels, textWidth(theme, shortOffset(sheet_->layer(), j), digits));
  }
  layout.facts_width =
      sheet_->layer().sources.empty() ? 0.0 : textWidth(theme, kernelWords("agree 0.00"), words) + 2.0 * gap;
  layout.heads = QRectF(inside.left() + names, layout.remark.bottom() + 3.0 * gap,
                        inside.width() - names - layout.facts_width, small + labels + gap);
  const double gaps = kOrbitGap * static_cast<double>(std::max<std::size_t>(sheet_->orbits.size(), 1) - 1);
  const double columns = static_cast<double>(order_.size()) + gaps;
  const double below = layout.key.top() - 2.0 * gap - layout.heads.bottom();
  layout.cell = std::max(1.0, std::min({layout.heads.width() / columns,
                                        below / static_cast<double>(rows_.size()), kMostRow * text}));
  layout.row =
      std::clamp(below / static_cast<double>(rows_.size()), layout.cell, std::max(layout.cell, 2.6 * small));
  layout.top = layout.heads.bottom() + gap;
  layout.names = QRectF(inside.left(), layout.top, names, layout.row);
  double x = layout.heads.left();
  for (const KernelOrbit& orbit : sheet_->orbits) {
    for (std::size_t i = 0; i < orbit.members.size(); ++i) {
      layout.lefts.push_back(x);
      x += layout.cell;
    }
    x += kOrbitGap * layout.cell;
  }
  layout.facts_left = x - kOrbitGap * layout.cell + 2.0 * gap;
  return layout;
}

void KernelMatrixFigure::paintHeads(QPainter& painter, const PlotTheme& theme, const Layout& layout) const {
  const TextStyle words{TextRole::kSmall, theme.colors.muted};
  TextStyle turned{TextRole::kSmall, theme.colors.muted, true};
  turned.degrees = -90.0;
  const bool readable = layout.cell > 0.9 * lineHeight(theme, TextRole::kSmall);
  std::size_t column = 0;
  for (const KernelOrbit& orbit : sheet_->orbits) {
    const std::size_t first = column;
    for (const std::size_t j : orbit.members) {
      if (readable) {
        drawText(painter, theme, {layout.lefts[column] + 0.5 * layout.cell, layout.top - theme.spacing},
                 Qt::AlignLeft | Qt::AlignVCenter, shortOffset(sheet_->layer(), j), turned);
      }
      ++column;
    }
    const double width = layout.lefts[column - 1] + layout.cell - layout.lefts[first];
    const QString name = sheet_->layer().raw_order ? QString() : orbitText(orbit.name);
    const bool fits = textWidth(theme, name, words) <= width + kOrbitGap * layout.cell;
    if (fits) {
      drawText(painter, theme, {layout.lefts[first], layout.heads.top()}, Qt::AlignLeft | Qt::AlignTop, name,
               words);
    }
  }
}

void KernelMatrixFigure::paintRow(QPainter& painter, const PlotTheme& theme, const Layout& layout,
                                  std::size_t source) const {
  const KernelSheet& row = *rows_[source];
  const double middle = layout.box(source, 0).center().y();
  const bool chosen = source == sheet_->asked.source;
  drawText(painter, theme, {layout.names.left(), middle}, Qt::AlignLeft | Qt::AlignVCenter,
           elided(theme, row.source(), layout.names.width() - 2.0 * theme.spacing, {TextRole::kSmall}),
           {TextRole::kSmall, theme.colors.text, false, chosen});
  for (std::size_t column = 0; column < order_.size(); ++column) {
    const std::size_t j = order_[column];
    CellLook look;
    look.value = row.cells.values[j];
    look.fill = row.fill(row.cells.pairs[j]);
    look.hatched = row.few(row.cells.pairs[j]);
    paintCell(painter, theme, layout.box(source, column), look);
  }
  for (std::size_t column = 0; chosen && column < order_.size(); ++column) {
    if (sheet_->asked.picked == std::optional(sheet_->layer().offsets[order_[column]])) {
      paintPicked(painter, theme, QPolygonF(layout.box(source, column)));
    }
  }
  if (row.cells.intervals.empty()) {
    return;
  }
  const double line = 0.5 * lineHeight(theme, TextRole::kSmall);
  const ShareRatio ratio = share_ratio(sheet_->layer(), source, sheet_->asked.tau);
  const SeedAgreement& agreement = row.cells.agreement;
  const bool two = !agreement.offsets.empty() && layout.row > 3.0 * line;
  drawText(painter, theme, {layout.facts_left, middle - (two ? line : 0.0)}, Qt::AlignLeft | Qt::AlignVCenter,
           percentText(ratio.offsets), {TextRole::kSmall, theme.colors.text, true});
  if (two) {
    drawText(painter, theme, {layout.facts_left, middle + line}, Qt::AlignLeft | Qt::AlignVCenter,
             kernelWords("agree %1").arg(numberText(agreement.observed, 2)),
             {TextRole::kSmall, theme.colors.muted, true});
  }
}

void KernelMatrixFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  paintBackground(painter, theme, area);
  const Layout layout = layoutIn(area, theme);
  const TextStyle remark{TextRole::kSmall, theme.colors.muted};
  drawText(painter, theme, layout.title.topLeft(), Qt::AlignLeft | Qt::AlignTop,
           elided(theme, layerText(sheet_->layer().name), layout.title.width()));
  const double tau = sheet_->asked.tau.value_or(sheet_->asked.sharing->tau);
  const QString text =
      sheet_->layer().sources.empty()
          ? kernelWords("a kernel of another library: nothing is selected")
          : kernelWords("\u03c4 = %1 \u00b7 behind each row the share of its offsets that is shared")
                .arg(numberText(tau, 3));
  drawText(painter, theme, layout.remark.topLeft(), Qt::AlignLeft | Qt::AlignTop,
           elided(theme, text, layout.remark.width(), remark), remark);
  paintHeads(painter, theme, layout);
  for (std::size_t k = 0; k < rows_.size(); ++k) {
    paintRow(painter, theme, layout, k);
  }
  paintKernelKey(painter, theme, layout.key, *sheet_);
}

Table KernelMatrixFigure::data() const {
  Table table;
  table.columns = {"source", "x", "y", "z", channelSign(sheet_->channel).toStdString(), "pairs"};
  for (const auto& row : rows_) {
    for (const std::size_t j : order_) {
      const auto& offset = sheet_->layer().offsets[j];
      table.rows.push_back(
          {row->source().toStdString(), static_cast<double>(offset[0]), static_cast<double>(offset[1]),
           static_cast<double>(offset[2]), knownCell(row->cells.values[j]),
           row->counted ? Table::Cell(static_cast<double>(row->cells.pairs[j])) : Table::Cell()});
    }
  }
  return table;
}

std::vector<HoverFigure::Stop> KernelMatrixFigure::stops(const QRectF& area, const PlotTheme& theme) const {
  const Layout layout = layoutIn(area, theme);
  std::vector<Stop> stops;
  for (std::size_t k = 0; k < rows_.size(); ++k) {
    for (std::size_t column = 0; column < order_.size(); ++column) {
      HoverCard card = cardOfCell(*rows_[k], order_[column]);
      if (!rows_[k]->source().isEmpty()) {
        card.head = rows_[k]->source() + QStringLiteral(" ") + card.head;
      }
      stops.push_back({layout.box(k, column), std::move(card),
                       static_cast<int>(k * order_.size() + order_[column]), false});
    }
  }
  return stops;
}

}  // namespace alidade
