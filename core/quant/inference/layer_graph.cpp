// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/inference/layer_graph.h"

#include <cmath>

namespace alidade {
namespace {

constexpr int kMostExtent = 1 << 14;
constexpr std::size_t kMostColumns = 65535;

Error bad_node(const LayerNode& node, const std::string& problem) {
  return usage_error("The layer \"" + node.name + "\" cannot be computed: " + problem + ".");
}

Expected<void> check_grid(const LayerNode& node) {
  if (node.input_scale == 0.0F) {
    return {};
  }
  if (!std::isfinite(node.input_scale) || node.input_scale < 0.0F) {
    return bad_node(node, "the scale of its input is no positive number");
  }
  if (node.input_bits < 1 || node.input_bits > 8) {
    return bad_node(node, "codes of its input have " + std::to_string(node.input_bits) + " bits, not 1 to 8");
  }
  if (node.input_zero < 0 || node.input_zero > node.input_grid().largest()) {
    return bad_node(node, "the zero point of its input is none of the codes");
  }
  return {};
}

Expected<ImageShape> convolution_shape(const LayerNode& node, const ImageShape& input) {
  if (node.in_channels != input.channels) {
    return bad_node(node, "it takes " + std::to_string(node.in_channels) + " channels and is given " +
                              std::to_string(input.channels));
  }
  if (node.out_channels < 1 || node.out_channels > kMostExtent || node.kernel < 1 || node.kernel > 64 ||
      node.stride < 1 || node.stride > 64 || node.padding < 0 || node.padding >= node.kernel) {
    return bad_node(node, "its channels, kernel, stride or padding make no sense");
  }
  const ConvolutionGeometry geometry = convolution_geometry(node, input);
  if (input.height + 2 * node.padding < node.kernel || input.width + 2 * node.padding < node.kernel) {
    return bad_node(node, "its kernel is larger than the image");
  }
  if (geometry.columns() > kMostColumns) {
    return bad_node(node, "an output channel has more than 65,535 weights");
  }
  if (node.bias.size() != static_cast<std::size_t>(node.out_channels)) {
    return bad_node(node, "it has " + std::to_string(node.bias.size()) + " biases for " +
                              std::to_string(node.out_channels) + " channels");
  }
  if (!node.weight.empty() && node.weight.size() != node.out_channels * geometry.columns()) {
    return bad_node(node, "the number of its weights does not fit its channels and kernel");
  }
  if (auto fine = check_grid(node); !fine) {
    return fine.error();
  }
  return geometry.output();
}

}  // namespace

ConvolutionGeometry convolution_geometry(const LayerNode& node, const ImageShape& input) {
  return {node.in_channels, node.out_channels, node.kernel, node.stride,
          node.padding,     input.height,      input.width};
}

Expected<std::vector<ImageShape>> node_shapes(const LayerGraph& graph, int height, int width) {
  const ImageShape image{graph.input_channels, height, width};
  if (image.channels < 1 || image.channels > kMostExtent || height < 1 || height > kMostExtent || width < 1 ||
      width > kMostExtent) {
    return usage_error("An image has 1 to 16,384 pixels on each side.");
  }
  std::vector<ImageShape> shapes;
  for (const LayerNode& node : graph.nodes) {
    const std::size_t wanted = node.kind == LayerNode::Kind::kAdd ? 2 : 1;
    if (node.inputs.size() != wanted) {
      return bad_node(node, "it needs " + std::to_string(wanted) + " inputs");
    }
    std::vector<ImageShape> inputs;
    for (const int input : node.inputs) {
      if (input < -1 || input >= static_cast<int>(shapes.size())) {
        return bad_node(node, "it reads a layer that comes later");
      }
      inputs.push_back(input < 0 ? image : shapes[static_cast<std::size_t>(input)]);
    }
    if (node.kind == LayerNode::Kind::kConvolution) {
      const auto shape = convolution_shape(node, inputs[0]);
      if (!shape) {
        return shape.error();
      }
      shapes.push_back(*shape);
    } else if (node.kind == LayerNode::Kind::kAdd) {
      if (inputs[0] != inputs[1]) {
        return bad_node(node, "its inputs differ in shape");
      }
      shapes.push_back(inputs[0]);
    } else if (node.relu) {
      return bad_node(node, "an upsampling has no ReLU");
    } else {
      shapes.push_back({inputs[0].channels, 2 * inputs[0].height, 2 * inputs[0].width});
    }
    if (shapes.back().height > 2 * kMostExtent || shapes.back().width > 2 * kMostExtent) {
      return bad_node(node, "its result is too large");
    }
  }
  for (const int output : graph.outputs) {
    if (output < 0 || output >= static_cast<int>(shapes.size())) {
      return usage_error("An output of the network is none of its layers.");
    }
  }
  return shapes;
}

}  // namespace alidade
