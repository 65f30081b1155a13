// SPDX-License-Identifier: BSD-3-Clause
#include "views/runs/run_cells.h"

#include <algorithm>

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include "views/base/run_look.h"
#include "views/runs/run_table_model.h"

namespace alidade {
namespace {

constexpr int kSwatchGap = 8;
constexpr int kBadgeSide = 18;

bool isChoice(const QModelIndex& index) {
  return index.column() == RunTableModel::kA || index.column() == RunTableModel::kB ||
         index.column() == RunTableModel::kTables;
}

QString choiceMark(const QModelIndex& index, bool chosen) {
  return index.column() == RunTableModel::kA   ? QStringLiteral("A")
         : index.column() == RunTableModel::kB ? QStringLiteral("B")
         : chosen                              ? QStringLiteral("\u2713")
                                               : QString();
}

void paintGround(QPainter& painter, const QStyleOptionViewItem& option) {
  const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
  style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, &painter, option.widget);
}

}  // namespace

QSize RunDelegateCells::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const QSize size = QStyledItemDelegate::sizeHint(option, index);
  return {size.width() + (index.column() == RunTableModel::kName ? kRunSwatchSide + kSwatchGap : 0),
          std::max(size.height(), 28)};
}

void RunDelegateCells::paint(QPainter* painter, const QStyleOptionViewItem& option,
                             const QModelIndex& index) const {
  QStyleOptionViewItem item = option;
  const Theme& colors = themeOf(option.palette);
  if (index.column() == RunTableModel::kName) {
    paintGround(*painter, option);
    const QRectF swatch(option.rect.left() + 6, option.rect.center().y() - kRunSwatchSide / 2 + 1,
                        kRunSwatchSide, kRunSwatchSide);
    item.rect.setLeft(option.rect.left() + kRunSwatchSide + kSwatchGap);
    QStyledItemDelegate::paint(painter, item, index);
    paintRunSwatch(*painter, swatch, colors, index.data(RunTableModel::kStyleRole).toInt());
    return;
  }
  if (!isChoice(index)) {
    QStyledItemDelegate::paint(painter, item, index);
    return;
  }
  paintGround(*painter, option);
  if (!index.data(Qt::CheckStateRole).isValid()) {
    return;
  }
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
  painter->drawText(badge, Qt::AlignCenter, choiceMark(index, chosen));
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
