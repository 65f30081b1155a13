// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>

namespace alidade {

/// The one selection that every view follows.
struct Selection {
  std::optional<std::size_t> frame;  ///< index in the dataset
  std::optional<int> instance;       ///< Instance::index within the frame

  bool operator==(const Selection&) const = default;
};

}  // namespace alidade
