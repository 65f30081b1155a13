// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/io/safetensors.h"
#include "core/nn/pose_diffusion/pose_network.h"
#include "core/nn/pose_diffusion/training_sample.h"
#include "core/nn/quantization/training_quantization.h"
#include "core/quant/packed_file.h"
#include "core/training/gradient_hook.h"

namespace alidade {

/// What a phase optimizes. Regression is what the score-scaling paper pre-trains on, and keeps its head; the
/// heads of classification and reconstruction (Fig. 4a) end with their phase, a later one has fresh heads.
/// Joint training is regression and score matching.
enum class PoseObjective { kRegression, kClassification, kReconstruction, kJoint };

/// A part of a training that optimizes one thing.
struct PosePhase {
  std::string name;
  int steps = 0;
  PoseObjective objective = PoseObjective::kJoint;
};

/// The two phases of the paper: pre-training (section 4.1), then joint training (section 4.2).
std::vector<PosePhase> pose_phases(int pretrain_steps, int joint_steps,
                                   PoseObjective pretrained_on = PoseObjective::kRegression);

/// Everything that decides a training run besides the network and the data.
struct TrainerOptions {
  std::uint64_t seed = 0;
  int batch = 64;
  int noise_draws = 16;  ///< diffusion times per encoded object
  std::vector<PosePhase> phases = pose_phases(3000, 9000);
  int categories = 0;  ///< of the training set; classification needs two at least
  double learning_rate = 1e-3;
  double final_rate = 0.02;  ///< share of learning_rate at the end of the cosine decay of a joint phase
  int warmup_steps = 100;
  double gradient_clip = 1.0;
  double ema_decay = 0.999;
  double translation_weight = 5.0;  ///< on the L2 distance in metres, against radians of rotation
  double size_weight = 0.5;         ///< on the mean absolute error of log sizes
  /// Weight of the regression losses in joint phases; 0 without another phase is GenPose from scratch: score
  /// matching alone (section 5.3, "From scratch").
  double joint_regression_weight = 1.0;
  // Augmentation per sample and step.
  double tilt_rad = 0.035;  ///< std of a small random turn about x and y of the camera
  double roll_rad = 0.16;   ///< std of a random turn about the optical axis
  double scale_range = 0.06;
  double jitter_m = 0.0005;

  int total_steps() const;
  int pretrain_steps() const;  ///< before the first joint phase
};

/// Losses of one step, means over the batch.
struct StepLosses {
  double rotation = 0.0;     ///< radians
  double translation = 0.0;  ///< metres
  double size = 0.0;
  double score = 0.0;  ///< 0 while it is not trained
  /// Cross-entropy (nats) or Chamfer distance (network units) while that is what is trained on; rotation,
  /// translation and size are then 0, else this.
  double pretraining = 0.0;
  double gradient_norm = 0.0;
  double learning_rate = 0.0;
};

/// Optimizes a PoseNetwork. A step is a pure function of (state, batch, step index): all noise comes from
/// (seed, step), so a run that is killed and resumed ends with the same bits as one that was not.
class PoseTrainer {
 public:
  PoseTrainer(const PoseNetworkConfig& config, const TrainerOptions& options);
  ~PoseTrainer();

  /// Goes on with the weights of another network, for the averages too. kUsage for one of another
  /// configuration.
  Expected<void> start_from(PoseNetwork& network);
  /// Batch norms keep their statistics from now on.
  void freeze_norms();
  /// Weights are quantized while they are trained from now on, and have their quantized values after the last
  /// step; there is no average then. Before the first step; the stages have as many steps as the training.
  /// Errors of check_quantization; kUsage for weights that there are not.
  Expected<void> quantize(const TrainingQuantization& how);
  /// The network as codes, after the last step of a quantized training.
  Expected<PackedCheckpoint> packed(const std::string& training_json, const std::string& label) const;

  /// Steps done so far.
  int step() const;
  /// Learning rate at a step: linear warm-up, cosine decay in joint phases, constant in others.
  double learning_rate(int step) const;

  /// One optimization step. An Error (kFailed) when the loss or a gradient is not finite, kInput when a
  /// category is needed that a sample lacks; the weights are then unchanged.
  Expected<StepLosses> train(const std::vector<const TrainingSample*>& batch);
  /// Shows the gradients of further steps to `hook`; null = to nobody. Not owned. Names of a head that ends
  /// with its phase begin with "pretraining.".
  void set_gradient_hook(GradientHook* hook);

  /// Losses without augmentation, gradient or change of state, averaged weights, fixed noise: for validation.
  StepLosses evaluate(const std::vector<const TrainingSample*>& batch);

  /// Weights, averaged weights, moments and step; also the head that ends with the phase, if there is one.
  SafeTensors state() const;
  Expected<void> restore(const SafeTensors& state, const std::string& path);

  /// A network with the averaged weights.
  std::unique_ptr<PoseNetwork> averaged() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Writes a network as a checkpoint; `training_json` becomes its metadata.
Expected<void> save_checkpoint(PoseNetwork& network, const std::filesystem::path& path,
                               const std::string& training_json);

}  // namespace alidade
