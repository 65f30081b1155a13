// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/statistics/average_precision.h"

#include <algorithm>
#include <numeric>

#include "tests/unit/geometry_fixture.h"

namespace alidade {
namespace {

constexpr ApRule kRules[] = {ApRule::kNocs, ApRule::kEnvelope, ApRule::kRaw, ApRule::kCoco101};

struct Case {
  std::vector<RankedDetection> ranked;
  std::vector<std::uint32_t> truths;
};

Case random_case(Random& random, std::uint32_t images) {
  Case made;
  made.truths.resize(images);
  for (auto& truths : made.truths) {
    truths = random.index(3);
  }
  made.truths[0] += 40;
  for (int i = 0; i < 30; ++i) {
    made.ranked.push_back({random.index(images), random.uniform() < 0.5});
  }
  return made;
}

/// The definition, word by word, on a list written out.
double by_definition(const std::vector<bool>& correct, std::size_t truths, ApRule rule) {
  const bool narrow = rule == ApRule::kNocs || rule == ApRule::kRaw;
  std::vector<double> recall{0.0};
  std::vector<double> precision{0.0};
  std::size_t found = 0;
  for (std::size_t i = 0; i < correct.size(); ++i) {
    found += correct[i] ? 1 : 0;
    recall.push_back(narrow ? static_cast<float>(found) / static_cast<float>(truths)
                            : static_cast<double>(found) / static_cast<double>(truths));
    precision.push_back(static_cast<double>(found) / static_cast<double>(i + 1));
  }
  recall.push_back(1.0);
  precision.push_back(0.0);
  for (std::size_t i = precision.size() - 1; rule != ApRule::kRaw && i > 0; --i) {
    precision[i - 1] = std::max(precision[i - 1], precision[i]);
  }
  double area = 0.0;
  if (rule == ApRule::kCoco101) {
    for (int i = 0; i <= 100; ++i) {
      const auto at = std::find_if(recall.begin(), recall.end(), [&](double r) { return r >= i * 0.01; });
      area += precision[static_cast<std::size_t>(at - recall.begin())] / 101.0;
    }
    return area;
  }
  for (std::size_t i = 1; i < recall.size(); ++i) {
    area += (recall[i] - recall[i - 1]) * precision[i];
  }
  return rule == ApRule::kEnvelope ? static_cast<float>(area) : area;
}

}  // namespace

class AveragePrecisionTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void definition() {
    Random random(3);
    for (int round = 0; round < 50; ++round) {
      const Case made = random_case(random, 8);
      std::vector<bool> correct;
      for (const RankedDetection& detection : made.ranked) {
        correct.push_back(detection.correct);
      }
      const std::size_t truths = std::accumulate(made.truths.begin(), made.truths.end(), std::size_t{0});
      for (const ApRule rule : kRules) {
        ALIDADE_NEAR(average_precision(made.ranked, made.truths, {}, rule).value_or(-1.0),
                     by_definition(correct, truths, rule), 1e-12);
      }
    }
  }

  void weightsRepeatImages() {
    Random random(4);
    for (int round = 0; round < 50; ++round) {
      const Case made = random_case(random, 8);
      std::vector<std::uint32_t> weights(8);
      for (auto& weight : weights) {
        weight = random.index(4);
      }
      weights[0] = 2;
      std::vector<bool> copies;
      std::size_t truths = 0;
      for (std::size_t i = 0; i < weights.size(); ++i) {
        truths += weights[i] * made.truths[i];
      }
      for (const RankedDetection& detection : made.ranked) {
        copies.insert(copies.end(), weights[detection.image], detection.correct);
      }
      for (const ApRule rule : kRules) {
        ALIDADE_NEAR(average_precision(made.ranked, made.truths, weights, rule).value_or(-1.0),
                     by_definition(copies, truths, rule), 1e-12);
      }
    }
  }

  void edges() {
    const std::vector<std::uint32_t> none{0};
    const std::vector<std::uint32_t> two{2};
    const std::vector<RankedDetection> perfect{{0, true}, {0, true}};
    const std::vector<std::uint32_t> absent{0};
    for (const ApRule rule : kRules) {
      QVERIFY(!average_precision(perfect, none, {}, rule));
      QVERIFY(!average_precision(perfect, two, absent, rule));
      QCOMPARE(average_precision({}, two, {}, rule).value_or(-1.0), 0.0);
      QCOMPARE(average_precision(perfect, two, {}, rule).value_or(-1.0), 1.0);
    }
  }

  void omni6dCases() {
    const nlohmann::json cases = test::fixture_json("omni6d/ap_cases.json");
    QVERIFY(cases.is_array() && !cases.empty());
    for (const auto& one : cases) {
      const auto correct = one["indicator"].get<std::vector<int>>();
      const auto scores = one["scores"].get<std::vector<double>>();
      std::vector<std::size_t> order(scores.size());
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return scores[a] != scores[b] ? scores[a] > scores[b] : correct[a] > correct[b];
      });
      std::vector<RankedDetection> ranked;
      for (const std::size_t i : order) {
        ranked.push_back({0, correct[i] != 0});
      }
      const std::vector<std::uint32_t> truths{one["n_gt"].is_null()
                                                  ? static_cast<std::uint32_t>(scores.size())
                                                  : one["n_gt"].get<std::uint32_t>()};
      ALIDADE_NEAR(average_precision(ranked, truths, {}, ApRule::kRaw).value_or(-1.0),
                   one["ap"].get<double>(), 1e-9);
    }
  }
};

}  // namespace alidade

using alidade::AveragePrecisionTest;
ALIDADE_TEST(AveragePrecisionTest)
#include "average_precision_test.moc"
