// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/quantization/torch/weight_quantizer.h"

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <torch/torch.h>

#include "core/nn/quantization/torch/learned_step_function.h"
#include "core/nn/torch/checkpoint.h"
#include "core/quant/learned_step.h"
#include "core/quant/range_search.h"

namespace alidade {
namespace {

std::vector<double> wide_values(const torch::Tensor& tensor) {
  const auto plain = tensor.detach().to(torch::kFloat64).contiguous();
  return {plain.data_ptr<double>(), plain.data_ptr<double>() + plain.numel()};
}

class LearnedWeights : public WeightQuantizer {
 public:
  LearnedWeights(std::string name, const torch::Tensor& weight, LevelSet levels, bool per_channel,
                 StepStart start)
      : name_(std::move(name)), set_(std::move(levels)), start_(start) {
    levels_ = {static_cast<float>(set_.values.front()), static_cast<float>(set_.values.back()),
               set_.kind == LevelKind::kBinary};
    steps_ = torch::ones({per_channel ? weight.size(0) : 1}).set_requires_grad(true);
    gradient_scale_ = step_gradient_scale(static_cast<std::size_t>(weight.numel() / steps_.numel()),
                                          {set_.values.front(), set_.reach()});
  }

  torch::Tensor steps() const override { return steps_; }

  torch::Tensor quantize(const torch::Tensor& values) override {
    return learned_step(values, steps_, levels_, gradient_scale_);
  }

  Expected<void> start(const torch::Tensor& weight) override {
    const std::vector<double> values = wide_values(weight);
    for (const double value : values) {
      if (!std::isfinite(value)) {
        return input_error(name_, "", "a weight is not a finite number", "train the network again");
      }
    }
    const auto count = static_cast<std::size_t>(steps_.numel());
    const std::size_t group = values.size() / count;
    // Rows that are all 0 get the step that the whole tensor would have.
    const double other = first_step(values, 1e-3);
    float* steps = steps_.data_ptr<float>();
    for (std::size_t i = 0; i < count; ++i) {
      steps[i] = static_cast<float>(first_step({values.data() + i * group, group}, other));
    }
    return {};
  }

  Expected<void> advance(torch::Tensor, double) override {
    const torch::NoGradGuard no_gradient;
    steps_.clamp_min_(kLeastStep);
    return {};
  }

  Expected<QuantizedWeights> codes(const torch::Tensor& weight) override {
    const torch::NoGradGuard no_gradient;
    const std::vector<double> values = wide_values(quantize(weight));
    const auto rows = static_cast<std::size_t>(weight.size(0));
    QuantizedWeights result{
        set_, rows, values.size() / rows, {wide_values(steps_.clamp_min(kLeastStep)), {}}, {}};
    const std::size_t group = values.size() / result.scales.values.size();
    for (std::size_t i = 0; i < values.size(); ++i) {
      // A whole number, or -1 or 1, but for the rounding of the product.
      result.codes.push_back(nearest_level(set_, values[i] / result.scales.values[i / group]));
    }
    return result;
  }

  void put(SafeTensors& file, const std::string& prefix) const override {
    put_tensor(file, prefix + "steps", steps_);
  }

  Expected<void> fill(const SafeTensors& file, const std::string& prefix, const std::string& path) override {
    return get_tensor(file, prefix + "steps", steps_, path);
  }

 private:
  double first_step(std::span<const double> values, double otherwise) const {
    const bool by_error = start_ == StepStart::kLeastSquares || set_.kind == LevelKind::kBinary;
    const double step = by_error ? least_squares_scale(values, set_)
                                 : initial_step(values, {set_.values.front(), set_.reach()});
    return step > static_cast<double>(kLeastStep) ? step : otherwise;
  }

  std::string name_;
  LevelSet set_;
  StepLevels levels_;
  StepStart start_;
  torch::Tensor steps_;
  double gradient_scale_ = 1.0;
};

class IncrementalQuantizer : public WeightQuantizer {
 public:
  IncrementalQuantizer(std::string name, const torch::Tensor& weight, LevelSet levels,
                       const TrainingQuantization& how)
      : name_(std::move(name)),
        fractions_(how.fractions),
        free_(torch::ones_like(weight, weight.options().requires_grad(false))),
        frozen_(torch::zeros_like(free_)) {
    state_.levels = std::move(levels);
    state_.order = how.freeze;
    state_.seed = how.seed;
    // INQ's own scale for its powers of two; of other levels the largest weight would be too coarse.
    state_.rule = state_.levels.kind == LevelKind::kPowers ? RangeRule::kLargest : RangeRule::kLeastSquares;
  }

