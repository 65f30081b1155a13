// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/inference/graph_plan.h"

#include <algorithm>
#include <set>
#include <utility>

namespace alidade {
namespace {

using Kind = LayerNode::Kind;

/// A value of the graph: a node's result, or the image under -1, and the forms in which others read it.
struct GraphValue {
  ImageShape shape;
  std::vector<TensorForm> wanted;
  std::vector<std::pair<TensorForm, int>> buffers;  ///< forms that are there

  void want(const TensorForm& form) {
    if (std::find(wanted.begin(), wanted.end(), form) == wanted.end()) {
      wanted.push_back(form);
    }
  }
  bool wants_float() const {
    return std::any_of(wanted.begin(), wanted.end(),
                       [](const TensorForm& form) { return form.kind == TensorForm::Kind::kFloat; });
  }
  /// Whether it is read as codes of several grids.
  bool wants_grids() const {
    return std::any_of(wanted.begin(), wanted.end(),
                       [this](const TensorForm& form) { return !(form.grid == wanted.front().grid); });
  }
  int buffer(const TensorForm& form) const {
    const auto found = std::find_if(buffers.begin(), buffers.end(),
                                    [&form](const auto& entry) { return entry.first == form; });
    return found == buffers.end() ? -1 : found->second;
  }
};

class GraphPlanner {
 public:
  GraphPlanner(const LayerGraph& graph, std::vector<LayerChoice> choices,
               const std::vector<ImageShape>& shapes, const ImageShape& image)
      : graph_(graph), choices_(std::move(choices)) {
    values_.push_back({image, {}, {}});
    for (const ImageShape& shape : shapes) {
      values_.push_back({shape, {}, {}});
    }
  }

  Expected<GraphPlan> plan();

 private:
  GraphValue& value(int index) { return values_[static_cast<std::size_t>(index + 1)]; }
  const LayerChoice& choice(std::size_t node) const { return choices_[node]; }
  ConvolutionGeometry geometry(std::size_t node) {
    return convolution_geometry(graph_.nodes[node], value(graph_.nodes[node].inputs[0]).shape);
  }

  void find_wanted();
  void find_folded();
  int new_buffer(GraphValue& of, const TensorForm& form);
  int scratch_buffer(std::size_t bytes);
  /// A step that reads and writes buffers, which live from their writing to their last reading.
  void add_step(int row, const std::vector<int>& buffers, std::function<void(const StepMemory&)> run);
  /// The buffer of a form, converted from the others when it is not there.
  int need(int index, const TensorForm& form, int row);
  void plan_image();
  Expected<void> plan_convolution(std::size_t node);
  void plan_sum(std::size_t node);
  void plan_upsampling(std::size_t node);
  void plan_outputs();
  TensorForm convolution_output(std::size_t node);
  int add_row(LayerReport row);

  const LayerGraph& graph_;
  std::vector<LayerChoice> choices_;
  std::vector<GraphValue> values_;
  std::vector<bool> folded_;  ///< upsamplings that an addition does on the way
  GraphPlan plan_;
};

void GraphPlanner::find_folded() {
  std::vector<int> readers(graph_.nodes.size(), 0), sums(graph_.nodes.size(), 0);
  for (const LayerNode& node : graph_.nodes) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      if (node.inputs[i] >= 0) {
        ++readers[static_cast<std::size_t>(node.inputs[i])];
        // An addition folds its second input, or its first one when it then can be exchanged.
        sums[static_cast<std::size_t>(node.inputs[i])] += node.kind == Kind::kAdd ? 1 : 0;
      }
    }
  }
  for (const int output : graph_.outputs) {
    ++readers[static_cast<std::size_t>(output)];
  }
  folded_.assign(graph_.nodes.size(), false);
  for (const LayerNode& node : graph_.nodes) {
    if (node.kind != Kind::kAdd) {
      continue;
    }
    for (const int input : {node.inputs[1], node.inputs[0]}) {
      const auto i = static_cast<std::size_t>(std::max(input, 0));
      if (input >= 0 && graph_.nodes[i].kind == Kind::kUpsample && readers[i] == 1 && sums[i] == 1) {
        folded_[i] = true;
        break;
      }
    }
  }
}

void GraphPlanner::find_wanted() {
  for (const int output : graph_.outputs) {
    value(output).want(float_form(value(output).shape.channels));
  }
  for (std::size_t i = graph_.nodes.size(); i-- > 0;) {
    const LayerNode& node = graph_.nodes[i];
    if (value(static_cast<int>(i)).wanted.empty()) {
      continue;  // nobody reads it
    }
    for (const int input : node.inputs) {
      GraphValue& read = value(input);
      read.want(node.kind == Kind::kConvolution ? choice(i).input_form(node, geometry(i))
                                                : float_form(read.shape.channels));
    }
  }
}

