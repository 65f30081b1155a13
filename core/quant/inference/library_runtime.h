// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include <oneapi/dnnl/dnnl.hpp>

#include "core/base/expected.h"
#include "core/quant/inference/convolution.h"

namespace alidade {

/// oneDNN's processor, one for the process.
dnnl::engine& library_engine();
/// kFailed: what oneDNN said of a layer.
Error library_error(const std::string& layer, const dnnl::error& problem);

/// A convolution of oneDNN whose images lie pixel by pixel, with its weights in its own order.
class LibraryConvolution : public Convolution {
 public:
  /// Types and settings that the kinds of convolution do not share.
  struct Setting {
    ConvolutionGeometry geometry;  ///< a border of the input counted in, its padding then left out
    dnnl::memory::data_type input, weights, output;
    dnnl::primitive_attr attributes;
  };
  /// `weights` are [out][in][kernel][kernel] of the type; no bias where it is null. Throws dnnl::error.
  LibraryConvolution(const Setting& setting, const void* weights, const float* bias);

  void run(const void* input, void* output, void* scratch) const override;
  std::size_t scratch_bytes() const override { return description_.scratchpad_desc().get_size(); }
  std::size_t weight_bytes() const override;
  std::string engine() const override;

 private:
  dnnl::convolution_forward::primitive_desc description_;
  dnnl::convolution_forward convolution_;
  mutable dnnl::stream stream_;
  mutable dnnl::memory input_, output_, scratch_;
  std::unordered_map<int, dnnl::memory> arguments_;
};

}  // namespace alidade
