// SPDX-License-Identifier: BSD-3-Clause
#pragma once

class QDialog;
class QWidget;

namespace alidade {

class Actions;

/// Every action with its shortcut, by menu.
QDialog* makeCheatSheet(const Actions& actions, QWidget* parent);
/// Version, licence and the libraries with their versions.
QDialog* makeAboutDialog(QWidget* parent);

}  // namespace alidade
