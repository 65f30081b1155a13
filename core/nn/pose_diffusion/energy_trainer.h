// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/nn/pose_diffusion/energy_network.h"
#include "core/nn/pose_diffusion/pose_trainer.h"

namespace alidade {

/// What decides the training of an energy network. Of `common` the seed, batch, noise draws, learning rate,
/// warm-up, clipping, averaging and augmentation are used, not the phases.
struct EnergyTrainerOptions {
  TrainerOptions common;
  int steps = 9000;          ///< over which the learning rate falls
  int candidates = 8;        ///< hypotheses per object, drawn by the pose network (DDIM, 10 steps, unguided)
  double rank_weight = 1.0;  ///< of the ranking loss against score matching
};

/// Losses of one step, means over the batch.
struct EnergyLosses {
  double score = 0.0;
  double rank_rotation = 0.0;  ///< logistic loss per ordered pair; log 2 = chance
  double rank_translation = 0.0;
  double gradient_norm = 0.0;
  double learning_rate = 0.0;
};

/// Trains the ranker of a pose network. GenPose compares energies by 1 - sign(e_i - e_j) with a softening
/// that leaves almost no gradient; here the pairs have a logistic loss (RankNet, Burges et al. 2005) on
/// energies times sigma. A step is a pure function of (state, batch, step index).
class EnergyTrainer {
 public:
  /// `pose_network` draws the candidates and must outlive the trainer.
  EnergyTrainer(PoseNetwork& pose_network, const EnergyTrainerOptions& options);
  ~EnergyTrainer();

  int step() const;
  Expected<EnergyLosses> train(const std::vector<const TrainingSample*>& batch);
  /// Shows the gradients of further steps to `hook`; null = to nobody. Not owned.
  void set_gradient_hook(GradientHook* hook);

  /// Weights, averaged weights, moments and step.
  SafeTensors state() const;
  Expected<void> restore(const SafeTensors& state, const std::string& path);

  /// A network with the averaged weights.
  std::unique_ptr<EnergyNetwork> averaged() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace alidade
