// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QJsonObject>
#include <QMainWindow>

#include "app/gui/perspectives.h"

namespace alidade {

/// Arranges all docks as the perspective has it for a window of the present size.
void applyDefaultLayout(QMainWindow& window, const Docks& docks, const Perspective& perspective);

/// The layout as JSON text: {"schema": 2, "state": base64, "shown": names of docks, "window": [width,
/// height], "places": name of a dock -> [width, height]}. Schema 1 had no sizes beside Qt's state, which is
/// not exact.
QJsonObject saveLayout(const QMainWindow& window);
/// False, and nothing is changed, for a layout of another schema or one that Qt cannot restore.
bool restoreLayout(QMainWindow& window, const QJsonObject& layout);
/// Gives the docks the sizes that they have in a saved layout, scaled where the window has another size now:
/// always from what was saved, so that nothing drifts.
void fitLayout(QMainWindow& window, const QJsonObject& layout);

/// Which docks are shown, floating, and stacked with which others: equal for two windows that differ only in
/// sizes and in which tab is in front.
QString layoutStructure(const QMainWindow& window);
/// Names of the docks that are in front of others.
QStringList docksInFront(const QMainWindow& window);

/// The size of the first window on a screen with this much room: `wanted`, or the room where that is smaller.
QSize firstWindowSize(const QSize& wanted, const QSize& room);

/// Moves floating docks, and the window itself, back onto a screen when less than a corner of them is
/// visible.
void pullOntoScreen(QMainWindow& window, const Docks& docks);

/// Shows `added`, which has no place yet, beside `source`: next to it or below it where both still have room,
/// else as a tab in front of it. Where `source` has no place it goes to the right of everything.
void placeBeside(QMainWindow& window, QDockWidget* source, QDockWidget* added);

/// Leaves the dock of this name out of what is kept of the perspectives' layouts, as the window keeps them.
void forgetDock(QJsonObject& layouts, const QString& name);

/// Docks every floating view.
void dockAll(const Docks& docks);

}  // namespace alidade
