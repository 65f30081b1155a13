// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QObject>

class QHelpEvent;

namespace alidade {

/// What holds for every widget of the program, whichever view or dialog it is in: Tab leaves tables, lists
/// and texts; entries of menus show their tips; a cell or column title that is cut shows its whole text as a
/// tip; a control without a name for screen readers takes that of its label or its tip, and one without a tip
/// shows its name.
class WidgetRules : public QObject {
  Q_OBJECT

 public:
  explicit WidgetRules(QObject* parent);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
};

/// Something to operate: a button, a field, a list, a slider, a row of tabs; not Qt's own parts of one.
bool isControl(const QWidget& widget);
/// What a control is called: its accessible name, its text, its label in a form, its tip or what stands in
/// its empty line; empty when there is none of these.
QString controlName(const QWidget& control);

/// The whole text of the cell or column title at a place of a view's viewport, where it is cut and has no tip
/// of its own; else empty.
QString cutTextAt(const QWidget& viewport, const QPoint& position);

}  // namespace alidade
