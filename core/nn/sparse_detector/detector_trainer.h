// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/io/safetensors.h"
#include "core/nn/sparse_detector/detector_network.h"
#include "core/nn/sparse_detector/gradient_exchange.h"
#include "core/training/gradient_hook.h"
#include "core/training/step_rate.h"
#include "core/training/trainer.h"

namespace alidade {

/// How a detector is trained (TR3D's optimizer: AdamW, decay by 10 at 2/3 and 11/12).
struct DetectorTraining {
  std::uint64_t seed = 0;
  int batch = 4;  ///< scenes of each source in a step
  int steps = 2000;
  StepRate rate{1e-3, 0.1, {2.0 / 3.0, 11.0 / 12.0}, 0, 1};
  double weight_decay = 1e-4;  ///< decoupled
  double gradient_clip = 10.0;
  CombineOptions combine;
  DetectorAugmentation augmentation;
};

/// Optimizes a detector on all its sources together. A step is a pure function of (state, step index). Each
/// source is stepped by itself, from the same running values of norms; the gradients are combined as
/// combine_steps says, before clipping, and running values averaged over the sources.
class DetectorTrainer {
 public:
  /// Goes on with the weights of `network`. `exchange` brings the sources of other processes; null = all
  /// sources are stepped here.
  DetectorTrainer(std::unique_ptr<DetectorNetwork> network, const DetectorTraining& training,
                  std::unique_ptr<GradientExchange> exchange = nullptr);
  ~DetectorTrainer();

  int step() const;
  /// One step. `batches` has the samples of every source that this process steps, by source index; others are
  /// not looked at. On an Error the weights are unchanged. The report has the losses "classes" and "boxes",
  /// means over the sources, both of each source ("classes NAME"), and of each group of shared tensors
  /// ("stem", "stage1", ..., "neck") the norms of each source ("norm GROUP NAME", root of the sum of squares
  /// over its tensors; "scaled GROUP NAME", the same after harmonization), the mean of Psi ("psi GROUP") and
  /// the share of triggered tensors ("triggered GROUP"); with harmonization also its threshold ("psi
  /// threshold").
  Expected<StepReport> train(const std::vector<std::vector<const DetectorSample*>>& batches);
  /// Losses of samples of a source as they are, by the running values.
  Expected<NamedValues> evaluate(const std::vector<const DetectorSample*>& batch, int source);
  /// Shows the combined gradients of every further step; null = to nobody. Not owned.
  void set_gradient_hook(GradientHook* hook);

  SafeTensors state() const;
  Expected<void> restore(const SafeTensors& state, const std::string& file);
  /// Brings all ranks to one state, which every rank asks for before its first step: where they differ, to
  /// that of the rank with the fewest steps. A kill may have met some before they saved a state.
  Expected<void> align();

  DetectorNetwork& network();
  const DetectorNetwork& network() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace alidade
