// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QFrame>

#include "views/metrics/metric_tables.h"

class QLabel;
class QLineEdit;
class QTreeWidget;
class QTreeWidgetItem;

namespace alidade {

/// The printed rows to compare with, to be checked in one list: papers and tables as heads, a search field
/// above. Pops up below the button that it is given.
class PublishedList : public QFrame {
  Q_OBJECT

 public:
  explicit PublishedList(QWidget* parent = nullptr);

  /// Lists the tables that have numbers for the report's columns. Emits nothing.
  void setTables(const std::vector<PublishedTable>& tables, const EvaluationReport* report,
                 const std::vector<PublishedPick>& picks);
  bool isEmpty() const;
  void popUpBelow(const QWidget& button);

 Q_SIGNALS:
  void picksChanged(const std::vector<PublishedPick>& picks);

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void filter(const QString& text);
  void takeChange();
  std::vector<PublishedPick> picks() const;
  std::vector<QTreeWidgetItem*> rowItems() const;

  std::vector<PublishedPick> unlisted_;  ///< chosen for reports with other columns
  QLineEdit* search_;
  QTreeWidget* tree_;
  QLabel* count_;
};

}  // namespace alidade
