// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/quant/inference/tensor_form.h"

namespace alidade {

/// One operation on images [channels][height][width] of a network whose norms are folded.
struct LayerNode {
  enum class Kind {
    kConvolution,  ///< one input; weights, bias, stride, padding with zeros, perhaps a ReLU after it
    kAdd,          ///< two inputs of one shape, perhaps a ReLU after it
    kUpsample,     ///< nearest, twice as large
  };
  Kind kind = Kind::kConvolution;
  std::string name;         ///< of a convolution: of its weight without ".weight"
  std::vector<int> inputs;  ///< indices of earlier nodes; -1 is the network's input
  bool relu = false;        ///< max(0, .) of the result; not of an upsampling
  // Of convolutions:
  int in_channels = 0, out_channels = 0, kernel = 1, stride = 1, padding = 0;
  std::vector<float> weight;  ///< [out][in][kernel][kernel]; may be empty where packed weights are given
  std::vector<float> bias;    ///< [out]
  // Of convolutions whose input is quantized: real = scale * (code - zero), codes 0 .. 2^bits - 1; scale 0 =
  // it is not.
  float input_scale = 0.0F;
  int input_zero = 0, input_bits = 8;

  bool has_codes() const { return input_scale > 0.0F; }
  CodeGrid input_grid() const { return {input_scale, input_zero, input_bits}; }
};

/// A feed-forward network of convolutions, in an order in which it can be computed.
struct LayerGraph {
  int input_channels = 3;
  std::vector<LayerNode> nodes;
  std::vector<int> outputs;  ///< nodes whose results are the network's
  std::vector<std::string> output_names;
};

/// Extents of an image in a network.
struct ImageShape {
  int channels = 0, height = 0, width = 0;

  std::size_t pixels() const { return static_cast<std::size_t>(height) * width; }
  std::size_t count() const { return pixels() * channels; }
  bool operator==(const ImageShape&) const = default;
};

/// The convolution of a node on an input of this size.
struct ConvolutionGeometry {
  int in_channels = 1, out_channels = 1, kernel = 1, stride = 1, padding = 0;
  int in_height = 1, in_width = 1;

  int out_height() const { return (in_height + 2 * padding - kernel) / stride + 1; }
  int out_width() const { return (in_width + 2 * padding - kernel) / stride + 1; }
  ImageShape input() const { return {in_channels, in_height, in_width}; }
  ImageShape output() const { return {out_channels, out_height(), out_width()}; }
  /// Weights of one output channel.
  std::size_t columns() const { return static_cast<std::size_t>(in_channels) * kernel * kernel; }
  std::int64_t multiply_adds() const {
    return static_cast<std::int64_t>(output().count()) * static_cast<std::int64_t>(columns());
  }
};

ConvolutionGeometry convolution_geometry(const LayerNode& node, const ImageShape& input);

/// The shape of each node's result for an image of this size. kUsage, naming the node: a graph that cannot be
/// computed (inputs that come later, extents that differ, a bias or weight of another size, a grid of codes
/// without sense, more than 65,535 weights per output channel, beyond which sums leave 32 bits).
Expected<std::vector<ImageShape>> node_shapes(const LayerGraph& graph, int height, int width);

}  // namespace alidade
