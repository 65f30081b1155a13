// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/quant/inference/convolution.h"
#include "core/quant/inference/integer_weights.h"

namespace alidade {

/// Packed weights by the name of their convolution (LayerNode::name).
using PackedLayers = std::map<std::string, QuantizedWeights>;

/// What computes a convolution.
enum class LayerWay {
  kFloat,    ///< float32 by oneDNN
  kLibrary,  ///< int8 by oneDNN
  kPacked,   ///< our kernels: weights of up to 4 bits stay packed
};

/// What is asked for beyond the packed weights.
struct InferenceOptions {
  std::set<std::string> keep_float;  ///< convolutions that are computed in float32 with dequantized weights
  bool unpack = false;               ///< weights of few bits become int8 once and go to oneDNN
  bool own_kernels = false;          ///< everything in whole numbers is computed by our kernels
};

/// The weights of a convolution and how it is computed.
struct LayerChoice {
  LayerWay way = LayerWay::kFloat;
  std::string label;  ///< of the weights: "4 bit, 16 levels", "float32"
  int weight_bits = 32, activation_bits = 32;
  std::string note;  ///< why packed weights are computed in float32; empty where they are not
  IntegerWeights integers;
  std::vector<float> reals;

  /// The form in which it takes its input.
  TensorForm input_form(const LayerNode& node, const ConvolutionGeometry& geometry) const;
};

/// Packed weights of whole numbers behind a quantized input are computed in whole numbers: up to 16 levels by
/// our kernels, others by oneDNN where that is exact, else by our kernels. With AMX, which oneDNN alone has,
/// all but single pixels go there. `result` is the shape of the layer's result. Errors of integer_weights(),
/// and kUsage for a layer without weights.
Expected<LayerChoice> choose_way(const LayerNode& node, const ImageShape& result, const PackedLayers& packed,
                                 const InferenceOptions& options);

Expected<std::unique_ptr<Convolution>> make_convolution(const ConvolutionTask& task,
                                                        const LayerChoice& choice);

}  // namespace alidade
