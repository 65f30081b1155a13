// SPDX-License-Identifier: BSD-3-Clause
#include "views/runs/run_cells.h"

#include <algorithm>

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPixmap>

#include "views/runs/run_table_model.h"

namespace alidade {
namespace {

constexpr int kSwatchSide = 12;
constexpr int kSwatchGap = 8;
constexpr int kBadgeSide = 18;

bool isChoice(const QModelIndex& index) {
  return index.column() == RunTableModel::kA || index.column() == RunTableModel::kB;
}

void paintGround(QPainter& painter, const QStyleOptionViewItem& option) {
  const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
  style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, &painter, option.widget);
}

}  // namespace

void paintRunSwatch(QPainter& painter, const QRectF& place, const Theme& colors, int style) {
  const auto count = static_cast<int>(colors.runs.size());
  const QColor& color = colors.runs[static_cast<std::size_t>(std::max(0, style) % count)];
  const int form = std::max(0, style) / count % 3;
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF inner = place.adjusted(1.0, 1.0, -1.0, -1.0);
  painter.setPen(QPen(color, 2.0));
  painter.setBrush(form == 0 ? QBrush(color) : QBrush(Qt::NoBrush));
  painter.drawRoundedRect(inner, 2.0, 2.0);
  if (form == 2) {
    painter.fillRect(QRectF(inner.left(), inner.center().y() - 1.5, inner.width(), 3.0), color);
  }
  painter.restore();
}

QIcon runSwatchIcon(const Theme& colors, int style) {
  constexpr int kScale = 2;
  QPixmap pixmap(kScale * kSwatchSide, kScale * kSwatchSide);
  pixmap.setDevicePixelRatio(kScale);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  paintRunSwatch(painter, QRectF(0, 0, kSwatchSide, kSwatchSide), colors, style);
  painter.end();
  return QIcon(pixmap);
}

QSize RunDelegateCells::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const QSize size = QStyledItemDelegate::sizeHint(option, index);
  return {size.width() + (index.column() == RunTableModel::kName ? kSwatchSide + kSwatchGap : 0),
          std::max(size.height(), 28)};
}

void RunDelegateCells::paint(QPainter* painter, const QStyleOptionViewItem& option,
                             const QModelIndex& index) const {
  QStyleOptionViewItem item = option;
  const Theme& colors = themeOf(option.palette);
  if (index.column() == RunTableModel::kName) {
    paintGround(*painter, option);
    const QRectF swatch(option.rect.left() + 6, option.rect.center().y() - kSwatchSide / 2 + 1, kSwatchSide,
                        kSwatchSide);
    item.rect.setLeft(option.rect.left() + kSwatchSide + kSwatchGap);
    QStyledItemDelegate::paint(painter, item, index);
    paintRunSwatch(*painter, swatch, colors, index.data(RunTableModel::kStyleRole).toInt());
    return;
  }
  if (!isChoice(index)) {
    QStyledItemDelegate::paint(painter, item, index);
    return;
  }
  paintGround(*painter, option);
  const bool chosen = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
  const QRectF badge(option.rect.center().x() - kBadgeSide / 2 + 1, option.rect.center().y() - kBadgeSide / 2 + 1,
                     kBadgeSide, kBadgeSide);
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setPen(QPen(chosen ? colors.accent : colors.border, 1.0));
  painter->setBrush(chosen ? QBrush(colors.accent) : QBrush(Qt::NoBrush));
  painter->drawRoundedRect(badge.adjusted(0.5, 0.5, -0.5, -0.5), 4.0, 4.0);
  painter->setPen(chosen ? colors.on_accent : colors.muted);
  QFont font = option.font;
  font.setBold(chosen);
  painter->setFont(font);
  painter->drawText(badge, Qt::AlignCenter,
                    index.column() == RunTableModel::kA ? QStringLiteral("A") : QStringLiteral("B"));
  painter->restore();
}

/// The whole cell is the switch, not a box of a few pixels in it.
bool RunDelegateCells::editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                                   const QModelIndex& index) {
  if (!isChoice(index)) {
    return QStyledItemDelegate::editorEvent(event, model, option, index);
  }
  const bool clicked = event->type() == QEvent::MouseButtonRelease &&
                       static_cast<QMouseEvent*>(event)->button() == Qt::LeftButton;
  const bool pressed = event->type() == QEvent::KeyPress && (static_cast<QKeyEvent*>(event)->key() == Qt::Key_Space ||
                                                             static_cast<QKeyEvent*>(event)->key() == Qt::Key_Select);
  return (clicked || pressed) && model->setData(index, {}, Qt::CheckStateRole);
}

}  // namespace alidade
