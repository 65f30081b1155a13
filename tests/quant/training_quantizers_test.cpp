// SPDX-License-Identifier: BSD-3-Clause
#include <QTest>

#include "core/quant/incremental.h"
#include "core/quant/learned_step.h"
#include "core/quant/range_search.h"
#include "tests/quant/quant_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

/// Levels of MQAT's repository: powers of two with levels / 2 - 1 exponents, or evenly spread over [-s, s].
Expected<LevelSet> repository_levels(int count, bool powers) {
  if (powers) {
    return power_levels(count / 2 - 1);
  }
  return count == 2 ? Expected<LevelSet>(binary_levels()) : balanced_levels(count);
}

/// |frozen - weights|, of what is frozen.
double frozen_error(const std::vector<double>& frozen, const std::vector<double>& weights) {
  double sum = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sum += std::isnan(frozen[i]) ? 0.0 : (frozen[i] - weights[i]) * (frozen[i] - weights[i]);
  }
  return std::sqrt(sum);
}

}  // namespace

class TrainingQuantizersTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void learnedStepsAgreeWithTheFixture() {
    const auto cases = quant_json("quant/lsq");
    QCOMPARE(cases.size(), std::size_t{9});
    for (const auto& entry : cases) {
      const StepRange range = *step_range(entry.at("bits"), entry.at("signed"));
      QCOMPARE(-range.low, entry.at("Qn").get<double>());
      QCOMPARE(range.high, entry.at("Qp").get<double>());
      const auto values = numbers_of(entry.at("v")), steps = numbers_of(entry.at("step"));
      const auto initial = numbers_of(entry.at("step_init_2meanabs_over_sqrtQp"));
      const std::size_t group = values.size() / steps.size();
      const double scale = step_gradient_scale(group, range);
      QVERIFY(std::abs(scale - entry.at("grad_scale").get<double>()) < 1e-15);
      // The first six values were altered after the steps were computed, to hold exact bounds.
      for (std::size_t i = (6 + group - 1) / group; i < steps.size(); ++i) {
        QVERIFY(std::abs(initial_step({values.data() + i * group, group}, range) - initial[i]) < 1e-12);
      }
      const auto forward = step_forward(values, steps, range);
      QVERIFY(forward);
      QVERIFY(largest_difference(forward->codes, numbers_of(entry.at("code"))) == 0.0);
      QVERIFY(largest_difference(forward->values, numbers_of(entry.at("out"))) < 1e-12);
      const auto backward = step_backward(values, steps, range, numbers_of(entry.at("grad_out")), scale);
      QVERIFY(backward);
      QVERIFY(largest_difference(backward->values, numbers_of(entry.at("grad_v"))) < 1e-12);
      QVERIFY(largest_difference(backward->steps, numbers_of(entry.at("grad_step"))) < 1e-12);
    }
  }

  void gradientsAreThoseOfTheSurrogate() {
    // With the rounding's offset r = round(v/s) - v/s held fixed, the surrogate s (clip(v/s) + r) is smooth.
    const StepRange range = *step_range(3, true);
    const auto values = random_weights(60, 2), gradients = random_weights(60, 3);
    const double step = 0.4, tiny = 1e-6;
    const auto surrogate = [&](std::size_t i, double v, double s) {
      const double inside = std::clamp(values[i] / step, range.low, range.high);
      return s * (std::clamp(v / s, range.low, range.high) + std::nearbyint(inside) - inside);
    };
    double step_slope = 0.0;
    const auto backward = step_backward(values, std::vector<double>{step}, range, gradients, 1.0);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double slope =
          (surrogate(i, values[i] + tiny, step) - surrogate(i, values[i] - tiny, step)) / (2.0 * tiny);
      QVERIFY(std::abs(gradients[i] * slope - backward->values[i]) < 1e-6);
      step_slope += gradients[i] *
                    (surrogate(i, values[i], step + tiny) - surrogate(i, values[i], step - tiny)) /
                    (2.0 * tiny);
    }
    QVERIFY(std::abs(step_slope - backward->steps[0]) < 1e-6);
    QVERIFY(!step_forward(values, std::vector<double>{0.0}, range));
    QVERIFY(!step_forward(values, std::vector<double>{0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, range));
    QVERIFY(!step_backward(values, std::vector<double>{step}, range, std::vector<double>{1.0}, 1.0));
    QVERIFY(!step_range(1, true));
  }

  void incrementalFreezingAgreesWithTheRepository() {
    const auto cases = quant_json("quant/inq");
    QCOMPARE(cases.size(), std::size_t{18});
    std::size_t compared = 0;
    for (const auto& entry : cases) {
      const bool powers = entry.at("method").is_null();
      const bool searched = !powers && entry.at("method") == "uniform-l2-opt";
      const int count = entry.at("levels");
      const auto weights = numbers_of(entry.at("weight_in"));
      const WeightView view{"w", weights, entry.at("shape").at(0).get<std::size_t>()};
      auto levels =
          powers && count == 2 ? Expected<LevelSet>(binary_levels()) : repository_levels(count, powers);
      if (powers && count == 3) {
        // The repository's own range is empty there: every weight becomes 0.
        QVERIFY(!levels);
        QCOMPARE(frozen_error(numbers_of(entry.at("steps").back().at("frozen")), std::vector<double>(216)),
                 0.0);
        continue;
      }
      QVERIFY(levels);
      IncrementalWeights state;
      state.levels = *levels;
      state.rule = searched ? RangeRule::kLeastSquares : RangeRule::kLargest;
      const double unit = searched ? weights[0] / numbers_of(entry.at("weight_after"))[0] : 1.0;
      for (const auto& step : entry.at("steps")) {
        QVERIFY(freeze_share(state, view, step.at("fraction")));
        QCOMPARE(frozen_count(state), step.at("n_frozen").get<std::size_t>());
        if (step.at("frozen").is_null()) {
          continue;
        }
        auto expected = numbers_of(step.at("frozen"));
        for (double& value : expected) {
          value *= unit;  // the repository divides the weights by their scale, in place
        }
        if (searched) {
          // From a search there: no worse than it, apart from its 1e-3.
          QVERIFY(frozen_error(state.frozen, weights) <= frozen_error(expected, weights) * 1.001 ||
                  step.at("fraction") != 1.0);
        } else if (powers && count == 2) {
          // Half of the largest weight there, by no rule of INQ; the signs must agree.
          for (std::size_t i = 0; i < expected.size(); ++i) {
            QCOMPARE(std::isnan(state.frozen[i]), std::isnan(expected[i]));
            QVERIFY(std::isnan(expected[i]) || state.frozen[i] * expected[i] > 0.0);
          }
        } else {
          QVERIFY(largest_difference(state.frozen, expected) < 1e-6);
        }
        ++compared;
      }
    }
    QVERIFY(compared > 50);
  }

  void frozenWeightsStayWhileOthersMove() {
    auto weights = random_weights(40, 9);
    IncrementalWeights state;
    state.levels = *inq_levels(3);
    QVERIFY(freeze_share(state, {"w", weights, 4}, 0.5));
    const auto first = state.frozen;
    const double scale = state.scale;
    for (double& weight : weights) {
      weight *= -3.0;
    }
    QVERIFY(freeze_share(state, {"w", weights, 4}, 0.75));
    QCOMPARE(state.scale, scale);
    for (std::size_t i = 0; i < first.size(); ++i) {
      QVERIFY(std::isnan(first[i]) || first[i] == state.frozen[i]);
    }
    const auto mixed = with_frozen(state, weights);
    QCOMPARE(frozen_count(state), std::size_t{30});
    for (std::size_t i = 0; i < mixed.size(); ++i) {
      QCOMPARE(mixed[i], std::isnan(state.frozen[i]) ? weights[i] : state.frozen[i]);
    }
    const auto falls = freeze_share(state, {"w", weights, 4}, 0.5);
    QVERIFY(!falls);
    QVERIFY(says(falls.error().message, "falls from 0.75"));
    QVERIFY(!freeze_share(state, {"w", weights, 4}, 0.0));
    QVERIFY(!freeze_share(state, {"w", weights, 4}, 1.5));
    QVERIFY(!freeze_share(state, {"w", std::span<const double>(weights).first(8), 4}, 1.0));
  }

  void ordersFreezeWhatTheySay() {
    std::vector<double> weights = random_weights(60, 11);
    for (std::size_t i = 20; i < 30; ++i) {
      weights[i] *= 100.0;  // row 2 of 6
    }
    IncrementalWeights rows;
    rows.levels = *uniform_levels(4);
    rows.order = FreezeOrder::kRowMagnitude;
    QVERIFY(freeze_share(rows, {"w", weights, 6}, 0.2));
    for (std::size_t i = 0; i < weights.size(); ++i) {
      QCOMPARE(std::isnan(rows.frozen[i]), i / 10 != 2);
    }
    IncrementalWeights random;
    random.levels = *uniform_levels(4);
    random.order = FreezeOrder::kRandom;
    random.seed = 5;
    IncrementalWeights again = random, other = random;
    other.seed = 6;
    for (IncrementalWeights* state : {&random, &again, &other}) {
      QVERIFY(freeze_share(*state, {"w", weights, 6}, 0.5));
      QCOMPARE(frozen_count(*state), std::size_t{30});
    }
    QCOMPARE(largest_difference(random.frozen, again.frozen), 0.0);
    QVERIFY(largest_difference(random.frozen, other.frozen) > 0.0);
  }

  void theScheduleIsTable10() {
    const auto schedule = mqat_schedule();
    QVERIFY(check_schedule(schedule));
    std::vector<double> fractions;
    for (const IncrementalStep& step : schedule) {
      QCOMPARE(step.rate_factor, step.fraction ? 1.0 : 0.1);
      if (step.fraction) {
        fractions.push_back(*step.fraction);
      }
    }
    QCOMPARE(fractions, (std::vector<double>{0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.975, 1.0}));
    const auto doubled = scaled_schedule(schedule, 30, 60);
    QVERIFY(doubled && check_schedule(*doubled));
    QCOMPARE(doubled->size(), schedule.size());
    QCOMPARE((*doubled)[2].epoch, 10);
    const auto shorter = scaled_schedule(schedule, 30, 6);
    QVERIFY(shorter && check_schedule(*shorter));
    QVERIFY(!scaled_schedule(schedule, 30, 0));
    auto falling = schedule;
    falling[4].fraction = 0.3;
    const auto refused = check_schedule(falling);
    QVERIFY(!refused);
    QVERIFY(says(refused.error().message, "Line 5"));
    falling = {{0, 1.0, 0.5}};
    QVERIFY(says(check_schedule(falling).error().message, "0.5"));
  }
};

ALIDADE_TEST(TrainingQuantizersTest)
#include "training_quantizers_test.moc"
