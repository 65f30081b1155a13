// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/results/contention_history.h"

namespace alidade {

/// How finely a network is looked at.
enum class PartKind { kNetwork, kBlock, kModule, kLayer, kTensor };

/// Some tensors of a network, looked at as one vector of parameters.
struct ContentionPart {
  PartKind kind = PartKind::kNetwork;
  std::string name;                  ///< of the block, module, layer or tensor; "network" for all
  std::string block;                 ///< that it belongs to; empty for the network
  std::vector<std::size_t> tensors;  ///< indices into ContentionHistory::tensors; frozen ones are left out
  std::int64_t size = 0;             ///< parameters of these tensors
};

/// The parts of one kind, in the order of the history's tensors (blocks in their own order). A part whose
/// tensors are all frozen is there and has no tensors: nothing of it is defined.
std::vector<ContentionPart> parts_of(const ContentionHistory& history, PartKind kind);

/// The part of this kind and name.
std::optional<ContentionPart> find_part(const ContentionHistory& history, PartKind kind,
                                        std::string_view name);

/// Inner products of the gradients of the rows (categories) on one part.
struct PartGram {
  std::size_t rows = 0;
  std::vector<double> values;  ///< [row][row], symmetric; NaN where a row has no samples
  /// [row][row] whether two rows share a tensor on which both have a gradient. Where routing leads them to
  /// different branches they share none, and their inner product says nothing: undefined, not 0.
  std::vector<char> shared;
  /// [row] whether the part sees the row at all: it has samples, and no routing leads it elsewhere. A row
  /// whose gradient is 0 without any routing has converged and still counts.
  std::vector<char> present;

  double at(std::size_t i, std::size_t j) const { return values[i * rows + j]; }
  bool shares(std::size_t i, std::size_t j) const { return shared[i * rows + j] != 0; }
  /// The other rows that the gradient of row i is measured against: those that are present and share a tensor
  /// with it, or have converged.
  std::vector<std::size_t> others(std::size_t i) const;
};

/// The sum of the tensors' Gram matrices: the layers of a block add up to it. `epoch` is an index.
PartGram part_gram(const ContentionHistory& history, std::size_t epoch, const ContentionPart& part);

/// A plain Gram matrix [row][row] of gradients that share all of their parameters.
PartGram plain_gram(std::vector<double> values, std::size_t rows);

/// The least eigenvalue of the Gram matrix of the rows that are present, relative to its trace: what exceeds
/// rounding below 0 was accumulated in single precision. NaN when there is none or all gradients are 0.
double least_eigenvalue(const PartGram& gram);

}  // namespace alidade
