// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/inference/graph_plan.h"

#include <set>

#include "core/quant/inference/graph_planner.h"

namespace alidade {

void GraphPlanner::find_folded() {
  std::vector<int> readers(graph_.nodes.size(), 0), sums(graph_.nodes.size(), 0);
  for (const LayerNode& node : graph_.nodes) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      if (node.inputs[i] >= 0) {
        ++readers[static_cast<std::size_t>(node.inputs[i])];
        // An addition folds its second input, or its first one when it then can be exchanged.
        sums[static_cast<std::size_t>(node.inputs[i])] += node.kind == LayerNode::Kind::kAdd ? 1 : 0;
      }
    }
  }
  for (const int output : graph_.outputs) {
    ++readers[static_cast<std::size_t>(output)];
  }
  folded_.assign(graph_.nodes.size(), false);
  for (const LayerNode& node : graph_.nodes) {
    if (node.kind != LayerNode::Kind::kAdd) {
      continue;
    }
    for (const int input : {node.inputs[1], node.inputs[0]}) {
      const auto i = static_cast<std::size_t>(std::max(input, 0));
      if (input >= 0 && graph_.nodes[i].kind == LayerNode::Kind::kUpsample && readers[i] == 1 &&
          sums[i] == 1) {
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
      read.want(node.kind == LayerNode::Kind::kConvolution ? choice(i).input_form(node, geometry(i))
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

Expected<GraphPlan> GraphPlanner::plan() {
  find_folded();
  find_wanted();
  plan_image();
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
    const LayerNode& node = graph_.nodes[i];
    if (folded_[i] || value(static_cast<int>(i)).wanted.empty()) {
      continue;
    }
    if (node.kind == LayerNode::Kind::kConvolution) {
      if (auto planned = plan_convolution(i); !planned) {
        return planned.error();
      }
    } else {
      node.kind == LayerNode::Kind::kAdd ? plan_sum(i) : plan_upsampling(i);
    }
  }
  plan_outputs();
  return std::move(plan_);
}

namespace {

Expected<std::vector<LayerChoice>> choose_ways(const LayerGraph& graph, const std::vector<ImageShape>& shapes,
                                               const PackedLayers& packed, const InferenceOptions& options) {
  std::vector<LayerChoice> choices;
  std::set<std::string> found;
  for (const LayerNode& node : graph.nodes) {
    choices.emplace_back();
    if (node.kind == LayerNode::Kind::kConvolution) {
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
