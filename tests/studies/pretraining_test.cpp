// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <cstring>
#include <limits>

#include <QTemporaryDir>
#include <QtTest>

#include "core/nn/pose_diffusion/pose_trainer.h"
#include "tests/studies/network_samples.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using namespace alidade::test;

namespace {

constexpr int kCategories = 3;

/// No augmentation and no clipping: a step's loss is a plain function of the weights.
TrainerOptions plain_options(PoseObjective objective) {
  TrainerOptions options;
  options.seed = 5;
  options.phases = pose_phases(4, 4, objective);
  options.categories = kCategories;
  options.noise_draws = 4;
  options.warmup_steps = 1;
  options.gradient_clip = 1e9;
  options.tilt_rad = options.roll_rad = options.scale_range = options.jitter_m = 0.0;
  return options;
}

std::vector<TrainingSample> labelled_samples(int count) {
  auto samples = random_samples(*named_config("tiny"), count);
  for (int i = 0; i < count; ++i) {
    samples[i].category = i % kCategories;
    for (auto& point : samples[i].points) {  // categories have their own size
      point = samples[i].points[0] + static_cast<float>(1 + i % kCategories) * (point - samples[i].points[0]);
    }
  }
  return samples;
}

std::vector<float> values(const TensorEntry& entry) {
  std::vector<float> out(entry.bytes.size() / sizeof(float));
  std::memcpy(out.data(), entry.bytes.data(), entry.bytes.size());
  return out;
}

void set_values(TensorEntry& entry, const std::vector<float>& in) {
  std::memcpy(entry.bytes.data(), in.data(), entry.bytes.size());
}

/// Tensors of the state.
std::vector<std::string> with_prefix(const SafeTensors& state, const std::string& prefix) {
  std::vector<std::string> names;
  for (const auto& [name, entry] : state.tensors) {
    if (name.starts_with(prefix)) {
      names.push_back(name);
    }
  }
  return names;
}

/// The loss of the first step from this state; the moments then hold a tenth of the gradient.
double first_loss(const TrainerOptions& options, const SafeTensors& state,
                  const std::vector<TrainingSample>& samples, SafeTensors* after) {
  PoseTrainer trainer(*named_config("tiny"), options);
  if (!trainer.restore(state, "memory")) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const auto losses = trainer.train(all(samples));
  if (after != nullptr) {
    *after = trainer.state();
  }
  return losses ? losses->pretraining : std::numeric_limits<double>::quiet_NaN();
}

/// A tensor of the state and where its gradient lies.
struct Probe {
  const char* weight;
  const char* moment;
};
constexpr Probe kProbes[] = {{"model.encoder.linear1a.weight", "moment1.encoder.linear1a.weight"},
                             {"model.encoder.linear1a.bias", "moment1.encoder.linear1a.bias"},
                             {"model.encoder.linear1b.weight", "moment1.encoder.linear1b.weight"},
                             {"pretraining.model.first.weight", "pretraining.moment1.first.weight"},
                             {"pretraining.model.second.bias", "pretraining.moment1.second.bias"},
                             {"pretraining.model.last.weight", "pretraining.moment1.last.weight"}};

void objectives() {
  QTest::addColumn<int>("objective");
  QTest::newRow("classification") << static_cast<int>(PoseObjective::kClassification);
  QTest::newRow("reconstruction") << static_cast<int>(PoseObjective::kReconstruction);
}

}  // namespace

class PretrainingTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // Along the gradient the loss must rise by its squared norm: central differences, tensor by tensor. The
  // step is short because pooling and ReLU have kinks, and not shorter because weights are of single
  // precision.
  void gradientsAreThoseOfTheLoss_data() { objectives(); }
  void gradientsAreThoseOfTheLoss() {
    QFETCH(int, objective);
    const TrainerOptions options = plain_options(static_cast<PoseObjective>(objective));
    const auto samples = labelled_samples(6);
    const SafeTensors begin = PoseTrainer(*named_config("tiny"), options).state();
    SafeTensors after;
    QVERIFY(std::isfinite(first_loss(options, begin, samples, &after)));
    for (const Probe& probe : kProbes) {
      std::vector<float> gradient = values(after.tensors.at(probe.moment));
      double squared = 0.0;
      for (float& g : gradient) {
        g *= 10.0f;
        squared += static_cast<double>(g) * g;
      }
      QVERIFY2(squared > 0.0, probe.weight);
      const double step = 2e-4 / std::sqrt(squared);
      double loss[2];
      for (const int side : {0, 1}) {
        SafeTensors moved = begin;
        std::vector<float> weight = values(moved.tensors.at(probe.weight));
        QCOMPARE(weight.size(), gradient.size());
        for (std::size_t i = 0; i < weight.size(); ++i) {
          weight[i] += static_cast<float>((side == 0 ? -step : step) * gradient[i]);
        }
        set_values(moved.tensors.at(probe.weight), weight);
        loss[side] = first_loss(options, moved, samples, nullptr);
      }
      const double slope = (loss[1] - loss[0]) / (2.0 * step * squared);
      QVERIFY2(std::abs(slope - 1.0) < 0.03, qPrintable(QString("%1: %2").arg(probe.weight).arg(slope)));
    }
  }

  // With the last layer's weights at zero its bias is the output: both losses in closed form.
  void lossesAreThoseOfTheDefinition() {
    const auto samples = labelled_samples(7);
    const auto with_bias = [&](PoseObjective objective, std::vector<float>& bias) {
      const TrainerOptions options = plain_options(objective);
      SafeTensors state = PoseTrainer(*named_config("tiny"), options).state();
      TensorEntry& weight = state.tensors.at("pretraining.model.last.weight");
      set_values(weight, std::vector<float>(weight.bytes.size() / sizeof(float), 0.0f));
      TensorEntry& stored = state.tensors.at("pretraining.model.last.bias");
      bias.resize(stored.bytes.size() / sizeof(float));
      Random random(3);
      for (float& b : bias) {
        b = static_cast<float>(random.normal());
      }
      set_values(stored, bias);
      return first_loss(options, state, samples, nullptr);
    };
    std::vector<float> bias;
    const double classified = with_bias(PoseObjective::kClassification, bias);
    QCOMPARE(bias.size(), std::size_t{kCategories});
    double total = 0.0, expected = 0.0;
    for (const float b : bias) {
      total += std::exp(static_cast<double>(b));
    }
    for (const auto& sample : samples) {
      expected += (std::log(total) - bias[sample.category]) / static_cast<double>(samples.size());
    }
    QVERIFY(std::abs(classified - expected) < 1e-5);

    const double rebuilt = with_bias(PoseObjective::kReconstruction, bias);
    const std::size_t count = bias.size() / 3;
    const double units = named_config("tiny")->translation_scale;
    expected = 0.0;
    for (const auto& sample : samples) {
      Eigen::Vector3d centroid = Eigen::Vector3d::Zero();
      for (const auto& point : sample.points) {
        centroid += point.cast<double>() / static_cast<double>(sample.points.size());
      }
      double there = 0.0, back = 0.0;
      std::vector<double> nearest(count, 1e9);
      for (std::size_t i = 0; i < count; ++i) {
        const Eigen::Vector3d decoded = Eigen::Map<const Eigen::Vector3f>(&bias[3 * i]).cast<double>();
        double least = 1e9;
        for (std::size_t j = 0; j < count; ++j) {
          const double distance = (units * (sample.points[j].cast<double>() - centroid) - decoded).norm();
          least = std::min(least, distance);
          nearest[j] = std::min(nearest[j], distance);
        }
        there += least;
      }
      for (const double distance : nearest) {
        back += distance;
      }
      expected += (there + back) / static_cast<double>(count * samples.size());
    }
    QVERIFY2(std::abs(rebuilt - expected) < 1e-4 * expected,
             qPrintable(QString("%1, %2").arg(rebuilt).arg(expected)));
  }

  void theLossFalls_data() { objectives(); }
  void theLossFalls() {
    QFETCH(int, objective);
    TrainerOptions options = plain_options(static_cast<PoseObjective>(objective));
    options.phases = pose_phases(150, 0, static_cast<PoseObjective>(objective));
    PoseTrainer trainer(*named_config("tiny"), options);
    const auto samples = labelled_samples(9);
    double first = 0.0, last = 0.0;
    for (int i = 0; i < options.pretrain_steps(); ++i) {
      const auto losses = trainer.train(all(samples));
      QVERIFY(losses);
      QCOMPARE(losses->score, 0.0);
      (i == 0 ? first : last) = losses->pretraining;
    }
    const double share = objective == static_cast<int>(PoseObjective::kClassification) ? 0.1 : 0.7;
    QVERIFY2(last < share * first, qPrintable(QString("%1 -> %2").arg(first).arg(last)));
  }

  // Pre-training changes the encoder alone, from the weights that every objective starts with.
  void otherHeadsStayFresh_data() { objectives(); }
  void otherHeadsStayFresh() {
    QFETCH(int, objective);
    const TrainerOptions options = plain_options(static_cast<PoseObjective>(objective));
    const auto samples = labelled_samples(6);
    const SafeTensors fresh =
        PoseTrainer(*named_config("tiny"), plain_options(PoseObjective::kRegression)).state();
    PoseTrainer trainer(*named_config("tiny"), options);
    for (int i = 0; i < options.pretrain_steps(); ++i) {
      QCOMPARE(with_prefix(trainer.state(), "pretraining.").empty(), false);
      QVERIFY(trainer.train(all(samples)));
    }
    const SafeTensors state = trainer.state();
    QVERIFY(with_prefix(state, "pretraining.").empty());
    QCOMPARE(state.tensors.size(), fresh.tensors.size());
    int changed = 0;
    for (const std::string& name : with_prefix(state, "model.")) {
      const bool same = state.tensors.at(name) == fresh.tensors.at(name);
      const bool is_head = name.starts_with("model.regression") || name.starts_with("model.score_head");
      QVERIFY2(same || !is_head, name.c_str());
      changed += same ? 0 : 1;
    }
    QVERIFY(changed > 10);
    const auto joint = trainer.train(all(samples));
    QVERIFY(joint && joint->pretraining == 0.0 && joint->score > 0.0 && joint->rotation > 0.0);
  }

  void resumedTrainingHasTheSameBits_data() { objectives(); }
  void resumedTrainingHasTheSameBits() {
    QFETCH(int, objective);
    TrainerOptions options = plain_options(static_cast<PoseObjective>(objective));
    options.jitter_m = 0.001;
    const auto samples = labelled_samples(6);
    for (const int cut : {2, 4, 6}) {  // while pre-training, between the phases, in the joint phase
      PoseTrainer whole(*named_config("tiny"), options);
      PoseTrainer first(*named_config("tiny"), options);
      for (int i = 0; i < options.total_steps(); ++i) {
        QVERIFY(whole.train(all(samples)));
        QVERIFY(i >= cut || first.train(all(samples)));
      }
      PoseTrainer second(*named_config("tiny"), options);
      QVERIFY(second.restore(first.state(), "memory"));
      for (int i = cut; i < options.total_steps(); ++i) {
        QVERIFY(second.train(all(samples)));
      }
      QVERIFY2(second.state() == whole.state(), std::to_string(cut).c_str());
    }
    // A state of another objective lacks the head.
    PoseTrainer other(*named_config("tiny"), options);
    const auto restored = other.restore(
        PoseTrainer(*named_config("tiny"), plain_options(PoseObjective::kRegression)).state(), "a file");
    QVERIFY(!restored && restored.error().message.find("pretraining.") != std::string::npos);
  }

  void unknownCategoriesAreRefused() {
    auto samples = labelled_samples(6);
    PoseTrainer trainer(*named_config("tiny"), plain_options(PoseObjective::kClassification));
    for (const int category : {-1, kCategories}) {
      samples[2].category = category;
      const auto losses = trainer.train(all(samples));
      QVERIFY(!losses && losses.error().code == ErrorCode::kInput);
      QCOMPARE(trainer.step(), 0);
    }
  }
};

ALIDADE_TEST(PretrainingTest)
#include "pretraining_test.moc"
