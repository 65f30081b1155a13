// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <map>
#include <vector>

#include <QAction>
#include <QObject>
#include <QString>

namespace alidade {

/// One line of the table of actions: everything the menus, the tool bar, the palette and the cheat sheet say.
struct ActionSpec {
  const char* id;
  const char* menu;  ///< "File", "Edit", ...; a leading '-' starts a new group
  const char* text;
  const char* shortcuts;  ///< portable texts separated by spaces; empty for none
  const char* icon;       ///< name in the icon set; empty for none
  const char* tip;        ///< one sentence
  bool checkable = false;
};

/// The table, in menu order.
const std::vector<ActionSpec>& actionTable();

/// The window's actions by id. Views ask for them by id (View::actionRequested), menus and palette by table
/// order.
class Actions : public QObject {
  Q_OBJECT

 public:
  /// Creates all actions of the table as children of `window`, with window-wide shortcuts.
  explicit Actions(QWidget* window);

  /// Connects what an action does; `id` must be in the table.
  void bind(const QString& id, std::function<void()> run);
  /// Null for an unknown id.
  QAction* find(const QString& id) const;
  /// Runs an enabled action; false when there is none.
  bool trigger(const QString& id) const;
  /// In table order.
  const std::vector<QAction*>& all() const { return all_; }

 private:
  std::vector<QAction*> all_;
  std::map<QString, QAction*> by_id_;
};

}  // namespace alidade
