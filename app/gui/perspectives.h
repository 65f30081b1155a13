// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <vector>

#include <QMainWindow>
#include <QString>

namespace alidade {

class ViewDock;

using Docks = std::map<QString, ViewDock*>;  ///< by view id

/// A choice of views and how they lie in the window. Its action is "perspective-ID".
struct Perspective {
  const char* id;    ///< stable, used in settings
  const char* text;  ///< on its button
  const char* tip;   ///< one sentence
  /// Shows the docks that belong to it, all others are hidden; no dock has a place when it is called.
  void (*arrange)(QMainWindow& window, const Docks& docks);
  bool needs_dataset = true;  ///< else the welcome page makes room for it
  /// Gives the arranged docks their sizes, for a window of the present size; null when `arrange` does.
  void (*size)(QMainWindow& window, const Docks& docks) = nullptr;
};

/// All perspectives of the window: those of app/gui/perspectives.def, in that order.
const std::vector<Perspective>& perspectiveTable();

/// Null for an unknown id.
const Perspective* findPerspective(const std::vector<Perspective>& table, const QString& id);

/// Windows narrower than this have less room for columns.
inline constexpr int kNarrowWindow = 1440;
/// Shows these docks and hides all others.
void showOnly(const Docks& docks, const QStringList& ids);

}  // namespace alidade
