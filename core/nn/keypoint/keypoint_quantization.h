// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/nn/keypoint/keypoint_network.h"
#include "core/quant/activation_range.h"
#include "core/quant/packed_file.h"
#include "core/quant/trace.h"

namespace alidade {

/// How a trained network is quantized without training it further.
struct PostTrainingQuantization {
  /// By the name of the weight: LevelSet::name(). "32": the input of its layer alone.
  std::map<std::string, std::string> levels;
  int activation_bits = 0;                           ///< of the inputs of these layers; 0 = float32
  std::map<std::string, int> layer_activation_bits;  ///< others for single layers ("backbone.stem")
  bool per_channel = true;
  ActivationRule activation_rule = ActivationRule::kLeastSquares;
  double percentile = 99.99;  ///< of ActivationRule::kPercentile
  bool correct_bias = true;
};

struct QuantizedKeypointNetwork {
  std::unique_ptr<KeypointNetwork> network;  ///< float32 values of the codes; inputs are quantized
  PackedCheckpoint packed;                   ///< the same as codes; "training" is that of the original
};

/// Weights at the scale of least squared error, inputs by what `samples` show. Errors of find_scales and
/// activation_range; kUsage for weights that there are not, powers of two, and no samples where inputs are
/// quantized or biases corrected.
Expected<QuantizedKeypointNetwork> quantize_after_training(const KeypointNetwork& network,
                                                           const PostTrainingQuantization& how,
                                                           const std::vector<const KeypointSample*>& samples);

/// Hutchinson's estimate of the trace of the Hessian of the default loss over a batch, for each of these
/// weights, norms at their running statistics. Errors of hutchinson_traces; kUsage for another name.
Expected<std::vector<TraceEstimate>> keypoint_traces(KeypointNetwork& network,
                                                     const std::vector<const KeypointSample*>& batch,
                                                     const std::vector<std::string>& weights,
                                                     const TraceOptions& options, const JobContext& job = {});

/// Weights of convolutions in the order of the network.
std::vector<std::string> keypoint_weights(const KeypointNetwork& network);
/// Those of the first and the last layer.
std::vector<std::string> keypoint_end_weights(const KeypointNetwork& network);

}  // namespace alidade
