// SPDX-License-Identifier: BSD-3-Clause
// What charts and budgets ask of a quantization sweep: dominance, falling fits, budgets, studies.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include <QtTest>

#include "core/base/random.h"
#include "core/sweep/budget_solver.h"
#include "core/sweep/dominance.h"
#include "core/sweep/monotone_fit.h"
#include "core/sweep/prediction.h"
#include "core/sweep/studies.h"
#include "core/sweep/sweep_numbers.h"
#include "tests/support/quantization_sweeps.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

constexpr double kNotKnown = std::numeric_limits<double>::quiet_NaN();

/// By the definition, every pair looked at.
std::vector<bool> undominatedByPairs(const std::vector<double>& costs, const std::vector<double>& values) {
  std::vector<bool> passes;
  for (std::size_t i = 0; i < costs.size(); ++i) {
    bool passed = std::isfinite(costs[i]) && std::isfinite(values[i]);
    for (std::size_t j = 0; j < costs.size(); ++j) {
      passed = passed && !(costs[j] <= costs[i] && values[j] >= values[i] &&
                           (costs[j] < costs[i] || values[j] > values[i]));
    }
    passes.push_back(passed);
  }
  return passes;
}

/// The least squared error of a falling curve with values on a grid, by dynamic programming.
double leastErrorFalling(const std::vector<double>& values, int steps) {
  std::vector<double> best(static_cast<std::size_t>(steps) + 1, 0.0);
  for (const double value : values) {
    double so_far = std::numeric_limits<double>::infinity();
    std::vector<double> next(best.size());
    for (int level = steps; level >= 0; --level) {
      so_far = std::min(so_far, best[static_cast<std::size_t>(level)]);
      const double error = value - static_cast<double>(level) / steps;
      next[static_cast<std::size_t>(level)] = so_far + error * error;
    }
    best = std::move(next);
  }
  return *std::min_element(best.begin(), best.end());
}

}  // namespace

class SweepDominanceTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void dominanceIsThatOfTheDefinition() {
    Random random(5);
    for (int round = 0; round < 200; ++round) {
      std::vector<double> costs, values;
      for (int i = 0; i < 12; ++i) {
        costs.push_back(std::floor(6.0 * random.uniform()));
        values.push_back(random.uniform() < 0.1 ? kNotKnown : std::floor(6.0 * random.uniform()));
      }
      const auto passes = undominated(costs, values);
      QCOMPARE(passes, undominatedByPairs(costs, values));
      const auto line = frontier(costs, values);
      for (std::size_t i = 1; i < line.size(); ++i) {
        QVERIFY(costs[line[i - 1]] < costs[line[i]] && values[line[i - 1]] < values[line[i]]);
      }
    }
    QVERIFY(frontier({}, {}).empty());
  }

  void fallingFitHasTheLeastSquaredError() {
    Random random(7);
    for (int round = 0; round < 20; ++round) {
      std::vector<double> places, values;
      for (int i = 0; i < 15; ++i) {
        places.push_back(i);
        values.push_back(std::round(40.0 * random.uniform()) / 40.0);
      }
      const auto fit = FallingFit::through(places, values);
      QVERIFY(fit);
      // Blocks are constant where they are pooled: the fitted value of a point is the mean of its block.
      double before = 2.0;
      for (double at = -1.0; at < 16.0; at += 0.25) {
        QVERIFY(fit->at(at) <= before + 1e-12);
        before = fit->at(at);
      }
    }
    const std::vector<double> places{0, 1, 2, 3}, falling{0.9, 0.8, 0.5, 0.1}, rising{0.1, 0.2, 0.3, 0.4};
    const auto exact = FallingFit::through(places, falling);
    for (std::size_t i = 0; i < places.size(); ++i) {
      QCOMPARE(exact->at(places[i]), falling[i]);
    }
    QCOMPARE(exact->at(1.5), 0.65);
    QCOMPARE(exact->at(-3.0), 0.9);
    QVERIFY(exact->covers(3.0) && !exact->covers(3.1));
    QCOMPARE(FallingFit::through(places, rising)->at(2.0), 0.25);  // one block: the mean
    QCOMPARE(leastErrorFalling(rising, 400), 0.05);                // which is the best a falling curve can do
    QVERIFY(!FallingFit::through(std::vector<double>{1, 1, 1}, std::vector<double>{1, 2, 3}));
    QVERIFY(!FallingFit::through(std::vector<double>{1, 2, kNotKnown}, std::vector<double>{1, 2, 3}));
  }

  void budgetsAreSolvedAsByTrial() {
    const QuantizationSweep sweep = test::quantizationSweep();
    for (const SweepCost cost :
         {SweepCost::kSize, SweepCost::kCompression, SweepCost::kBitOperations, SweepCost::kLatency}) {
      const auto solver = BudgetSolver::create(sweep, cost);
      QVERIFY2(bool(solver), solver ? "" : solver.error().message.c_str());
      for (const double share : {0.0, 0.1, 0.35, 0.6, 1.0}) {
        const auto& steps = solver->steps();
        const double budget = steps.front().cost * std::pow(steps.back().cost / steps.front().cost, share);
        const auto solved = solver->solve(budget);
        QVERIFY2(bool(solved), solved ? "" : solved.error().message.c_str());
        double best = std::numeric_limits<double>::infinity();
        for (const SweepOption& a : sweep.modules[0].options) {
          for (const SweepOption& b : sweep.modules[1].options) {
            for (const SweepOption& c : sweep.modules[2].options) {
              SweepPoint trial;
              trial.bits = a.bits + b.bits + c.bits;
              trial.bit_operations = a.bit_operations + b.bit_operations + c.bit_operations;
              trial.latency_ms = a.latency_ms + b.latency_ms + c.latency_ms;
              if (keeps_budget(sweep, trial, cost, budget)) {
                best = std::min(best, a.loss + b.loss + c.loss);
              }
            }
          }
        }
        QCOMPARE(solved->loss, best);
      }
    }
  }

  void limitsAreKeptAndExplained() {
    const QuantizationSweep sweep = test::quantizationSweep();
    const auto pinned =
        BudgetSolver::create(sweep, SweepCost::kSize, {{"head", {"8"}}, {"backbone", {"4", "8"}}});
    QVERIFY(bool(pinned));
    const auto solved = pinned->solve(pinned->steps().back().cost);
    QVERIFY(bool(solved));
    QCOMPARE(solved->levels, (std::vector<std::string>{"8", "32", "8"}));
    const auto refused = pinned->solve(1000.0);
    QVERIFY(!refused && refused.error().code == ErrorCode::kUsage);
    QVERIFY2(refused.error().message.find("head") != std::string::npos, refused.error().message.c_str());
    const auto nothing = BudgetSolver::create(sweep, SweepCost::kSize, {{"head", {"5"}}});
    QVERIFY(!nothing && nothing.error().message.find("head") != std::string::npos);
    QuantizationSweep untimed = sweep;
    untimed.modules[1].options[2].latency_ms = kNotKnown;
    const auto latency = BudgetSolver::create(untimed, SweepCost::kLatency);
    QVERIFY(!latency && latency.error().message.find("pyramid") != std::string::npos);
    QVERIFY(!is_allowed(sweep, sweep.points[1], {{"head", {"4"}}}));
    QVERIFY(is_allowed(sweep, sweep.points[1], {{"head", {"4", "8"}}}));
  }

  void predictionsAreJudgedByRanks() {
    const QuantizationSweep sweep = test::quantizationSweep();
    const SweepPrediction prediction = predict_metric(sweep, "adi_0.1d", SweepCost::kSize);
    QVERIFY(prediction.fit && prediction.spearman);
    QVERIFY(*prediction.spearman > 0.8);  // the made values fall with the root of the loss, but for a wiggle
    QCOMPARE(prediction.networks, std::size_t{22});
    QVERIFY(prediction.on_frontier > 3 && prediction.of_these_dominated < prediction.on_frontier);
    QVERIFY(!predict_metric(sweep, "nothing", SweepCost::kSize).fit);
    QuantizationSweep turned = sweep;
    for (SweepPoint& point : turned.points) {
      point.predicted_loss = -point.predicted_loss;
    }
    QCOMPARE(*predict_metric(turned, "adi_0.1d", SweepCost::kSize).spearman, -*prediction.spearman);
  }

  void studiesFindTheirNetworks() {
    const QuantizationSweep sweep = test::quantizationSweep();
    const auto combinations = combination_study(sweep);
    QVERIFY(combinations);
    QCOMPARE(combinations->levels, std::string("ternary"));
    QCOMPARE(combinations->combinations.size(), std::size_t{8});
    QCOMPARE(combinations->measured(), std::size_t{8});
    QVERIFY(combinations->combinations.front().aggressive == std::vector<bool>(3, false));
    QVERIFY(combinations->combinations.back().aggressive == std::vector<bool>(3, true));
    const auto widths = width_study(sweep, 1);
    QVERIFY(widths);
    QCOMPARE(widths->others, (std::vector<std::string>{"32", "", "32"}));
    QCOMPARE(widths->widths.size(), std::size_t{6});  // ternary, 3, 4, 6, 8, float
    QVERIFY(std::is_sorted(widths->widths.begin(), widths->widths.end(),
                           [](const auto& a, const auto& b) { return a.bits < b.bits; }));
    QCOMPARE(widths->widths.front().levels, std::string("ternary"));
    QCOMPARE(widest_study(sweep)->module, std::size_t{1});
    QuantizationSweep lone = sweep;
    lone.points.resize(1);
    QVERIFY(!combination_study(lone) && !widest_study(lone));
  }

  void numbersAreThoseOfTheSweep() {
    const QuantizationSweep sweep = test::quantizationSweep();
    QCOMPARE(full_precision_bits(sweep), 32.0 * 830'000);
    QCOMPARE(*full_precision_point(sweep), std::size_t{0});
    QCOMPARE(metrics_of(sweep), (std::vector<std::string>{"adi_0.1d", "adi_0.5d"}));
    QCOMPARE(level_bits("ternary"), std::log2(3.0));
    QCOMPARE(level_bits("32"), 32.0);
    QVERIFY(std::isnan(level_bits("mixed")));
    QCOMPARE(level_label("2"), std::string("2 bit, 4 levels"));
    QCOMPARE(scores_of(sweep), (std::vector<std::string>{"hessian", "metric"}));
    QVERIFY(sensitivity_of(sweep, "hessian", "head") != nullptr);
    QVERIFY(sensitivity_of(sweep, "hessian", "neck") == nullptr);
    SweepPoint unknown;
    QVERIFY(std::isnan(cost_of(sweep, unknown, SweepCost::kSize)));
    QVERIFY(std::isnan(cost_of(sweep, unknown, SweepCost::kLatency)));
    QVERIFY(std::isnan(value_of(unknown, "adi_0.1d")));
  }
};

ALIDADE_TEST(SweepDominanceTest)
#include "sweep_dominance_test.moc"
