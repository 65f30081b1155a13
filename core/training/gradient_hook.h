// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"

namespace alidade {

/// The gradient of one parameter, to read and to write.
struct NamedGradient {
  std::string name;  ///< of the parameter: "encoder.linear1a.weight"
  std::vector<std::int64_t> shape;
  std::span<float> values;  ///< row-major
};

/// Looks at the gradients of every step, or changes them: harmonization, projection, statistics.
class GradientHook {
 public:
  virtual ~GradientHook() = default;

  /// Called when the gradients of step `step` (from 0) are known, before they are clipped and used; what is
  /// written is what the optimizer sees. Parameters that have no gradient in this step are left out. An Error
  /// ends the training, the weights are then unchanged. A resumed run ends with the same bits only if what is
  /// written depends on the arguments alone.
  virtual Expected<void> see(int step, std::span<const NamedGradient> gradients) = 0;
};

}  // namespace alidade
