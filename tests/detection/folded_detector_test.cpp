// SPDX-License-Identifier: BSD-3-Clause
// Inference folds norms, gates and shortcuts into convolutions: the answers are those of the layers one by
// one.
#include <algorithm>
#include <cmath>

#include <QTest>

#include "core/nn/compute.h"
#include "core/nn/sparse_detector/detector_trainer.h"
#include "tests/detection/detector_scenes.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using namespace alidade::test;

namespace {

constexpr double kRounding = 1e-5;

/// A network whose norms, gates and kernels are no longer those of the start.
std::unique_ptr<DetectorTrainer> trained(const DetectorConfig& config) {
  DetectorTraining training;
  training.rate.base = 2e-2;
  training.steps = 8;
  auto trainer = std::make_unique<DetectorTrainer>(DetectorNetwork::create(config, 3), training);
  const DetectorSample aligned = test_scene(1), rotated = test_scene(2, BoxForm::kRotated);
  for (int i = 0; i < training.steps; ++i) {
    if (!trainer->train({{&aligned}, {&rotated}})) {
      return nullptr;
    }
  }
  return trainer;
}

/// Everything that the heads say: no box is too improbable, none suppresses another.
Suppression nothing() {
  Suppression none;
  none.least_score = 0.0;
  none.most_overlap = 1.0;
  none.most_candidates = 0;
  return none;
}

/// What untrained scores let through.
Suppression usual() {
  Suppression how;
  how.least_score = 0.0;
  return how;
}

/// Of the numbers of two boxes of a class.
double gap(const DetectedBox& a, const DetectedBox& b) {
  if (a.category != b.category) {
    return 1.0;
  }
  const double center = (a.box.center - b.box.center).norm() / std::max(1.0, b.box.center.norm()),
               size = (a.box.size - b.box.size).norm() / std::max(1.0, b.box.size.norm());
  return std::max({std::abs(a.score - b.score), center, size});
}

/// The largest gap between a box and the one that is most like it: rounding may change their order.
double largest_gap(const std::vector<DetectedBox>& found, const std::vector<DetectedBox>& expected) {
  double largest = found.size() == expected.size() ? 0.0 : 1.0;
  for (const DetectedBox& one : expected) {
    double least = 1.0;
    for (const DetectedBox& other : found) {
      least = std::min(least, gap(other, one));
    }
    largest = std::max(largest, least);
  }
  return largest;
}

}  // namespace

class FoldedDetectorTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    configure_compute(1);
    bind_compute_thread();
  }

  void answersAreThoseOfTheLayers_data() {
    QTest::addColumn<int>("norm");
    QTest::addColumn<int>("choice");
    QTest::newRow("shared norms") << static_cast<int>(NormSharing::kShared)
                                  << static_cast<int>(KernelChoice::kSelected);
    QTest::newRow("own statistics") << static_cast<int>(NormSharing::kStatistics)
                                    << static_cast<int>(KernelChoice::kBeta);
    QTest::newRow("separate norms") << static_cast<int>(NormSharing::kSeparate)
                                    << static_cast<int>(KernelChoice::kRandom);
    QTest::newRow("no selection") << static_cast<int>(NormSharing::kShared)
                                  << static_cast<int>(KernelChoice::kOff);
  }

  void answersAreThoseOfTheLayers() {
    QFETCH(int, norm);
    QFETCH(int, choice);
    DetectorConfig config = test_detector(static_cast<KernelChoice>(choice));
    config.norm = static_cast<NormSharing>(norm);
    config.pool = choice == static_cast<int>(KernelChoice::kOff) ? 2 : 1;
    config.neck_kernel = norm == static_cast<int>(NormSharing::kSeparate) ? 1 : 3;
    const auto trainer = trained(config);
    QVERIFY(trainer);
    DetectorNetwork& network = trainer->network();
    const Suppression all = nothing(), some = usual();
    for (int source = 0; source < 2; ++source) {
      const DetectorSample scene = test_scene(7);
      const auto input = detector_input(scene.points, scene.colors, config);
      QVERIFY(input);
      for (const Suppression* how : {&all, &some}) {
        network.set_folding(true);
        const auto folded = network.detect(*input, source, how);
        network.set_folding(false);
        const auto apart = network.detect(*input, source, how);
        QVERIFY(folded && apart && !apart->empty());
        QVERIFY(largest_gap(*folded, *apart) < kRounding);
      }
    }
  }

  void manyThreadsFoldAlike() {
    const auto trainer = trained(test_detector());
    const DetectorSample scene = test_scene(7);
    const auto input = detector_input(scene.points, scene.colors, test_detector());
    QVERIFY(trainer && input);
    const Suppression all = nothing();
    const auto one = trainer->network().detect(*input, 0, &all);
    configure_compute(2);
    const auto two = trainer->network().detect(*input, 0, &all);
    configure_compute(1);
    QVERIFY(one && two);
    QCOMPARE(largest_gap(*two, *one), 0.0);
  }
};

ALIDADE_TEST(FoldedDetectorTest)

#include "folded_detector_test.moc"
