// SPDX-License-Identifier: BSD-3-Clause
// What is kept without cutting boxes by each other is what cutting every pair keeps.
#include <algorithm>
#include <cmath>
#include <numeric>

#include <QTest>

#include "core/base/random.h"
#include "core/detection/suppression.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

/// Boxes in a small room, some of them copies that were moved by a part of their width.
std::vector<UprightBox> crowd(Random& random, bool aligned) {
  std::vector<UprightBox> boxes;
  for (int i = 0; i < 120; ++i) {
    UprightBox box;
    box.center = {random.uniform(-2.0, 2.0), random.uniform(-2.0, 2.0), random.uniform(0.0, 1.0)};
    for (int axis = 0; axis < 3; ++axis) {
      box.size[axis] = std::exp(random.uniform(-2.0, 1.0));
    }
    box.yaw = aligned ? 0.0 : random.uniform(-3.0, 3.0);
    if (i % 5 == 4) {
      box = boxes.back();
      // A third of the width: exactly an IoU of a half.
      box.center.x() += box.size.x() * (i % 2 == 0 ? 1.0 / 3.0 : 0.2);
    }
    boxes.push_back(box);
  }
  return boxes;
}

/// By falling score, each against everything that is kept.
std::vector<KeptBox> greedy(const std::vector<UprightBox>& boxes, const std::vector<double>& scores,
                            const Suppression& how) {
  std::vector<std::size_t> order(boxes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  std::vector<KeptBox> kept;
  for (const std::size_t row : order) {
    const bool alone = std::none_of(kept.begin(), kept.end(), [&](const KeptBox& k) {
      const UprightBox &a = boxes[k.row], &b = boxes[row];
      return (how.overlap == OverlapRule::kVolume ? upright_box_iou(a, b) : footprint_iou(a, b)) >
             how.most_overlap;
    });
    if (alone && scores[row] > how.least_score) {
      kept.push_back({row, 0});
    }
  }
  return kept;
}

}  // namespace

class SuppressionTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void keptIsWhatCuttingEveryPairKeeps() {
    Random random(5);
    for (int i = 0; i < 40; ++i) {
      const auto boxes = crowd(random, i % 2 == 0);
      std::vector<double> scores;
      for (std::size_t k = 0; k < boxes.size(); ++k) {
        scores.push_back(random.uniform());
      }
      Suppression how;
      how.overlap = i % 4 < 2 ? OverlapRule::kVolume : OverlapRule::kFootprint;
      how.most_overlap = i % 7 == 0 ? 0.0 : (i % 3 == 0 ? 0.25 : 0.5);
      QVERIFY(suppress(boxes, scores, 1, how) == greedy(boxes, scores, how));
    }
  }
};

ALIDADE_TEST(SuppressionTest)

#include "suppression_test.moc"
