// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <numeric>

#include <QTest>

#include "core/contention/clusters.h"
#include "core/contention/group_quality.h"
#include "core/contention/grouping.h"
#include "tests/unit/contention_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

const double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string> letters(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) {
    names.push_back("category " + std::to_string(i));
  }
  return names;
}

std::vector<double> difficulties(const nlohmann::json& accuracies) {
  auto values = contention_numbers(accuracies);
  std::transform(values.begin(), values.end(), values.begin(), [](double t) { return 1.0 - t; });
  return values;
}

std::vector<PilotScores> pilots_of(const nlohmann::json& json) {
  std::vector<PilotScores> pilots;
  for (const auto& pair : json) {
    pilots.push_back({pair[0].get<double>(), pair[1].get<double>()});
  }
  return pilots;
}

/// Numbers from 1, as the fixtures have them.
std::vector<int> from_one(std::vector<int> groups) {
  std::transform(groups.begin(), groups.end(), groups.begin(), [](int g) { return g + 1; });
  return groups;
}

nlohmann::json capacity_json(std::span<const int> groups, int count, std::span<const double> difficulty) {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& capacity : branch_capacities(groups, count, difficulty)) {
    list.push_back(!capacity ? nlohmann::json() : *capacity == BranchCapacity::kHigh ? "H" : "L");
  }
  return list;
}

std::vector<double> means_json(std::span<const int> groups, int count, std::span<const double> difficulty) {
  std::vector<double> means;
  for (const auto& mean : mean_difficulties(groups, count, difficulty)) {
    means.push_back(mean.value_or(kNaN));
  }
  return means;
}

/// Rows in a plane of two bundles of gradients.
std::vector<double> two_bundles() {
  const std::vector<std::vector<double>> gradients{{1, 0.1}, {-0.1, 1}, {1, 0.2}, {0.1, 1}, {1, -0.1}};
  return cosines_of(plain_gram(gram_of_vectors(gradients), gradients.size()));
}

double neighbor_sum(const std::vector<std::size_t>& order, const std::vector<double>& distances) {
  double sum = 0.0;
  for (std::size_t i = 0; i + 1 < order.size(); ++i) {
    sum += distances[order[i] * order.size() + order[i + 1]];
  }
  return sum;
}

/// Whether the members of every cluster stand together.
bool keeps_clusters(const std::vector<std::size_t>& order, const std::vector<ClusterMerge>& merges) {
  const std::size_t n = order.size();
  std::vector<std::vector<std::size_t>> places(n);
  for (std::size_t i = 0; i < n; ++i) {
    places[order[i]] = {i};
  }
  for (const ClusterMerge& merge : merges) {
    auto whole = places[merge.left];
    whole.insert(whole.end(), places[merge.right].begin(), places[merge.right].end());
    const auto [least, most] = std::minmax_element(whole.begin(), whole.end());
    if (*most - *least + 1 != whole.size()) {
      return false;
    }
    places.push_back(whole);
  }
  return true;
}

std::string refusal_of(const Expected<std::vector<int>>& result) {
  return result ? std::string() : result.error().message;
}

}  // namespace

class ContentionGroupingTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void toTheLetterAgreesWithTheFixture() {
    const auto cases = contention_json("training_diag/grouping");
    QVERIFY(!cases.empty());
    for (const auto& entry : cases) {
      const auto difficulty = difficulties(entry.at("T"));
      const int count = entry.at("G").get<int>();
      const auto quantiles = quantile_groups(letters(difficulty.size()), difficulty, count);
      QVERIFY(quantiles);
      QCOMPARE(quantiles->order, entry.at("order_easy_to_hard").get<std::vector<std::size_t>>());
      QCOMPARE(quantiles->boundaries, entry.at("boundaries").get<std::vector<std::size_t>>());
      QCOMPARE(from_one(quantiles->groups), entry.at("quantile_groups").get<std::vector<int>>());
      const auto refined = refine_boundaries(
          *quantiles, pilots_of(entry.at("pilot_scores_current_then_harder")), LastMember::kMoves);
      QCOMPARE(from_one(refined->groups), entry.at("refined_groups_eq12").get<std::vector<int>>());
      const auto& capacity = entry.at("capacity");
      QVERIFY(capacity_json(quantiles->groups, count, difficulty) ==
              capacity.at("before_refinement_ties_to_H"));
      QVERIFY(capacity_json(refined->groups, count, difficulty) == capacity.at("after_refinement_ties_to_H"));
      QVERIFY(contention_difference(means_json(quantiles->groups, count, difficulty),
                                    contention_numbers(entry.at("mean_difficulty_before"))) < 1e-12);
      QVERIFY(contention_difference(means_json(refined->groups, count, difficulty),
                                    contention_numbers(entry.at("mean_difficulty_after"))) < 1e-12);
    }
  }

  void theLastMemberStaysByDefault() {
    const auto cases = contention_json("decompose_net/routing").at("cases");
    QVERIFY(!cases.empty());
    for (const auto& entry : cases) {
      const auto difficulty = difficulties(entry.at("T"));
      const int count = entry.at("groups").get<int>();
      const auto quantiles = quantile_groups(letters(difficulty.size()), difficulty, count);
      QVERIFY(quantiles);
      QCOMPARE(quantiles->order, entry.at("order_easy_to_hard").get<std::vector<std::size_t>>());
      QCOMPARE(quantiles->boundaries, entry.at("boundaries").get<std::vector<std::size_t>>());
      const auto refined =
          refine_boundaries(*quantiles, pilots_of(entry.at("pilot_scores_current_then_harder")));
      QCOMPARE(from_one(refined->groups), entry.at("groups_last_member_kept").get<std::vector<int>>());
      const auto& steps = entry.at("boundary_steps");
      QCOMPARE(refined->steps.size(), steps.size());
      for (std::size_t i = 0; i < steps.size(); ++i) {
        const BoundaryStep& step = refined->steps[i];
        QCOMPARE(step.boundary + 1, steps[i].at("boundary").get<int>());
        QCOMPARE(step.row, steps[i].at("category").get<std::size_t>());
        QCOMPARE(step.wants_to_move, steps[i].at("wants_to_move").get<bool>());
        QCOMPARE(step.kept_as_last_member, steps[i].at("kept_as_last_member").get<bool>());
      }
      QVERIFY(capacity_json(refined->groups, count, difficulty) == entry.at("capacity_ties_to_H"));
      QVERIFY(contention_difference(means_json(refined->groups, count, difficulty),
                                    contention_numbers(entry.at("mean_difficulty"))) < 1e-12);
    }
  }

  void oneGroupIsHighByHand() {
    const std::vector<double> skewed{0.1, 0.1, 0.9};  // the mean exceeds the median
    QVERIFY(branch_capacities(std::vector{0, 0, 0}, 1, skewed)[0] == BranchCapacity::kHigh);
  }

  void whatCannotBeGroupedIsRefused() {
    const auto names = letters(3);
    const std::vector<double> difficulty{0.1, 0.2, 0.3};
    const auto many = quantile_groups(names, difficulty, 4);
    QVERIFY(!many && many.error().message ==
                         "4 groups of 3 categories cannot all have a member; ask for 1 to 3 groups.");
    QVERIFY(!quantile_groups(names, difficulty, 0));
    const auto unknown = quantile_groups(names, std::vector{0.1, kNaN, 0.3}, 2);
    QVERIFY(!unknown && unknown.error().message.find("\"category 1\" is not known") != std::string::npos);
    QVERIFY(!refine_boundaries(*quantile_groups(names, difficulty, 3), std::vector<PilotScores>{{1, 2}}));
    QVERIFY(!refine_boundaries(*quantile_groups(names, difficulty, 2), std::vector<PilotScores>{{1, kNaN}}));
    QVERIFY(!random_groups(names, 4, 1) && !gradient_groups(names, std::vector<double>(9, 0.0), 4));
    QVERIFY(!effect_groups(names, std::vector<double>(9, 0.0), 0));
    using Lists = std::vector<std::vector<std::string>>;
    const auto route = refusal_of(named_groups(names, Lists{{"category 0"}, {"category 2"}}));
    QVERIFY(route == "the category \"category 1\" has no route; put it into one of the 2 groups.");
    QVERIFY(refusal_of(named_groups(names, Lists{{"category 0", "mug"}, {}})).find("\"mug\"") !=
            std::string::npos);
    QVERIFY(refusal_of(named_groups(names, Lists{{"category 0", "category 1", "category 2"}, {"category 1"}}))
                .find("listed twice") != std::string::npos);
    QVERIFY(refusal_of(named_groups(names, Lists{{"category 0", "category 1", "category 2"}, {}}))
                .find("group 2 has no category") != std::string::npos);
    QVERIFY(*named_groups(names, Lists{{"category 2"}, {"category 1", "category 0"}}) ==
            (std::vector{1, 1, 0}));
    QVERIFY(!check_groups(names, std::vector{0, 1}, 2) && !check_groups(names, std::vector{0, 1, 5}, 2));
    QVERIFY(static_cast<bool>(check_groups(names, std::vector{0, 1, 1}, 2)));
  }

  void randomGroupsHaveTheSizesOfQuantiles() {
    const auto names = letters(10);
    const auto groups = *random_groups(names, 4, 7);
    QVERIFY(groups == *random_groups(names, 4, 7));
    for (const auto& [group, size] : {std::pair(0, 2), std::pair(1, 3), std::pair(2, 2), std::pair(3, 3)}) {
      QCOMPARE(std::count(groups.begin(), groups.end(), group), size);
    }
    bool differs = false;
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      differs = differs || *random_groups(names, 4, seed) != groups;
    }
    QVERIFY(differs);
  }

  void gradientsAndEffectsFindTheBundles() {
    const auto names = letters(5);
    const std::vector<int> expected{0, 1, 0, 1, 0};
    auto cosines = two_bundles();
    QVERIFY(*gradient_groups(names, cosines, 2) == expected);
    QVERIFY(*gradient_groups(names, cosines, 1) == std::vector<int>(5, 0));
    QVERIFY(*gradient_groups(names, cosines, 5) == (std::vector{0, 1, 2, 3, 4}));
    cosines[0 * 5 + 4] = cosines[4 * 5 + 0] = kNaN;  // the others tell where they belong
    QVERIFY(*gradient_groups(names, cosines, 2) == expected);
    QVERIFY(gradient_groups(names, std::vector<double>(25, kNaN), 3));
    std::vector<double> changes(25);
    for (std::size_t i = 0; i < 5; ++i) {
      for (std::size_t j = 0; j < 5; ++j) {
        changes[i * 5 + j] = expected[i] == expected[j] ? -0.2 - 0.01 * static_cast<double>(i) : 0.3;
      }
    }
    QVERIFY(*effect_groups(names, changes, 2) == expected);
  }

  void averageLinkageByHand() {
    // Points 0, 1, 4, 6 on a line: {0,1} at 1, {4,6} at 2, both at the mean of 4, 6, 3, 5.
    const std::vector<double> points{0, 1, 4, 6};
    std::vector<double> distances;
    for (const double a : points) {
      for (const double b : points) {
        distances.push_back(std::abs(a - b));
      }
    }
    const auto merges = average_linkage(distances, 4, 1.0);
    QCOMPARE(merges.size(), 3u);
    QVERIFY(merges[0].height == 1.0 && merges[1].height == 2.0 && merges[2].height == 4.5);
    QVERIFY(cut_clusters(merges, 4, 2) == (std::vector{0, 0, 1, 1}));
    QVERIFY(leaf_order(merges, distances, 4, 1.0) == (std::vector<std::size_t>{0, 1, 2, 3}));
  }

  void leafOrderIsTheBestThatTheTreeAllows() {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      const auto gradients = random_gradients(7, 5, seed);
      const auto distances = cosine_distances(cosines_of(plain_gram(gram_of_vectors(gradients), 7)));
      const auto merges = average_linkage(distances, 7, 1.0);
      const auto order = leaf_order(merges, distances, 7, 1.0);
      QVERIFY(keeps_clusters(order, merges));
      std::vector<std::size_t> any(7);
      std::iota(any.begin(), any.end(), std::size_t{0});
      double best = 1e9;
      do {
        best = keeps_clusters(any, merges) ? std::min(best, neighbor_sum(any, distances)) : best;
      } while (std::next_permutation(any.begin(), any.end()));
      QVERIFY(std::abs(neighbor_sum(order, distances) - best) < 1e-12);
      QVERIFY(order.front() < order.back());
    }
    const std::vector<double> unknown(70 * 70, kNaN);
    const auto merges = average_linkage(unknown, 70, 1.0);
    QVERIFY(keeps_clusters(leaf_order(merges, unknown, 70, 1.0), merges));
    QVERIFY(leaf_order({}, {}, 0, 1.0).empty() && leaf_order({}, std::vector{0.0}, 1, 1.0).size() == 1);
  }

  void qualityOfGroups() {
    const auto cosines = two_bundles();
    const std::vector<int> good{0, 1, 0, 1, 0}, bad{0, 0, 1, 1, 1};
    const auto a = group_quality(cosines, good), b = group_quality(cosines, bad);
    QVERIFY(std::abs(a.within - (cosines[2] + cosines[4] + cosines[14] + cosines[8]) / 4.0) < 1e-15);
    QVERIFY(a.difference > 0.8 && b.difference < 0.0 && a.silhouette > 0.8 && b.silhouette < a.silhouette);
    // Row 1 by hand: a = 1 - cos(1, 3), b = mean of 1 - cos(1, {0, 2, 4}).
    const double own = 1.0 - cosines[8], other = 1.0 - (cosines[5] + cosines[7] + cosines[9]) / 3.0;
    QVERIFY(std::abs(a.silhouettes[1] - (other - own) / other) < 1e-14);
    const auto alone = group_quality(cosines, std::vector{0, 1, 1, 1, 1});
    QVERIFY(alone.silhouettes[0] == 0.0);
    QVERIFY(std::isnan(group_quality(cosines, std::vector{0, 0, 0, 0, 0}).between));
  }

  void adjustedRandByHand() {
    // Hubert and Arabie's form on a 2 x 2 table of counts 2, 1, 0, 3: pairs 1 + 3 = 4; of a 3 + 3, of b 1
    // + 6.
    const std::vector<int> a{0, 0, 0, 1, 1, 1}, b{0, 0, 1, 1, 1, 1};
    const double expected = 6.0 * 7.0 / 15.0;
    QVERIFY(std::abs(adjusted_rand(a, b) - (4.0 - expected) / (6.5 - expected)) < 1e-15);
    QVERIFY(adjusted_rand(a, std::vector{7, 7, 7, 2, 2, 2}) == 1.0);
    QVERIFY(adjusted_rand(std::vector{0, 0, 0}, std::vector{1, 1, 1}) == 1.0);
    QVERIFY(std::isnan(adjusted_rand(a, std::vector{0, 1})));
    QVERIFY(std::abs(mean_adjusted_rand(std::vector{a, b, a}) - (1.0 + 2.0 * adjusted_rand(a, b)) / 3.0) <
            1e-15);
    Random random(3);
    std::vector<double> drawn;
    for (int k = 0; k < 400; ++k) {
      std::vector<int> x(12), y(12);
      for (std::size_t i = 0; i < 12; ++i) {
        x[i] = static_cast<int>(random.index(3));
        y[i] = static_cast<int>(random.index(3));
      }
      drawn.push_back(adjusted_rand(x, y));
    }
    QVERIFY(std::abs(defined_mean(drawn)) < 0.03);
  }

  void whatIfMeasuresEveryRowAmongItsOwn() {
    const auto gradients = random_gradients(5, 30, 9);
    const PartGram gram = plain_gram(gram_of_vectors(gradients), 5);
    const std::vector<int> groups{0, 1, 0, 2, 0};
    const auto answer = what_if(gram, groups, 1000);
    QCOMPARE(answer.added_parameters, 2000);
    QVERIFY(std::isnan(answer.negative_transfer[1]) && std::isnan(answer.negative_transfer[3]));
    const auto inside =
        gram_statistics(plain_gram(gram_of_vectors({gradients[0], gradients[2], gradients[4]}), 3), {});
    QVERIFY(std::abs(answer.negative_transfer[2] - inside.negative_transfer[1]) < 1e-14);
    QVERIFY(std::abs(answer.within - inside.mean_cosine) < 1e-14);
    QVERIFY(std::abs(answer.mean_negative_transfer - inside.mean_negative_transfer) < 1e-14);
    QVERIFY(what_if(gram, std::vector<int>(5, 0), 1000).added_parameters == 0);
  }

  void beforeAndAfterCompareTheSamePairs() {
    const std::vector<double> before{1, 0.2, -0.4, 0.2, 1, 0.1, -0.4, 0.1, 1};
    const std::vector<double> after{1, 0.6, kNaN, 0.6, 1, kNaN, kNaN, kNaN, 1};
    const auto pairs = within_pairs(before, after, std::vector{0, 0, 1});
    QCOMPARE(pairs.pairs.size(), 1u);
    QVERIFY(pairs.before == 0.2 && pairs.after == 0.6);
    QVERIFY(std::isnan(within_pairs(before, after, std::vector{0, 1, 2}).after));
  }
};

ALIDADE_TEST(ContentionGroupingTest)
#include "contention_grouping_test.moc"
