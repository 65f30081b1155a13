// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/inference/integer_reference.h"

#include <algorithm>
#include <cmath>

namespace alidade {
namespace {

/// The sum of products at each output pixel; beyond the image stands `outside`.
template <class Sum, class Weight, class Value>
std::vector<Sum> plain_convolution(const ConvolutionGeometry& g, std::span<const Weight> weights,
                                   std::span<const Value> image, Value outside) {
  std::vector<Sum> sums;
  sums.reserve(g.output().count());
  for (int out = 0; out < g.out_channels; ++out) {
    for (int y = 0; y < g.out_height(); ++y) {
      for (int x = 0; x < g.out_width(); ++x) {
        Sum sum = 0;
        const Weight* weight = weights.data() + static_cast<std::size_t>(out) * g.columns();
        for (int in = 0; in < g.in_channels; ++in) {
          for (int ky = 0; ky < g.kernel; ++ky) {
            for (int kx = 0; kx < g.kernel; ++kx, ++weight) {
              const int v = y * g.stride + ky - g.padding, u = x * g.stride + kx - g.padding;
              const bool inside = v >= 0 && v < g.in_height && u >= 0 && u < g.in_width;
              const Value value =
                  inside ? image[(static_cast<std::size_t>(in) * g.in_height + v) * g.in_width + u] : outside;
              sum += static_cast<Sum>(*weight) * static_cast<Sum>(value);
            }
          }
        }
        sums.push_back(sum);
      }
    }
  }
  return sums;
}

Expected<std::vector<double>> reference_convolution(const LayerNode& node, const ConvolutionGeometry& g,
                                                    const QuantizedWeights* packed,
                                                    const std::vector<double>& image) {
  if (packed != nullptr && node.has_codes() && packed->scales.zeros.empty() &&
      has_integer_levels(packed->levels)) {
    const auto weights = integer_weights(*packed, node);
    if (!weights) {
      return weights.error();
    }
    std::vector<std::uint8_t> codes;
    for (const double value : image) {
      codes.push_back(reference_code(value, node.input_grid()));
    }
    const auto sums = reference_sums(g, weights->values, codes, node.input_zero);
    return reference_values(g, *weights, sums, node.input_grid(), node.bias, node.relu);
  }
  std::vector<double> weights(node.weight.begin(), node.weight.end());
  if (packed != nullptr) {
    weights = dequantized(*packed);
  }
  if (weights.size() != g.columns() * static_cast<std::size_t>(g.out_channels)) {
    return usage_error("The layer \"" + node.name + "\" has no weights.");
  }
  auto values = plain_convolution<double, double, double>(g, weights, image, 0.0);
  const std::size_t pixels = g.output().pixels();
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] += node.bias[i / pixels];
    values[i] = node.relu ? std::max(0.0, values[i]) : values[i];
  }
  return values;
}

std::vector<double> reference_upsample(const std::vector<double>& image, const ImageShape& result) {
  std::vector<double> values;
  for (int c = 0; c < result.channels; ++c) {
    for (int y = 0; y < result.height; ++y) {
      for (int x = 0; x < result.width; ++x) {
        const std::size_t row = static_cast<std::size_t>(c) * (result.height / 2) + y / 2;
        values.push_back(image[row * (result.width / 2) + x / 2]);
      }
    }
  }
  return values;
}

}  // namespace

std::vector<std::int32_t> reference_sums(const ConvolutionGeometry& geometry,
                                         std::span<const std::int8_t> weights,
                                         std::span<const std::uint8_t> codes, int zero) {
  return plain_convolution<std::int32_t, std::int8_t, std::uint8_t>(geometry, weights, codes,
                                                                    static_cast<std::uint8_t>(zero));
}

std::vector<double> reference_values(const ConvolutionGeometry& geometry, const IntegerWeights& weights,
                                     std::span<const std::int32_t> sums, const CodeGrid& input,
                                     std::span<const float> bias, bool relu) {
  std::vector<double> values;
  values.reserve(sums.size());
  const std::size_t pixels = geometry.output().pixels();
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const std::size_t out = i / pixels;
    const double sum = static_cast<double>(sums[i]) - static_cast<double>(input.zero) * weights.sums[out];
    const double value = input.scale * weights.scales[out] * sum + bias[out];
    values.push_back(relu ? std::max(0.0, value) : value);
  }
  return values;
}

std::uint8_t reference_code(double value, const CodeGrid& grid) {
  const double code = std::nearbyint(value / grid.scale) + grid.zero;
  return static_cast<std::uint8_t>(std::clamp(code, 0.0, static_cast<double>(grid.largest())));
}

Expected<std::vector<std::vector<double>>> reference_run(
    const LayerGraph& graph, const std::map<std::string, QuantizedWeights>& packed,
    std::span<const float> image, int height, int width) {
  const auto shapes = node_shapes(graph, height, width);
  if (!shapes) {
    return shapes.error();
  }
  const ImageShape input{graph.input_channels, height, width};
  const std::vector<double> start(image.begin(), image.end());
  std::vector<std::vector<double>> results;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const LayerNode& node = graph.nodes[i];
    const auto result_of = [&](int index) -> const std::vector<double>& {
      return index < 0 ? start : results[static_cast<std::size_t>(index)];
    };
    const std::vector<double>& first = result_of(node.inputs[0]);
    if (node.kind == LayerNode::Kind::kConvolution) {
      const ImageShape& shape =
          node.inputs[0] < 0 ? input : (*shapes)[static_cast<std::size_t>(node.inputs[0])];
      const auto found = packed.find(node.name);
      auto values = reference_convolution(node, convolution_geometry(node, shape),
                                          found == packed.end() ? nullptr : &found->second, first);
      if (!values) {
        return values.error();
      }
      results.push_back(std::move(*values));
    } else if (node.kind == LayerNode::Kind::kAdd) {
      std::vector<double> sum = first;
      const std::vector<double>& second = result_of(node.inputs[1]);
      for (std::size_t k = 0; k < sum.size(); ++k) {
        sum[k] += second[k];
        sum[k] = node.relu ? std::max(0.0, sum[k]) : sum[k];
      }
      results.push_back(std::move(sum));
    } else {
      results.push_back(reference_upsample(first, (*shapes)[i]));
    }
  }
  std::vector<std::vector<double>> outputs;
  for (const int output : graph.outputs) {
    outputs.push_back(results[static_cast<std::size_t>(output)]);
  }
  return outputs;
}

}  // namespace alidade
