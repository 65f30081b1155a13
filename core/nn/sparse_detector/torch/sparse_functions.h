// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include <torch/torch.h>

#include "core/ops/sparse/kernel_map.h"
#include "core/ops/sparse/sparse_union.h"

namespace alidade {

// Differentiable sparse operations on the CPU (core/ops/sparse). Features of a batch are [rows, channels],
// the scenes one after the other; each scene has a kernel map of its own, so that weights may differ between
// scenes and nothing of a scene depends on the rest of its batch. float32, and float64 for tests.

/// A kernel map of each scene of a batch, kept alive by whoever made them.
struct BatchMaps {
  std::shared_ptr<const void> keep;
  std::vector<const KernelMap*> scenes;

  std::int64_t inputs() const;
  std::int64_t outputs() const;
};

/// Unions of two voxel sets, alike.
struct BatchUnions {
  std::shared_ptr<const void> keep;
  std::vector<const SparseUnion*> scenes;
};

/// out[o] = sum over pairs (i, o) of offset j of x[i] W_j. `weight` is [V, in, out].
torch::Tensor sparse_convolve(const torch::Tensor& x, const torch::Tensor& weight, const BatchMaps& maps);

/// The largest x[i] over the pairs of each output, channel by channel.
torch::Tensor sparse_max_pool(const torch::Tensor& x, const BatchMaps& maps);

/// Sum over the unions of what two levels have.
torch::Tensor sparse_sum(const torch::Tensor& first, const torch::Tensor& second, const BatchUnions& unions);

/// Batch norm over all rows, running values updated when `training` (momentum 0.1, unbiased variance); else
/// by the running values.
torch::Tensor norm_rows(const torch::Tensor& x, const torch::Tensor& gain, const torch::Tensor& shift,
                        torch::Tensor running_mean, torch::Tensor running_variance, bool training);

}  // namespace alidade
