// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>

#include <QJsonObject>
#include <QMainWindow>
#include <QString>

namespace alidade {

class ViewDock;

using Docks = std::map<QString, ViewDock*>;  ///< by view id

/// Perspectives: "inspect", "diffusion", "figure", "evaluate", "lab", "training".
bool isPerspective(const QString& id);

/// Arranges all docks as look.md has it for a window of the present size; below 1440 px of width the right
/// column becomes tabs.
void applyDefaultLayout(QMainWindow& window, const Docks& docks, const QString& perspective);

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
