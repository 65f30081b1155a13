// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <fstream>

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/file.h"
#include "core/base/random.h"
#include "core/nn/pose_diffusion/pose_trainer.h"
#include "tests/studies/network_samples.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using namespace alidade::test;

namespace {

TrainerOptions short_options() {
  TrainerOptions options;
  options.seed = 5;
  options.phases = pose_phases(3, 5);
  options.noise_draws = 4;
  options.warmup_steps = 1;
  return options;
}

}  // namespace

class PoseNetworkTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void configurationsSurviveJson() {
    for (const char* name : {"small", "tiny", "paper", "genpose"}) {
      const auto config = named_config(name);
      QVERIFY(config);
      const auto back = pose_network_config_from_json(to_json(*config));
      QVERIFY(back);
      QVERIFY(*back == *config);
    }
    QVERIFY(!named_config("huge"));
    std::string text = to_json(PoseNetworkConfig{});
    text.replace(text.find("num_points"), 10, "num_pojnts");
    QVERIFY(!pose_network_config_from_json(text));
  }

  void parameterCountsAreThoseOfTheDocumentation() {
    const auto paper = PoseNetwork::create(*named_config("paper"), 1);
    QVERIFY2(std::abs(paper->num_parameters() - 2.2e6) < 0.2e6,
             std::to_string(paper->num_parameters()).c_str());
    const auto small = PoseNetwork::create(*named_config("small"), 1);
    QVERIFY2(small->num_parameters() < 0.7e6, std::to_string(small->num_parameters()).c_str());
  }

  // Translating the cloud must translate the estimate and change nothing else.
  void centeredNetworkIsTranslationEquivariant() {
    const auto network = PoseNetwork::create(*named_config("tiny"), 3);
    ObjectPoints points = random_points(network->config().num_points, 1);
    Eigen::Vector3d size_a, size_b;
    const Rigid3 a = network->regress(*network->encode(points), &size_a);
    const Eigen::Vector3f shift(0.25f, -0.125f, 0.5f);
    for (auto& p : points) {
      p += shift;
    }
    const Rigid3 b = network->regress(*network->encode(points), &size_b);
    QVERIFY((a.R - b.R).norm() < 1e-4);
    QVERIFY((b.t - a.t - shift.cast<double>()).norm() < 1e-5);
    QVERIFY((size_a - size_b).norm() < 1e-5);
  }

  // With the last layers at zero the preconditioned score is that of a Gaussian of the data's variance:
  // -x / (sigma^2 + v). This pins down units, signs and the time argument.
  void freshScoreIsTheGaussianPrior() {
    const auto network = PoseNetwork::create(*named_config("tiny"), 3);
    const auto features = network->encode(random_points(network->config().num_points, 1));
    const auto field = network->score_field(features);
    const double t = 0.6, sigma = network->sde().sigma(t);
    std::vector<double> state{0.3, -0.2, 0.9, 1.5, 0.1, -0.7, 0.2, -0.4, 0.6}, score(9);
    field->evaluate(state, t, score);
    for (int i = 0; i < 9; ++i) {
      const double variance = i < 6 ? 1.0 / 3.0 : 0.04;
      QVERIFY(std::abs(score[i] + state[i] / (sigma * sigma + variance)) < 1e-4);
    }
  }

  void evaluationOfABatchEqualsSingleEvaluations() {
    auto trained = PoseTrainer(*named_config("tiny"), short_options());
    const auto samples = random_samples(*named_config("tiny"), 8);
    for (int i = 0; i < 6; ++i) {
      QVERIFY(trained.train(all(samples)));
    }
    const auto network = trained.averaged();
    const auto field = network->score_field(network->encode(samples[0].points));
    Random random(4);
    std::vector<double> states(45), together(45), one(9);
    for (auto& value : states) {
      value = random.normal();
    }
    field->evaluate(states, 0.3, together);
    for (int i = 0; i < 5; ++i) {
      field->evaluate(std::span(states).subspan(9 * i, 9), 0.3, one);
      for (int k = 0; k < 9; ++k) {
        QVERIFY(std::abs(one[k] - together[9 * i + k]) < 1e-3 * (1.0 + std::abs(one[k])));
      }
    }
  }

  // A batch of states at times of their own equals the states one by one.
  void everyStateMayHaveItsTime() {
    for (const char* name : {"tiny", "genpose"}) {
      PoseTrainer trained(*named_config(name), short_options());
      const auto samples = random_samples(*named_config(name), 4);
      QVERIFY(trained.train(all(samples)) && trained.train(all(samples)) && trained.train(all(samples)) &&
              trained.train(all(samples)));
      const auto network = trained.averaged();
      const auto field = network->score_field(network->encode(samples[0].points));
      Random random(4);
      std::vector<double> states(36), each(36), one(9);
      for (auto& value : states) {
        value = random.normal();
      }
      const std::vector<double> times{0.9, 0.05, 0.4, 0.4};
      field->evaluate_each(states, times, each);
      for (std::size_t i = 0; i < 4; ++i) {
        field->evaluate(std::span(states).subspan(9 * i, 9), times[i], one);
        for (std::size_t k = 0; k < 9; ++k) {
          QVERIFY(std::abs(one[k] - each[9 * i + k]) < 1e-3 * (1.0 + std::abs(one[k])));
        }
      }
    }
  }

  void trainingLowersTheLoss() {
    TrainerOptions options = short_options();
    options.phases = pose_phases(150, 0);
    options.tilt_rad = options.roll_rad = options.scale_range = options.jitter_m = 0.0;
    PoseTrainer trainer(*named_config("tiny"), options);
    const auto samples = random_samples(*named_config("tiny"), 8);
    double first = 0.0, last = 0.0;
    for (int i = 0; i < 150; ++i) {
      const auto losses = trainer.train(all(samples));
      QVERIFY(losses);
      (i == 0 ? first : last) = losses->rotation + losses->translation;
    }
    QVERIFY2(last < 0.4 * first, qPrintable(QString("%1 -> %2").arg(first).arg(last)));
  }

  // A run that is saved, forgotten and restored ends with the same bits as one that was not interrupted.
  void resumedTrainingHasTheSameBits() {
    QTemporaryDir folder;
    const std::string path = folder.filePath("state.safetensors").toStdString();
    const auto samples = random_samples(*named_config("tiny"), 8);
    PoseTrainer whole(*named_config("tiny"), short_options());
    for (int i = 0; i < 8; ++i) {
      QVERIFY(whole.train(all(samples)));
    }
    {
      PoseTrainer first(*named_config("tiny"), short_options());
      for (int i = 0; i < 4; ++i) {
        QVERIFY(first.train(all(samples)));
      }
      QVERIFY(write_safetensors(path, first.state()));
    }
    PoseTrainer second(*named_config("tiny"), short_options());
    const auto state = read_safetensors(path);
    QVERIFY(state);
    QVERIFY(second.restore(*state, path));
    QCOMPARE(second.step(), 4);
    for (int i = 0; i < 4; ++i) {
      QVERIFY(second.train(all(samples)));
    }
    QVERIFY(second.state() == whole.state());
  }

  void checkpointsComeBackWhole() {
    QTemporaryDir folder;
    const std::string path = folder.filePath("a.safetensors").toStdString();
    const auto network = PoseNetwork::create(*named_config("tiny"), 11);
    QVERIFY(save_checkpoint(*network, path, "{\"note\":1}"));
    const auto back = PoseNetwork::load(path);
    QVERIFY(back);
    QCOMPARE((*back)->metadata(), std::string("{\"note\":1}"));
    const ObjectPoints points = random_points(network->config().num_points, 1);
    const Rigid3 a = network->regress(*network->encode(points), nullptr);
    const Rigid3 b = (*back)->regress(*(*back)->encode(points), nullptr);
    QVERIFY(a.R == b.R && a.t == b.t);
  }

  void damagedCheckpointsAreNamed() {
    QTemporaryDir folder;
    const std::string path = folder.filePath("a.safetensors").toStdString();
    QVERIFY(save_checkpoint(*PoseNetwork::create(*named_config("tiny"), 11), path, "{}"));
    const auto bytes = read_file(path, 1 << 26);
    QVERIFY(bytes);
    const std::string bad = folder.filePath("bad.safetensors").toStdString();
    for (std::size_t at = 0; at < bytes->size(); at += bytes->size() / 97) {
      std::string altered = *bytes;
      altered[at] = static_cast<char>(altered[at] ^ 0x10);
      QVERIFY(write_file_atomically(bad, altered));
      const auto loaded = PoseNetwork::load(bad);
      QVERIFY2(!loaded, std::to_string(at).c_str());
      QVERIFY(loaded.error().code == ErrorCode::kInput);
      QVERIFY(loaded.error().message.find("bad.safetensors") != std::string::npos);
    }
    QVERIFY(write_file_atomically(bad, bytes->substr(0, bytes->size() / 2)));
    QVERIFY(!PoseNetwork::load(bad));
    QVERIFY(!PoseNetwork::load(folder.filePath("missing.safetensors").toStdString()));
  }

  // The digest is right and the tensors are those of another architecture.
  void anotherArchitectureIsRefused() {
    QTemporaryDir folder;
    const std::string path = folder.filePath("a.safetensors").toStdString();
    QVERIFY(save_checkpoint(*PoseNetwork::create(*named_config("tiny"), 11), path, "{}"));
    auto file = read_safetensors(path);
    QVERIFY(file);
    file->metadata["config"] = to_json(PoseNetworkConfig{});
    QVERIFY(write_safetensors(path, *file));
    const auto loaded = PoseNetwork::load(path);
    QVERIFY(!loaded);
    QVERIFY(loaded.error().message.find("tensor") != std::string::npos);
  }
};

ALIDADE_TEST(PoseNetworkTest)
#include "pose_network_test.moc"
