// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <set>
#include <vector>

#include <QString>
#include <QStringList>

#include "core/results/training_history.h"
#include "views/base/evidence_model.h"

namespace alidade {

/// The training runs of a session. A view asks for runs; their logs are read, and read on while they go on.
class TrainingModel : public EvidenceModel {
  Q_OBJECT

 public:
  struct Run {
    QString path;  ///< absolute: what it is known by
    std::shared_ptr<const TrainingHistory> history;
    QString problem;  ///< why there is no history; one sentence
    bool visible = true;
    bool derived = false;  ///< made of another result of the session: `path` names no file
    int style = 0;         ///< which color and dash; kept for as long as the run is there
  };

  explicit TrainingModel(QObject* parent = nullptr);

  /// Asks for the runs that these paths name: run folders, logs, or folders with runs in them.
  void open(const QStringList& paths);
  /// Asked for, and not read yet.
  const QStringList& asked() const { return asked_; }
  void remove(const QStringList& paths);
  /// Also of a run that is yet to come.
  void setVisible(const QString& path, bool visible);
  const std::vector<Run>& runs() const { return runs_; }
  const Run* find(const QString& path) const;

  bool standsAlone() const override { return !runs_.empty(); }
  /// Logs that were asked for are being read.
  bool reading() const { return reading_; }

  // For those who read.
  void setReading(bool reading);
  /// These have been read, or failed.
  void settle(const QStringList& paths);
  /// Adds the run, or replaces what is known of it.
  void setHistory(const QString& path, std::shared_ptr<const TrainingHistory> history, bool derived = false);
  void setProblem(const QString& path, const QString& problem);

 Q_SIGNALS:
  void openAsked();
  void runsChanged();  ///< a run came, went, grew, or was shown or hidden; or reading() changed

 private:
  Run& run(const QString& path);

  std::vector<Run> runs_;
  QStringList asked_;
  std::set<QString> unseen_;  ///< paths
  bool reading_ = false;
};

}  // namespace alidade