int GraphPlanner::new_buffer(GraphValue& of, const TensorForm& form) {
  const int buffer = static_cast<int>(plan_.buffers.size());
  const int step = static_cast<int>(plan_.steps.size());
  plan_.buffers.push_back({form.bytes(of.shape.height, of.shape.width), step, step});
  of.buffers.emplace_back(form, buffer);
  return buffer;
}

int GraphPlanner::scratch_buffer(std::size_t bytes) {
  const int step = static_cast<int>(plan_.steps.size());
  plan_.buffers.push_back({bytes, step, step});
  return static_cast<int>(plan_.buffers.size()) - 1;
}

void GraphPlanner::add_step(int row, const std::vector<int>& buffers,
                            std::function<void(const StepMemory&)> run) {
  for (const int buffer : buffers) {
    if (buffer >= 0) {
      plan_.buffers[static_cast<std::size_t>(buffer)].last = static_cast<int>(plan_.steps.size());
    }
  }
  plan_.steps.push_back({row, std::move(run)});
}

int GraphPlanner::add_row(LayerReport row) {
  plan_.rows.push_back(std::move(row));
  return static_cast<int>(plan_.rows.size()) - 1;
}

int GraphPlanner::need(int index, const TensorForm& form, int row) {
  GraphValue& of = value(index);
  if (const int there = of.buffer(form); there >= 0) {
    return there;
  }
  const ImageShape shape = of.shape;
  for (const auto& [other, from] : std::vector<std::pair<TensorForm, int>>(of.buffers)) {
    if (other.kind == TensorForm::Kind::kCodes && other.grid == form.grid &&
        form.kind == TensorForm::Kind::kCodes) {
      const int to = new_buffer(of, form);
      add_step(row, {from, to}, [=, source = other](const StepMemory& memory) {
        copy_codes(memory.at<std::uint8_t>(from), source, shape, form, memory.at<std::uint8_t>(to));
      });
      return to;
    }
  }
  const int from = of.buffer(float_form(shape.channels));
  const int to = new_buffer(of, form);
  add_step(row, {from, to}, [=](const StepMemory& memory) {
    quantize_image(memory.at<float>(from), shape, form, memory.at<std::uint8_t>(to));
  });
  return to;
}

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

Expected<GraphPlan> GraphPlanner::plan() {
  find_folded();
  find_wanted();
  plan_image();
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
    const LayerNode& node = graph_.nodes[i];
    if (folded_[i] || value(static_cast<int>(i)).wanted.empty()) {
      continue;
    }
    if (node.kind == Kind::kConvolution) {
      if (auto planned = plan_convolution(i); !planned) {
        return planned.error();
      }
    } else {
      node.kind == Kind::kAdd ? plan_sum(i) : plan_upsampling(i);
    }
  }
  plan_outputs();
  return std::move(plan_);
}

Expected<std::vector<LayerChoice>> choose_ways(const LayerGraph& graph, const std::vector<ImageShape>& shapes,
                                               const PackedLayers& packed, const InferenceOptions& options) {
  std::vector<LayerChoice> choices;
  std::set<std::string> found;
  for (const LayerNode& node : graph.nodes) {
    choices.emplace_back();
    if (node.kind == Kind::kConvolution) {
      if (packed.contains(node.name)) {
        found.insert(node.name);
      }
      auto choice = choose_way(node, shapes[choices.size() - 1], packed, options);
      if (!choice) {
        return choice.error();
      }
      choices.back() = std::move(*choice);
    }
  }
  for (const auto& [name, weights] : packed) {
    if (!found.contains(name)) {
      return usage_error("The network has no layer \"" + name + "\", for which there are packed weights.");
    }
  }
  return choices;
}

}  // namespace

Expected<GraphPlan> plan_graph(const LayerGraph& graph, const PackedLayers& packed, int height, int width,
                               const InferenceOptions& options) {
  const auto shapes = node_shapes(graph, height, width);
  if (!shapes) {
    return shapes.error();
  }
  auto choices = choose_ways(graph, *shapes, packed, options);
  if (!choices) {
    return choices.error();
  }
  return GraphPlanner(graph, std::move(*choices), *shapes, {graph.input_channels, height, width}).plan();
}

}  // namespace alidade
