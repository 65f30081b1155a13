// SPDX-License-Identifier: BSD-3-Clause
// A row of the report at a time: its steps, and what they write.
#include "core/quant/inference/graph_planner.h"

namespace alidade {

void GraphPlanner::plan_image() {
  GraphValue& image = value(-1);
  const int row = add_row({"image", "", "conversion", "", 0, 0, 0, 0});
  for (const TensorForm& form : image.wanted) {
    const int to = new_buffer(image, form);
    add_step(row, {to}, [=, shape = image.shape](const StepMemory& memory) {
      form.kind == TensorForm::Kind::kFloat
          ? interleave_image(memory.image, shape, memory.at<float>(to))
          : interleave_codes(memory.image, shape, form, memory.at<std::uint8_t>(to));
    });
  }
}

/// What the convolution itself writes: codes when one grid is all that is read, else float32.
TensorForm GraphPlanner::convolution_output(std::size_t node) {
  const GraphValue& result = value(static_cast<int>(node));
  const int channels = result.shape.channels;
  if (choice(node).way == LayerWay::kFloat || result.wants_float() || result.wants_grids()) {
    return float_form(channels);
  }
  if (choice(node).way == LayerWay::kLibrary) {
    return {TensorForm::Kind::kCodes, result.wanted.front().grid, 0, channels};
  }
  // Our kernels write any border; the widest needs the longest copy.
  return *std::max_element(result.wanted.begin(), result.wanted.end(),
                           [](const TensorForm& a, const TensorForm& b) { return a.border < b.border; });
}

Expected<void> GraphPlanner::plan_convolution(std::size_t node) {
  const LayerNode& layer = graph_.nodes[node];
  const LayerChoice& chosen = choice(node);
  GraphValue& result = value(static_cast<int>(node));
  const TensorForm output = convolution_output(node);
  const ConvolutionTask task{layer.name, geometry(node), layer.bias, layer.relu, layer.input_grid(), output};
  auto made = make_convolution(task, chosen);
  if (!made) {
    return made.error();
  }
  const std::shared_ptr<const Convolution> convolution = std::move(*made);
  const int row =
      add_row({layer.name, chosen.label, convolution->engine(), chosen.note, chosen.weight_bits,
               chosen.activation_bits, task.geometry.multiply_adds(), convolution->weight_bytes()});
  const int from = need(layer.inputs[0], chosen.input_form(layer, task.geometry), row);
  const int to = new_buffer(result, output), scratch = scratch_buffer(convolution->scratch_bytes());
  add_step(row, {from, to, scratch}, [=](const StepMemory& memory) {
    convolution->run(memory.at<void>(from), memory.at<void>(to), memory.at<void>(scratch));
  });
  for (const TensorForm& form : result.wanted) {
    need(static_cast<int>(node), form, row);
  }
  return {};
}

void GraphPlanner::plan_sum(std::size_t node) {
  const LayerNode& layer = graph_.nodes[node];
  GraphValue& result = value(static_cast<int>(node));
  int a = layer.inputs[0], b = layer.inputs[1];
  const auto is_folded = [this](int input) { return input >= 0 && folded_[static_cast<std::size_t>(input)]; };
  if (is_folded(a)) {
    std::swap(a, b);
  }
  const bool half = is_folded(b);
  b = half ? graph_.nodes[static_cast<std::size_t>(b)].inputs[0] : b;
  const int row = add_row({layer.name, "", "float32 sum", "", 0, 0, 0, 0});
  const TensorForm plain = float_form(result.shape.channels);
  const int from_a = need(a, plain, row), from_b = need(b, plain, row);
  const auto codes = std::find_if(result.wanted.begin(), result.wanted.end(), [](const TensorForm& form) {
    return form.kind == TensorForm::Kind::kCodes;
  });
  const bool has_codes = codes != result.wanted.end();
  const TensorForm form = has_codes ? *codes : TensorForm{};
  const int to_codes = has_codes ? new_buffer(result, form) : -1;
  const bool has_float = result.wants_float() || result.wants_grids();
  const int to = has_float ? new_buffer(result, plain) : -1;
  add_step(row, {from_a, from_b, to, to_codes},
           [=, shape = result.shape, relu = layer.relu](const StepMemory& memory) {
             add_images({shape, memory.at<float>(from_a), memory.at<float>(from_b), half, relu,
                         to < 0 ? nullptr : memory.at<float>(to),
                         to_codes < 0 ? nullptr : memory.at<std::uint8_t>(to_codes), form});
           });
  for (const TensorForm& wanted : result.wanted) {
    need(static_cast<int>(node), wanted, row);
  }
}

void GraphPlanner::plan_upsampling(std::size_t node) {
  GraphValue& result = value(static_cast<int>(node));
  const LayerNode& layer = graph_.nodes[node];
  const int row = add_row({layer.name, "", "nearest pixel", "", 0, 0, 0, 0});
  const TensorForm plain = float_form(result.shape.channels);
  const int from = need(layer.inputs[0], plain, row);
  const int to = new_buffer(result, plain);
  add_step(row, {from, to}, [=, shape = result.shape](const StepMemory& memory) {
    upsample_image(memory.at<float>(from), shape, memory.at<float>(to));
  });
  for (const TensorForm& form : result.wanted) {
    need(static_cast<int>(node), form, row);
  }
}

void GraphPlanner::plan_outputs() {
  const int row = add_row({"outputs", "", "conversion", "", 0, 0, 0, 0});
  for (std::size_t i = 0; i < graph_.outputs.size(); ++i) {
    GraphValue& result = value(graph_.outputs[i]);
    const int from = result.buffer(float_form(result.shape.channels));
    plan_.outputs.push_back(result.shape);
    add_step(row, {from}, [=, shape = result.shape](const StepMemory& memory) {
      separate_image(memory.at<float>(from), shape, (*memory.outputs)[i].data());
    });
  }
}

}  // namespace alidade
