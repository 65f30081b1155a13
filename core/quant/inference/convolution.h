// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "core/base/expected.h"
#include "core/quant/inference/integer_weights.h"
#include "core/quant/inference/layer_graph.h"
#include "core/quant/inference/tensor_form.h"

namespace alidade {

/// What a convolution computes, apart from its weights.
struct ConvolutionTask {
  std::string name;  ///< stands in messages
  ConvolutionGeometry geometry;
  std::span<const float> bias;  ///< [out]
  bool relu = false;
  CodeGrid input;     ///< of integer convolutions
  TensorForm output;  ///< sums are those of products alone: no zero point, scale, bias, ReLU
};

/// A convolution that is ready to run, weights included. One object is used by one thread at a time.
class Convolution {
 public:
  virtual ~Convolution() = default;

  /// `input` lies in the form that the way of computing asks for, border included; `output` gets the task's,
  /// border included; `scratch` has scratch_bytes(), aligned to 64 bytes.
  virtual void run(const void* input, void* output, void* scratch) const = 0;
  virtual std::size_t scratch_bytes() const = 0;
  /// Of the weights as they lie in memory.
  virtual std::size_t weight_bytes() const = 0;
  /// What computes, instruction set included: "oneDNN brgconv:avx512_core_vnni".
  virtual std::string engine() const = 0;
};

/// float32 by oneDNN; takes and gives float32 without a border.
Expected<std::unique_ptr<Convolution>> make_float_convolution(const ConvolutionTask& task,
                                                              std::span<const float> weights);

/// uint8 times int8 by oneDNN, with scales, bias, ReLU and the rounding to the next codes in one pass.
Expected<std::unique_ptr<Convolution>> make_library_convolution(const ConvolutionTask& task,
                                                                const IntegerWeights& weights);
/// What it takes: padding is oneDNN's where the zero point is 0, else a border.
TensorForm library_input_form(const ConvolutionGeometry& geometry, const CodeGrid& input);
/// Whether its sums are exact on this machine: with VNNI always, else where two products fit 16 bits.
bool library_is_exact(const IntegerWeights& weights, const CodeGrid& input);

}  // namespace alidade
