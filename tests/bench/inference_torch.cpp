// SPDX-License-Identifier: BSD-3-Clause
#include <torch/torch.h>

#include "tests/bench/inference_bench.h"

namespace alidade::bench {
namespace {

class TorchReference : public TorchNetwork {
 public:
  TorchReference(const LayerGraph& graph, int size_px, bool channels_last)
      : graph_(graph),
        size_(size_px),
        format_(channels_last ? torch::MemoryFormat::ChannelsLast : torch::MemoryFormat::Contiguous) {
    for (const LayerNode& node : graph_.nodes) {
      weights_.emplace_back();
      biases_.emplace_back();
      if (node.kind == LayerNode::Kind::kConvolution) {
        weights_.back() =
            torch::tensor(node.weight).view({node.out_channels, node.in_channels, node.kernel, node.kernel});
        weights_.back() = weights_.back().contiguous(format_);
        biases_.back() = torch::tensor(node.bias);
      }
    }
  }

  void run(std::span<const float> image, std::vector<std::vector<float>>& outputs) override {
    const c10::InferenceMode inference;
    const auto input =
        torch::from_blob(const_cast<float*>(image.data()), {1, graph_.input_channels, size_, size_})
            .contiguous(format_);
    std::vector<torch::Tensor> results;
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      const LayerNode& node = graph_.nodes[i];
      const auto of = [&](int index) { return index < 0 ? input : results[static_cast<std::size_t>(index)]; };
      torch::Tensor result;
      if (node.kind == LayerNode::Kind::kConvolution) {
        result = torch::conv2d(of(node.inputs[0]), weights_[i], biases_[i], node.stride, node.padding);
      } else if (node.kind == LayerNode::Kind::kAdd) {
        result = of(node.inputs[0]) + of(node.inputs[1]);
      } else {
        const auto& x = of(node.inputs[0]);
        result = torch::upsample_nearest2d(x, {2 * x.size(2), 2 * x.size(3)});
      }
      results.push_back(node.relu ? result.relu_() : result);
    }
    outputs.resize(graph_.outputs.size());
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const auto plain = results[static_cast<std::size_t>(graph_.outputs[i])].contiguous();
      outputs[i].assign(plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel());
    }
  }

 private:
  LayerGraph graph_;
  int size_;
  torch::MemoryFormat format_;
  std::vector<torch::Tensor> weights_, biases_;
};

}  // namespace

std::unique_ptr<TorchNetwork> torch_network(const LayerGraph& graph, int size_px, bool channels_last) {
  torch::set_num_threads(1);
  return std::make_unique<TorchReference>(graph, size_px, channels_last);
}

}  // namespace alidade::bench
