// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QString>
#include <QStringList>

#include "core/evaluation/text/published.h"
#include "core/results/quantization_sweep.h"
#include "core/session/held_runs.h"
#include "core/sweep/budget_solver.h"
#include "core/sweep/prediction.h"
#include "views/base/evidence_model.h"

namespace alidade {

class NewestAnswer;
class SessionModel;

/// What of a sweep is looked at.
enum class QuantizationPage { kTradeoff, kBits, kOrder, kWidths, kParallel };
inline constexpr QuantizationPage kLastQuantizationPage = QuantizationPage::kParallel;

/// What is chosen; of a sweep that lacks what is named here the first there is counts.
struct QuantizationChoice {
  QuantizationPage page = QuantizationPage::kTradeoff;
  SweepCost cost = SweepCost::kSize;
  std::string metric;
  bool published = false;          ///< printed values of papers
  bool calibration = true;         ///< values on the selection split
  std::string score, other_score;  ///< of the bit strip
  bool layers = false;             ///< the bit strip has a row for each layer
  std::string module;              ///< of the widths
  /// Where the budget lies between the cheapest and the costliest assignment, 0..1 of the logarithm.
  double budget = 0.3;
  AllowedLevels allowed;

  bool operator==(const QuantizationChoice&) const = default;
};

/// Quantization sweeps: the runs A and B of the session, and what views look at in them. What one view
/// chooses holds for all. The budget is solved for A.
class QuantizationModel : public EvidenceModel {
  Q_OBJECT

 public:
  using Sweep = std::shared_ptr<const QuantizationSweep>;

  explicit QuantizationModel(SessionModel* session);

  Sweep sweep(Run side = Run::kA) const;
  QString name(Run side = Run::kA) const;
  bool standsAlone() const override { return sweep() != nullptr; }

  /// Asks for the sweeps in these files, which somebody opens into the session.
  void askFiles(const QStringList& paths);
  /// What was asked and is not opened yet; it counts as opened then.
  QStringList takeAskedFiles();
  /// The files of A and B.
  QStringList files() const;

  const QuantizationChoice& choice() const { return choice_; }
  /// Equal choices emit nothing.
  void choose(const QuantizationChoice& choice);
  /// The chosen metric, or the first of A; empty without one.
  std::string metric() const;

  /// The budget as cost_of gives it; NaN where nothing can be solved.
  double budgetValue() const;
  /// Moves the budget to a value of the axis.
  void setBudgetValue(double value);
  /// To the next cheaper (-1) or costlier (1) assignment of the frontier.
  void stepBudget(int delta);
  /// Null where nothing can be solved (problem() says why) or the frontier is on its way. While other limits
  /// are being solved it is that of the limits before.
  const BudgetSolver* solver() const { return solver_ ? &*solver_ : nullptr; }
  const QString& problem() const { return problem_; }
  const std::optional<SolvedLevels>& solved() const { return solved_; }
  /// The assignment before the present one; differences to it are highlighted.
  const std::optional<SolvedLevels>& previous() const { return previous_; }
  const SweepPrediction& prediction() const { return prediction_; }
  /// Waits for the frontier that is on its way: for exports, which show nothing older.
  void settle();

  /// The measured network of A that is looked at; nothing = the solved assignment. It is known by its name,
  /// so that it stays where a sweep has grown.
  const std::optional<std::size_t>& point() const { return point_; }
  const std::string& pointName() const { return point_name_; }
  void setPoint(std::optional<std::size_t> point);
  void setPointName(const std::string& name);

  /// Printed tables of papers; those without compression are of no use here.
  const std::vector<PublishedTable>& published() const { return published_; }
  void setPublished(std::vector<PublishedTable> tables);

 Q_SIGNALS:
  void filesAsked();
  void choiceChanged();
  /// A frontier that was on its way is there.
  void solutionChanged();
  void pointChanged();

 private:
  void takeResults();
  void findPoint();
  void prepare();
  void takeSolver(Expected<BudgetSolver> solver, const SweepPrediction& prediction);
  void solve();

  SessionModel& session_;
  QStringList asked_files_;
  std::array<Sweep, 2> held_;  ///< A and B when last looked
  QuantizationChoice choice_;
  NewestAnswer* answer_;  ///< solves frontiers
  std::optional<BudgetSolver> solver_;
  QString problem_;
  SweepPrediction prediction_;
  std::optional<SolvedLevels> solved_, previous_;
  std::string point_name_;  ///< empty = none
  std::optional<std::size_t> point_;
  std::vector<PublishedTable> published_;
};

}  // namespace alidade
