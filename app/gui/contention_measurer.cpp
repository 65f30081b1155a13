// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/contention_measurer.h"

#include <algorithm>
#include <utility>

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>

#include "app/gui/native_path.h"
#include "app/gui/workbench.h"
#include "core/exchange/contention_file.h"
#include "views/base/job_runner.h"
#include "views/base/training_model.h"
#include "views/contention/contention_model.h"
#include "views/jobs/job_text.h"

namespace alidade {
namespace {

constexpr auto kCheckpoints = "checkpoints";

/// The run of a checkpoint that is one of a series, else the checkpoint itself.
QString seriesOfCheckpoint(const QString& checkpoint) {
  static const QRegularExpression numbered(QStringLiteral("-[0-9]+$"));
  const QFileInfo file(checkpoint);
  const QDir folder = file.absoluteDir();
  if (!numbered.match(file.completeBaseName()).hasMatch()) {
    return file.absoluteFilePath();
  }
  return folder.dirName() == QLatin1String(kCheckpoints) ? QFileInfo(folder.path()).path() : folder.path();
}

/// "Measuring gradients: 12 / 96 · 0:21 left".
QString progressText(const JobInfo& job) {
  QString step = QString::fromStdString(job.progress.step);
  if (job.state != JobState::kRunning || job.progress.total == 0 || step.isEmpty()) {
    return QObject::tr("Measuring: %1").arg(jobStatus(job));
  }
  step[0] = step[0].toUpper();
  return step + QStringLiteral(": ") + jobStatus(job);
}

bool isUnderWay(const JobInfo& job) {
  return job.state == JobState::kQueued || job.state == JobState::kRunning;
}

}  // namespace

/// Filled on the job's thread.
struct ContentionMeasurer::Measured {
  std::shared_ptr<const ContentionHistory> history;
  QString file;     ///< that it was written to; empty where it was not
  QString problem;  ///< why not
};

std::vector<CheckpointPlace> checkpointPlaces(Workbench& workbench) {
  std::vector<CheckpointPlace> places;
  const auto add = [&](const QString& path) {
    const auto known = std::any_of(places.begin(), places.end(),
                                   [&](const CheckpointPlace& place) { return place.path == path; });
    if (!known) {
      places.push_back({QFileInfo(path).fileName(), path});
    }
  };
  for (const TrainingModel::Run& run : workbench.session().model<TrainingModel>().runs()) {
    if (!run.derived && run.history) {
      add(run.path.endsWith(QLatin1String(".jsonl")) ? QFileInfo(run.path).path() : run.path);
    }
  }
  if (!workbench.checkpointPath().isEmpty()) {
    add(seriesOfCheckpoint(workbench.checkpointPath()));
  }
  return places;
}

QString freeHistoryFile(const QString& place) {
  const QDir dir = QFileInfo(place).isDir() ? QDir(place) : QFileInfo(place).absoluteDir();
  QString name = QStringLiteral("contention.npz");
  for (int number = 2; dir.exists(name); ++number) {
    name = QStringLiteral("contention-%1.npz").arg(number);
  }
  return dir.filePath(name);
}

ContentionMeasurer::ContentionMeasurer(Workbench& workbench, QObject* parent)
    : QObject(parent),
      workbench_(workbench),
      model_(workbench.session().model<ContentionModel>()),
      training_(workbench.session().model<TrainingModel>()) {
  connect(&workbench.session(), &SessionModel::datasetChanged, this, &ContentionMeasurer::update);
  connect(&training_, &TrainingModel::runsChanged, this, &ContentionMeasurer::update);
  connect(&workbench, &Workbench::checkpointOpened, this, &ContentionMeasurer::update);
  connect(&workbench.jobs(), &JobRunner::jobsChanged, this, &ContentionMeasurer::followJob);
  connect(&model_, &ContentionModel::stopAsked, this, &ContentionMeasurer::stop);
  update();
}

void ContentionMeasurer::update() {
  using Kind = MeasuringState::Kind;
  if (model_.measuring().kind == Kind::kRunning) {
    return;
  }
  const auto dataset = workbench_.session().dataset();
  const auto places = checkpointPlaces(workbench_);
  const QString name = dataset ? QString::fromStdString(dataset->name()) : QString();
  if (dataset && !places.empty()) {
    model_.setMeasuring({Kind::kPossible, tr("Open a history of gradient contention (.npz), or measure the "
                                             "checkpoints of %1 on %2.")
                                              .arg(places.front().name, name)});
  } else if (dataset) {
    model_.setMeasuring(
        {Kind::kLacks, tr("Open a history of gradient contention (.npz), or a training run that "
                          "kept its checkpoints: it can be measured on %1.")
                           .arg(name)});
  } else if (!places.empty()) {
    model_.setMeasuring(
        {Kind::kLacks, tr("Open a history of gradient contention (.npz), or a dataset that %1 "
                          "can be measured on.")
                           .arg(places.front().name)});
  } else {
    model_.setMeasuring({Kind::kLacks, tr("Open a history of gradient contention (.npz), or a dataset and a "
                                          "training run to measure one.")});
  }
}

void ContentionMeasurer::start(const MeasurementOrder& order) {
  const auto dataset = workbench_.session().dataset();
  if (!dataset) {
    return;
  }
  const auto measured = std::make_shared<Measured>();
  const auto work = [order, dataset, measured](const JobContext& job) -> Expected<void> {
    const auto history = measure_history(order.measurement, {dataset}, job);
    if (!history) {
      return history.error();
    }
    measured->history = *history;
    const QString file =
        !order.overwrite && QFileInfo::exists(order.file) ? freeHistoryFile(order.file) : order.file;
    if (const auto written = write_contention_history(**history, bytesOfPath(file)); !written) {
      measured->problem = QString::fromStdString(written.error().message);
    } else {
      measured->file = file;
    }
    return {};
  };
  const QString run = QFileInfo(pathOfBytes(order.measurement.runs.front().string())).fileName();
  job_ = workbench_.jobs().start(
      tr("Measure contention of %1").arg(run), work,
      [this, order, measured](const Expected<void>& outcome) { finish(order, *measured, outcome); });
  followJob();
}

void ContentionMeasurer::followJob() {
  const auto& jobs = workbench_.jobs().jobs();
  const auto job =
      std::find_if(jobs.begin(), jobs.end(), [this](const JobInfo& one) { return one.id == job_; });
  if (job != jobs.end() && isUnderWay(*job)) {
    model_.setMeasuring({MeasuringState::Kind::kRunning, progressText(*job)});
  } else if (model_.measuring().kind == MeasuringState::Kind::kRunning) {
    model_.setMeasuring({});
    update();
  }
}

void ContentionMeasurer::stop() {
  workbench_.jobs().cancel(job_);
}

void ContentionMeasurer::finish(const MeasurementOrder& order, const Measured& measured,
                                const Expected<void>& outcome) {
  followJob();
  if (!outcome) {
    if (outcome.error().code != ErrorCode::kCancelled) {
      Q_EMIT workbench_.failed(QString::fromStdString(outcome.error().message));
    }
    return;
  }
  SessionModel& session = workbench_.session();
  if (measured.file.isEmpty()) {
    show(session.addRun(measured.history->name, measured.history, false));
    Q_EMIT workbench_.failed(tr("The history is shown, but was not written: %1").arg(measured.problem));
    return;
  }
  if (measured.file != order.file) {
    Q_EMIT workbench_.said(tr("%1 came to be there meanwhile; the history is in %2.")
                               .arg(QFileInfo(order.file).fileName(), QFileInfo(measured.file).fileName()));
  }
  // A run of the file that was replaced follows it by itself.
  for (const HeldRuns::Entry& entry : session.runs().all()) {
    if (entry.file == bytesOfPath(measured.file) && session.runs().get<ContentionHistory>(entry.id)) {
      show(entry.id);
      return;
    }
  }
  workbench_.files().open(measured.file, [this](const std::vector<RunId>& opened) {
    if (!opened.empty()) {
      show(opened.front());
    }
  });
}

void ContentionMeasurer::show(RunId run) {
  SessionModel& session = workbench_.session();
  const RunId before = session.runs().chosen_run<ContentionHistory>(Run::kA);
  if (before != 0 && before != run && !session.runs().chosen_by_user<ContentionHistory>(Run::kB)) {
    session.proposeRun(Run::kB, before);
  }
  session.proposeRun(Run::kA, run);
  Q_EMIT workbench_.files().contentionOpened(run);
}

}  // namespace alidade
