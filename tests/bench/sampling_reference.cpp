// SPDX-License-Identifier: BSD-3-Clause
#include "tests/bench/sampling_reference.h"

#include <numbers>
#include <vector>

#include "core/nn/pose_diffusion/torch/pose_modules.h"

namespace alidade::bench {
namespace {

class ReferenceField final : public ScoreField {
 public:
  ReferenceField(PoseNetwork::Impl& impl, std::shared_ptr<const PoseNetwork::Features> features)
      : head_(*impl.model->score_head),
        features_(std::move(features)),
        sde_{impl.config.sigma_min, impl.config.sigma_max} {
    const torch::NoGradGuard no_gradient;
    const auto weight =
        torch::cat({head_.feature_layer->weight, head_.time_layer->weight, head_.pose_layer->weight}, 1);
    weights_ = weight.chunk(3, 0);
    biases_ = head_.feature_layer->bias.chunk(3, 0);
  }

  int dimension() const override { return 9; }

  void evaluate(std::span<const double> states, double t, std::span<double> scores) override {
    const torch::NoGradGuard no_gradient;
    const auto count = static_cast<std::int64_t>(states.size() / 9);
    const auto x =
        torch::from_blob(const_cast<double*>(states.data()), {count, 9}, torch::kFloat64).to(torch::kFloat32);
    const auto times = torch::full({count, 1}, t);
    const auto condition = features_->features.repeat({count, 1});
    const auto angle = times * head_.frequencies.unsqueeze(0) * (2.0 * std::numbers::pi);
    const auto time = torch::relu(head_.time1(torch::cat({angle.sin(), angle.cos()}, -1)));
    const auto pose = torch::relu(head_.pose2(torch::relu(head_.pose1(x))));
    const auto input = torch::cat({condition, time, pose}, -1);
    std::vector<torch::Tensor> outputs;
    for (int i = 0; i < 3; ++i) {
      const auto hidden = torch::relu(torch::linear(input, weights_[i], biases_[i]));
      outputs.push_back(head_.last->at<torch::nn::LinearImpl>(i).forward(hidden));
    }
    const auto score =
        (torch::cat(outputs, -1) / (torch::full({count, 1}, sde_.sigma(t)) + 1e-7)).to(torch::kFloat64);
    std::copy_n(score.data_ptr<double>(), states.size(), scores.begin());
  }

 private:
  ScoreHeadImpl& head_;
  std::shared_ptr<const PoseNetwork::Features> features_;
  VeSde sde_;
  std::vector<torch::Tensor> weights_, biases_;
};

}  // namespace

void randomize_heads(PoseNetwork& network, std::uint64_t seed) {
  const torch::NoGradGuard no_gradient;
  torch::manual_seed(seed);
  for (int i = 0; i < 3; ++i) {
    auto& layer = network.impl().model->score_head->last->at<torch::nn::LinearImpl>(i);
    torch::nn::init::xavier_uniform_(layer.weight);
  }
}

std::unique_ptr<ScoreField> reference_field(PoseNetwork& network,
                                            std::shared_ptr<const PoseNetwork::Features> features) {
  return std::make_unique<ReferenceField>(network.impl(), std::move(features));
}

}  // namespace alidade::bench
