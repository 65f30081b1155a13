// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "views/base/view.h"

class QLabel;
class QScrollArea;
class QVBoxLayout;

namespace alidade {

class JobRow;
class JobRunner;
class TableSearch;

/// What runs, waits and has run, newest first; at most 50 finished jobs are shown.
class JobsView : public View {
  Q_OBJECT

 public:
  JobsView(SessionModel& session, JobRunner& jobs, QWidget* parent = nullptr);

  QString id() const override { return QStringLiteral("jobs"); }
  QString title() const override { return tr("Jobs"); }
  QString context() const override;
  QList<QAction*> viewActions() const override;

 private:
  void updateRows();

  JobRunner& jobs_;
  QLabel* empty_;
  QScrollArea* scroll_;
  TableSearch* search_;
  QWidget* found_;  ///< search and list
  QVBoxLayout* list_;
  std::vector<JobRow*> rows_;
  QAction* cancel_all_;
};

}  // namespace alidade
