// SPDX-License-Identifier: BSD-3-Clause
// Usage: alidade_inference_bench [REPEATS [SIZE]]; ONEDNN_MAX_CPU_ISA=AVX2 or AVX512_CORE_VNNI limits the
// instruction set. One thread; ratios come from repetitions that are interleaved. CPU ms are those of the
// thread, which a machine that others use does not add to.
#include "tests/bench/inference_bench.h"

#include <cstdio>
#include <cstdlib>

#include "core/quant/inference/instruction_set.h"
#include "core/quant/inference/latency.h"

using namespace alidade;
using namespace alidade::bench;

namespace {

struct Contestant {
  std::string name;
  QuantizedGraph graph;
};

/// Ends the program with the sentence.
QuantizedGraph built(const LayerGraph& graph, const PackedLayers& packed, int size,
                     const InferenceOptions& options = {}) {
  auto made = QuantizedGraph::build(graph, packed, size, size, options);
  if (!made) {
    std::fprintf(stderr, "%s\n", made.error().message.c_str());
    std::exit(1);
  }
  return std::move(*made);
}

std::size_t weight_bytes(const QuantizedGraph& graph) {
  std::size_t bytes = 0;
  for (const LayerReport& layer : graph.layers()) {
    bytes += layer.weight_bytes;
  }
  return bytes;
}

/// libtorch between the repetitions of a graph: medians in milliseconds of contiguous, channels last, graph.
void compare_with_torch(const LayerGraph& graph, const QuantizedGraph& ours, int size, int repeats) {
  const auto plain = torch_network(graph, size, false), last = torch_network(graph, size, true);
  const std::vector<float> image(3 * static_cast<std::size_t>(size) * size, 0.5F);
  std::vector<std::vector<float>> outputs;
  std::vector<double> times[3];
  for (int i = -3; i < repeats; ++i) {
    const double t[3] = {thread_ms([&] { plain->run(image, outputs); }),
                         thread_ms([&] { last->run(image, outputs); }),
                         thread_ms([&] { static_cast<void>(ours.run(image, outputs)); })};
    for (int k = 0; i >= 0 && k < 3; ++k) {
      times[k].push_back(t[k] / 1000.0);
    }
  }
  std::printf("float32 end to end (CPU ms): libtorch %.3f, libtorch channels last %.3f, oneDNN graph %.3f\n",
              time_spread(times[0]).median_ms, time_spread(times[1]).median_ms,
              time_spread(times[2]).median_ms);
}

}  // namespace

int main(int argc, char** argv) {
  const int repeats = argc > 1 ? std::atoi(argv[1]) : 200, size = argc > 2 ? std::atoi(argv[2]) : 256;
  std::printf("instruction set: %s, %d x %d, one thread, %d repetitions\n",
              instruction_set_name(instruction_set()).c_str(), size, size, repeats);
  const LayerGraph network = bench_network(8), seven = bench_network(7);
  std::vector<Contestant> all;
  all.push_back({"float32", built(network, {}, size)});
  compare_with_torch(network, all[0].graph, size, repeats);
  all.push_back({"int8 A8", built(network, bench_weights(network, "8"), size)});
  all.push_back({"int8 A7", built(seven, bench_weights(seven, "8"), size)});
  all.push_back({"own 8", built(network, bench_weights(network, "8"), size, {{}, false, true})});
  for (const char* levels : {"4", "3", "2", "ternary", "binary"}) {
    all.push_back({levels, built(network, bench_weights(network, levels), size)});
  }
  std::vector<const QuantizedGraph*> graphs;
  for (const Contestant& one : all) {
    graphs.push_back(&one.graph);
  }
  const auto latencies = measure_latency(graphs, repeats, {});
  if (!latencies) {
    return 1;
  }
  std::printf("%-10s %10s %10s %8s %10s %8s %10s %10s %8s\n", "weights", "median ms", "95% ms", "ratio",
              "CPU ms", "ratio", "weights B", "buffers B", "GBOP");
  for (std::size_t i = 0; i < all.size(); ++i) {
    const TimeSpread whole = (*latencies)[i].whole;
    std::printf(
        "%-10s %10.3f %10.3f %8.2f %10.3f %8.2f %10zu %10zu %8.2f\n", all[i].name.c_str(), whole.median_ms,
        whole.p95_ms, (*latencies)[0].whole.median_ms / whole.median_ms, (*latencies)[i].processor.median_ms,
        (*latencies)[0].processor.median_ms / (*latencies)[i].processor.median_ms, weight_bytes(all[i].graph),
        all[i].graph.working_bytes(), 1e-9 * static_cast<double>(bit_operations(all[i].graph)));
  }
  for (const std::size_t last : {std::size_t{1}, std::size_t{4}, std::size_t{6}}) {
    std::printf("\n%s", to_text(latency_table({{"float32", &all[0].graph, &(*latencies)[0]},
                                               {"int8 A8", &all[1].graph, &(*latencies)[1]},
                                               {all[last].name, &all[last].graph, &(*latencies)[last]}}))
                            .c_str());
  }
  bench_products(repeats);
}
