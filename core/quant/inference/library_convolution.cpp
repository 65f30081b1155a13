// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <cstdint>
#include <vector>

#include "core/quant/inference/convolution.h"
#include "core/quant/inference/instruction_set.h"
#include "core/quant/inference/library_runtime.h"

namespace alidade {
namespace {

using LibraryType = dnnl::memory::data_type;

/// oneDNN computes scale * (sum + bias): factors and biases per output channel that give the task's output,
/// and what it cuts to.
struct LibraryRescaling {
  std::vector<float> factors, biases;
  bool cuts = false;
  float low = 0.0F, high = 0.0F;
};

/// A channel whose scale is 0 has only its bias; its weights are zeroed, so that any factor serves.
LibraryRescaling library_rescaling(const ConvolutionTask& task, const IntegerWeights& weights) {
  LibraryRescaling rescaling;
  const bool to_codes = task.output.kind == TensorForm::Kind::kCodes;
  const double unit = to_codes ? 1.0 / task.output.grid.scale : 1.0;
  const int zero = to_codes ? task.output.grid.zero : 0;
  for (std::size_t out = 0; out < weights.scales.size(); ++out) {
    const bool dead = weights.scales[out] == 0.0;
    const double scale = dead ? 1.0 : task.input.scale * weights.scales[out];
    rescaling.factors.push_back(static_cast<float>(scale * unit));
    const double correction = dead ? 0.0 : static_cast<double>(task.input.zero) * weights.sums[out];
    rescaling.biases.push_back(static_cast<float>((task.bias[out] + zero / unit) / scale - correction));
  }
  // Beyond 0 and 255 the conversion to bytes cuts by itself.
  const int low = to_codes && task.relu ? zero : 0, high = task.output.grid.largest();
  rescaling.cuts = to_codes && (low != 0 || high != 255);
  rescaling.low = static_cast<float>(low);
  rescaling.high = static_cast<float>(high);
  return rescaling;
}

dnnl::primitive_attr user_scratchpad() {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attributes;
}

dnnl::primitive_attr library_attributes(const ConvolutionTask& task, const LibraryRescaling& rescaling) {
  dnnl::primitive_attr attributes = user_scratchpad();
  constexpr int kPerOutput = 1 << 1;
  attributes.set_output_scales(kPerOutput, rescaling.factors);
  dnnl::post_ops after;
  if (rescaling.cuts) {
    after.append_eltwise(1.0F, dnnl::algorithm::eltwise_clip, rescaling.low, rescaling.high);
  } else if (task.output.kind == TensorForm::Kind::kFloat && task.relu) {
    after.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
  }
  attributes.set_post_ops(after);
  return attributes;
}

/// The geometry with the border counted in.
ConvolutionGeometry bordered(ConvolutionGeometry geometry, int border) {
  if (border > 0) {
    geometry.in_height += 2 * border;
    geometry.in_width += 2 * border;
    geometry.padding -= border;
  }
  return geometry;
}

std::vector<std::int8_t> living_values(const IntegerWeights& weights) {
  std::vector<std::int8_t> values = weights.values;
  const std::size_t columns = values.size() / weights.scales.size();
  for (std::size_t out = 0; out < weights.scales.size(); ++out) {
    if (weights.scales[out] == 0.0) {
      std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(out * columns), columns, 0);
    }
  }
  return values;
}

}  // namespace

Expected<std::unique_ptr<Convolution>> make_float_convolution(const ConvolutionTask& task,
                                                              std::span<const float> weights) {
  try {
    dnnl::primitive_attr attributes = user_scratchpad();
    if (task.relu) {
      dnnl::post_ops after;
      after.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
      attributes.set_post_ops(after);
    }
    return std::unique_ptr<Convolution>(new LibraryConvolution(
        {task.geometry, LibraryType::f32, LibraryType::f32, LibraryType::f32, attributes}, weights.data(),
        task.bias.data()));
  } catch (const dnnl::error& problem) {
    return library_error(task.name, problem);
  }
}

Expected<std::unique_ptr<Convolution>> make_library_convolution(const ConvolutionTask& task,
                                                                const IntegerWeights& weights) {
  try {
    const int border = library_input_form(task.geometry, task.input).border;
    const ConvolutionGeometry geometry = bordered(task.geometry, border);
    if (task.output.kind == TensorForm::Kind::kSums) {
      return std::unique_ptr<Convolution>(new LibraryConvolution(
          {geometry, LibraryType::u8, LibraryType::s8, LibraryType::s32, user_scratchpad()},
          weights.values.data(), nullptr));
    }
    const LibraryRescaling rescaling = library_rescaling(task, weights);
    const auto output = task.output.kind == TensorForm::Kind::kFloat ? LibraryType::f32 : LibraryType::u8;
    return std::unique_ptr<Convolution>(new LibraryConvolution(
        {geometry, LibraryType::u8, LibraryType::s8, output, library_attributes(task, rescaling)},
        living_values(weights).data(), rescaling.biases.data()));
  } catch (const dnnl::error& problem) {
    return library_error(task.name, problem);
  }
}

TensorForm library_input_form(const ConvolutionGeometry& geometry, const CodeGrid& input) {
  return {TensorForm::Kind::kCodes, input, input.zero == 0 ? 0 : geometry.padding, geometry.in_channels};
}

bool library_is_exact(const IntegerWeights& weights, const CodeGrid& input) {
  return instruction_set() >= InstructionSet::kAvx512Vnni || 2 * weights.reach() * input.largest() <= 32767;
}

}  // namespace alidade
