// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/torch/detector_layers.h"

#include <cmath>
#include <memory>
#include <string>

#include "core/ops/sparse/batch_norm.h"

namespace alidade {
namespace {

using torch::Tensor;

Tensor starting_weight(std::int64_t volume, std::int64_t in, std::int64_t out) {
  return torch::randn({volume, in, out}) * std::sqrt(2.0 / static_cast<double>(in * volume));
}

}  // namespace

SourceNormImpl::SourceNormImpl(std::int64_t channels, const DetectorConfig& config) {
  const int sources = static_cast<int>(config.sources.size());
  const bool own_values = config.norm == NormSharing::kSeparate,
             own_statistics = config.norm != NormSharing::kShared;
  for (int k = 0; k < (own_values || own_statistics ? sources : 1); ++k) {
    auto part = own_values || own_statistics
                    ? register_module("source" + std::to_string(k), std::make_shared<torch::nn::Module>())
                    : nullptr;
    torch::nn::Module& statistics = part ? *part : *this;
    means_.push_back(statistics.register_buffer("running_mean", torch::zeros({channels})));
    variances_.push_back(statistics.register_buffer("running_var", torch::ones({channels})));
    if (own_values || k == 0) {
      torch::nn::Module& values = own_values ? *part : *this;
      gains_.push_back(values.register_parameter("weight", torch::ones({channels})));
      shifts_.push_back(values.register_parameter("bias", torch::zeros({channels})));
    }
  }
}

SourceNormImpl::Norm SourceNormImpl::norm_of(int source) const {
  const auto at = [source](const std::vector<Tensor>& all) -> const Tensor& {
    return all[all.size() > 1 ? static_cast<std::size_t>(source) : 0];
  };
  return {at(gains_), at(shifts_), at(means_), at(variances_)};
}

Tensor SourceNormImpl::forward(const Tensor& x, int source) {
  const Norm norm = norm_of(source);
  return norm_rows(x, norm.gain, norm.shift, norm.mean, norm.variance, is_training());
}

FoldedEnd SourceNormImpl::folded(int source) const {
  const Norm norm = norm_of(source);
  FoldedEnd end;
  end.factors = norm.gain / (norm.variance + kBatchNormEpsilon).sqrt();
  end.offsets = norm.shift - norm.mean * end.factors;
  return end;
}

Tensor convolved(const Tensor& x, const ForwardPass& pass, SelectedConvolution& convolution, SourceNorm& norm,
                 const BatchMaps& maps, const Tensor& added) {
  if (pass.folds) {
    FoldedEnd end = norm->folded(pass.source);
    end.added = added;
    end.relu = true;
    return convolution->forward_folded(x, pass.embedding, pass.source, maps, end);
  }
  SelectionValues* values = pass.values != nullptr ? &pass.values->emplace_back() : nullptr;
  const Tensor y =
      norm->forward(convolution->forward(x, pass.embedding, pass.source, maps, values), pass.source);
  return torch::relu(added.defined() ? y + added : y);
}

ResidualBlockImpl::ResidualBlockImpl(std::int64_t in, std::int64_t out, bool has_shortcut,
                                     const DetectorConfig& config,
                                     std::vector<SelectedConvolution>& selecting) {
  const int sources = static_cast<int>(config.sources.size());
  const auto convolution = [&](std::int64_t from) {
    return SelectedConvolution(SelectionSizes{from, out, 3, sources}, config,
                               static_cast<int>(selecting.size()));
  };
  conv1_ = register_module("conv1", convolution(in));
  selecting.push_back(conv1_);
  norm1_ = register_module("norm1", SourceNorm(out, config));
  conv2_ = register_module("conv2", convolution(out));
  selecting.push_back(conv2_);
  norm2_ = register_module("norm2", SourceNorm(out, config));
  if (has_shortcut) {
    shortcut_ = register_parameter("shortcut", starting_weight(1, in, out));
    shortcut_norm_ = register_module("shortcut_norm", SourceNorm(out, config));
  }
}

Tensor ResidualBlockImpl::forward(const Tensor& x, const ForwardPass& pass, const BatchMaps& first,
                                  const BatchMaps& shortcut, const BatchMaps& inside) {
  const Tensor y = convolved(x, pass, conv1_, norm1_, first);
  Tensor around = x;
  if (shortcut_.defined()) {
    around = pass.folds ? convolve_folded(x, shortcut_, shortcut, shortcut_norm_->folded(pass.source))
                        : shortcut_norm_->forward(sparse_convolve(x, shortcut_, shortcut), pass.source);
  }
  return convolved(y, pass, conv2_, norm2_, inside, around);
}

NeckUnitImpl::NeckUnitImpl(std::int64_t in, std::int64_t out, int kernel, const DetectorConfig& config) {
  weight_ = register_parameter("weight",
                               starting_weight(static_cast<std::int64_t>(kernel) * kernel * kernel, in, out));
  norm_ = register_module("norm", SourceNorm(out, config));
}

Tensor NeckUnitImpl::forward(const Tensor& x, const ForwardPass& pass, const BatchMaps* maps) {
  if (maps == nullptr || !pass.folds) {
    const Tensor y = maps != nullptr ? sparse_convolve(x, weight_, *maps) : torch::matmul(x, weight_[0]);
    return torch::relu(norm_->forward(y, pass.source));
  }
  FoldedEnd end = norm_->folded(pass.source);
  end.relu = true;
  return convolve_folded(x, weight_, *maps, end);
}

}  // namespace alidade
