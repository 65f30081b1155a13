// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/inference/packed_convolution.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

#include "core/quant/inference/image_kernels.h"
#include "core/quant/inference/instruction_set.h"
#include "core/quant/inference/packed_weights.h"

namespace alidade {
namespace {

class PackedConvolution : public Convolution {
 public:
  PackedConvolution(const ConvolutionTask& task, const IntegerWeights& weights)
      : task_(task), weights_(pack_weights(task.geometry, weights, best_products(weights, task.input))) {
    set_rescaling(weights);
    set_offsets();
  }

  void run(const void* input, void* output, void* scratch) const override;
  std::size_t scratch_bytes() const override { return weights_.scratch_bytes(); }
  std::size_t weight_bytes() const override {
    return weights_.bytes.size() + (factors_.size() + biases_.size()) * sizeof(float);
  }
  std::string engine() const override;

 private:
  void set_rescaling(const IntegerWeights& weights);
  void set_offsets();
  PackedCall call_of(const void* input, void* scratch) const;

  ConvolutionTask task_;
  PackedWeights weights_;
  std::vector<std::uint32_t> offsets_;   ///< of the inputs of an output pixel
  std::vector<float> factors_, biases_;  ///< of whole tiles
  float low_ = 0.0F, high_ = 0.0F;
};

void PackedConvolution::set_rescaling(const IntegerWeights& weights) {
  const bool to_codes = task_.output.kind == TensorForm::Kind::kCodes;
  const double unit = to_codes ? 1.0 / task_.output.grid.scale : 1.0;
  const int zero = to_codes ? task_.output.grid.zero : 0;
  const std::size_t channels = weights.scales.size();
  const std::size_t padded = (channels + kTileOutputs - 1) / kTileOutputs * kTileOutputs;
  factors_.assign(padded, 0.0F);
  biases_.assign(padded, 0.0F);
  for (std::size_t out = 0; out < channels; ++out) {
    const double scale = task_.input.scale * weights.scales[out];
    const double offset = task_.bias[out] - scale * task_.input.zero * weights.sums[out];
    factors_[out] = static_cast<float>(scale * unit);
    biases_[out] = static_cast<float>(offset * unit + zero);
  }
  constexpr float kMost = std::numeric_limits<float>::max();
  low_ = to_codes ? static_cast<float>(task_.relu ? zero : 0) : (task_.relu ? 0.0F : -kMost);
  high_ = to_codes ? static_cast<float>(task_.output.grid.largest()) : kMost;
}

void PackedConvolution::set_offsets() {
  const TensorForm form = packed_input_form(task_.geometry, task_.input);
  const int row_bytes = (task_.geometry.in_width + 2 * form.border) * form.stride;
  for (int y = 0; y < task_.geometry.kernel; ++y) {
    for (int x = 0; x < task_.geometry.kernel * form.stride; x += kUnitInputs) {
      offsets_.push_back(static_cast<std::uint32_t>(y * row_bytes + x));
    }
  }
}

PackedCall PackedConvolution::call_of(const void* input, void* scratch) const {
  const ConvolutionGeometry& g = task_.geometry;
  const TensorForm form = packed_input_form(g, task_.input);
  PackedCall call;
  call.input = static_cast<const std::uint8_t*>(input);
  call.offsets = offsets_.data();
  call.steps = static_cast<int>(offsets_.size());
  call.is_contiguous = offsets_.back() + kUnitInputs == offsets_.size() * kUnitInputs;
  call.row_bytes = static_cast<std::size_t>(g.stride) * (g.in_width + 2 * form.border) * form.stride;
  call.step_bytes = static_cast<std::size_t>(g.stride) * form.stride;
  call.height = g.out_height();
  call.width = g.out_width();
  call.products = weights_.products;
  call.steps_in_16_bits = weights_.steps_in_16_bits;
  call.low = low_;
  call.high = high_;
  call.kind = task_.output.kind;
  call.scratch = scratch;
  return call;
}

void PackedConvolution::run(const void* input, void* output, void* scratch) const {
  const TensorForm& form = task_.output;
  PackedCall call = call_of(input, scratch);
  const std::size_t element = form.element_bytes();
  call.out_pixel_bytes = static_cast<std::size_t>(form.stride) * element;
  call.out_row_bytes = static_cast<std::size_t>(call.width + 2 * form.border) * call.out_pixel_bytes;
  std::byte* first = static_cast<std::byte*>(output) +
                     static_cast<std::size_t>(form.border) * (call.out_row_bytes + call.out_pixel_bytes);
  // Pixels of a 1 x 1 convolution without borders are one long row.
  if (task_.geometry.kernel == 1 && task_.geometry.stride == 1 && form.border == 0) {
    call.width *= call.height;
    call.height = 1;
  }
  const int channels = task_.geometry.out_channels;
  for (const PackedWeights::Block& block : weights_.blocks) {
    const int begin = block.first_tile * kTileOutputs;
    call.block = weights_.block(block);
    call.tiles = block.tiles;
    call.factors = factors_.data() + begin;
    call.biases = biases_.data() + begin;
    call.channels = std::min(channels - begin, block.tiles * kTileOutputs);
    call.spare = begin + call.channels == channels && form.kind == TensorForm::Kind::kCodes
                     ? form.stride - channels
                     : 0;
    call.output = first + static_cast<std::size_t>(begin) * element;
    run_packed(call);
  }
  if (form.border > 0) {
    fill_border(task_.geometry.output(), form, static_cast<std::uint8_t*>(output));
  }
}

std::string PackedConvolution::engine() const {
  const char* products = weights_.products == Products::kDot     ? "dot products"
                         : weights_.products == Products::kBytes ? "byte pairs"
                                                                 : "16-bit pairs";
  return "own " + std::to_string(weights_.bits) + " bit, " + products + ", " +
         instruction_set_name(std::min(instruction_set(), InstructionSet::kAvx512Vnni));
}

}  // namespace

Expected<std::unique_ptr<Convolution>> make_packed_convolution(const ConvolutionTask& task,
                                                               const IntegerWeights& weights) {
  return std::unique_ptr<Convolution>(new PackedConvolution(task, weights));
}

TensorForm packed_input_form(const ConvolutionGeometry& geometry, const CodeGrid& input) {
  return {TensorForm::Kind::kCodes, input, geometry.padding,
          (geometry.in_channels + kUnitInputs - 1) / kUnitInputs * kUnitInputs};
}

}  // namespace alidade
