// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/training_reader.h"

#include <vector>

#include <QDir>

#include "app/gui/native_path.h"
#include "app/gui/view_table.h"
#include "app/gui/workbench.h"
#include "core/base/log.h"
#include "core/training/training_history.h"
#include "views/base/job_runner.h"
#include "views/base/session_model.h"
#include "views/base/training_model.h"
#include "views/training/training_view.h"

namespace alidade {
namespace {

constexpr int kFollowMilliseconds = 1000;

std::shared_ptr<const TrainingHistory> copyOf(const TrainingHistoryReader& reader) {
  return std::make_shared<const TrainingHistory>(reader.history());
}

}  // namespace

/// What a job read; filled on its thread.
struct TrainingReader::Opened {
  struct Run {
    QString path;
    Reader reader;
    std::shared_ptr<const TrainingHistory> history;
    QString problem;
  };
  std::vector<Run> runs;

  void read(const QString& path, const JobContext& job) {
    Run run{path, nullptr, nullptr, {}};
    auto reader = TrainingHistoryReader::open(bytesOfPath(path));
    const auto done = reader ? reader->read_on(job) : Expected<bool>(reader.error());
    if (done) {
      run.history = copyOf(*reader);
      run.reader = std::make_shared<TrainingHistoryReader>(std::move(*reader));
    } else {
      run.problem = QString::fromStdString(done.error().message);
    }
    runs.push_back(std::move(run));
  }
};

TrainingReader::TrainingReader(SessionModel& session, JobRunner& jobs, QObject* parent)
    : QObject(parent), model_(session.model<TrainingModel>()), jobs_(jobs) {
  thread_.setMaxThreadCount(1);
  timer_.setInterval(kFollowMilliseconds);
  connect(&timer_, &QTimer::timeout, this, &TrainingReader::follow);
  connect(&model_.demand(), &Demand::changed, this, &TrainingReader::update);
  connect(&model_, &TrainingModel::openAsked, this, &TrainingReader::update);
}

TrainingReader::~TrainingReader() {
  stop_.request_stop();
  thread_.waitForDone();
}

void TrainingReader::update() {
  if (!model_.demand().wanted()) {
    timer_.stop();
    return;
  }
  startAsked();
  if (!timer_.isActive()) {
    timer_.start();
    follow();
  }
}

void TrainingReader::startAsked() {
  QStringList paths;
  for (const QString& path : model_.asked()) {
    if (!started_.contains(path)) {
      paths << path;
    }
  }
  if (paths.isEmpty()) {
    return;
  }
  started_ << paths;
  const auto opened = std::make_shared<Opened>();
  const auto work = [paths, opened](const JobContext& job) -> Expected<void> {
    for (const QString& path : paths) {
      const auto runs = find_training_runs(bytesOfPath(path));
      if (!runs) {
        opened->runs.push_back({path, nullptr, nullptr, QString::fromStdString(runs.error().message)});
        continue;
      }
      for (const auto& run : *runs) {
        opened->read(pathOfBytes(run.string()), job);
        if (job.stopped()) {
          return Error{ErrorCode::kCancelled, "Reading the training runs was stopped."};
        }
      }
    }
    return {};
  };
  model_.setReading(true);
  const QString what =
      paths.size() == 1 ? QDir(QDir::cleanPath(paths.front())).dirName() : tr("training runs");
  jobs_.start(tr("Read %1").arg(what), work, [this, paths, opened](const Expected<void>& done) {
    for (const QString& path : paths) {
      started_.removeAll(path);
    }
    model_.settle(paths);
    if (done) {
      take(*opened);
    }
    model_.setReading(!started_.isEmpty());
  });
}

void TrainingReader::take(const Opened& opened) {
  for (const Opened::Run& run : opened.runs) {
    if (run.reader) {
      readers_[run.path] = run.reader;
      model_.setHistory(run.path, run.history);
      for (const std::string& problem : run.history->problems) {
        log_warning("training", problem);
      }
    } else {
      model_.setProblem(run.path, run.problem);
    }
  }
}

void TrainingReader::follow() {
  std::erase_if(readers_, [this](const auto& entry) { return !model_.find(entry.first); });
  if (following_ || readers_.empty()) {
    return;
  }
  following_ = true;
  thread_.start([this, readers = readers_, stop = stop_.get_token()] {
    const JobContext job{stop, {}};
    for (const auto& [path, reader] : readers) {
      const auto grown = reader->read_on(job);
      const auto history = grown && *grown ? copyOf(*reader) : nullptr;
      const QString problem = grown ? QString() : QString::fromStdString(grown.error().message);
      if (stop.stop_requested()) {
        return;
      }
      if (history || !problem.isEmpty()) {
        QMetaObject::invokeMethod(
            this,
            [this, path = path, reader = reader, history, problem] {
              const auto held = readers_.find(path);
              if (!model_.find(path) || held == readers_.end() || held->second != reader) {
                return;  // removed, or opened anew, meanwhile
              }
              if (history) {
                model_.setHistory(path, history);
              } else if (model_.find(path)->problem != problem) {
                model_.setProblem(path, problem);
              }
            },
            Qt::QueuedConnection);
      }
    }
    QMetaObject::invokeMethod(
        this, [this] { following_ = false; }, Qt::QueuedConnection);
  });
}

ViewSpec trainingView() {
  return {"training",
          "Training",
          makeView<TrainingView>,
          false,
          [](Workbench& workbench) -> std::unique_ptr<QObject> {
            return std::make_unique<TrainingReader>(workbench.session(), workbench.jobs());
          },
          true};
}

}  // namespace alidade
