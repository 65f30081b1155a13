// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "core/base/expected.h"
#include "core/quant/inference/convolution.h"

namespace alidade {

/// uint8 times int8 by our kernels. Weights of up to 16 levels lie in memory with 1, 2, 3 or 4 bits each and
/// are unpacked, a block of output channels at a time, whenever the convolution runs; others with 8. Sums are
/// exact on every instruction set: products are added in 32 bits by VNNI, in 16 bits for as long as the
/// levels and codes cannot overflow them, or else as pairs of 16-bit factors.
Expected<std::unique_ptr<Convolution>> make_packed_convolution(const ConvolutionTask& task,
                                                               const IntegerWeights& weights);
/// What it takes: padding as a border, channels filled up to a multiple of 4.
TensorForm packed_input_form(const ConvolutionGeometry& geometry, const CodeGrid& input);

}  // namespace alidade
