// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QWidget>

#include "views/base/job_runner.h"

class QLabel;
class QProgressBar;
class QToolButton;

namespace alidade {

class ElidedLabel;

/// One job: title and status on a line, below it a thin bar while it runs or its error when it failed.
class JobRow : public QWidget {
  Q_OBJECT

 public:
  explicit JobRow(QWidget* parent = nullptr);

  void display(const JobInfo& job);
  int jobId() const { return id_; }

 Q_SIGNALS:
  void cancelRequested(int id);

 private:
  int id_ = 0;
  ElidedLabel* title_;
  ElidedLabel* status_;
  QLabel* message_;
  QProgressBar* bar_;
  QToolButton* cancel_;
};

}  // namespace alidade
