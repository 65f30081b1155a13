// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/torch/averaged_adam.h"

#include <algorithm>
#include <cmath>

#include "core/nn/torch/checkpoint.h"

namespace alidade {

AveragedAdam::AveragedAdam(torch::nn::Module& model, torch::nn::Module* average)
    : model_(model), average_(average) {
  const torch::NoGradGuard no_gradient;
  if (average_ != nullptr) {
    copy_module(model, *average_);
  }
  for (const auto& item : model.named_parameters()) {
    names_.push_back(item.key());
    parameters_.push_back(item.value());
    first_moment_.push_back(torch::zeros_like(item.value()));
    second_moment_.push_back(torch::zeros_like(item.value()));
  }
}

void AveragedAdam::zero_gradients() {
  for (auto& p : parameters_) {
    p.mutable_grad().reset();
  }
}

void AveragedAdam::list_gradients(std::vector<NamedGradient>& list, const std::string& prefix) {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    auto& gradient = parameters_[i].mutable_grad();
    if (gradient.defined()) {
      gradient = gradient.contiguous();
      list.push_back({prefix + names_[i],
                      gradient.sizes().vec(),
                      {gradient.data_ptr<float>(), static_cast<std::size_t>(gradient.numel())}});
    }
  }
}

double AveragedAdam::squared_gradient_norm() const {
  double total = 0.0;
  for (const auto& p : parameters_) {
    if (p.grad().defined()) {
      total += p.grad().square().sum().item<double>();
    }
  }
  return total;
}

void AveragedAdam::scale_gradients(double factor) {
  for (auto& p : parameters_) {
    if (p.grad().defined()) {
      p.mutable_grad().mul_(factor);
    }
  }
}

double AveragedAdam::clip_gradients(double limit) {
  const double norm = std::sqrt(squared_gradient_norm());
  if (norm > limit) {
    scale_gradients(limit / norm);
  }
  return norm;
}

void AveragedAdam::step(int step, double rate, double decay) {
  constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;
  const double correction1 = 1.0 - std::pow(kBeta1, step + 1), correction2 = 1.0 - std::pow(kBeta2, step + 1);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const auto gradient = parameters_[i].grad();
    if (!gradient.defined()) {
      continue;
    }
    first_moment_[i].mul_(kBeta1).add_(gradient, 1.0 - kBeta1);
    second_moment_[i].mul_(kBeta2).addcmul_(gradient, gradient, 1.0 - kBeta2);
    parameters_[i].addcdiv_(first_moment_[i], (second_moment_[i] / correction2).sqrt_().add_(kEpsilon),
                            -rate / correction1);
  }
  if (average_ == nullptr) {
    return;
  }
  const double kept = std::min(decay, (1.0 + step) / (10.0 + step));
  const auto to = average_->parameters();
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    to[i].lerp_(parameters_[i], 1.0 - kept);
  }
  const auto buffers_from = model_.buffers(), buffers_to = average_->buffers();
  for (std::size_t i = 0; i < buffers_from.size(); ++i) {
    if (buffers_from[i].is_floating_point()) {
      buffers_to[i].lerp_(buffers_from[i], 1.0 - kept);
    } else {
      buffers_to[i].copy_(buffers_from[i]);
    }
  }
}

void AveragedAdam::put(SafeTensors& file, const std::string& prefix) const {
  put_module(file, model_, prefix + "model.");
  if (average_ != nullptr) {
    put_module(file, *average_, prefix + "average.");
  }
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    put_tensor(file, prefix + "moment1." + names_[i], first_moment_[i]);
    put_tensor(file, prefix + "moment2." + names_[i], second_moment_[i]);
  }
}

Expected<void> AveragedAdam::fill(const SafeTensors& file, const std::string& path,
                                  const std::string& prefix) {
  if (auto got = fill_module(model_, file, prefix + "model.", path); !got) {
    return got;
  }
  if (average_ != nullptr) {
    if (auto got = fill_module(*average_, file, prefix + "average.", path); !got) {
      return got;
    }
  }
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    for (auto got : {get_tensor(file, prefix + "moment1." + names_[i], first_moment_[i], path),
                     get_tensor(file, prefix + "moment2." + names_[i], second_moment_[i], path)}) {
      if (!got) {
        return got;
      }
    }
  }
  return {};
}

}  // namespace alidade
