// SPDX-License-Identifier: BSD-3-Clause
// The network written down as a layer graph.
#include <utility>

#include "core/nn/keypoint/torch/keypoint_modules.h"
#include "core/nn/torch/module_parameters.h"

namespace alidade {
namespace {

constexpr int kGraphInput = -1;

/// Makes a node of every operation; values are the nodes' indices.
struct GraphOps {
  LayerGraph& graph;
  const std::map<std::string, InputQuantization>& inputs;

  int add_node(LayerNode node) {
    graph.nodes.push_back(std::move(node));
    return static_cast<int>(graph.nodes.size()) - 1;
  }

  int convolve(NamedConvolution& one, int input) {
    const QuantizableConvOptions& options = one.convolution->options;
    LayerNode node;
    node.name = one.name;
    node.inputs = {input};
    node.relu = options.relu;
    node.in_channels = options.in;
    node.out_channels = options.out;
    node.kernel = options.kernel;
    node.stride = options.stride;
    node.padding = options.kernel / 2;
    node.weight = plain_values(one.convolution->weight);
    node.bias = plain_values(one.convolution->bias);
    if (const auto found = inputs.find(one.name); found != inputs.end()) {
      node.input_scale = found->second.scale;
      node.input_zero = found->second.zero;
      node.input_bits = found->second.bits;
    }
    return add_node(std::move(node));
  }

  int add(const std::string& name, int a, int b, bool relu) {
    LayerNode node;
    node.kind = LayerNode::Kind::kAdd;
    node.name = name;
    node.inputs = {a, b};
    node.relu = relu;
    return add_node(std::move(node));
  }

  int upsample(const std::string& name, int input) {
    LayerNode node;
    node.kind = LayerNode::Kind::kUpsample;
    node.name = name;
    node.inputs = {input};
    return add_node(std::move(node));
  }
};

}  // namespace

LayerGraph KeypointNetwork::layer_graph() const {
  const auto folded = without_norms();
  LayerGraph graph;
  GraphOps ops{graph, impl_->inputs};
  graph.outputs = folded->impl().module->run(ops, kGraphInput);
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    graph.output_names.push_back("p" + std::to_string(i + 3));
  }
  return graph;
}

}  // namespace alidade
