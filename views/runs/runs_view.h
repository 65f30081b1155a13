// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "core/session/held_runs.h"
#include "views/base/view.h"

class QAction;
class QMenu;
class QStackedLayout;
class QTableView;

namespace alidade {

class RowFilter;
class RunTableModel;
class StateCard;
class TableSearch;

/// All runs that the session holds: their names, colors and notes, which of them are A and B or in the
/// tables, and whether a file holds them. Removing, renaming, coloring and annotating can be undone.
class RunsView : public View {
  Q_OBJECT

 public:
  explicit RunsView(SessionModel& session, QWidget* parent = nullptr);

  QString id() const override { return QStringLiteral("runs"); }
  QString title() const override { return tr("Runs"); }
  QString context() const override;
  QList<QAction*> viewActions() const override;

  /// The selected runs, from top to bottom.
  std::vector<RunId> selectedRuns() const;

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void buildTable();
  void buildActions();
  void showMenu(const QPoint& place);
  void fillColorMenu();
  void toggleInTables();
  void refresh();

  QModelIndex shownIndex(RunId run, int column) const;

  RunTableModel* model_;
  RowFilter* shown_;  ///< what a search leaves of them
  QTableView* table_;
  TableSearch* search_;
  StateCard* empty_;
  QStackedLayout* pages_;
  QMenu* colors_ = nullptr;
  QAction* open_ = nullptr;
  QAction* save_ = nullptr;
  QAction* rename_ = nullptr;
  QAction* choose_a_ = nullptr;
  QAction* choose_b_ = nullptr;
  QAction* in_tables_ = nullptr;
  QAction* remove_ = nullptr;
};

}  // namespace alidade
