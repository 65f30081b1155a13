// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <map>
#include <vector>

#include <QAction>
#include <QObject>
#include <QString>

#include "app/gui/perspectives.h"
#include "app/gui/view_table.h"

namespace alidade {

/// One line of the table of actions: everything the menus, the tool bar, the palette and the cheat sheet say.
struct ActionSpec {
  QString id;
  QString menu;  ///< "File", "Edit", ...; a leading '-' starts a new group
  QString text;
  QString shortcuts;  ///< portable texts separated by spaces; empty for none
  QString icon;       ///< name in the icon set; empty for none
  QString tip;        ///< one sentence
  bool checkable = false;
};

/// The table, in menu order. Every perspective has an action, "perspective-ID" with Ctrl and its number from
/// 1 to 9, and every kind of view of which there may be several, by anotherActionId().
std::vector<ActionSpec> actionTable(const std::vector<Perspective>& perspectives = perspectiveTable(),
                                    const std::vector<ViewSpec>& views = viewTable());

/// "another-ID": opens a further view of this kind.
QString anotherActionId(const ViewSpec& view);

/// The window's actions by id. Views ask for them by id (View::actionRequested), menus and palette by table
/// order.
class Actions : public QObject {
  Q_OBJECT

 public:
  /// Creates all actions of the table as children of `window`, with window-wide shortcuts.
  explicit Actions(QWidget* window, std::vector<ActionSpec> table = actionTable());

  /// Connects what an action does; `id` must be in the table.
  void bind(const QString& id, std::function<void()> run);
  /// Null for an unknown id.
  QAction* find(const QString& id) const;
  /// Runs an enabled action; false when there is none.
  bool trigger(const QString& id) const;
  /// In table order.
  const std::vector<QAction*>& all() const { return all_; }
  const std::vector<ActionSpec>& table() const { return table_; }

 private:
  std::vector<ActionSpec> table_;
  std::vector<QAction*> all_;
  std::map<QString, QAction*> by_id_;
};

}  // namespace alidade