  torch::Tensor quantize(const torch::Tensor& values) override {
    return torch::addcmul(frozen_, values, free_);
  }

  Expected<void> start(const torch::Tensor&) override { return {}; }

  Expected<void> advance(torch::Tensor weight, double share) override {
    double fraction = 0.0;
    for (const auto& [when, frozen] : fractions_) {
      fraction = share >= when ? frozen : fraction;
    }
    // A state that was read back has shares of float32.
    if (fraction <= state_.fraction + 1e-6) {
      return {};
    }
    const torch::NoGradGuard no_gradient;
    const std::vector<double> values = wide_values(quantize(weight));
    if (auto frozen =
            freeze_share(state_, {name_, values, static_cast<std::size_t>(weight.size(0))}, fraction);
        !frozen) {
      return frozen;
    }
    show_state();
    weight.copy_(quantize(weight));
    return {};
  }

  Expected<QuantizedWeights> codes(const torch::Tensor& weight) override {
    if (state_.fraction < 1.0) {
      return Error{ErrorCode::kFailed, name_ + ": INQ has frozen a share of " +
                                           std::to_string(state_.fraction) +
                                           " of the weights; they have codes when all are."};
    }
    return alidade::quantize({name_, state_.frozen, static_cast<std::size_t>(weight.size(0))}, state_.levels,
                             Scales{{state_.scale}, {}});
  }

  void put(SafeTensors& file, const std::string& prefix) const override {
    put_tensor(file, prefix + "free", free_);
    put_tensor(file, prefix + "frozen", frozen_);
    put_tensor(file, prefix + "scale_share",
               torch::tensor({static_cast<float>(state_.scale), static_cast<float>(state_.fraction)}));
  }

  Expected<void> fill(const SafeTensors& file, const std::string& prefix, const std::string& path) override {
    auto scale_share = torch::zeros({2});
    for (auto got :
         {get_tensor(file, prefix + "free", free_, path), get_tensor(file, prefix + "frozen", frozen_, path),
          get_tensor(file, prefix + "scale_share", scale_share, path)}) {
      if (!got) {
        return got;
      }
    }
    state_.scale = static_cast<double>(scale_share[0].item<float>());
    state_.fraction = static_cast<double>(scale_share[1].item<float>());
    if (state_.fraction > 0.0) {
      state_.frozen = wide_values(frozen_);
      const std::vector<double> free = wide_values(free_);
      for (std::size_t i = 0; i < free.size(); ++i) {
        state_.frozen[i] = free[i] != 0.0 ? std::numeric_limits<double>::quiet_NaN() : state_.frozen[i];
      }
    }
    return {};
  }

 private:
  /// Tensors of what state_ holds.
  void show_state() {
    float *free = free_.data_ptr<float>(), *frozen = frozen_.data_ptr<float>();
    for (std::size_t i = 0; i < state_.frozen.size(); ++i) {
      const bool is_free = std::isnan(state_.frozen[i]);
      free[i] = is_free ? 1.0F : 0.0F;
      frozen[i] = is_free ? 0.0F : static_cast<float>(state_.frozen[i]);
    }
  }

  std::string name_;
  IncrementalWeights state_;
  std::vector<std::pair<double, double>> fractions_;
  torch::Tensor free_, frozen_;  ///< of the shape of the weight: 1 or 0; values where free is 0
};

}  // namespace

Expected<std::shared_ptr<WeightQuantizer>> make_weight_quantizer(const std::string& name,
                                                                 const torch::Tensor& weight,
                                                                 const std::string& levels,
                                                                 const TrainingQuantization& how) {
  auto set = named_levels(levels);
  if (!set) {
    return set.error();
  }
  if (how.quantizer == TrainingQuantizer::kLsq) {
    return std::shared_ptr<WeightQuantizer>(
        std::make_shared<LearnedWeights>(name, weight, std::move(*set), how.per_channel, how.start));
  }
  return std::shared_ptr<WeightQuantizer>(
      std::make_shared<IncrementalQuantizer>(name, weight, std::move(*set), how));
}

}  // namespace alidade
