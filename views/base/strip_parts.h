// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QString>

class QBoxLayout;
class QComboBox;
class QScrollArea;
class QToolButton;
class QWidget;

namespace alidade {

// What views are built of that have a strip of controls above a canvas.

/// The layout of a new strip, left to right on the color of the base.
QBoxLayout* stripLayout(QWidget& strip);
/// Makes a checkable button with a text alone; gives it back.
QToolButton* stripToggle(QToolButton* button, const QString& text, const QString& tip);
/// Names a list of the strip and lets it be as wide as its longest entry.
void prepareStripList(QComboBox& list, const QString& name, const QString& tip);
/// A panel that may need more height than a small window has.
QScrollArea* scrolledPanel(QWidget* panel);

}  // namespace alidade
