// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/hover_card.h"

#include <algorithm>

#include <QPainter>

#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr double kFromPointer = 16.0;

}  // namespace

QStringList HoverCard::texts() const {
  QStringList all{head};
  for (const auto& [name, value] : lines) {
    all << name + QStringLiteral(": ") + value;
  }
  if (!foot.isEmpty()) {
    all << foot;
  }
  return all;
}

void paintHoverCard(QPainter& painter, const PlotTheme& theme, const HoverCard& card, const QPointF& mouse,
                    const QRectF& bounds) {
  const TextStyle number{TextRole::kSmall, {}, true}, muted{TextRole::kSmall, theme.colors.muted};
  const double gap = theme.spacing, line = lineHeight(theme, TextRole::kSmall);
  double names = 0.0, values = 0.0;
  for (const auto& [name, value] : card.lines) {
    names = std::max(names, textWidth(theme, name, muted));
    values = std::max(values, textWidth(theme, value, number));
  }
  const double inside = std::max({names + 4.0 * gap + values, textWidth(theme, card.head, {TextRole::kSmall}),
                                  textWidth(theme, card.foot, muted)});
  const double rows = static_cast<double>(card.lines.size()) + 1.0 + (card.foot.isEmpty() ? 0.0 : 1.0);
  const QSizeF size(inside + 4.0 * gap, rows * line + 4.0 * gap);
  QPointF corner = mouse + QPointF(kFromPointer, kFromPointer);
  if (corner.x() + size.width() > bounds.right()) {
    corner.setX(std::max(bounds.left(), mouse.x() - kFromPointer - size.width()));
  }
  corner.setY(std::clamp(corner.y(), bounds.top(), std::max(bounds.top(), bounds.bottom() - size.height())));
  const QRectF box(corner, size);
  painter.setPen(QPen(theme.colors.border, theme.hairline));
  painter.setBrush(theme.colors.raised);
  painter.drawRoundedRect(box, gap, gap);
  const double left = box.left() + 2.0 * gap;
  double y = box.top() + 1.5 * gap + 0.5 * line;
  drawText(painter, theme, {left, y}, Qt::AlignLeft | Qt::AlignVCenter, card.head,
           {TextRole::kSmall, {}, false, true});
  y += gap;
  for (const auto& [name, value] : card.lines) {
    y += line;
    drawText(painter, theme, {left, y}, Qt::AlignLeft | Qt::AlignVCenter, name, muted);
    drawText(painter, theme, {left + inside, y}, Qt::AlignRight | Qt::AlignVCenter, value, number);
  }
  drawText(painter, theme, {left, y + line}, Qt::AlignLeft | Qt::AlignVCenter, card.foot, muted);
}

}  // namespace alidade
