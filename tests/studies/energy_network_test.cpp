// SPDX-License-Identifier: BSD-3-Clause
#include <QTemporaryDir>
#include <QtTest>

#include "core/base/file.h"
#include "core/geometry/rotation.h"
#include "core/nn/pose_diffusion/energy_trainer.h"
#include "tests/studies/network_samples.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using namespace alidade::test;

namespace {

EnergyTrainerOptions short_energy_options() {
  EnergyTrainerOptions options;
  options.common.seed = 3;
  options.steps = 60;
  options.common.noise_draws = 4;
  options.common.warmup_steps = 5;
  options.candidates = 6;
  return options;
}

std::vector<Rigid3> poses_around(const TrainingSample& sample, int count) {
  Random random(17);
  std::vector<Rigid3> poses;
  for (int i = 0; i < count; ++i) {
    const Eigen::Vector3d shift(random.normal(), random.normal(), random.normal());
    poses.push_back({uniform_rotation(random.uniform(), random.uniform(), random.uniform()),
                     sample.t.cast<double>() + 0.01 * shift});
  }
  return poses;
}

}  // namespace

class EnergyNetworkTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // With the last layers at zero the energy is that of the Gaussian prior, -x^2 / 2 (sigma^2 + v): all
  // rotations alike (six unit-length numbers), translations by their distance to the centroid.
  void freshEnergyIsTheGaussianPrior() {
    auto pose_network = PoseNetwork::create(*named_config("tiny"), 1);
    const auto energy = EnergyNetwork::create(*pose_network, 2);
    const auto samples = random_samples(pose_network->config(), 1);
    const auto poses = poses_around(samples[0], 5);
    Eigen::Vector3d centroid = Eigen::Vector3d::Zero();
    for (const auto& p : samples[0].points) {
      centroid += p.cast<double>() / static_cast<double>(samples[0].points.size());
    }
    const auto energies = energy->energies(samples[0].points, poses);
    QCOMPARE(energies.size(), poses.size());
    for (std::size_t i = 0; i < poses.size(); ++i) {
      const double distance = 10.0 * (poses[i].t - centroid).norm();
      QVERIFY(std::abs(energies[i][0] + 2.0 / (2.0 * (1e-4 + 1.0 / 3.0))) < 1e-2);
      QVERIFY(std::abs(energies[i][1] + distance * distance / (2.0 * (1e-4 + 0.04))) < 1e-2);
    }
  }

  void trainingOrdersTheCandidates() {
    const auto config = *named_config("tiny");
    PoseTrainer pose_trainer(config, [] {
      TrainerOptions options;
      options.phases = pose_phases(0, 20);
      return options;
    }());
    const auto samples = random_samples(config, 16);
    for (int i = 0; i < 20; ++i) {
      QVERIFY(pose_trainer.train(all(samples)));
    }
    const auto pose_network = pose_trainer.averaged();
    EnergyTrainer trainer(*pose_network, short_energy_options());
    EnergyLosses first, last;
    for (int i = 0; i < 60; ++i) {
      const auto losses = trainer.train(all(samples));
      QVERIFY(losses);
      (i == 0 ? first : last) = *losses;
    }
    QCOMPARE(trainer.step(), 60);
    QVERIFY2(last.rank_rotation < first.rank_rotation, qPrintable(QString::number(last.rank_rotation)));
    QVERIFY(last.rank_translation < first.rank_translation);
    QVERIFY(last.score < first.score);
  }

  void resumedTrainingEndsWithTheSameBits() {
    const auto config = *named_config("tiny");
    auto pose_network = PoseNetwork::create(config, 1);
    const auto samples = random_samples(config, 8);
    EnergyTrainer whole(*pose_network, short_energy_options());
    EnergyTrainer half(*pose_network, short_energy_options());
    for (int i = 0; i < 3; ++i) {
      QVERIFY(whole.train(all(samples)));
      QVERIFY(half.train(all(samples)));
    }
    EnergyTrainer resumed(*pose_network, short_energy_options());
    QVERIFY(resumed.restore(half.state(), "state"));
    for (int i = 0; i < 3; ++i) {
      QVERIFY(whole.train(all(samples)));
      QVERIFY(resumed.train(all(samples)));
    }
    const auto poses = poses_around(samples[0], 4);
    QVERIFY(whole.averaged()->energies(samples[0].points, poses) ==
            resumed.averaged()->energies(samples[0].points, poses));
  }

  void checkpointsRoundTripAndRefuseOthers() {
    QTemporaryDir folder;
    const auto path = folder.filePath("energy.safetensors").toStdString();
    const auto pose_path = folder.filePath("pose.safetensors").toStdString();
    auto pose_network = PoseNetwork::create(*named_config("tiny"), 1);
    const auto energy = EnergyNetwork::create(*pose_network, 2);
    QVERIFY(save_energy_checkpoint(*energy, path, "{}"));
    QVERIFY(save_checkpoint(*pose_network, pose_path, "{}"));
    const auto loaded = EnergyNetwork::load(path);
    QVERIFY(loaded);
    const auto samples = random_samples(pose_network->config(), 1);
    const auto poses = poses_around(samples[0], 3);
    QVERIFY((*loaded)->energies(samples[0].points, poses) == energy->energies(samples[0].points, poses));
    QCOMPARE(EnergyNetwork::load(pose_path).error().code, ErrorCode::kInput);
    QCOMPARE(PoseNetwork::load(path).error().code, ErrorCode::kInput);
  }
};

ALIDADE_TEST(EnergyNetworkTest)
#include "energy_network_test.moc"
