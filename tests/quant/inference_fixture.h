// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/quant/inference/integer_reference.h"
#include "core/quant/inference/quantized_graph.h"
#include "core/quant/inference/working_memory.h"
#include "tests/quant/quant_fixture.h"

namespace alidade::test {

/// A convolution with random weights, whose input has a grid.
inline LayerNode random_layer(const std::string& name, int in, int out, int kernel, int stride, int from,
                              const CodeGrid& grid, std::uint64_t seed) {
  LayerNode node;
  node.name = name;
  node.inputs = {from};
  node.relu = true;
  node.in_channels = in;
  node.out_channels = out;
  node.kernel = kernel;
  node.stride = stride;
  node.padding = kernel / 2;
  const std::size_t columns = static_cast<std::size_t>(in) * kernel * kernel;
  for (const double weight :
       random_weights(out * columns, seed, std::sqrt(2.0 / static_cast<double>(columns)))) {
    node.weight.push_back(static_cast<float>(weight));
  }
  for (const double bias : random_weights(static_cast<std::size_t>(out), seed + 1, 0.1)) {
    node.bias.push_back(static_cast<float>(bias));
  }
  node.input_scale = grid.scale;
  node.input_zero = grid.zero;
  node.input_bits = grid.bits;
  return node;
}

inline QuantizedWeights packed_layer(const LayerNode& node, const std::string& levels,
                                     Granularity granularity = Granularity::kChannel) {
  const std::vector<double> values(node.weight.begin(), node.weight.end());
  return *quantize({node.name, values, static_cast<std::size_t>(node.out_channels)}, *named_levels(levels),
                   granularity, RangeRule::kLargest);
}

/// A backbone of three levels, a pyramid of two sums, a head that all levels share no weights of.
inline LayerGraph small_network(int bits) {
  const CodeGrid image{1.0F / 255.0F, 0, 8}, behind_relu{3.0F / static_cast<float>((1 << bits) - 1), 0, bits};
  const CodeGrid around_zero{8.0F / static_cast<float>((1 << bits) - 1), 1 << (bits - 1), bits};
  LayerGraph graph;
  graph.nodes.push_back(random_layer("stem", 3, 12, 3, 2, -1, image, 1));
  graph.nodes.push_back(random_layer("c1", 12, 24, 3, 2, 0, behind_relu, 2));
  graph.nodes.push_back(random_layer("c2", 24, 40, 3, 2, 1, behind_relu, 3));
  graph.nodes.push_back(random_layer("side1", 24, 20, 1, 1, 1, {2.5F / 255.0F, 0, bits}, 4));
  graph.nodes.push_back(random_layer("side2", 40, 20, 1, 1, 2, behind_relu, 5));
  LayerNode up, sum;
  up.kind = LayerNode::Kind::kUpsample;
  up.name = "up";
  up.inputs = {4};
  sum.kind = LayerNode::Kind::kAdd;
  sum.name = "sum";
  sum.inputs = {3, 5};
  graph.nodes.push_back(up);
  graph.nodes.push_back(sum);
  graph.nodes.push_back(random_layer("smooth", 20, 20, 3, 1, 6, around_zero, 6));
  graph.nodes.push_back(random_layer("head1", 20, 9, 1, 1, 7, behind_relu, 7));
  graph.nodes.push_back(random_layer("head2", 20, 9, 3, 1, 4, around_zero, 8));
  for (const int i : {3, 4, 8, 9}) {
    graph.nodes[static_cast<std::size_t>(i)].relu = false;
  }
  graph.outputs = {8, 9};
  graph.output_names = {"near", "far"};
  return graph;
}

inline std::vector<float> random_image(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> image(count);
  for (float& value : image) {
    value = static_cast<float>(random.uniform());
  }
  return image;
}

inline PackedLayers pack_all(const LayerGraph& graph, const std::string& levels) {
  PackedLayers packed;
  for (const LayerNode& node : graph.nodes) {
    if (node.kind == LayerNode::Kind::kConvolution) {
      packed[node.name] = packed_layer(node, levels);
    }
  }
  return packed;
}

/// An image in a form, and back.
inline std::vector<std::uint8_t> laid_out(const std::vector<std::uint8_t>& codes, const ImageShape& shape,
                                          const TensorForm& form) {
  const int width = shape.width + 2 * form.border, height = shape.height + 2 * form.border;
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(width) * height * form.stride + 64, 0);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int v = y - form.border, u = x - form.border;
      const bool inside = v >= 0 && v < shape.height && u >= 0 && u < shape.width;
      for (int c = 0; c < shape.channels; ++c) {
        bytes[(static_cast<std::size_t>(y) * width + x) * form.stride + c] =
            inside ? codes[(static_cast<std::size_t>(c) * shape.height + v) * shape.width + u]
                   : static_cast<std::uint8_t>(form.grid.zero);
      }
    }
  }
  return bytes;
}

template <class T>
std::vector<T> separated(const T* values, const ImageShape& shape, const TensorForm& form) {
  const int width = shape.width + 2 * form.border;
  std::vector<T> planes;
  for (int c = 0; c < shape.channels; ++c) {
    for (int y = 0; y < shape.height; ++y) {
      for (int x = 0; x < shape.width; ++x) {
        planes.push_back(
            values[(static_cast<std::size_t>(y + form.border) * width + x + form.border) * form.stride + c]);
      }
    }
  }
  return planes;
}

}  // namespace alidade::test
