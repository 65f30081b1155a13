// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QTableView>

#include "core/base/table.h"

namespace alidade {

/// A table as people read it: the first column stays while the others scroll sideways, sorting goes to the
/// top and keeps the selection, Ctrl+C copies the selected rows (the menu: also as Markdown and LaTeX). Names
/// of columns and texts of cells are the model's; bold and underlined cells are copied as best and second.
class DataTable : public QTableView {
  Q_OBJECT

 public:
  explicit DataTable(QWidget* parent = nullptr);

  void setModel(QAbstractItemModel* model) override;
  void setSelectionModel(QItemSelectionModel* selection) override;
  void scrollTo(const QModelIndex& index, ScrollHint hint = EnsureVisible) override;

  /// The rows with a selected cell in the order shown, without hidden columns; all rows when none is
  /// selected.
  Table selectedRows() const;
  /// The view on the first column that lies over the others while they are scrolled; a test looks at it.
  const QTableView& frozen() const { return *frozen_; }

 public Q_SLOTS:
  void copyRows() const;  ///< cells parted by tabs, without the header: what spreadsheets paste
  void copyMarkdown() const;
  void copyLatex() const;

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  int frozenColumn() const;
  void watchModel();
  void updateFrozen();
  void sortByFrozen(int column);

  QTableView* frozen_;
};

}  // namespace alidade
