// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QDialog>

class QKeySequenceEdit;
class QLabel;
class QPushButton;
class QSortFilterProxyModel;
class QStandardItemModel;
class QTableView;

namespace alidade {

class KeyBindings;

/// Every command with its keys, and a field to press new ones in. Keys that another command has are named
/// before they are taken from it.
class KeyboardDialog : public QDialog {
  Q_OBJECT

 public:
  /// `bindings` outlive the dialog.
  KeyboardDialog(KeyBindings& bindings, QWidget* parent);

 private:
  void buildList();
  QWidget* buildEditor();
  void fill();
  /// The id of the chosen command; empty for none.
  QString chosen() const;
  void explain();

  KeyBindings& bindings_;
  QStandardItemModel* rows_;
  QSortFilterProxyModel* shown_;
  QTableView* table_;
  QKeySequenceEdit* keys_;
  QLabel* note_;
  QPushButton* assign_;
  QPushButton* clear_;
  QPushButton* reset_;
};

}  // namespace alidade
