// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

class QDialog;
class QWidget;

namespace alidade {

struct PaletteEntry;

/// Every command that has a shortcut, by group.
QDialog* makeCheatSheet(const std::vector<PaletteEntry>& commands, QWidget* parent);
/// Version, license and the libraries with their versions.
QDialog* makeAboutDialog(QWidget* parent);

}  // namespace alidade
