// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "views/base/view.h"

class QComboBox;
class QTableView;

namespace alidade {

class LogFilter;
class LogModel;
class SearchField;

/// The log as a table with level filter and search; the newest line stays in sight while the table is
/// scrolled to its end.
class LogView : public View {
  Q_OBJECT

 public:
  LogView(SessionModel& session, LogModel& log, QWidget* parent = nullptr);

  QString id() const override { return QStringLiteral("log"); }
  QString title() const override { return tr("Log"); }
  QString context() const override;
  QList<QAction*> viewActions() const override;

  /// Number of lines that pass the filters.
  int shownLines() const;
  /// The selected lines, or all shown ones when none is selected, as text.
  QString copyText() const;

 private:
  void buildTable();
  void buildActions();

  LogModel& log_;
  LogFilter* filter_;
  QComboBox* level_;
  SearchField* search_;
  QTableView* table_;
  QAction* copy_;
  QAction* clear_;
};

}  // namespace alidade
