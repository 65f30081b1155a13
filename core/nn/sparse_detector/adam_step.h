// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

namespace alidade {

/// What one step of AdamW multiplies by.
struct AdamFactors {
  float decay = 1.0F;               ///< of the values, before all else
  float kept1 = 0.0F, new1 = 1.0F;  ///< of the first moment and of the gradient
  float kept2 = 0.0F, new2 = 1.0F;  ///< of the second moment and of the gradient's square
  float correction2 = 1.0F;         ///< of the second moment, divides
  float epsilon = 1e-8F;
  float rate = 0.0F;  ///< learning rate by the first moment's correction
};

/// One step of `count` numbers with their moments, which changes all three. One pass: an optimizer is bound
/// by what it reads and writes.
void adam_step(const AdamFactors& factors, const float* gradient, std::size_t count, float* values,
               float* moment1, float* moment2);

}  // namespace alidade
