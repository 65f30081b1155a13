// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/inference/packed_layers.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace alidade {
namespace {

constexpr std::string_view kWeightEnd = ".weight";
/// Folding happens in float32.
constexpr double kFoldingError = 1e-3;

const LayerNode* convolution_named(const LayerGraph& graph, std::string_view name) {
  for (const LayerNode& node : graph.nodes) {
    if (node.kind == LayerNode::Kind::kConvolution && node.name == name) {
      return &node;
    }
  }
  return nullptr;
}

/// Gives each row the scale that makes the levels the graph's weights; false where none does.
bool fit_scales(const std::vector<float>& weight, QuantizedWeights& packed) {
  if (weight.size() != packed.codes.size()) {
    return false;
  }
  std::vector<double> scales;
  for (std::size_t row = 0; row < packed.rows; ++row) {
    double product = 0.0, square = 0.0, largest = 0.0;
    const std::size_t begin = row * packed.columns, end = begin + packed.columns;
    for (std::size_t i = begin; i < end; ++i) {
      const double level = packed.levels.values[packed.codes[i]];
      product += level * weight[i];
      square += level * level;
      largest = std::max(largest, std::abs(static_cast<double>(weight[i])));
    }
    scales.push_back(square > 0.0 ? product / square : 0.0);
    for (std::size_t i = begin; i < end; ++i) {
      const double level = packed.levels.values[packed.codes[i]];
      if (!(std::abs(scales.back() * level - weight[i]) <= kFoldingError * largest)) {
        return false;
      }
    }
  }
  packed.scales.values = std::move(scales);
  return true;
}

}  // namespace

Expected<PackedLayers> packed_layers(const LayerGraph& graph, const PackedCheckpoint& checkpoint,
                                     const std::string& file) {
  PackedLayers layers;
  for (const auto& [name, tensor] : checkpoint.packed) {
    const LayerNode* node = nullptr;
    if (name.ends_with(kWeightEnd)) {
      node = convolution_named(graph, std::string_view(name).substr(0, name.size() - kWeightEnd.size()));
    }
    if (node == nullptr) {
      return input_error(file, name, "it is packed, and no convolution of the network has it",
                         "pack weights of convolutions only");
    }
    QuantizedWeights weights = tensor.weights;
    if (weights.scales.zeros.empty() && !fit_scales(node->weight, weights)) {
      return input_error(file, name, "the network's weights are no multiples of the packed ones",
                         "pack the checkpoint again");
    }
    layers[node->name] = std::move(weights);
  }
  return layers;
}

}  // namespace alidade
