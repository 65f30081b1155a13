// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <QPointF>
#include <QString>
#include <QStringList>

#include "core/evaluation/text/published.h"
#include "core/results/quantization_sweep.h"
#include "core/sweep/budget_solver.h"
#include "core/sweep/prediction.h"
#include "core/sweep/sweep_numbers.h"

namespace alidade {

/// A measured network on the chart.
struct TradeoffMark {
  enum class State { kFrontier, kDominated, kOverBudget, kAgainstPin };
  std::size_t point = 0;     ///< of the sweep
  std::size_t family = 0;    ///< of TradeoffSheet::families
  double x = 0.0;            ///< as cost_of
  IntervalNumber y;          ///< the judged share
  double calibration = 0.0;  ///< the selection share; NaN when unknown or judged itself
  State state = State::kDominated;
  double memory = 0.0;     ///< bytes; 0 = unknown
  double predicted = 0.0;  ///< share; NaN without prediction
};

/// What one chart of accuracy against cost shows. Shares are 0..1, costs as cost_of gives them.
struct TradeoffSheet {
  std::shared_ptr<const QuantizationSweep> sweep;
  QString name;
  bool titled = false;  ///< the name stands above the chart
  SweepCost cost = SweepCost::kSize;
  std::string metric;
  std::vector<TradeoffMark> marks;
  std::vector<std::size_t> frontier;  ///< places in `marks`, costs rising
  QStringList families;
  bool calibration = true;
  std::optional<IntervalNumber> baseline;  ///< of full precision
  std::optional<double> budget;
  SweepPrediction prediction;
  /// Undominated assignments of the solver as (cost, predicted share); thinned where there are very many.
  std::vector<QPointF> predicted;
  struct Solution {
    SolvedLevels levels;
    double share = 0.0;               ///< predicted; NaN without prediction
    std::optional<std::size_t> mark;  ///< place of the same assignment among the measured ones
  };
  std::optional<Solution> solution, previous;
  struct Printed {
    double x = 0.0, y = 0.0;
    QString name, source;
  };
  std::vector<Printed> printed;
  QString other_name;                   ///< of B
  std::vector<QPointF> other_frontier;  ///< of B
};

struct TradeoffQuestion {
  std::shared_ptr<const QuantizationSweep> a, b;
  QString name_a, name_b;
  bool titled = false;
  SweepCost cost = SweepCost::kSize;
  std::string metric;
  bool calibration = true;
  std::optional<double> budget;
  AllowedLevels allowed;
  const BudgetSolver* solver = nullptr;
  SweepPrediction prediction;
  std::optional<SolvedLevels> solved, previous;
  std::vector<PublishedTable> published;  ///< whose rows are shown
};

/// Null where tradeoffProblem says something.
std::shared_ptr<const TradeoffSheet> makeTradeoff(const TradeoffQuestion& question);
/// Why there is no chart: one sentence.
QString tradeoffProblem(const TradeoffQuestion& question);
/// Why printed rows cannot be shown on this axis and with this metric; empty when they can.
QString publishedProblem(const std::vector<PublishedTable>& published, SweepCost cost,
                         const std::string& metric);

}  // namespace alidade
