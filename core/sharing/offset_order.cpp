// SPDX-License-Identifier: BSD-3-Clause
#include "core/sharing/offset_order.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace alidade {
namespace {

/// z first: sorted so, x is fastest.
KernelOffset slow_first(const KernelOffset& offset) {
  return {offset[2], offset[1], offset[0]};
}

Error probe_error(const std::string& name, const std::string& problem) {
  return input_error(name, "probe", problem,
                     "let the kernel hold 1, 2, 3, ... and the block reach over the kernel on every side");
}

}  // namespace

Expected<std::vector<KernelOffset>> order_of_probe(const OrderProbe& probe, std::size_t volume,
                                                   const std::string& name) {
  std::vector<std::optional<KernelOffset>> found(volume);
  for (std::size_t i = 0; i < probe.cells.size(); ++i) {
    const double value = probe.values[i];
    if (value == 0.0) {
      continue;
    }
    if (!(value >= 1.0 && value <= static_cast<double>(volume)) || value != std::floor(value)) {
      return probe_error(name, "expected whole numbers up to " + std::to_string(volume));
    }
    auto& offset = found[static_cast<std::size_t>(value) - 1];
    if (offset) {
      return probe_error(name,
                         "the value " + std::to_string(static_cast<int>(value)) + " stands at two outputs");
    }
    offset.emplace();
    for (std::size_t axis = 0; axis < 3; ++axis) {
      (*offset)[axis] = probe.center[axis] - probe.cells[i][axis];
    }
  }
  std::vector<KernelOffset> order;
  for (std::size_t j = 0; j < volume; ++j) {
    if (!found[j]) {
      return probe_error(name, "the value " + std::to_string(j + 1) + " of " + std::to_string(volume) +
                                   " stands at no output");
    }
    order.push_back(*found[j]);
  }
  return order;
}

std::vector<KernelOffset> in_our_order(std::vector<KernelOffset> offsets) {
  std::sort(offsets.begin(), offsets.end(),
            [](const KernelOffset& a, const KernelOffset& b) { return slow_first(a) < slow_first(b); });
  return offsets;
}

Expected<std::vector<std::size_t>> places_of(std::span<const KernelOffset> from,
                                             std::span<const KernelOffset> to) {
  std::map<KernelOffset, std::size_t> known;
  for (std::size_t j = 0; j < from.size(); ++j) {
    known.emplace(from[j], j);
  }
  std::vector<std::size_t> places;
  for (const KernelOffset& offset : to) {
    const auto place = known.find(offset);
    if (place == known.end() || from.size() != to.size() || known.size() != from.size()) {
      return Error{ErrorCode::kInput,
                   "Two orders of a kernel do not name the same offsets; probe the order anew."};
    }
    places.push_back(place->second);
  }
  return places;
}

Expected<std::vector<double>> reordered_kernel(std::span<const double> kernel, std::size_t block,
                                               std::span<const KernelOffset> from,
                                               std::span<const KernelOffset> to) {
  const auto places = places_of(from, to);
  if (!places) {
    return places.error();
  }
  std::vector<double> values;
  values.reserve(kernel.size());
  for (const std::size_t place : *places) {
    const auto begin = kernel.begin() + static_cast<std::ptrdiff_t>(place * block);
    values.insert(values.end(), begin, begin + static_cast<std::ptrdiff_t>(block));
  }
  return values;
}

}  // namespace alidade
