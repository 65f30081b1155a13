// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/torch/adam_w.h"

#include <cmath>

#include "core/nn/sparse_detector/adam_step.h"

namespace alidade {

void AdamW::update(int step, double rate) {
  constexpr double kBeta1 = 0.9, kBeta2 = 0.999;
  const double correction1 = 1.0 - std::pow(kBeta1, step + 1), correction2 = 1.0 - std::pow(kBeta2, step + 1);
  AdamFactors factors;
  factors.decay = static_cast<float>(1.0 - rate * weight_decay_);
  factors.kept1 = static_cast<float>(kBeta1);
  factors.new1 = static_cast<float>(1.0 - kBeta1);
  factors.kept2 = static_cast<float>(kBeta2);
  factors.new2 = static_cast<float>(1.0 - kBeta2);
  factors.correction2 = static_cast<float>(correction2);
  factors.rate = static_cast<float>(rate / correction1);
  for (std::size_t i = 0; i < parameters().size(); ++i) {
    if (!parameters()[i].grad().defined()) {
      continue;
    }
    const auto gradient = parameters()[i].grad().contiguous();
    adam_step(factors, gradient.data_ptr<float>(), static_cast<std::size_t>(gradient.numel()),
              parameters()[i].data_ptr<float>(), memory(0)[i].data_ptr<float>(),
              memory(1)[i].data_ptr<float>());
  }
}

}  // namespace alidade
