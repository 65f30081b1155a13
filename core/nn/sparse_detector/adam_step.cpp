// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/adam_step.h"

#include <cmath>

namespace alidade {

void adam_step(const AdamFactors& f, const float* gradient, std::size_t count, float* values, float* moment1,
               float* moment2) {
  for (std::size_t i = 0; i < count; ++i) {
    const float g = gradient[i], m = moment1[i] * f.kept1 + f.new1 * g,
                v = moment2[i] * f.kept2 + f.new2 * g * g;
    moment1[i] = m;
    moment2[i] = v;
    values[i] = values[i] * f.decay - f.rate * (m / (std::sqrt(v / f.correction2) + f.epsilon));
  }
}

}  // namespace alidade
