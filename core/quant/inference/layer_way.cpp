// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/inference/layer_way.h"

#include "core/quant/inference/instruction_set.h"
#include "core/quant/inference/packed_convolution.h"

namespace alidade {
namespace {

/// Why packed weights cannot be computed in whole numbers; empty where they can.
std::string float_reason(const LayerNode& node, const QuantizedWeights& weights,
                         const InferenceOptions& options) {
  if (options.keep_float.contains(node.name)) {
    return "kept in float32";
  }
  if (!node.has_codes()) {
    return "its input is not quantized";
  }
  if (!weights.scales.zeros.empty() || !has_integer_levels(weights.levels)) {
    return "its levels are no whole numbers of 8 bits";
  }
  return {};
}

LayerWay integer_way(const IntegerWeights& weights, const CodeGrid& input, const ImageShape& result,
                     const InferenceOptions& options) {
  // One pixel takes as long as its weights take to come from memory.
  const bool has_amx = instruction_set() == InstructionSet::kAmx && result.pixels() > 1;
  const bool stays_packed = weights.levels.size() <= 16 && !options.unpack && !has_amx;
  return stays_packed || options.own_kernels || !library_is_exact(weights, input) ? LayerWay::kPacked
                                                                                  : LayerWay::kLibrary;
}

}  // namespace

TensorForm LayerChoice::input_form(const LayerNode& node, const ConvolutionGeometry& geometry) const {
  switch (way) {
    case LayerWay::kLibrary:
      return library_input_form(geometry, node.input_grid());
    case LayerWay::kPacked:
      return packed_input_form(geometry, node.input_grid());
    case LayerWay::kFloat:
      break;
  }
  return float_form(node.in_channels);
}

Expected<LayerChoice> choose_way(const LayerNode& node, const ImageShape& result, const PackedLayers& packed,
                                 const InferenceOptions& options) {
  LayerChoice choice;
  const auto found = packed.find(node.name);
  if (found == packed.end()) {
    choice.label = "float32";
    choice.reals = node.weight;
    return node.weight.empty()
               ? Expected<LayerChoice>(usage_error("The layer \"" + node.name + "\" has no weights."))
               : Expected<LayerChoice>(std::move(choice));
  }
  const QuantizedWeights& weights = found->second;
  choice.label = weights.levels.label();
  choice.note = float_reason(node, weights, options);
  if (!choice.note.empty()) {
    auto reals = real_weights(weights, node);
    if (!reals) {
      return reals.error();
    }
    choice.reals = std::move(*reals);
    return choice;
  }
  auto integers = integer_weights(weights, node);
  if (!integers) {
    return integers.error();
  }
  choice.integers = std::move(*integers);
  choice.weight_bits = choice.integers.bits;
  choice.activation_bits = node.input_bits;
  choice.way = integer_way(choice.integers, node.input_grid(), result, options);
  return choice;
}

Expected<std::unique_ptr<Convolution>> make_convolution(const ConvolutionTask& task,
                                                        const LayerChoice& choice) {
  switch (choice.way) {
    case LayerWay::kLibrary:
      return make_library_convolution(task, choice.integers);
    case LayerWay::kPacked:
      return make_packed_convolution(task, choice.integers);
    case LayerWay::kFloat:
      break;
  }
  return make_float_convolution(task, choice.reals);
}

}  // namespace alidade
