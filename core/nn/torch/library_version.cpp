// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/library_version.h"

#include <torch/version.h>

namespace alidade {

std::string torch_version() {
  return TORCH_VERSION;
}

}  // namespace alidade
