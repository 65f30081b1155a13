// SPDX-License-Identifier: BSD-3-Clause
// Built once per instruction set, hence no ordinary guard.
#if defined(ALIDADE_PARTIAL_VECTORS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ALIDADE_PARTIAL_VECTORS_INL_H
#undef ALIDADE_PARTIAL_VECTORS_INL_H
#else
#define ALIDADE_PARTIAL_VECTORS_INL_H
#endif

#include <cstring>

#include <hwy/highway.h>

#include "core/ops/sparse/tile_kernels.h"

HWY_BEFORE_NAMESPACE();
namespace alidade {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using ColumnTag = hn::CappedTag<float, kColumnStep>;
using ColumnVector = hn::Vec<ColumnTag>;
inline constexpr int kColumnLanes = static_cast<int>(hn::MaxLanes(ColumnTag()));

// The first `count` columns of a vector, 1 to kColumnLanes: nothing behind them is read or written, as the
// next row is another thread's or nobody's. Highway's masked access does that on AVX2 and AVX-512 only.

HWY_INLINE ColumnVector LoadFirst(const float* from, int count) {
  const ColumnTag d;
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX2
  return hn::MaskedLoad(hn::FirstN(d, static_cast<std::size_t>(count)), d, from);
#else
  HWY_ALIGN float values[kColumnLanes] = {};
  std::memcpy(values, from, static_cast<std::size_t>(count) * sizeof(float));
  return hn::Load(d, values);
#endif
}

HWY_INLINE void StoreFirst(ColumnVector vector, float* to, int count) {
  const ColumnTag d;
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX2
  hn::BlendedStore(vector, hn::FirstN(d, static_cast<std::size_t>(count)), d, to);
#else
  HWY_ALIGN float values[kColumnLanes];
  hn::Store(vector, d, values);
  std::memcpy(to, values, static_cast<std::size_t>(count) * sizeof(float));
#endif
}

}  // namespace HWY_NAMESPACE
}  // namespace alidade
HWY_AFTER_NAMESPACE();

#endif
