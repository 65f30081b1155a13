// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/ops/device.h"

namespace alidade {

/// One operation on one device, compared with its definition written down plainly.
struct OpCheck {
  std::string op;
  std::string device;              ///< "cpu" or "cuda:N"
  std::int64_t differences = 0;    ///< output values that differ from the definition's
  double clouds_per_second = 0.0;  ///< throughput over the whole batch, transfers included
};

/// Runs every operation on seeded clouds: on the CPU, or on GPU `device` >= 0 of `gpu`. Errors of the device
/// are passed on.
Expected<std::vector<OpCheck>> check_ops(CudaOps* gpu, int device);

}  // namespace alidade
