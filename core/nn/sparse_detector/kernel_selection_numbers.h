// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/nn/sparse_detector/detector_config.h"
#include "core/ops/sparse/kernel_map.h"

namespace alidade {

/// Numbers of any shape, row-major.
struct SelectionArray {
  std::vector<std::int64_t> shape;
  std::vector<double> values;
};
using SelectionArrays = std::map<std::string, SelectionArray>;

/// One SF-KS convolution in float64 on plain numbers, for those who cannot see torch and want to compare.
/// `in` has "features" [rows, in], the scenes one after the other, "grad_out", and "param_NAME" for every
/// parameter (scene_embedding [K, D], tlm_a1, ..., weight_shared [V, in, out], weight_exclusive [K, V, in,
/// out]). Gives "value_NAME" of what lies between, "value_out", "grad_features" and "grad_NAME" of
/// sum(grad_out * out).
SelectionArrays kernel_selection_numbers(const SelectionArrays& in, const std::vector<KernelMap>& scenes,
                                         int kernel, int source, double tau, KernelChoice choice);

}  // namespace alidade
