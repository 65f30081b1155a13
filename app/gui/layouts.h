// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QJsonObject>
#include <QMainWindow>

#include "app/gui/perspectives.h"

namespace alidade {

/// Arranges all docks as the perspective has it for a window of the present size.
void applyDefaultLayout(QMainWindow& window, const Docks& docks, const Perspective& perspective);

/// The layout as JSON text: {"schema": 1, "state": base64, "shown": names of docks}.
QJsonObject saveLayout(const QMainWindow& window);
/// False, and nothing is changed, for a layout of a newer schema or one that Qt cannot restore.
bool restoreLayout(QMainWindow& window, const QJsonObject& layout);

/// Moves floating docks, and the window itself, back onto a screen when less than a corner of them is
/// visible.
void pullOntoScreen(QMainWindow& window, const Docks& docks);

/// Docks every floating view.
void dockAll(const Docks& docks);

}  // namespace alidade
