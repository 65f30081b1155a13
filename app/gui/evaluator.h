// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <QObject>
#include <QString>

#include "core/base/job.h"
#include "core/evaluation/pose_set.h"
#include "views/base/evaluation_model.h"

namespace alidade {

class Dataset;
class JobRunner;
class SessionModel;
struct Protocol;

/// Keeps the session's reports up to date while a view wants them: evaluates A, B and the further runs of the
/// tables under the chosen protocol as jobs, one after the other, and then compares A and B. What was
/// computed last is kept, so that swapping A and B or going back to a protocol costs nothing.
class Evaluator : public QObject {
  Q_OBJECT

 public:
  Evaluator(SessionModel& session, JobRunner& jobs, QObject* parent = nullptr);

 private:
  using Result = std::shared_ptr<const void>;  ///< of SessionModel::resultType()
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
    int number = 0;  ///< of all that were started: a job that was given up is not taken for the next one
    Result result;
    QString protocol;
  };
  struct Outcome;
  struct AskedSlices;

  void schedule();
  void followKind();
  void update();
  void cancelUnshown();
  EvaluationModel::Side sideOf(RunId run, const EvaluationModel::Side& before);
  std::vector<EvaluationModel::Other> furtherSides();
  Report named(const Report& report, RunId run) const;
  static Expected<std::shared_ptr<const EvaluationInput>> inputOf(const Dataset& dataset,
                                                                  const Result& result,
                                                                  const JobContext& job, bool models);
  void start(RunId run, const Result& result, const Protocol& protocol);
  void finish(RunId run, const Pending& pending, const Outcome& outcome, const QString& problem);
  void updateComparison();
  void updateSlices();
  void startSlices();
  std::vector<AskedSlices> askedSlices(const Protocol& protocol, bool& b);
  void cancel(RunId run);
  bool awaits(RunId run, int number) const;
  void readPublished();
  Known& known(const Result& result);
  Result resultOf(RunId run) const;
  RunId chosen(Run side) const;
  std::vector<RunId> further() const;
  bool isShown(const Result& result) const;

  SessionModel& session_;
  EvaluationModel& model_;
  JobRunner& jobs_;
  std::vector<Known> known_;  ///< newest last
  std::map<RunId, Pending> pending_;
  int started_ = 0;
  std::optional<int> comparison_job_;
  std::pair<Report, Report> compared_;
  std::optional<int> slice_job_;
  std::vector<Report> sliced_;  ///< that the shown slices belong to: A, B or null, the further ones
  std::vector<std::string> slices_asked_;  ///< what the running job evaluates, or what failed
  QString pose_protocol_;  ///< that was chosen before scenes were opened
  bool scheduled_ = false;
  bool published_read_ = false;
};

}  // namespace alidade
