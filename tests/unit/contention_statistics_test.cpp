// SPDX-License-Identifier: BSD-3-Clause
#include <QTest>

#include "core/contention/gram_statistics.h"
#include "core/contention/orderings.h"
#include "tests/unit/contention_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

GramStatistics statistics_of(const std::vector<std::vector<double>>& gradients,
                             const std::vector<std::int64_t>& counts = {}) {
  return gram_statistics(plain_gram(gram_of_vectors(gradients), gradients.size()), counts);
}

/// Largest difference of what a block of fixtures/contention says; r relative.
double block_difference(const GramStatistics& s, const nlohmann::json& block) {
  const std::pair<const char*, std::vector<double>> lists[] = {
      {"s_cc", s.cosines},
      {"s_ca_uniform", s.to_others},
      {"s_ca_counted", s.to_others_weighted},
      {"negative_transfer", s.negative_transfer},
      {"mu_cc", {s.mean_cosine}},
      {"var_cc_population", {s.variance}},
      {"conflict_rate", {s.conflict_rate}},
      {"mean_negative_transfer", {s.mean_negative_transfer}},
      {"scaling_law_1_over_1_plus_r", {s.scaling_law}},
      {"s_cc_closed_form_eq26", s.closed_cosines},
      {"s_ca_closed_form_eq30", s.closed_to_others},
      {"heterogeneity_ratio", {s.heterogeneity}}};
  double largest = 0.0;
  for (const auto& [key, values] : lists) {
    largest = std::max(largest, contention_difference(values, contention_numbers(block.at(key))));
  }
  return largest;
}

}  // namespace

class ContentionStatisticsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void drawnGradientsAgreeWithTheFixture() {
    const auto cases = contention_json("training_diag/gradient_diagnostics");
    QVERIFY(!cases.empty());
    for (const auto& entry : cases) {
      const auto gradients = entry.at("gradients").get<std::vector<std::vector<double>>>();
      const auto s = statistics_of(gradients, entry.at("counts").get<std::vector<std::int64_t>>());
      const std::pair<const char*, std::vector<double>> lists[] = {
          {"s_cc", s.cosines},
          {"mu_cc", {s.mean_cosine}},
          {"var_cc_population", {s.variance}},
          {"s_ca_uniform", s.to_others},
          {"negative_transfer_uniform", s.negative_transfer},
          {"mean_negative_transfer", {s.mean_negative_transfer}},
          {"s_ca_frequency_weighted", s.to_others_weighted},
          {"heterogeneity_ratio", {s.heterogeneity}}};
      for (const auto& [key, values] : lists) {
        QVERIFY2(contention_difference(values, contention_numbers(entry.at(key))) < 1e-10, key);
      }
    }
  }

  void aNetworksBlocksAndLayersAgreeWithTheFixture() {
    const auto expected = contention_json("contention/diagnostics");
    const auto history = small_history(SmallNetwork());
    QCOMPARE(history.epochs.size(), expected.size());
    for (std::size_t e = 0; e < expected.size(); ++e) {
      for (const ContentionPart& part : parts_of(history, PartKind::kBlock)) {
        const PartGram gram = part_gram(history, e, part);
        const auto& block = expected[e].at("blocks").at(part.name);
        const auto s = gram_statistics(gram, history.samples);
        QVERIFY(block_difference(s, block) < 1e-9);
        QVERIFY(contention_difference(gram.values, contention_numbers(block.at("gram"))) < 1e-10);
        QVERIFY(contention_difference(s.norms, contention_numbers(block.at("norms"))) < 1e-10);
        QVERIFY(!s.divided);
      }
      for (const ContentionPart& part : parts_of(history, PartKind::kTensor)) {
        const auto& layer = expected[e].at("layers").at(part.name).at("gram");
        QVERIFY(contention_difference(part_gram(history, e, part).values, contention_numbers(layer)) < 1e-10);
      }
    }
  }

  void whatIsUndefinedIsLeftOut() {
    const auto special = contention_json("contention/special_cases");
    const auto checkpoint = special.at("checkpoint").get<std::size_t>();
    const SmallNetwork network;
    auto frozen = small_history(network);
    for (ContentionTensor& tensor : frozen.tensors) {
      tensor.frozen = tensor.block == "correspondence";
    }
    const auto& rows = special.at("empty_and_single").at("categories");
    const auto empty = small_history(
        network, rows.get<std::vector<std::string>>(),
        special.at("empty_and_single").at("members").get<std::vector<std::vector<std::size_t>>>());
    const auto zero = small_history(network, network.categories, category_members(network), 1);
    const std::pair<const ContentionHistory*, const nlohmann::json*> cases[] = {
        {&frozen, &special.at("frozen_correspondence")},
        {&empty, &special.at("empty_and_single").at("blocks")},
        {&zero, &special.at("zero_gradient_category").at("blocks")}};
    for (const auto& [history, expected] : cases) {
      for (const ContentionPart& part : parts_of(*history, PartKind::kBlock)) {
        const auto s = gram_statistics(part_gram(*history, checkpoint, part), history->samples);
        QVERIFY2(block_difference(s, expected->at(part.name)) < 1e-9, part.name.c_str());
      }
    }
    const auto nothing = plain_gram(std::vector<double>(16, 0.0), 4);
    QVERIFY(block_difference(gram_statistics(nothing, frozen.samples),
                             special.at("frozen_correspondence").at("correspondence")) < 1e-10);
  }

  void scalingOneRowLeavesItsOwnCosines() {
    auto gradients = random_gradients(6, 40, 5);
    const auto before = statistics_of(gradients);
    for (double& value : gradients[2]) {
      value *= 25.0;
    }
    const auto after = statistics_of(gradients);
    QVERIFY(contention_difference(after.cosines, before.cosines) < 1e-13);
    QVERIFY(std::abs(after.to_others[2] - before.to_others[2]) < 1e-13);
    for (const std::size_t other : {0u, 1u, 3u, 4u, 5u}) {
      QVERIFY(std::abs(after.to_others[other] - before.to_others[other]) > 1e-3);
    }
  }

  void rowsMayStandInAnyOrder() {
    const auto gradients = random_gradients(5, 30, 8);
    const std::vector<std::size_t> order{3, 0, 4, 1, 2};
    std::vector<std::vector<double>> moved;
    for (const std::size_t row : order) {
      moved.push_back(gradients[row]);
    }
    const auto a = statistics_of(gradients), b = statistics_of(moved);
    for (std::size_t i = 0; i < order.size(); ++i) {
      QVERIFY(std::abs(b.to_others[i] - a.to_others[order[i]]) < 1e-13);
      QVERIFY(std::abs(b.alpha[i] - a.alpha[order[i]]) < 1e-11);
      for (std::size_t j = 0; j < order.size(); ++j) {
        QVERIFY(std::abs(b.cosine(i, j) - a.cosine(order[i], order[j])) < 1e-13);
      }
    }
    QVERIFY(std::abs(b.mean_cosine - a.mean_cosine) < 1e-13);
    QVERIFY(std::abs(b.heterogeneity - a.heterogeneity) < 1e-11);
  }

  // With deviations at a right angle to the mean, Eq. 26 and 30 are no approximations.
  void closedFormsAreExactForOrthogonalDeviations() {
    std::vector<std::vector<double>> gradients(4, std::vector<double>(6, 0.0));
    const std::vector<std::vector<double>> deviations{{1, 0, 2}, {-3, 1, 0}, {1, 1, -1}, {1, -2, -1}};
    for (std::size_t c = 0; c < 4; ++c) {
      gradients[c][0] = 1.5;
      gradients[c][1] = -0.5;
      std::copy(deviations[c].begin(), deviations[c].end(), gradients[c].begin() + 2);
    }
    const auto s = statistics_of(gradients);
    QVERIFY(contention_difference(s.closed_cosines, s.cosines) < 1e-13);
    QVERIFY(contention_difference(s.closed_to_others, s.to_others) < 1e-13);
    for (std::size_t i = 0; i < 4; ++i) {
      const double alpha = contention_product(deviations[i], deviations[i]) / 2.5;
      QVERIFY(std::abs(s.alpha[i] - alpha) < 1e-13);
      QVERIFY(std::abs(s.beta[i] - alpha / 9.0) < 1e-13);
      QVERIFY(std::abs(s.rho_others[i] + 1.0) < 1e-13);
    }
    // Eq. 34 with rho of Eq. 33.
    const double form = (1.0 + s.rho[1] * std::sqrt(s.alpha[0] * s.alpha[1])) /
                        std::sqrt((1.0 + s.alpha[0]) * (1.0 + s.alpha[1]));
    QVERIFY(std::abs(form - s.cosine(0, 1)) < 1e-13);
  }

  void layersAddUpToBlocksAndBlocksToTheNetwork() {
    const auto history = small_history(SmallNetwork());
    for (const auto& [fine, coarse] :
         {std::pair(PartKind::kTensor, PartKind::kLayer), std::pair(PartKind::kLayer, PartKind::kBlock),
          std::pair(PartKind::kBlock, PartKind::kNetwork)}) {
      std::map<std::string, std::vector<double>> sums;
      for (const ContentionPart& part : parts_of(history, fine)) {
        const std::string owner = coarse == PartKind::kNetwork ? "network"
                                  : coarse == PartKind::kBlock ? part.block
                                                               : part.name.substr(0, part.name.rfind('.'));
        auto& sum = sums[owner];
        sum.resize(16, 0.0);
        const auto gram = part_gram(history, 3, part);
        for (std::size_t i = 0; i < 16; ++i) {
          sum[i] += gram.values[i];
        }
      }
      for (const ContentionPart& part : parts_of(history, coarse)) {
        QVERIFY(contention_difference(sums.at(part.name), part_gram(history, 3, part).values) < 1e-13);
      }
    }
    QCOMPARE(find_part(history, PartKind::kNetwork, "network")->size, 439);
    QVERIFY(!find_part(history, PartKind::kBlock, "psi"));
    const auto whole = part_gram(history, 3, *find_part(history, PartKind::kNetwork, "network"));
    QVERIFY(least_eigenvalue(whole) > -1e-15);
  }

  void rowsInDifferentBranchesAreUndefined() {
    // Tensor 0 is shared; 1 and 2 are branches of rows {0, 1} and {2, 3}; row 3 alone reaches tensor 3.
    ContentionHistory history;
    history.rows = {"a", "b", "c", "d"};
    history.samples = {4, 4, 4, 4};
    history.blocks = {"shared", "split"};
    history.routing = {0, 0, 1, 1};
    history.tensors = {{"s.w", "s", "s", "shared", 8, false},
                       {"x.w", "x", "x", "split", 8, false},
                       {"y.w", "y", "y", "split", 8, false}};
    const auto g = random_gradients(4, 8, 2);
    const std::vector<double> none(8, 0.0);
    ContentionEpoch epoch;
    for (const auto& vectors : {std::vector{g[0], g[1], g[2], g[3]}, std::vector{g[1], g[2], none, none},
                                std::vector{none, none, g[3], g[0]}}) {
      const auto gram = gram_of_vectors(vectors);
      epoch.grams.insert(epoch.grams.end(), gram.begin(), gram.end());
    }
    history.epochs = {epoch};
    const auto split = part_gram(history, 0, *find_part(history, PartKind::kBlock, "split"));
    const auto s = gram_statistics(split, history.samples);
    QVERIFY(std::isnan(s.cosine(0, 2)) && std::isnan(s.cosine(1, 3)));
    QVERIFY(std::abs(s.to_others[0] - s.cosine(0, 1)) < 1e-15);  // its only companion
    QCOMPARE(s.pairs, 2u);
    QVERIFY(std::abs(s.mean_cosine - 0.5 * (s.cosine(0, 1) + s.cosine(2, 3))) < 1e-15);
    QVERIFY(s.divided && std::isfinite(s.heterogeneity) && std::isnan(s.closed_cosines[2]));
    const auto layer =
        gram_statistics(part_gram(history, 0, *find_part(history, PartKind::kLayer, "x")), history.samples);
    QVERIFY(std::isnan(layer.to_others[2]) && std::isnan(layer.alpha[3]) && !layer.divided);
    QCOMPARE(gram_statistics(part_gram(history, 0, parts_of(history, PartKind::kNetwork)[0]), {}).pairs, 6u);
    history.routing = {0, 0, 1, 2};
    auto& grams = history.epochs[0].grams;
    grams[2 * 16 + 15] = grams[2 * 16 + 11] = grams[2 * 16 + 14] = 0.0;
    const auto alone = gram_statistics(part_gram(history, 0, *find_part(history, PartKind::kBlock, "split")),
                                       history.samples);
    QVERIFY(std::isnan(alone.to_others[2]) && std::isnan(alone.negative_transfer[2]));
    QVERIFY(std::isfinite(alone.to_others[0]));
  }

  void aVanishingMeanIsStationaryAndNoFight() {
    auto gradients = random_gradients(4, 50, 4);
    for (std::size_t k = 0; k < 50; ++k) {
      double mean = 0.0;
      for (const auto& row : gradients) {
        mean += 0.25 * row[k];
      }
      for (auto& row : gradients) {
        row[k] -= mean * 0.999999;
      }
    }
    const auto s = statistics_of(gradients);
    QVERIFY(s.stationary && s.mean_share < 0.01);
    QVERIFY(std::abs(s.mean_cosine + 1.0 / 3.0) < 0.05);
    QVERIFY(std::abs(s.negative_transfer[0] - 2.0) < 1e-3);
    QVERIFY(!statistics_of(random_gradients(4, 50, 4)).stationary);
    // To the last digit: what is left of the mean is rounding, and has no direction.
    const std::vector<std::vector<double>> opposed{{1, 2}, {-1, -2}};
    QVERIFY(std::isnan(statistics_of(opposed).heterogeneity));
    QVERIFY(std::abs(statistics_of(opposed).to_others[0] + 1.0) < 1e-15);
  }

  void orderingsAreJudgedOneByOne() {
    std::vector<GramStatistics> blocks(3, statistics_of(random_gradients(4, 50, 4)));
    for (auto& block : blocks) {
      block.stationary = false;
    }
    blocks[0].mean_cosine = 0.5, blocks[1].mean_cosine = 0.2, blocks[2].mean_cosine = 0.6;
    blocks[0].variance = 0.1, blocks[1].variance = 0.3, blocks[2].variance = 0.4;
    blocks[0].mean_negative_transfer = 0.4, blocks[1].mean_negative_transfer = 0.9,
    blocks[2].mean_negative_transfer = 0.9;
    auto orderings = orderings_of(blocks, 1);
    QVERIFY(*orderings.lowest_cosine && !*orderings.highest_variance && !*orderings.highest_transfer);
    QVERIFY(orderings.rows_highest_transfer == 0.0);  // equal rows
    blocks[2].mean_cosine = std::numeric_limits<double>::quiet_NaN();
    const auto unknown = orderings_of(blocks, 1);
    QVERIFY(!unknown.lowest_cosine && !*unknown.highest_variance);
    auto still = orderings;
    still.stationary = true;
    const auto shares = ordering_shares(std::vector{orderings, unknown, still});
    QCOMPARE(shares.epochs, 2u);
    QCOMPARE(shares.stationary, 1u);
    QVERIFY(shares.lowest_cosine == 1.0 && shares.highest_variance == 0.0 && shares.all_three == 0.0);
    QVERIFY(std::isnan(ordering_shares({}).lowest_cosine));
  }
};

ALIDADE_TEST(ContentionStatisticsTest)
#include "contention_statistics_test.moc"
