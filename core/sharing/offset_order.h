// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"

namespace alidade {

using KernelOffset = std::array<int, 3>;

/// What a library answered when it was asked for its order: a convolution from one channel to one whose
/// kernel has the value j + 1 at its index j, applied to a filled block of cells of which only `center`
/// holds 1. The output at q is then j + 1 where index j reads from q to the center: its offset is center - q,
/// as input = output + offset.
struct OrderProbe {
  KernelOffset center{};
  std::vector<KernelOffset> cells;  ///< of the outputs
  std::vector<double> values;       ///< their values, one channel
};

/// The offset of every index of a kernel of `volume` cells; kInput when an index answers nowhere, twice, or
/// with no whole number, in a sentence of `name`.
Expected<std::vector<KernelOffset>> order_of_probe(const OrderProbe& probe, std::size_t volume,
                                                   const std::string& name);

/// Offsets with x fastest, then y, then z: our order.
std::vector<KernelOffset> in_our_order(std::vector<KernelOffset> offsets);

/// For every offset of `to` its place in `from`; kInput when one lacks an offset of the other.
Expected<std::vector<std::size_t>> places_of(std::span<const KernelOffset> from,
                                             std::span<const KernelOffset> to);

/// Blocks of `block` numbers, one per offset of `from`, in the order of `to`.
Expected<std::vector<double>> reordered_kernel(std::span<const double> kernel, std::size_t block,
                                               std::span<const KernelOffset> from,
                                               std::span<const KernelOffset> to);

}  // namespace alidade
