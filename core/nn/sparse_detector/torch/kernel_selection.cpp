// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/torch/kernel_selection.h"

#include <cmath>
#include <string>

#include "core/base/random.h"
#include "core/nn/sparse_detector/torch/selected_convolve.h"

namespace alidade {
namespace {

using torch::Tensor;

constexpr double kSmallestNorm = 1e-12;
/// Of the last layer of both MLPs at the start, so that modulation begins near x and gates near 1.5.
constexpr double kQuietStart = 0.01;

Tensor normal(at::IntArrayRef shape, double deviation) {
  return torch::randn(shape) * deviation;
}

/// linear, ReLU, linear.
Tensor two_layers(const Tensor& x, const Tensor& a1, const Tensor& b1, const Tensor& a2, const Tensor& b2) {
  return torch::matmul(torch::relu(torch::matmul(x, a1) + b1), a2) + b2;
}

/// Rows of length 1; zeros stay zeros.
Tensor unit_rows(const Tensor& rows) {
  return rows / rows.norm(2, {1}, true).clamp_min(kSmallestNorm);
}

}  // namespace

SelectedConvolutionImpl::SelectedConvolutionImpl(const SelectionSizes& sizes, const DetectorConfig& config,
                                                 int layer)
    : sizes_(sizes),
      choice_(config.choice),
      tau_(config.tau),
      random_share_(config.random_share),
      random_seed_(config.random_seed),
      layer_(layer) {
  const std::int64_t in = sizes.in, out = sizes.out, hidden = config.hidden_width,
                     embedding = config.embedding_width, structure = config.structure_width;
  const double start = std::sqrt(2.0 / static_cast<double>(in * volume()));
  weight_ = register_parameter(selects() ? "shared" : "weight", normal({volume(), in, out}, start));
  if (!selects()) {
    return;
  }
  for (int k = 0; k < sizes.sources; ++k) {
    exclusive_.push_back(register_parameter("source" + std::to_string(k), weight_.detach().clone()));
  }
  offset_logits_ = register_parameter("offset_logits", torch::full({volume()}, config.offset_start));
  projection_ =
      register_parameter("projection", normal({in, structure}, 1.0 / std::sqrt(static_cast<double>(in))));
  prototypes_ = register_parameter("prototypes", normal({volume(), structure}, 1.0));
  const double first = std::sqrt(2.0 / static_cast<double>(embedding));
  tlm_a1_ = register_parameter("tlm_a1", normal({embedding, hidden}, first));
  tlm_b1_ = register_parameter("tlm_b1", torch::zeros({hidden}));
  tlm_a2_ = register_parameter("tlm_a2", normal({hidden, 2 * in}, kQuietStart));
  tlm_b2_ = register_parameter("tlm_b2", torch::cat({torch::ones({in}), torch::zeros({in})}));
  gate_a1_ = register_parameter("gate_a1", normal({embedding, hidden}, first));
  gate_b1_ = register_parameter("gate_b1", torch::zeros({hidden}));
  gate_a2_ = register_parameter("gate_a2", normal({hidden, out}, kQuietStart));
  gate_b2_ = register_parameter("gate_b2", torch::zeros({out}));
}

/// The mean of cosines is the cosine's numerator with the mean of unit rows: sites are looked at once.
Tensor SelectedConvolutionImpl::mean_cosines(const Tensor& modulated, const BatchMaps& maps) const {
  const Tensor features = unit_rows(torch::matmul(modulated, projection_));
  std::vector<Tensor> means;
  std::int64_t row = 0;
  for (const KernelMap* map : maps.scenes) {
    const auto rows = static_cast<std::int64_t>(map->inputs);
    means.push_back(rows > 0 ? features.narrow(0, row, rows).mean(0)
                             : torch::zeros({features.size(1)}, features.options()));
    row += rows;
  }
  return torch::matmul(torch::stack(means), unit_rows(prototypes_).t());
}

Tensor SelectedConvolutionImpl::random_gamma(int source) const {
  Random random(mix_seed(random_seed_,
                         mix_seed(static_cast<std::uint64_t>(layer_), static_cast<std::uint64_t>(source))));
  Tensor gamma = torch::zeros({volume()});
  for (std::int64_t j = 0; j < volume(); ++j) {
    gamma.data_ptr<float>()[j] = random.uniform() < random_share_ ? 1.0f : 0.0f;
  }
  return gamma.to(weight_.options());
}

/// gamma [S, V], with the gradient of what was compared.
Tensor SelectedConvolutionImpl::decide(const SelectionValues& values, int source, std::int64_t scenes) const {
  const Tensor whole = torch::ones({scenes, volume()}, weight_.options());
  Tensor gamma;
  switch (choice_) {
    case KernelChoice::kExclusive:
      gamma = torch::zeros_like(whole);
      break;
    case KernelChoice::kRandom:
      gamma = whole * random_gamma(source);
      break;
    case KernelChoice::kSelected:
    case KernelChoice::kAlpha:
    case KernelChoice::kBeta: {
      const Tensor score = choice_ == KernelChoice::kSelected ? values.alpha_beta
                           : choice_ == KernelChoice::kBeta   ? values.beta
                                                              : whole * values.alpha;
      // The difference is 0; its gradient is that of the score.
      gamma = score.detach().ge(tau_).to(score.scalar_type()) + (score - score.detach());
      break;
    }
    default:
      gamma = whole;
  }
  for (std::size_t j = 0; j < forced_.size(); ++j) {
    if (forced_[j] != ForcedKernel::kFree) {
      gamma = gamma.clone();
      gamma.select(1, static_cast<std::int64_t>(j)).fill_(forced_[j] == ForcedKernel::kShared ? 1.0 : 0.0);
    }
  }
  return gamma;
}

SelectionValues SelectedConvolutionImpl::selected(const Tensor& x, const Tensor& embedding, int source,
                                                  const BatchMaps& maps) const {
  SelectionValues v;
  const Tensor affine = two_layers(embedding, tlm_a1_, tlm_b1_, tlm_a2_, tlm_b2_);
  v.phi = affine.narrow(0, 0, sizes_.in);
  v.theta = affine.narrow(0, sizes_.in, sizes_.in);
  v.modulated = x * v.phi + v.theta;
  v.alpha = torch::sigmoid(offset_logits_);
  v.mean_cosine = mean_cosines(v.modulated, maps);
  v.beta = (1.0 + v.mean_cosine) * 0.5;
  v.alpha_beta = v.beta * v.alpha;
  v.gamma = decide(v, source, static_cast<std::int64_t>(maps.scenes.size()));
  v.gate = torch::sigmoid(two_layers(embedding, gate_a1_, gate_b1_, gate_a2_, gate_b2_));
  return v;
}

Tensor SelectedConvolutionImpl::forward(const Tensor& x, const Tensor& embedding, int source,
                                        const BatchMaps& maps, SelectionValues* out) {
  if (!selects()) {
    return sparse_convolve(x, weight_, maps);
  }
  SelectionValues v = selected(x, embedding, source, maps);
  const Tensor& exclusive = exclusive_[static_cast<std::size_t>(source)];
  v.convolved = convolve_selected(v.modulated, v.gamma, {weight_, exclusive}, maps);
  const Tensor result = v.convolved * (1.0 + v.gate);
  if (out != nullptr) {
    v.weight = torch::lerp(exclusive, weight_, v.gamma.unsqueeze(2).unsqueeze(3)).detach();
    *out = v;
  }
  return result;
}

Tensor SelectedConvolutionImpl::forward_folded(const Tensor& x, const Tensor& embedding, int source,
                                               const BatchMaps& maps, FoldedEnd end) {
  if (!selects()) {
    return convolve_folded(x, weight_, maps, end);
  }
  const SelectionValues v = selected(x, embedding, source, maps);
  end.factors = end.factors * (1.0 + v.gate);
  const Tensor& exclusive = exclusive_[static_cast<std::size_t>(source)];
  return convolve_folded(v.modulated, v.gamma, {weight_, exclusive}, maps, end);
}

}  // namespace alidade
