// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/training_model.h"

#include <algorithm>
#include <utility>

namespace alidade {

TrainingModel::TrainingModel(QObject* parent) : EvidenceModel(parent) {
  connect(this, &TrainingModel::runsChanged, this, &TrainingModel::evidenceChanged);
}

void TrainingModel::open(const QStringList& paths) {
  for (const QString& path : paths) {
    if (!asked_.contains(path)) {
      asked_ << path;
    }
  }
  if (!paths.isEmpty()) {
    Q_EMIT openAsked();
  }
}

void TrainingModel::settle(const QStringList& paths) {
  for (const QString& path : paths) {
    asked_.removeAll(path);
  }
}

void TrainingModel::remove(const QStringList& paths) {
  if (std::erase_if(runs_, [&](const Run& run) { return paths.contains(run.path); }) > 0) {
    Q_EMIT runsChanged();
  }
}

void TrainingModel::setVisible(const QString& path, bool visible) {
  if (visible) {
    unseen_.erase(path);
  } else {
    unseen_.insert(path);
  }
  for (Run& run : runs_) {
    if (run.path == path && run.visible != visible) {
      run.visible = visible;
      Q_EMIT runsChanged();
    }
  }
}

const TrainingModel::Run* TrainingModel::find(const QString& path) const {
  const auto found =
      std::find_if(runs_.begin(), runs_.end(), [&](const Run& run) { return run.path == path; });
  return found == runs_.end() ? nullptr : &*found;
}

void TrainingModel::setReading(bool reading) {
  if (reading != reading_) {
    reading_ = reading;
    Q_EMIT runsChanged();
  }
}

TrainingModel::Run& TrainingModel::run(const QString& path) {
  if (const Run* known = find(path)) {
    return runs_[static_cast<std::size_t>(known - runs_.data())];
  }
  Run made;
  made.path = path;
  made.visible = !unseen_.contains(path);
  const auto taken = [&](const Run& run) { return run.style == made.style; };
  while (std::any_of(runs_.begin(), runs_.end(), taken)) {
    ++made.style;
  }
  return runs_.emplace_back(std::move(made));
}

void TrainingModel::setHistory(const QString& path, std::shared_ptr<const TrainingHistory> history,
                               bool derived) {
  Run& changed = run(path);
  changed.derived = derived;
  changed.history = std::move(history);
  changed.problem.clear();
  Q_EMIT runsChanged();
}

void TrainingModel::setProblem(const QString& path, const QString& problem) {
  run(path).problem = problem;
  Q_EMIT runsChanged();
}

}  // namespace alidade
