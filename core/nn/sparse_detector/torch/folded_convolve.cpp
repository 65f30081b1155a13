// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/torch/folded_convolve.h"

#include "core/nn/compute.h"
#include "core/nn/sparse_detector/torch/sparse_function_parts.h"

namespace alidade {
namespace {

using torch::Tensor;
using namespace sparse_function;

/// Convolves all scenes; weights_of(scene, factors) makes those of one.
template <class WeightsOf>
Tensor convolve_scenes(const Tensor& features, const BatchMaps& maps, const FoldedEnd& end,
                       WeightsOf&& weights_of) {
  const Tensor x = features.contiguous(), factors = end.factors.contiguous(),
               offsets = end.offsets.contiguous(),
               added = end.added.defined() ? end.added.contiguous() : Tensor();
  const std::int64_t out = factors.size(0);
  Tensor result = rows_of_scenes(maps, maps.outputs(), out, x.options());
  for_scenes(maps, [&](const KernelMap& map, std::int64_t i, std::int64_t o, std::int64_t s) {
    const SparseEpilogue epilogue{offsets.data_ptr<float>(),
                                  added.defined() ? added.data_ptr<float>() + o * out : nullptr, end.relu};
    sparse_convolution(map, x.data_ptr<float>() + i * x.size(1), weights_of(s, factors.data_ptr<float>()),
                       result.data_ptr<float>() + o * out, compute_threads(), epilogue);
  });
  return result;
}

}  // namespace

Tensor convolve_folded(const Tensor& x, const Tensor& weight, const BatchMaps& maps, const FoldedEnd& end) {
  const Tensor w = weight.contiguous();
  const SparseWeights packed(offsets_of<float>(w), static_cast<int>(w.size(1)), static_cast<int>(w.size(2)),
                             end.factors.contiguous().data_ptr<float>());
  return convolve_scenes(x, maps, end,
                         [&](std::int64_t, const float*) -> const SparseWeights& { return packed; });
}

Tensor convolve_folded(const Tensor& x, const Tensor& gamma, const KernelPair& kernels, const BatchMaps& maps,
                       const FoldedEnd& end) {
  const Tensor a = kernels.shared.contiguous(), b = kernels.exclusive.contiguous(), g = gamma.contiguous();
  const auto shared = offsets_of<float>(a), exclusive = offsets_of<float>(b);
  return convolve_scenes(x, maps, end, [&](std::int64_t scene, const float* factors) {
    return SparseWeights(chosen<float>(g, scene, shared, exclusive), static_cast<int>(a.size(1)),
                         static_cast<int>(a.size(2)), factors);
  });
}

}  // namespace alidade
