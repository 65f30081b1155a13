// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/inference/library_runtime.h"

#include <cstring>

namespace alidade {
namespace {

using LibraryTag = dnnl::memory::format_tag;

dnnl::convolution_forward::primitive_desc describe(const LibraryConvolution::Setting& setting,
                                                   bool has_bias) {
  const ConvolutionGeometry& g = setting.geometry;
  const dnnl::memory::desc source({1, g.in_channels, g.in_height, g.in_width}, setting.input,
                                  LibraryTag::nhwc);
  const dnnl::memory::desc weights({g.out_channels, g.in_channels, g.kernel, g.kernel}, setting.weights,
                                   LibraryTag::any);
  const dnnl::memory::desc bias =
      has_bias ? dnnl::memory::desc({g.out_channels}, dnnl::memory::data_type::f32, LibraryTag::x)
               : dnnl::memory::desc();
  const dnnl::memory::desc result({1, g.out_channels, g.out_height(), g.out_width()}, setting.output,
                                  LibraryTag::nhwc);
  const dnnl::memory::dims strides{g.stride, g.stride}, padding{g.padding, g.padding};
  const dnnl::convolution_forward::desc convolution(dnnl::prop_kind::forward_inference,
                                                    dnnl::algorithm::convolution_direct, source, weights,
                                                    bias, result, strides, padding, padding);
  return {convolution, setting.attributes, library_engine()};
}

}  // namespace

dnnl::engine& library_engine() {
  static dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

Error library_error(const std::string& layer, const dnnl::error& problem) {
  return {ErrorCode::kFailed,
          "oneDNN cannot compute the layer \"" + layer + "\": " + std::string(problem.what()) + "."};
}

LibraryConvolution::LibraryConvolution(const Setting& setting, const void* weights, const float* bias)
    : description_(describe(setting, bias != nullptr)),
      convolution_(description_),
      stream_(library_engine()),
      input_(description_.src_desc(), library_engine(), nullptr),
      output_(description_.dst_desc(), library_engine(), nullptr),
      scratch_(description_.scratchpad_desc(), library_engine(), nullptr) {
  const ConvolutionGeometry& g = setting.geometry;
  dnnl::memory plain({{g.out_channels, g.in_channels, g.kernel, g.kernel}, setting.weights, LibraryTag::oihw},
                     library_engine());
  std::memcpy(plain.get_data_handle(), weights, plain.get_desc().get_size());
  dnnl::memory ordered(description_.weights_desc(), library_engine());
  dnnl::reorder(plain, ordered).execute(stream_, plain, ordered);
  stream_.wait();
  arguments_ = {{DNNL_ARG_SRC, input_},
                {DNNL_ARG_WEIGHTS, ordered},
                {DNNL_ARG_DST, output_},
                {DNNL_ARG_SCRATCHPAD, scratch_}};
  if (bias != nullptr) {
    const dnnl::memory biases(description_.bias_desc(), library_engine());
    std::memcpy(biases.get_data_handle(), bias, biases.get_desc().get_size());
    arguments_[DNNL_ARG_BIAS] = biases;
  }
}

void LibraryConvolution::run(const void* input, void* output, void* scratch) const {
  // oneDNN takes what it only reads as if it could be written.
  input_.set_data_handle(const_cast<void*>(input), stream_);
  output_.set_data_handle(output, stream_);
  scratch_.set_data_handle(scratch, stream_);
  convolution_.execute(stream_, arguments_);
  stream_.wait();
}

std::size_t LibraryConvolution::weight_bytes() const {
  return description_.weights_desc().get_size() + description_.bias_desc().get_size();
}

std::string LibraryConvolution::engine() const {
  return std::string("oneDNN ") + description_.impl_info_str();
}

}  // namespace alidade
