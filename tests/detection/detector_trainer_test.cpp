// SPDX-License-Identifier: BSD-3-Clause
// Joint training of a detector: combined gradients, steps, resuming.
#include <cmath>

#include <QTest>

#include "core/nn/compute.h"
#include "core/nn/sparse_detector/detector_trainer.h"
#include "tests/detection/detection_fixture.h"
#include "tests/detection/detector_scenes.h"

using namespace alidade;
using namespace alidade::test;

namespace {

DetectorTraining quick_training(int steps) {
  DetectorTraining training;
  training.seed = 7;
  training.steps = training.rate.steps = steps;
  training.rate.base = 1e-2;
  return training;
}

double value_of(const NamedValues& values, const std::string& name) {
  for (const NamedValue& value : values) {
    if (value.name == name) {
      return value.value;
    }
  }
  return std::nan("");
}

/// A rank's step with two shared tensors of two and one values.
SourceStep rank_step(int source, std::vector<float> shared) {
  return {
      source, std::move(shared), {1.0f + static_cast<float>(source)}, {2.0f * static_cast<float>(source)}, {},
      {1.0}};
}

const std::vector<SharedTensor> kTwoTensors = {{"a", "stem", 0, 2}, {"b", "neck", 2, 1}};

/// Gives all steps as another process would: copied, in the order of ranks.
class CountingExchange final : public GradientExchange {
 public:
  explicit CountingExchange(int& calls) : calls_(calls) {}
  std::vector<int> own_sources() const override { return {0, 1}; }
  Expected<std::vector<SourceStep>> gather(std::vector<SourceStep> own) override {
    return ++calls_ > 2 ? Expected<std::vector<SourceStep>>(Error{ErrorCode::kFailed, "rank 1 is gone."})
                        : std::move(own);
  }

 private:
  int& calls_;
};

}  // namespace

class DetectorTrainerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    configure_compute(1);
    bind_compute_thread();
  }

  void combinedGradientsAreTheOracles() {
    for (const auto& one : fixture_json("training_diag/ngh.json")) {
      std::vector<SourceStep> ranks;
      for (std::size_t k = 0; k < one.at("grads").size(); ++k) {
        SourceStep step;
        step.source = static_cast<int>(k);
        step.shared = one.at("grads").at(k).get<std::vector<float>>();
        ranks.push_back(std::move(step));
      }
      const std::vector<SharedTensor> whole = {{"w", "stem", 0, ranks[0].shared.size()}};
      for (const auto& [harmonize, expected] :
           {std::pair{true, "harmonised_mean"}, std::pair{false, "plain_mean"}}) {
        const auto combined = combine_steps(ranks, whole, {harmonize, 2.0, DetectorRules::kReference});
        QVERIFY(combined);
        const auto numbers = one.at(expected).get<std::vector<double>>();
        for (std::size_t i = 0; i < numbers.size(); ++i) {
          QVERIFY(std::abs(combined->shared[i] - numbers[i]) <=
                  1e-6 * std::max(1.0, std::abs(numbers[i])) * 4.0);
        }
        QVERIFY(std::abs(combined->harmonies[0].psi - one.at("psi").get<double>()) < 1e-6);
      }
    }
  }

  void onlyWhatIsSharedIsScaled() {
    const auto combined = combine_steps({rank_step(0, {3.0f, 4.0f, 1.0f}), rank_step(1, {0.3f, 0.4f, 1.0f})},
                                        kTwoTensors, {true, 0.9, DetectorRules::kCorrected});
    QVERIFY(combined);
    QVERIFY(combined->harmonies[0].triggered && !combined->harmonies[1].triggered);
    // Norms 5 and 0.5 become their mean, 2.75; the directions are equal.
    QVERIFY(std::abs(combined->shared[0] - 2.75f * 0.6f) < 1e-6f);
    QCOMPARE(combined->shared[2], 1.0f);
    QCOMPARE(combined->statistics, std::vector<float>{1.0f});
    QCOMPARE(combined->sources[1].own, std::vector<float>{2.0f});
  }

  void ranksOfASourceAreAveragedFirst() {
    const auto combined = combine_steps({rank_step(0, {2.0f, 0.0f, 1.0f}), rank_step(1, {0.0f, 1.0f, 1.0f}),
                                         rank_step(0, {0.0f, 0.0f, 3.0f})},
                                        kTwoTensors, {false, 0.0, DetectorRules::kCorrected});
    QVERIFY(combined);
    QCOMPARE(combined->sources.size(), std::size_t{2});
    QCOMPARE(combined->shared, (std::vector<float>{0.5f, 0.5f, 1.5f}));
    QVERIFY(!combine_steps({rank_step(0, {1.0f}), rank_step(1, {1.0f, 2.0f})}, kTwoTensors, {}));
  }

  void aTrainingLowersTheLoss() {
    for (const KernelChoice choice : {KernelChoice::kSelected, KernelChoice::kOff, KernelChoice::kRandom}) {
      const TestScenes scenes(2);
      DetectorTrainer trainer(DetectorNetwork::create(test_detector(choice), 1), quick_training(30));
      double first = 0.0, last = 0.0;
      for (int i = 0; i < 30; ++i) {
        const auto report = trainer.train(scenes.batches());
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        const double total = value_of(report->losses, "classes") + value_of(report->losses, "boxes");
        QVERIFY(std::isfinite(total));
        first += i < 5 ? total : 0.0;
        last += i >= 25 ? total : 0.0;
        for (const char* name : {"norm stem scans", "norm neck views", "psi stage2", "triggered stage4"}) {
          QVERIFY(value_of(report->measures, name) >= 0.0);
        }
        QVERIFY(value_of(report->measures, "exchanged_bytes") > 0.0);
      }
      QVERIFY2(last < 0.7 * first, (std::to_string(first) + " " + std::to_string(last)).c_str());
    }
  }

  void aResumedTrainingHasEqualBits() {
    const TestScenes scenes(2);
    DetectorTrainer whole(DetectorNetwork::create(test_detector(), 1), quick_training(6));
    SafeTensors state;
    for (int i = 0; i < 6; ++i) {
      QVERIFY(whole.train(scenes.batches()));
      if (i == 2) {
        state = whole.state();
      }
    }
    DetectorTrainer resumed(DetectorNetwork::create(test_detector(), 99), quick_training(6));
    QVERIFY(resumed.restore(state, "state"));
    QCOMPARE(resumed.step(), 3);
    while (resumed.step() < 6) {
      QVERIFY(resumed.train(scenes.batches()));
    }
    QCOMPARE(resumed.network().state_digest(), whole.network().state_digest());
  }

  void normsKeepSourcesApartWhereAsked() {
    const TestScenes scenes(2);
    for (const NormSharing norm : {NormSharing::kStatistics, NormSharing::kSeparate}) {
      DetectorConfig config = test_detector(KernelChoice::kOff);
      config.norm = norm;
      DetectorTrainer trainer(DetectorNetwork::create(config, 1), quick_training(4));
      QVERIFY(trainer.train(scenes.batches()));
      const SafeTensors content = trainer.network().content("{}");
      QVERIFY(content.tensors.at("backbone.stem.norm.source0.running_mean").bytes !=
              content.tensors.at("backbone.stem.norm.source1.running_mean").bytes);
      QCOMPARE(content.tensors.contains("backbone.stem.norm.source1.weight"), norm == NormSharing::kSeparate);
    }
  }

  void batchesWithoutObjectsAreTrainedOn() {
    TestScenes scenes(1);
    for (auto& of_source : scenes.samples) {
      of_source[0].boxes.clear();
      of_source[0].labels.clear();
    }
    DetectorTrainer trainer(DetectorNetwork::create(test_detector(), 1), quick_training(2));
    const auto report = trainer.train(scenes.batches());
    QVERIFY(report);
    QCOMPARE(value_of(report->losses, "boxes"), 0.0);
    QVERIFY(value_of(report->losses, "classes") > 0.0);
  }

  void aLostRankLeavesTheWeights() {
    const TestScenes scenes(1);
    int calls = 0;
    DetectorTrainer trainer(DetectorNetwork::create(test_detector(), 1), quick_training(4),
                            std::make_unique<CountingExchange>(calls));
    QVERIFY(trainer.train(scenes.batches()));
    QVERIFY(trainer.train(scenes.batches()));
    const std::string before = trainer.network().state_digest();
    const auto lost = trainer.train(scenes.batches());
    QVERIFY(!lost);
    QCOMPARE(lost.error().message, std::string("rank 1 is gone."));
    QCOMPARE(trainer.network().state_digest(), before);
    QCOMPARE(trainer.step(), 2);
  }
};

ALIDADE_TEST(DetectorTrainerTest)

#include "detector_trainer_test.moc"
