// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QObject>

class QHelpEvent;

namespace alidade {

/// What holds for every widget of the program, whichever view or dialog it is in: Tab leaves tables, lists and
/// texts; entries of menus show their tips; a cell or column title that is cut shows its whole text as a tip.
class WidgetRules : public QObject {
  Q_OBJECT

 public:
  explicit WidgetRules(QObject* parent);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
};

/// The whole text of the cell or column title at a place of a view's viewport, where it is cut and has no tip of
/// its own; else empty.
QString cutTextAt(const QWidget& viewport, const QPoint& position);

}  // namespace alidade
