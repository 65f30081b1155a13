// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <QObject>
#include <QString>

#include "core/evaluation/pose_set.h"
#include "views/base/evaluation_model.h"

namespace alidade {

class Dataset;
class JobRunner;
class SessionModel;
struct PoseResult;

/// Keeps the session's reports up to date while a view wants them: evaluates results A and B under the chosen
/// protocol as jobs, one after the other, and then compares them. What was computed last is kept, so that
/// swapping A and B or going back to a protocol costs nothing.
class Evaluator : public QObject {
  Q_OBJECT

 public:
  Evaluator(SessionModel& session, JobRunner& jobs, QObject* parent = nullptr);

 private:
  using Result = std::shared_ptr<const PoseResult>;
  using Report = std::shared_ptr<const EvaluationReport>;

  /// What is known of a result: its input, and its reports by protocol.
  struct Known {
    Result result;
    std::shared_ptr<const EvaluationInput> input;        ///< without the meshes of objects
    std::shared_ptr<const EvaluationInput> with_models;  ///< for the protocols that need them
    std::map<QString, Report> reports;
    std::map<QString, QString> problems;
  };
  /// What a running job will give.
  struct Pending {
    int job = 0;
    Result result;
    QString protocol;
  };
  struct Outcome;

  void schedule();
  void update();
  void updateSide(Run run);
  void start(Run run, const Result& result);
  void finish(Run run, const Pending& pending, const Outcome& outcome, const QString& problem);
  void updateComparison();
  void updateSlices();
  void startSlices();
  void cancel(std::optional<Pending>& pending);
  void readPublished();
  Known& known(const Result& result);
  Result resultOf(Run run) const;

  SessionModel& session_;
  EvaluationModel& model_;
  JobRunner& jobs_;
  std::vector<Known> known_;  ///< newest last
  std::array<std::optional<Pending>, 2> pending_;
  std::optional<int> comparison_job_;
  std::pair<Report, Report> compared_;
  std::optional<int> slice_job_;
  std::pair<Report, Report> sliced_;       ///< the reports that the shown slices belong to
  std::vector<std::string> slices_asked_;  ///< what the running job evaluates, or what failed
  bool scheduled_ = false;
  bool published_read_ = false;
};

}  // namespace alidade
