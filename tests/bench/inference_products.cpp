// SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <cstring>
#include <map>

#include <oneapi/dnnl/dnnl.hpp>

#include "core/base/random.h"
#include "core/quant/inference/convolution.h"
#include "core/quant/inference/latency.h"
#include "core/quant/inference/packed_convolution.h"
#include "core/quant/inference/working_memory.h"
#include "tests/bench/inference_bench.h"

namespace alidade::bench {
namespace {

constexpr CodeGrid kCodes{0.02F, 0, 8};

IntegerWeights random_integers(const ConvolutionGeometry& g, const std::string& levels) {
  const LevelSet set = *named_levels(levels);
  QuantizedWeights weights{set, static_cast<std::size_t>(g.out_channels), g.columns(), {{0.01}, {}}, {}};
  Random random(5);
  for (std::size_t i = 0; i < weights.rows * weights.columns; ++i) {
    weights.codes.push_back(
        static_cast<std::uint8_t>(random.index(static_cast<std::uint32_t>(set.values.size()))));
  }
  LayerNode node;
  node.in_channels = g.in_channels;
  node.out_channels = g.out_channels;
  node.kernel = g.kernel;
  return *integer_weights(weights, node);
}

/// A way to compute, with what it reads and writes.
struct Product {
  std::string name;
  std::unique_ptr<Convolution> convolution;
  std::vector<double> seconds;
};

/// oneDNN's product of a matrix and a vector, uint8 times int8 into int32.
class LibraryVector : public Convolution {
 public:
  LibraryVector(int rows, int columns)
      : engine_(dnnl::engine::kind::cpu, 0), stream_(engine_), columns_(columns), rows_(rows) {
    using Tag = dnnl::memory::format_tag;
    using Type = dnnl::memory::data_type;
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    const dnnl::inner_product_forward::desc desc(dnnl::prop_kind::forward_inference,
                                                 dnnl::memory::desc({1, columns}, Type::u8, Tag::ab),
                                                 dnnl::memory::desc({rows, columns}, Type::s8, Tag::any),
                                                 dnnl::memory::desc({1, rows}, Type::s32, Tag::ab));
    description_ = {desc, attributes, engine_};
    product_ = dnnl::inner_product_forward(description_);
    weights_ = dnnl::memory(description_.weights_desc(), engine_);
    std::memset(weights_.get_data_handle(), 1, description_.weights_desc().get_size());
  }
  void run(const void* input, void* output, void* scratch) const override {
    const dnnl::memory in(description_.src_desc(), engine_, const_cast<void*>(input));
    const dnnl::memory out(description_.dst_desc(), engine_, output);
    const dnnl::memory free(description_.scratchpad_desc(), engine_, scratch);
    product_.execute(
        stream_,
        {{DNNL_ARG_SRC, in}, {DNNL_ARG_WEIGHTS, weights_}, {DNNL_ARG_DST, out}, {DNNL_ARG_SCRATCHPAD, free}});
    stream_.wait();
  }
  std::size_t scratch_bytes() const override { return description_.scratchpad_desc().get_size(); }
  std::size_t weight_bytes() const override { return description_.weights_desc().get_size(); }
  std::string engine() const override { return description_.impl_info_str(); }

 private:
  dnnl::engine engine_;
  mutable dnnl::stream stream_;
  int columns_, rows_;
  dnnl::inner_product_forward::primitive_desc description_;
  dnnl::inner_product_forward product_;
  dnnl::memory weights_;
};

void time_products(std::vector<Product>& products, const ConvolutionGeometry& g, int repeats) {
  AlignedBytes input(2 * g.input().count() + (1 << 16)), output(8 * g.output().count() + (1 << 16));
  std::memset(input.data(), 3, input.size());
  std::size_t most = 0;
  for (const Product& product : products) {
    most = std::max(most, product.convolution->scratch_bytes());
  }
  AlignedBytes scratch(most);
  // What was computed before leaves the caches as a network would: other layers' weights pass through them.
  for (int i = -1; i < repeats; ++i) {
    for (Product& product : products) {
      const double ms =
          thread_ms([&] { product.convolution->run(input.data(), output.data(), scratch.data()); });
      if (i >= 0) {
        product.seconds.push_back(ms / 1000.0);
      }
    }
  }
}

void print_products(const char* title, const std::vector<Product>& products, double macs) {
  double best = 1e9;
  for (const Product& product : products) {
    if (product.name.find("int8") != std::string::npos) {
      best = std::min(best, time_spread(product.seconds).median_ms);
    }
  }
  std::printf("\n%s\n%-12s %10s %8s %14s %10s  %s\n", title, "", "CPU ms", "GMAC/s", "times int8",
              "weights B", "computed by");
  for (const Product& product : products) {
    const double ms = time_spread(product.seconds).median_ms;
    std::printf("%-12s %10.4f %8.1f %14.2f %10zu  %s\n", product.name.c_str(), ms, 1e-6 * macs / ms,
                best / ms, product.convolution->weight_bytes(), product.convolution->engine().c_str());
  }
}

void bench_shape(const ConvolutionGeometry& g, int repeats, bool is_vector) {
  const std::vector<float> bias(static_cast<std::size_t>(g.out_channels), 0.0F);
  const TensorForm codes{TensorForm::Kind::kCodes, kCodes, 0, g.out_channels};
  const ConvolutionTask task{"product", g, bias, true, kCodes, codes};
  std::vector<Product> products;
  if (is_vector) {
    products.push_back({"oneDNN int8", std::make_unique<LibraryVector>(g.out_channels, g.in_channels), {}});
  } else {
    products.push_back(
        {"oneDNN int8", std::move(*make_library_convolution(task, random_integers(g, "8"))), {}});
  }
  products.push_back({"own int8", std::move(*make_packed_convolution(task, random_integers(g, "8"))), {}});
  for (const char* levels : {"4", "3", "2", "binary"}) {
    products.push_back({levels, std::move(*make_packed_convolution(task, random_integers(g, levels))), {}});
  }
  time_products(products, g, repeats);
  char title[120];
  std::snprintf(title, sizeof(title), "%d -> %d channels, kernel %d, %d x %d pixels", g.in_channels,
                g.out_channels, g.kernel, g.out_height(), g.out_width());
  print_products(title, products, static_cast<double>(g.multiply_adds()));
}

}  // namespace

void bench_products(int repeats) {
  std::printf("\nProducts, uint8 codes; \"times int8\" is against the faster int8\n");
  bench_shape({80, 80, 3, 1, 1, 32, 32}, repeats, false);
  bench_shape({128, 128, 3, 1, 1, 16, 16}, repeats, false);
  bench_shape({64, 64, 1, 1, 0, 32, 32}, repeats, false);
  bench_shape({2048, 2048, 1, 1, 0, 1, 1}, repeats, true);
  bench_shape({4096, 4096, 1, 1, 0, 1, 1}, repeats, true);
}

}  // namespace alidade::bench
