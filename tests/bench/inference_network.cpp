// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "core/base/random.h"
#include "tests/bench/inference_bench.h"

namespace alidade::bench {
namespace {

class NetworkMaker {
 public:
  explicit NetworkMaker(int bits)
      : behind_relu_{4.0F / static_cast<float>((1 << bits) - 1), 0, bits},
        around_zero_{8.0F / static_cast<float>((1 << bits) - 1), 1 << (bits - 1), bits} {}

  int convolution(const std::string& name, int from, int in, int out, int kernel, int stride, bool relu) {
    LayerNode node;
    node.name = name;
    node.inputs = {from};
    node.relu = relu;
    node.in_channels = in;
    node.out_channels = out;
    node.kernel = kernel;
    node.stride = stride;
    node.padding = kernel / 2;
    const int columns = in * kernel * kernel;
    for (int i = 0; i < out * columns; ++i) {
      node.weight.push_back(static_cast<float>(std::sqrt(2.0 / columns) * random_.normal()));
    }
    for (int i = 0; i < out; ++i) {
      node.bias.push_back(static_cast<float>(0.05 * random_.normal()));
    }
    const bool has_relu = from >= 0 && graph_.nodes[static_cast<std::size_t>(from)].relu;
    const CodeGrid grid = from < 0 ? CodeGrid{1.0F / 255.0F, 0, 8} : (has_relu ? behind_relu_ : around_zero_);
    node.input_scale = grid.scale;
    node.input_zero = grid.zero;
    node.input_bits = grid.bits;
    return add(node);
  }
  int sum(const std::string& name, int a, int coarse) {
    LayerNode up;
    up.kind = LayerNode::Kind::kUpsample;
    up.name = name + ".up";
    up.inputs = {coarse};
    LayerNode node;
    node.kind = LayerNode::Kind::kAdd;
    node.name = name;
    node.inputs = {a, add(up)};
    return add(node);
  }
  LayerGraph& graph() { return graph_; }

 private:
  int add(const LayerNode& node) {
    graph_.nodes.push_back(node);
    return static_cast<int>(graph_.nodes.size()) - 1;
  }
  CodeGrid behind_relu_, around_zero_;
  LayerGraph graph_;
  Random random_{13};
};

}  // namespace

LayerGraph bench_network(int bits) {
  NetworkMaker make(bits);
  constexpr int kPyramid = 64;
  int x = make.convolution("stem", -1, 3, 24, 3, 2, true);
  x = make.convolution("stage1", x, 24, 40, 3, 2, true);
  x = make.convolution("stage2a", x, 40, 80, 3, 2, true);
  const int c3 = make.convolution("stage2b", x, 80, 80, 3, 1, true);
  x = make.convolution("stage3a", c3, 80, 128, 3, 2, true);
  const int c4 = make.convolution("stage3b", x, 128, 128, 3, 1, true);
  x = make.convolution("stage4a", c4, 128, 192, 3, 2, true);
  const int c5 = make.convolution("stage4b", x, 192, 192, 3, 1, true);
  const int p5 = make.convolution("lateral5", c5, 192, kPyramid, 1, 1, false);
  const int p4 = make.sum("sum4", make.convolution("lateral4", c4, 128, kPyramid, 1, 1, false), p5);
  const int p3 = make.sum("sum3", make.convolution("lateral3", c3, 80, kPyramid, 1, 1, false), p4);
  const int levels[3] = {p3, p4, p5};
  for (int i = 0; i < 3; ++i) {
    const std::string level = std::to_string(i + 3);
    const int smooth = make.convolution("smooth" + level, levels[i], kPyramid, kPyramid, 3, 1, true);
    const int head = make.convolution("head" + level, smooth, kPyramid, kPyramid, 3, 1, true);
    make.graph().outputs.push_back(make.convolution("out" + level, head, kPyramid, 17, 1, 1, false));
    make.graph().output_names.push_back("p" + level);
  }
  return make.graph();
}

PackedLayers bench_weights(const LayerGraph& graph, const std::string& levels) {
  PackedLayers packed;
  for (const LayerNode& node : graph.nodes) {
    if (node.kind == LayerNode::Kind::kConvolution) {
      const std::vector<double> values(node.weight.begin(), node.weight.end());
      packed[node.name] = *quantize({node.name, values, static_cast<std::size_t>(node.out_channels)},
                                    *named_levels(levels), Granularity::kChannel, RangeRule::kLargest);
    }
  }
  return packed;
}

}  // namespace alidade::bench
