// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/io/safetensors.h"
#include "core/nn/vit/encoder_batch.h"
#include "core/nn/vit/image_encoder.h"
#include "core/training/gradient_hook.h"

namespace alidade {

/// Everything that decides the training of an image encoder besides its configuration and the data.
struct EncoderTrainerOptions {
  std::uint64_t seed = 0;
  int steps = 6000;    ///< over which the learning rate falls
  int batch = 48;      ///< objects
  int size_px = 112;   ///< side of the crops, a multiple of the patch
  int categories = 0;  ///< of the training set
  double learning_rate = 1e-3;
  double final_rate = 0.02;  ///< share of learning_rate at the end of the cosine
  int warmup_steps = 200;
  double gradient_clip = 1.0;
  double ema_decay = 0.999;
  double weight_decay = 0.02;    ///< of matrices, times the learning rate each step (AdamW)
  double category_weight = 0.1;  ///< on the cross-entropy in nats, against the error in NOCS units
  CropAugmentation augmentation;
};

/// Losses of one step, means over the batch.
struct EncoderLosses {
  double nocs = 0.0;  ///< smooth L1 (beta 0.1), summed over the coordinates, mean over patches on the object
  double category = 0.0;  ///< cross-entropy of the category from the class token, nats
  double gradient_norm = 0.0;
  double learning_rate = 0.0;
};

/// Trains an image encoder to tell, from color alone, where on the object a patch lies (mean NOCS; for
/// objects that are symmetric about y height and distance from the axis) and of which category the object is.
/// Both are read off the normed tokens by one linear layer each, which are thrown away at the end. A step is
/// a pure function of (state, batch, step index).
class EncoderTrainer {
 public:
  /// The configuration must pass check().
  EncoderTrainer(const VisionTransformerConfig& config, const EncoderTrainerOptions& options);
  ~EncoderTrainer();

  int step() const;
  /// One optimization step. kFailed when the loss or a gradient is not finite, kInput for a category out of
  /// range; the weights are then unchanged.
  Expected<EncoderLosses> train(const std::vector<const EncoderSample*>& batch);
  /// Shows the gradients of further steps to `hook`; null = to nobody. Not owned. Names begin with "encoder."
  /// or "heads.".
  void set_gradient_hook(GradientHook* hook);
  /// Losses without augmentation or change of state, averaged weights.
  EncoderLosses evaluate(const std::vector<const EncoderSample*>& batch) const;

  /// Weights, averaged weights, moments and step.
  SafeTensors state() const;
  Expected<void> restore(const SafeTensors& state, const std::string& path);

  /// An encoder with the averaged weights.
  std::shared_ptr<ImageEncoder> averaged() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace alidade
