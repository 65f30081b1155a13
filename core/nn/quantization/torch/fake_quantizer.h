// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/types.h>

namespace alidade {

/// Gives a tensor the values of a few levels while gradients pass.
class FakeQuantizer {
 public:
  virtual ~FakeQuantizer() = default;
  virtual torch::Tensor quantize(const torch::Tensor& values) = 0;
};

}  // namespace alidade
