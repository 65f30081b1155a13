// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/torch/averaged_optimizer.h"

#include <algorithm>
#include <cmath>

#include "core/nn/torch/checkpoint.h"

namespace alidade {

AveragedOptimizer::AveragedOptimizer(torch::nn::Module& model, torch::nn::Module* average,
                                     const std::vector<std::string>& memories)
    : model_(model), average_(average) {
  const torch::NoGradGuard no_gradient;
  if (average_ != nullptr) {
    copy_module(model, *average_);
  }
  for (const auto& item : model.named_parameters()) {
    names_.push_back(item.key());
    parameters_.push_back(item.value());
  }
  for (const std::string& name : memories) {
    Memory& memory = memories_.emplace_back(Memory{name, {}});
    for (const auto& p : parameters_) {
      memory.of_parameter.push_back(torch::zeros_like(p));
    }
  }
}

void AveragedOptimizer::zero_gradients() {
  for (auto& p : parameters_) {
    p.mutable_grad().reset();
  }
}

void AveragedOptimizer::list_gradients(std::vector<NamedGradient>& list, const std::string& prefix) {
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

double AveragedOptimizer::squared_gradient_norm() const {
  double total = 0.0;
  for (const auto& p : parameters_) {
    if (p.grad().defined()) {
      total += p.grad().square().sum().item<double>();
    }
  }
  return total;
}

void AveragedOptimizer::scale_gradients(double factor) {
  for (auto& p : parameters_) {
    if (p.grad().defined()) {
      p.mutable_grad().mul_(factor);
    }
  }
}

double AveragedOptimizer::clip_gradients(double limit) {
  const double norm = std::sqrt(squared_gradient_norm());
  if (norm > limit) {
    scale_gradients(limit / norm);
  }
  return norm;
}

void AveragedOptimizer::step(int step, double rate, double decay) {
  update(step, rate);
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

void AveragedOptimizer::put(SafeTensors& file, const std::string& prefix) const {
  put_module(file, model_, prefix + "model.");
  if (average_ != nullptr) {
    put_module(file, *average_, prefix + "average.");
  }
  for (const Memory& memory : memories_) {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      put_tensor(file, prefix + memory.name + "." + names_[i], memory.of_parameter[i]);
    }
  }
}

Expected<void> AveragedOptimizer::fill(const SafeTensors& file, const std::string& path,
                                       const std::string& prefix) {
  if (auto got = fill_module(model_, file, prefix + "model.", path); !got) {
    return got;
  }
  if (average_ != nullptr) {
    if (auto got = fill_module(*average_, file, prefix + "average.", path); !got) {
      return got;
    }
  }
  for (const Memory& memory : memories_) {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      auto got = get_tensor(file, prefix + memory.name + "." + names_[i], memory.of_parameter[i], path);
      if (!got) {
        return got;
      }
    }
  }
  return {};
}

}  // namespace alidade
