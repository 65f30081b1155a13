// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/evaluation/statistics/statistics.h"
#include "core/nn/keypoint/keypoint_quantization.h"
#include "core/results/quantization_sweep.h"

namespace alidade {

/// A module or a layer whose sensitivity is measured.
struct SensitivityPart {
  std::string name;
  std::vector<std::string> weights;
};

/// The modules of a network with all their weights, or every weight as a part of its own.
std::vector<SensitivityPart> sensitivity_modules(const KeypointNetwork& network);
std::vector<SensitivityPart> sensitivity_layers(const KeypointNetwork& network);

/// One number for each image of a set that the caller has chosen; larger = better.
using ImageScores = std::function<Expected<std::vector<double>>(KeypointNetwork&)>;

struct SensitivityInput {
  const KeypointNetwork* network = nullptr;        ///< full precision
  std::vector<const KeypointSample*> calibration;  ///< images that ranges and mean inputs come from
  std::vector<const KeypointSample*> images;       ///< on which losses, outputs and gradients are looked at
  ImageScores scores;                              ///< of the pose metric; null = not measured
};

struct SensitivityOptions {
  std::string levels = "2";  ///< LevelSet::name(), of the weights
  int activation_bits = 8;   ///< of the inputs; 0 = float32, "activations_only" is left out then
  bool per_channel = true;
  TraceOptions traces;  ///< without probes "hessian" is left out
  BootstrapOptions bootstrap;
};

/// How much each part suffers from quantization after training, by SweepSensitivity::score, larger = more:
/// - "only_this", "weights_only", "activations_only": rise of the loss with nothing else quantized;
/// - "all_but_this": fall of the loss when of all parts together this one goes back to float32;
/// - "sqnr_alone", "sqnr_accumulated" (dB): noise to signal of the output with this part quantized, and with
/// it
///   and all parts before it;
/// - "hessian": Eq. 1 of MQAT, trace / N |Q(W) - W|^2, mean over the layers;
/// - "fisher": half of the sum of g^2 (Q(w) - w)^2, mean over the images;
/// - "metric" (percentage points): fall of 100 times the mean of `scores`.
/// Intervals are percentiles of a bootstrap over images (of "hessian": 1.96 standard errors of the traces).
/// Errors of quantize_after_training, hutchinson_traces and of `scores`; kCancelled; kUsage without images.
Expected<std::vector<SweepSensitivity>> measure_sensitivity(const SensitivityInput& input,
                                                            const std::vector<SensitivityPart>& parts,
                                                            const SensitivityOptions& options,
                                                            const JobContext& job = {});

/// Spearman's correlation of two scores over the parts that have both.
struct ScoreCorrelation {
  std::string a, b;
  std::size_t parts = 0;
  double value = 0.0;
};

/// Of every pair of scores that can be correlated; three parts are too few to say much.
std::vector<ScoreCorrelation> score_correlations(const std::vector<SweepSensitivity>& sensitivities);

}  // namespace alidade
