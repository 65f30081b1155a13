// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/quantized_looker.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <QFileInfo>

#include "app/gui/native_path.h"
#include "app/gui/view_table.h"
#include "app/gui/workbench.h"
#include "core/nn/registry/open_model.h"
#include "views/base/job_runner.h"
#include "views/base/sample_queue.h"
#include "views/jobs/job_text.h"
#include "views/weights/weights_model.h"
#include "views/weights/weights_view.h"

namespace alidade {
namespace {

/// "Estimating with quantized weights: 31 / 48 · 0:21 left".
QString lookProgress(const JobInfo& job) {
  QString step = QString::fromStdString(job.progress.step);
  if (job.state != JobState::kRunning || job.progress.total == 0 || step.isEmpty()) {
    return QObject::tr("Quantizing: %1").arg(jobStatus(job));
  }
  step[0] = step[0].toUpper();
  return step + QStringLiteral(": ") + jobStatus(job);
}

}  // namespace

QuantizedLooker::QuantizedLooker(Workbench& workbench, QObject* parent)
    : QObject(parent), workbench_(workbench), model_(workbench.session().model<WeightsModel>()) {
  connect(&workbench.session(), &SessionModel::datasetChanged, this, &QuantizedLooker::followDataset);
  connect(&workbench, &Workbench::checkpointOpened, this, &QuantizedLooker::update);
  connect(&workbench.jobs(), &JobRunner::jobsChanged, this, &QuantizedLooker::followJob);
  connect(&model_, &WeightsModel::stopAsked, this, [this] { workbench_.jobs().cancel(job_); });
  update();
}

void QuantizedLooker::followDataset() {
  const auto dataset = workbench_.session().dataset();
  if (model_.look() && (!dataset || dataset->digest() != looked_at_)) {
    model_.setLook(nullptr, 0, 0);
  }
  update();
}

void QuantizedLooker::update() {
  using Kind = LookingState::Kind;
  if (model_.looking().kind == Kind::kRunning) {
    return;
  }
  const auto dataset = workbench_.session().dataset();
  if (!dataset) {
    model_.setLooking(
        {Kind::kLacks, tr("Open a dataset and a checkpoint: its weights can be given few bits, and "
                          "its poses looked at before and after.")});
    return;
  }
  const QString name = QString::fromStdString(dataset->name());
  const QString network = workbench_.hasCheckpoint() ? workbench_.checkpointName() : tr("a checkpoint");
  model_.setLooking(
      {Kind::kPossible, tr("Give the weights of %1 few bits, and look at its poses on %2 before and after.")
                            .arg(network, name)});
}

void QuantizedLooker::start(const LookOrder& order) {
  const auto dataset = workbench_.session().dataset();
  if (!dataset) {
    return;
  }
  const auto outcome = std::make_shared<LookOutcome>();
  const auto work = [order, dataset, outcome](const JobContext& job) -> Expected<void> {
    auto opened = open_pose_model(bytesOfPath(order.checkpoint));
    if (!opened) {
      return opened.error();
    }
    const std::shared_ptr<Model> model = std::move(*opened);
    auto looked = quantize_and_look(*dataset, model, order.options, job);
    if (!looked) {
      return looked.error();
    }
    *outcome = std::move(*looked);
    return {};
  };
  const auto done = [this, dataset, outcome](const Expected<void>& ended) {
    followJob();
    if (!ended && ended.error().code != ErrorCode::kCancelled) {
      Q_EMIT workbench_.failed(QString::fromStdString(ended.error().message));
    }
    if (ended && workbench_.session().dataset() == dataset) {
      show(*outcome);
    }
  };
  job_ = workbench_.jobs().start(tr("Quantize %1 and look").arg(QFileInfo(order.checkpoint).fileName()), work,
                                 done);
  followJob();
}

void QuantizedLooker::followJob() {
  const auto& jobs = workbench_.jobs().jobs();
  const auto job =
      std::find_if(jobs.begin(), jobs.end(), [this](const JobInfo& one) { return one.id == job_; });
  if (job != jobs.end() && (job->state == JobState::kQueued || job->state == JobState::kRunning)) {
    model_.setLooking({LookingState::Kind::kRunning, lookProgress(*job)});
  } else if (model_.looking().kind == LookingState::Kind::kRunning) {
    model_.setLooking({});
    update();
  }
}

void QuantizedLooker::show(const LookOutcome& outcome) {
  SessionModel& session = workbench_.session();
  const auto hold = [&](const std::shared_ptr<const PoseResult>& result, Run side) {
    const RunId run = session.addRun(result->name, result);
    session.editRun(run, [](HeldRuns::Entry& entry) { entry.kind = "estimated"; });
    session.proposeRun(side, run);
    return run;
  };
  const RunId full = hold(outcome.full, Run::kA), quantized = hold(outcome.quantized, Run::kB);
  looked_at_ = session.dataset()->digest();
  model_.setLook(outcome.look, full, quantized);
  queueWorst(*outcome.look);
  Q_EMIT looked();
}

void QuantizedLooker::queueWorst(const QuantizedLook& look) {
  std::vector<Selection> entries;
  for (const WorsenedObject& object : look.objects) {
    entries.push_back({object.frame, object.instance});
  }
  workbench_.session().queue().set(tr("Worse by %1").arg(QString::fromStdString(look.label)), entries);
}

ViewSpec weightsView() {
  return {"weights", "Weights", makeView<WeightsView>};
}

}  // namespace alidade
