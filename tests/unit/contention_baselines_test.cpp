// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <set>

#include <QTest>

#include "core/contention/baselines.h"
#include "core/contention/gram_statistics.h"
#include "tests/unit/contention_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

/// Gradients of the fixture's categories on one of its parts ("all" = the network).
std::vector<std::vector<double>> fixture_gradients(const SmallNetwork& network, std::size_t checkpoint,
                                                   const std::string& part) {
  std::vector<std::vector<double>> gradients;
  for (std::size_t row = 0; row < network.categories.size(); ++row) {
    const auto first = network.category_gradients.begin() +
                       static_cast<long>((checkpoint * network.categories.size() + row) * network.parameters);
    std::vector<double> gradient;
    long offset = 0;
    for (const ContentionTensor& tensor : network.tensors) {
      if (part == "all" || part == tensor.block) {
        gradient.insert(gradient.end(), first + offset, first + offset + tensor.size);
      }
      offset += tensor.size;
    }
    gradients.push_back(std::move(gradient));
  }
  return gradients;
}

std::vector<double> combined(const std::vector<std::vector<double>>& gradients,
                             const std::vector<double>& weights) {
  std::vector<double> sum(gradients[0].size(), 0.0);
  for (std::size_t row = 0; row < gradients.size(); ++row) {
    for (std::size_t i = 0; i < sum.size(); ++i) {
      sum[i] += weights[row] * gradients[row][i];
    }
  }
  return sum;
}

}  // namespace

class ContentionBaselinesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void projectionAndBalanceAgreeWithTheFixture() {
    const SmallNetwork network;
    const auto cases = contention_json("contention/baselines").at("cases");
    QVERIFY(!cases.empty());
    for (const auto& entry : cases) {
      for (const auto& [part, expected] : entry.at("parts").items()) {
        const auto gradients = fixture_gradients(network, entry.at("checkpoint").get<std::size_t>(), part);
        const PartGram gram = plain_gram(gram_of_vectors(gradients), gradients.size());
        const auto orders = expected.at("projection_order").get<std::vector<std::vector<std::size_t>>>();
        const auto projected = project_conflicts(gram, orders);
        const auto balanced = balance_norms(gram), plain = plain_mean(gram);
        const auto& with = expected.at("cosine_of_each_gradient_with");
        const std::pair<std::vector<double>, const nlohmann::json*> lists[] = {
            {projected.coefficients, &expected.at("pcgrad_coefficients")},
            {changed_cosines(gram, projected), &expected.at("pcgrad_s_cc")},
            {combined(gradients, projected.weights), &expected.at("pcgrad_mean")},
            {combined(gradients, balanced.weights), &expected.at("balanced_mean")},
            {combined(gradients, plain.weights), &expected.at("plain_mean")},
            {cosines_with_step(gram, plain), &with.at("plain_mean")},
            {cosines_with_step(gram, projected), &with.at("pcgrad_mean")},
            {cosines_with_step(gram, balanced), &with.at("balanced_mean")}};
        for (const auto& [values, json] : lists) {
          QVERIFY2(contention_difference(values, contention_numbers(*json)) < 1e-10, part.c_str());
        }
        QCOMPARE(opposing_pairs(gram), expected.at("conflicting_pairs_before").get<std::size_t>());
        const double cosine = cosine_of_steps(gram, plain, balanced);
        const auto a = combined(gradients, plain.weights), b = combined(gradients, balanced.weights);
        QVERIFY(std::abs(cosine - contention_product(a, b) / std::sqrt(contention_product(a, a) *
                                                                       contention_product(b, b))) < 1e-12);
      }
    }
  }

  void ordersAreDrawnFromTheSeed() {
    const auto orders = projection_orders(7, 3);
    QVERIFY(orders == projection_orders(7, 3) && orders != projection_orders(7, 4));
    for (std::size_t row = 0; row < orders.size(); ++row) {
      const std::set<std::size_t> others(orders[row].begin(), orders[row].end());
      QVERIFY(orders[row].size() == 6 && others.size() == 6 && !others.contains(row));
    }
  }

  void rowsWithoutSamplesHaveNoShare() {
    auto gradients = random_gradients(4, 20, 5);
    gradients[1].clear();
    const PartGram gram = plain_gram(gram_of_vectors(gradients), 4);
    const auto orders = projection_orders(4, 1);
    for (const auto& changed : {project_conflicts(gram, orders), balance_norms(gram), plain_mean(gram)}) {
      QVERIFY(changed.weights[1] == 0.0 && std::isnan(changed_cosines(gram, changed)[1]));
      const auto cosines = cosines_with_step(gram, changed);
      QVERIFY(std::isnan(cosines[1]) && std::isfinite(cosines[0]) && std::isfinite(cosines[3]));
    }
    const auto zero = plain_gram({1.0, 0.0, 0.0, 0.0}, 2);
    QVERIFY(std::isnan(cosines_with_step(zero, balance_norms(zero))[1]));
  }

  void changedGradientsHaveTheStatisticsOfAllOthers() {
    const auto gradients = random_gradients(5, 12, 8);
    const PartGram gram = plain_gram(gram_of_vectors(gradients), 5);
    const auto projected = project_conflicts(gram, projection_orders(5, 2));
    std::vector<std::vector<double>> changed;
    for (std::size_t row = 0; row < 5; ++row) {
      changed.push_back(
          combined(gradients, {projected.coefficients.begin() + static_cast<std::ptrdiff_t>(5 * row),
                               projected.coefficients.begin() + static_cast<std::ptrdiff_t>(5 * row + 5)}));
    }
    const auto expected = gram_statistics(plain_gram(gram_of_vectors(changed), 5), {});
    const auto found = gram_statistics(changed_gram(gram, projected), {});
    QVERIFY(contention_difference(found.cosines, expected.cosines) < 1e-12);
    QVERIFY(contention_difference(found.to_others, expected.to_others) < 1e-12);
    // Scaling changes no angle.
    QVERIFY(contention_difference(changed_cosines(gram, balance_norms(gram)), cosines_of(gram)) < 1e-12);
  }

  void branchesAndVanishedGradientsShareNothing() {
    // Rows 0 and 1 are a branch, 2 and 3 another one.
    PartGram gram =
        plain_gram({1.0, -0.5, 0.0, 0.0, -0.5, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.2, 0.0, 0.0, 0.2, 1.0}, 4);
    for (const std::size_t i : {0u, 1u}) {
      for (const std::size_t j : {2u, 3u}) {
        gram.shared[i * 4 + j] = gram.shared[j * 4 + i] = 0;
      }
    }
    const auto cosines = changed_cosines(gram, project_conflicts(gram, projection_orders(4, 1)));
    QVERIFY(std::isnan(cosines[2]) && std::isnan(cosines[7]));
    QVERIFY(cosines[1] > 0.0 && std::abs(cosines[11] - 0.2) < 1e-12);
    // Of two opposite gradients the projection leaves nothing.
    const auto opposite = plain_gram({1.0, -2.0, -2.0, 4.0}, 2);
    for (const double cosine :
         changed_cosines(opposite, project_conflicts(opposite, projection_orders(2, 1)))) {
      QVERIFY(std::isnan(cosine));
    }
  }
};

ALIDADE_TEST(ContentionBaselinesTest)
#include "contention_baselines_test.moc"
