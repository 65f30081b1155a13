// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace alidade {

/// One operation on images [channels][height][width] of a network whose norms are folded.
struct LayerNode {
  enum class Kind {
    kConvolution,    ///< one input; weights, bias, stride, padding with zeros, perhaps a ReLU after it
    kAdd,            ///< two inputs of one shape, perhaps a ReLU after it
    kUpsample,       ///< nearest, twice as large
  };
  Kind kind = Kind::kConvolution;
  std::string name;         ///< of a convolution: of its weight without ".weight"
  std::vector<int> inputs;  ///< indices of earlier nodes; -1 is the network's input
  bool relu = false;        ///< max(0, .) of the result
  // Of convolutions:
  int in_channels = 0, out_channels = 0, kernel = 1, stride = 1, padding = 0;
  std::vector<float> weight;  ///< [out][in][kernel][kernel]
  std::vector<float> bias;    ///< [out]
  // Of convolutions whose input is quantized: real = scale * (code - zero), codes 0 .. 2^bits - 1; scale 0 =
  // it is not.
  float input_scale = 0.0F;
  int input_zero = 0, input_bits = 8;
};

/// A feed-forward network of convolutions, in an order in which it can be computed.
struct LayerGraph {
  int input_channels = 3;
  std::vector<LayerNode> nodes;
  std::vector<int> outputs;         ///< nodes whose results are the network's
  std::vector<std::string> output_names;
};

}  // namespace alidade
