// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/evaluation_model.h"

#include <algorithm>
#include <utility>

namespace alidade {

void EvaluationModel::setProtocol(const QString& id) {
  if (id != protocol_ && !id.isEmpty()) {
    protocol_ = id;
    Q_EMIT protocolChanged();
  }
}

void EvaluationModel::setHeld(bool held) {
  if (held != held_) {
    held_ = held;
    Q_EMIT heldChanged();
  }
}

bool EvaluationModel::evaluating() const {
  return side(Run::kA).evaluating || side(Run::kB).evaluating ||
         std::any_of(others_.begin(), others_.end(),
                     [](const Other& other) { return other.side.evaluating; });
}

void EvaluationModel::setSide(Run run, Side side) {
  if (side != this->side(run)) {
    putSide(run, std::move(side));
  }
}

void EvaluationModel::putSide(Run run, Side side) {
  sides_[static_cast<std::size_t>(run)] = std::move(side);
  Q_EMIT reportsChanged();
}

void EvaluationModel::setOthers(std::vector<Other> others) {
  if (others != others_) {
    others_ = std::move(others);
    Q_EMIT reportsChanged();
  }
}

void EvaluationModel::setEvaluating(Run run) {
  putSide(run, {side(run).report, true, {}});
}
void EvaluationModel::setReport(Run run, std::shared_ptr<const EvaluationReport> report) {
  putSide(run, {std::move(report), false, {}});
}
void EvaluationModel::setProblem(Run run, const QString& problem) {
  putSide(run, {nullptr, false, problem});
}

void EvaluationModel::setComparison(std::shared_ptr<const PairedTest> comparison) {
  if (comparison != comparison_) {
    comparison_ = std::move(comparison);
    Q_EMIT reportsChanged();
  }
}

void EvaluationModel::setObstacles(std::map<QString, QString> obstacles) {
  if (obstacles != obstacles_) {
    obstacles_ = std::move(obstacles);
    Q_EMIT obstaclesChanged();
  }
}

void EvaluationModel::setPublished(std::vector<PublishedTable> tables) {
  published_ = std::move(tables);
  Q_EMIT publishedChanged();
}

void EvaluationModel::setSlices(std::vector<Slice> slices) {
  slices_ = std::move(slices);
  Q_EMIT slicesChanged();
}

void EvaluationModel::setSlicesShown(const QObject* view, bool shown) {
  const bool before = slicesShown();
  if (shown && slice_views_.insert(view).second) {
    // Silently: a view that goes still listens, and must not be asked to show anything any more.
    connect(view, &QObject::destroyed, this, [this, view] { slice_views_.erase(view); });
  } else if (!shown && slice_views_.erase(view) > 0) {
    disconnect(view, &QObject::destroyed, this, nullptr);
  }
  if (slicesShown() != before) {
    Q_EMIT slicesChanged();
  }
}

void EvaluationModel::setComparedSlices(ComparedSlices slices, const QString& problem) {
  if (slices != compared_slices_ || problem != slice_problem_) {
    compared_slices_ = std::move(slices);
    slice_problem_ = problem;
    Q_EMIT comparedSlicesChanged();
  }
}

}  // namespace alidade
