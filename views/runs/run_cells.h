// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QIcon>
#include <QPainter>
#include <QStyledItemDelegate>

#include "views/base/theme.h"

namespace alidade {

/// How many swatches differ: four colors, filled, ringed and barred, so that more runs than colors stay apart
/// and none is told by its hue alone.
inline constexpr int kRunSwatches = 12;

/// The swatch of a run by its style (HeldRuns::Entry::style).
void paintRunSwatch(QPainter& painter, const QRectF& place, const Theme& colors, int style);
QIcon runSwatchIcon(const Theme& colors, int style);

/// Paints names with their swatch, and the choices of A and B as letters.
class RunDelegateCells : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                   const QModelIndex& index) override;
};

}  // namespace alidade
