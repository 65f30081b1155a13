// SPDX-License-Identifier: BSD-3-Clause
#include "views/quantization/quantization_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/sweep/sweep_numbers.h"
#include "views/base/newest_answer.h"
#include "views/base/session_model.h"

namespace alidade {

QuantizationModel::QuantizationModel(SessionModel* session)
    : EvidenceModel(session), session_(*session), answer_(new NewestAnswer(this)) {
  connect(session, &SessionModel::resultsChanged, this, &QuantizationModel::takeResults);
  takeResults();
}

QuantizationModel::Sweep QuantizationModel::sweep(Run side) const {
  return session_.runs().chosen<QuantizationSweep>(side);
}

QString QuantizationModel::name(Run side) const {
  const HeldRuns::Entry* entry = session_.runs().find(session_.runs().chosen_run<QuantizationSweep>(side));
  return entry ? QString::fromStdString(entry->name) : QString();
}

void QuantizationModel::takeResults() {
  const std::array<Sweep, 2> now{sweep(Run::kA), sweep(Run::kB)};
  if (now == held_) {
    return;
  }
  if (now[0] != held_[0]) {
    solver_.reset();
    solved_.reset();
  }
  held_ = now;
  findPoint();
  prepare();
  Q_EMIT evidenceChanged();
}

void QuantizationModel::askFiles(const QStringList& paths) {
  asked_files_ << paths;
  if (!paths.isEmpty()) {
    Q_EMIT filesAsked();
  }
}

QStringList QuantizationModel::takeAskedFiles() {
  return std::exchange(asked_files_, {});
}

QStringList QuantizationModel::files() const {
  QStringList files;
  for (const Run side : {Run::kA, Run::kB}) {
    const HeldRuns::Entry* entry = session_.runs().find(session_.runs().chosen_run<QuantizationSweep>(side));
    if (entry && !entry->file.empty()) {
      files << QString::fromStdString(entry->file.string());
    }
  }
  return files;
}

void QuantizationModel::choose(const QuantizationChoice& choice) {
  if (choice == choice_) {
    return;
  }
  const bool same_budget_alone =
      choice.cost == choice_.cost && choice.metric == choice_.metric && choice.allowed == choice_.allowed;
  if (choice.cost != choice_.cost) {
    solver_.reset();  // it counts something else
  }
  choice_ = choice;
  choice_.budget = std::isfinite(choice.budget) ? std::clamp(choice.budget, 0.0, 1.0) : 0.0;
  if (same_budget_alone) {
    solve();
  } else {
    prepare();
  }
  Q_EMIT choiceChanged();
}

std::string QuantizationModel::metric() const {
  const Sweep a = sweep();
  const auto metrics = a ? metrics_of(*a) : std::vector<std::string>();
  const bool known = std::find(metrics.begin(), metrics.end(), choice_.metric) != metrics.end();
  return known ? choice_.metric : metrics.empty() ? std::string() : metrics.front();
}

/// Asks for the frontier anew, and what is predicted of the metric.
void QuantizationModel::prepare() {
  const Sweep a = sweep();
  if (!a) {
    answer_->forget();
    solver_.reset();
    problem_.clear();
    prediction_ = {};
  } else {
    answer_->ask([this, a, cost = choice_.cost, allowed = choice_.allowed,
                  name = metric()]() -> NewestAnswer::Take {
      const auto solver = std::make_shared<Expected<BudgetSolver>>(BudgetSolver::create(*a, cost, allowed));
      return [this, a, cost, solver, prediction = predict_metric(*a, name, cost)] {
        if (a == sweep() && cost == choice_.cost) {  // else what was asked since is on its way
          takeSolver(std::move(*solver), prediction);
        }
      };
    });
  }
  solve();
}

void QuantizationModel::takeSolver(Expected<BudgetSolver> solver, const SweepPrediction& prediction) {
  solver_.reset();
  problem_.clear();
  if (solver) {
    solver_ = std::move(*solver);
  } else {
    problem_ = QString::fromStdString(solver.error().message);
  }
  prediction_ = prediction;
  solve();
  Q_EMIT solutionChanged();
}

void QuantizationModel::settle() {
  answer_->wait();
}

double QuantizationModel::budgetValue() const {
  if (!solver_) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const double least = solver_->steps().front().cost, most = solver_->steps().back().cost;
  // The ends are exact, so that they are met by the assignments that cost just that.
  return choice_.budget <= 0.0   ? least
         : choice_.budget >= 1.0 ? most
                                 : least * std::pow(most / least, choice_.budget);
}

void QuantizationModel::setBudgetValue(double value) {
  if (!solver_ || !(value > 0.0)) {
    return;
  }
  const double least = solver_->steps().front().cost, most = solver_->steps().back().cost;
  QuantizationChoice choice = choice_;
  choice.budget =
      least == most ? 0.0 : std::clamp(std::log(value / least) / std::log(most / least), 0.0, 1.0);
  choose(choice);
}

void QuantizationModel::stepBudget(int delta) {
  if (!solver_ || !solved_) {
    return;
  }
  const auto& steps = solver_->steps();
  std::size_t nearest = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (std::abs(std::log(steps[i].cost / solved_->cost)) <
        std::abs(std::log(steps[nearest].cost / solved_->cost))) {
      nearest = i;
    }
  }
  const auto last = static_cast<int>(steps.size()) - 1;
  const int next = std::clamp(static_cast<int>(nearest) + delta, 0, last);
  // A little more than it costs, so that rounding of the share does not lose it.
  const double air = choice_.cost == SweepCost::kCompression ? 1.0 - 1e-9 : 1.0 + 1e-9;
  setBudgetValue(air * steps[static_cast<std::size_t>(next)].cost);
}

void QuantizationModel::solve() {
  std::optional<SolvedLevels> now;
  if (solver_) {
    if (auto solved = solver_->solve(budgetValue())) {
      now = std::move(*solved);
    }
  }
  if (solved_ && now && solved_->levels != now->levels) {
    previous_ = solved_;
  } else if (!now || !solved_) {
    previous_.reset();
  }
  solved_ = std::move(now);
}

void QuantizationModel::findPoint() {
  point_.reset();
  const Sweep a = sweep();
  for (std::size_t i = 0; a && !point_name_.empty() && i < a->points.size(); ++i) {
    if (a->points[i].name == point_name_) {
      point_ = i;
    }
  }
}

void QuantizationModel::setPoint(std::optional<std::size_t> point) {
  const Sweep a = sweep();
  setPointName(point && a && *point < a->points.size() ? a->points[*point].name : std::string());
}

void QuantizationModel::setPointName(const std::string& name) {
  if (name != point_name_) {
    point_name_ = name;
    findPoint();
    Q_EMIT pointChanged();
  }
}

void QuantizationModel::setPublished(std::vector<PublishedTable> tables) {
  published_ = std::move(tables);
  std::erase_if(published_,
                [](const PublishedTable& table) { return table.units.count("compression") == 0; });
  Q_EMIT choiceChanged();
}

}  // namespace alidade
