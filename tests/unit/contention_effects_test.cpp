// SPDX-License-Identifier: BSD-3-Clause
#include <QTest>

#include "core/contention/effects.h"
#include "core/contention/gram_statistics.h"
#include "core/contention/layer_conflict.h"
#include "tests/unit/contention_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

/// Losses .5 |x - target_c|^2: a gradient step of one row changes another's loss as the first order says, up
/// to the second.
struct Quadratics {
  std::vector<std::vector<double>> targets = random_gradients(5, 12, 4);

  double loss(std::size_t row, const std::vector<double>& x) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      sum += 0.5 * (x[i] - targets[row][i]) * (x[i] - targets[row][i]);
    }
    return sum;
  }
  ContentionEffect effect(double rate, int steps) const {
    ContentionEffect effect;
    effect.rate = rate;
    effect.steps = steps;
    const std::vector<double> start(12, 0.0);
    for (std::size_t row = 0; row < targets.size(); ++row) {
      effect.before.push_back(loss(row, start));
    }
    for (std::size_t trained = 0; trained < targets.size(); ++trained) {
      auto x = start;
      for (int s = 0; s < steps; ++s) {
        for (std::size_t i = 0; i < x.size(); ++i) {
          x[i] -= rate * (x[i] - targets[trained][i]);
        }
      }
      for (std::size_t row = 0; row < targets.size(); ++row) {
        effect.after.push_back(loss(row, x));
      }
    }
    return effect;
  }
  /// Of the gradients at 0, which are the negative targets.
  PartGram gram() const { return plain_gram(gram_of_vectors(targets), targets.size()); }
};

}  // namespace

class ContentionEffectsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aSmallStepFollowsTheFirstOrder() {
    const Quadratics problem;
    const auto effect = problem.effect(1e-6, 3);
    const auto predicted = change_by_gradient(problem.gram(), effect);
    const auto relative = relative_changes(effect);
    std::vector<double> changes;
    for (std::size_t at = 0; at < 25; ++at) {
      changes.push_back(relative[at] * effect.before[at % 5]);
      QVERIFY(std::abs(changes.back() - predicted[at]) < 1e-3 * std::abs(predicted[at]) + 1e-9);
    }
    const auto agreement = matrix_agreement(predicted, changes, 5, 1);
    QVERIFY(agreement.correlation > 0.99 && agreement.pairs == 20);
    QVERIFY(agreement.low < agreement.correlation && agreement.correlation < agreement.high);
    QVERIFY(agreement.p < 0.05);
    const auto by_cosine = matrix_agreement(change_by_cosine(cosines_of(problem.gram())), changes, 5, 1);
    QVERIFY(by_cosine.correlation > 0.8);
  }

  void whatWasNotMeasuredIsLeftOut() {
    auto effect = Quadratics().effect(1e-3, 3);
    effect.after[1] = std::numeric_limits<double>::quiet_NaN();
    effect.before[3] = 0.0;
    const auto relative = relative_changes(effect);
    QVERIFY(std::isnan(relative[1]) && std::isnan(relative[3]) && std::isfinite(relative[2]));
    const auto agreement = matrix_agreement(change_by_gradient(Quadratics().gram(), effect), relative, 5, 1);
    QCOMPARE(agreement.pairs, 15u);
    const std::vector<double> few{1, 2}, constant{1, 1, 1}, rising{1, 2, 3};
    QVERIFY(std::isnan(list_agreement(constant, rising, 1).correlation));
    QVERIFY(std::isnan(list_agreement(few, few, 1).low) && list_agreement(few, few, 1).correlation == 1.0);
  }

  void chanceIsSeldomSignificant() {
    Random random(1);
    int significant = 0, covers = 0;
    for (std::uint64_t k = 0; k < 200; ++k) {
      std::vector<double> a, b;
      for (int i = 0; i < 12; ++i) {
        a.push_back(random.normal());
        b.push_back(random.normal());
      }
      const auto agreement = list_agreement(a, b, k, 199);
      significant += agreement.p <= 0.05 ? 1 : 0;
      covers += agreement.low <= 0.0 && agreement.high >= 0.0 ? 1 : 0;
    }
    QVERIFY(significant >= 2 && significant <= 20);
    QVERIFY(covers >= 180);
  }

  void transferIsJointMinusAlone() {
    const std::vector<double> joint{0.5, 0.7, 0.4}, alone{0.6, 0.5, std::nan("")};
    const auto transfer = realized_transfer(joint, alone);
    QVERIFY(std::abs(transfer[0] + 0.1) < 1e-15 && std::abs(transfer[1] - 0.2) < 1e-15);
    QVERIFY(std::isnan(transfer[2]));
  }

  void layersOfAPartAddUpToItsCosine() {
    const auto history = small_history(SmallNetwork());
    for (const auto& part :
         {parts_of(history, PartKind::kBlock)[1], parts_of(history, PartKind::kNetwork)[0]}) {
      const auto list = layer_contributions(history, 2, part, 0, 3);
      QCOMPARE(list.size(), part.kind == PartKind::kBlock ? 2u : 6u);
      double sum = 0.0;
      for (std::size_t i = 0; i < list.size(); ++i) {
        sum += list[i].share;
        QVERIFY(i == 0 || list[i - 1].product <= list[i].product);
      }
      const auto s = gram_statistics(part_gram(history, 2, part), {});
      QVERIFY(std::abs(sum - s.cosine(0, 3)) < 1e-14);
    }
  }

  void scoresCountOpposingPairs() {
    const auto history = small_history(SmallNetwork());
    const std::vector<std::size_t> epochs{0, 1, 2, 3, 4};
    const auto all = layer_conflicts(history, -0.1, epochs);
    const auto pair = layer_conflicts(history, -0.1, epochs, std::pair<std::size_t, std::size_t>(3, 0));
    QCOMPARE(all.size(), 6u);
    for (std::size_t layer = 0; layer < all.size(); ++layer) {
      const auto part = *find_part(history, PartKind::kLayer, all[layer].layer);
      std::size_t judged = 0, below = 0, of_pair = 0;
      for (const std::size_t e : epochs) {
        const auto s = gram_statistics(part_gram(history, e, part), {});
        for (std::size_t i = 0; i < 4 && !s.stationary; ++i) {
          for (std::size_t j = i + 1; j < 4; ++j) {
            ++judged;
            below += s.cosine(i, j) < -0.1 ? 1 : 0;
            of_pair += i == 0 && j == 3 && s.cosine(i, j) < -0.1 ? 1 : 0;
          }
        }
      }
      QCOMPARE(all[layer].judged, judged);
      QCOMPARE(all[layer].conflicts, below);
      QCOMPARE(pair[layer].conflicts, of_pair);
      QCOMPARE(pair[layer].judged, judged / 6);
    }
    const auto plan = split_plan(all, 3, 4);
    QCOMPARE(plan.layers.size(), 3u);
    QVERIFY(plan.layers[0].conflict.score >= plan.layers[2].conflict.score);
    QCOMPARE(plan.layers[0].added, 3 * plan.layers[0].conflict.size);
    QCOMPARE(plan.layers[2].added_all, plan.layers[0].added + plan.layers[1].added + plan.layers[2].added);
    auto frozen = history;
    for (auto& tensor : frozen.tensors) {
      tensor.frozen = true;
    }
    QVERIFY(layer_conflicts(frozen, 0.0, epochs).empty());
  }
};

ALIDADE_TEST(ContentionEffectsTest)
#include "contention_effects_test.moc"
