// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/quant/inference/integer_weights.h"
#include "core/quant/inference/layer_graph.h"

namespace alidade {

// What every faster way is compared with: plain loops over whole numbers, the rest in double. Images are
// [channels][height][width] here.

/// Sums of weight times code, the padding being the code `zero`: [out][height][width].
std::vector<std::int32_t> reference_sums(const ConvolutionGeometry& geometry,
                                         std::span<const std::int8_t> weights,
                                         std::span<const std::uint8_t> codes, int zero);

/// scale_in * scale_w * (sum - zero * sum of the weights) + bias, perhaps behind a ReLU.
std::vector<double> reference_values(const ConvolutionGeometry& geometry, const IntegerWeights& weights,
                                     std::span<const std::int32_t> sums, const CodeGrid& input,
                                     std::span<const float> bias, bool relu);

/// round(value / scale) + zero, half to even, cut to the codes of the grid.
std::uint8_t reference_code(double value, const CodeGrid& grid);

/// The whole graph on an image: layers with packed weights of whole numbers and a grid for their input are
/// computed in whole numbers, all others in double. [output][channels * height * width]. Errors of
/// node_shapes() and integer_weights().
Expected<std::vector<std::vector<double>>> reference_run(
    const LayerGraph& graph, const std::map<std::string, QuantizedWeights>& packed,
    std::span<const float> image, int height, int width);

}  // namespace alidade
