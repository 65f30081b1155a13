// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/quantization/torch/learned_step_function.h"

#include <algorithm>
#include <vector>

#include <ATen/Parallel.h>
#include <torch/torch.h>

namespace alidade {
namespace {

/// Values [begin, begin + count) share one step.
struct StepPiece {
  std::int64_t begin, count, step;
};

/// A tensor cut into pieces of one step each: rows, or blocks that do not depend on the threads.
class StepPieces {
 public:
  StepPieces(std::int64_t values, std::int64_t steps)
      : values_(values), steps_(steps), length_(steps == 1 ? kBlock : values / steps) {}

  std::int64_t count() const { return steps_ == 1 ? (values_ + kBlock - 1) / kBlock : steps_; }
  StepPiece piece(std::int64_t i) const {
    return {i * length_, std::min(length_, values_ - i * length_), steps_ == 1 ? 0 : i};
  }
  /// Calls work(i, piece) for all pieces, on several threads.
  template <class Work>
  void for_each(Work&& work) const {
    const std::int64_t grain = std::max<std::int64_t>(1, kBlock / std::max<std::int64_t>(1, length_));
    at::parallel_for(0, count(), grain, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        work(i, piece(i));
      }
    });
  }

 private:
  static constexpr std::int64_t kBlock = 1 << 15;
  std::int64_t values_, steps_, length_;
};

/// `tensor` in the memory order of `like`.
torch::Tensor in_order_of(const torch::Tensor& tensor, const torch::Tensor& like) {
  return tensor.strides() == like.strides() ? tensor : torch::empty_like(like).copy_(tensor);
}

struct LearnedStep : torch::autograd::Function<LearnedStep> {
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& values,
                               const torch::Tensor& steps, double low, double high, bool binary,
                               double gradient_scale) {
    // One step serves any order of the values; rows need theirs.
    const bool any_order = steps.numel() == 1 && values.is_non_overlapping_and_dense();
    const auto dense = any_order ? values : values.contiguous();
    context->save_for_backward({dense, steps});
    context->saved_data["low"] = low;
    context->saved_data["high"] = high;
    context->saved_data["binary"] = binary;
    context->saved_data["gradient_scale"] = gradient_scale;
    auto result = torch::empty_like(dense);
    const StepLevels levels{static_cast<float>(low), static_cast<float>(high), binary};
    const float* from = dense.data_ptr<float>();
    const float* step = steps.data_ptr<float>();
    float* to = result.data_ptr<float>();
    StepPieces(dense.numel(), steps.numel()).for_each([&](std::int64_t, const StepPiece& piece) {
      step_values(from + piece.begin, to + piece.begin, static_cast<std::size_t>(piece.count),
                  step[piece.step], levels);
    });
    return result;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const torch::NoGradGuard no_gradient;
    const auto saved = context->get_saved_variables();
    const torch::Tensor &values = saved[0], &steps = saved[1];
    const auto gradient = in_order_of(gradients[0], values);
    const StepLevels levels{static_cast<float>(context->saved_data["low"].toDouble()),
                            static_cast<float>(context->saved_data["high"].toDouble()),
                            context->saved_data["binary"].toBool()};
    torch::Tensor value_gradient;
    float* to = nullptr;
    if (context->needs_input_grad(0)) {
      value_gradient = torch::empty_like(values);
      to = value_gradient.data_ptr<float>();
    }
    const StepPieces pieces(values.numel(), steps.numel());
    std::vector<double> sums(static_cast<std::size_t>(pieces.count()));
    const float *from = values.data_ptr<float>(), *step = steps.data_ptr<float>(),
                *out = gradient.data_ptr<float>();
    pieces.for_each([&](std::int64_t i, const StepPiece& piece) {
      sums[static_cast<std::size_t>(i)] =
          step_gradients(from + piece.begin, out + piece.begin, to == nullptr ? nullptr : to + piece.begin,
                         static_cast<std::size_t>(piece.count), step[piece.step], levels);
    });
    return {value_gradient,
            step_gradient(sums, pieces, steps, context->saved_data["gradient_scale"].toDouble()),
            {},
            {},
            {},
            {}};
  }

  static torch::Tensor step_gradient(const std::vector<double>& sums, const StepPieces& pieces,
                                     const torch::Tensor& steps, double scale) {
    std::vector<double> totals(static_cast<std::size_t>(steps.numel()), 0.0);
    for (std::int64_t i = 0; i < pieces.count(); ++i) {
      totals[static_cast<std::size_t>(pieces.piece(i).step)] += sums[static_cast<std::size_t>(i)];
    }
    auto result = torch::empty_like(steps);
    std::transform(totals.begin(), totals.end(), result.data_ptr<float>(),
                   [&](double total) { return static_cast<float>(scale * total); });
    return result;
  }
};

}  // namespace

torch::Tensor learned_step(const torch::Tensor& values, const torch::Tensor& steps, const StepLevels& levels,
                           double gradient_scale) {
  return LearnedStep::apply(values, steps, static_cast<double>(levels.low), static_cast<double>(levels.high),
                            levels.binary, gradient_scale);
}

}  // namespace alidade
