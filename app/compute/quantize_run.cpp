// SPDX-License-Identifier: BSD-3-Clause
#include "app/compute/quantize_run.h"

#include <charconv>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>

#include "app/cli/print.h"
#include "core/nn/compute.h"
#include "core/nn/registry/network_graph.h"
#include "core/quant/inference/instruction_set.h"
#include "core/quant/inference/latency.h"
#include "core/quant/inference/packed_layers.h"

namespace alidade {
namespace {

struct RunArguments {
  std::string input, image, instruction_set;
  int repeats = 100;
  bool keep_slower = false, unpack = false, json = false;
};

/// A network with its packed weights; none where the checkpoint is not packed.
struct RunNetwork {
  NetworkGraph network;
  PackedLayers layers;
};

Expected<RunNetwork> open_run_network(const std::string& path) {
  auto file = read_checkpoint(path);
  if (!file) {
    return file.error();
  }
  if (file->architecture() != kPackedFormat) {
    auto network = network_graph(*file);
    return network ? Expected<RunNetwork>(RunNetwork{std::move(*network), {}}) : network.error();
  }
  const std::string name = file->path.filename().string();
  const auto packed = parse_packed(file->content, name);
  if (!packed) {
    return packed.error();
  }
  file->content = unpacked(*packed);
  auto network = network_graph(*file);
  if (!network) {
    return network.error();
  }
  auto layers = packed_layers(network->graph, *packed, name);
  return layers ? Expected<RunNetwork>(RunNetwork{std::move(*network), std::move(*layers)}) : layers.error();
}

struct RunSize {
  int width = 0, height = 0;
};

/// "640x480".
Expected<RunSize> parse_run_size(const std::string& text) {
  RunSize size;
  const char* end = text.data() + text.size();
  const auto width = std::from_chars(text.data(), end, size.width);
  const bool has_x = width.ec == std::errc() && width.ptr != end && *width.ptr == 'x';
  const auto height = has_x ? std::from_chars(width.ptr + 1, end, size.height) : width;
  if (!has_x || height.ec != std::errc() || height.ptr != end || size.width < 1 || size.height < 1) {
    return usage_error("\"" + text + "\" is no size of an image; write it as in 256x256.");
  }
  return size;
}

void print_run_totals(const std::string& name, const QuantizedGraph& graph) {
  std::size_t weights = 0;
  for (const LayerReport& layer : graph.layers()) {
    weights += layer.weight_bytes;
  }
  print("%-10s %10.3f G bit operations, weights %zu bytes, buffers %zu bytes\n", name.c_str(),
        1e-9 * static_cast<double>(bit_operations(graph)), weights, graph.working_bytes());
}

Expected<void> print_run(const RunArguments& options, const std::vector<MeasuredGraph>& measured) {
  const Table table = latency_table(measured);
  if (options.json) {
    print_text(to_json(table) + "\n");
    return {};
  }
  const ImageShape& image = measured.front().graph->input();
  print("%d x %d pixels, one thread, %s, %d repetitions\n\n", image.width, image.height,
        instruction_set_name(instruction_set()).c_str(), options.repeats);
  print_text(to_text(table));
  print("\n");
  for (const MeasuredGraph& one : measured) {
    print_run_totals(one.name, *one.graph);
  }
  print(
      "Bit operations are multiply-adds x bits of the weights x bits of their inputs; layers in float32 "
      "count 32 x 32.\n");
  return {};
}

/// The packed network; where asked for, with the layers that were slower in float32.
Expected<QuantizedGraph> packed_graph(const RunNetwork& opened, const RunSize& size,
                                      const RunArguments& options, const QuantizedGraph& plain,
                                      const JobContext& job) {
  InferenceOptions how;
  how.unpack = options.unpack;
  const LayerGraph& graph = opened.network.graph;
  auto packed = QuantizedGraph::build(graph, opened.layers, size.height, size.width, how);
  if (!packed || !options.keep_slower) {
    return packed;
  }
  const auto times = measure_latency({&plain, &*packed}, options.repeats, job);
  if (!times) {
    return times.error();
  }
  how.keep_float = slower_layers(*packed, (*times)[1], (*times)[0]);
  return how.keep_float.empty() ? std::move(packed)
                                : QuantizedGraph::build(graph, opened.layers, size.height, size.width, how);
}

Expected<void> run_packed_network(const RunArguments& options, CommandContext& context) {
  if (!options.instruction_set.empty()) {
    const auto most = named_instruction_set(options.instruction_set);
    if (!most) {
      return most.error();
    }
    if (auto limited = limit_instruction_set(*most); !limited) {
      return limited;
    }
  }
  configure_compute(1);
  const auto opened = open_run_network(options.input);
  if (!opened) {
    return opened.error();
  }
  const int side = opened->network.image_px;
  const auto size =
      options.image.empty() ? Expected<RunSize>(RunSize{side, side}) : parse_run_size(options.image);
  if (!size) {
    return size.error();
  }
  const auto plain = QuantizedGraph::build(opened->network.graph, {}, size->height, size->width);
  if (!plain) {
    return plain.error();
  }
  if (opened->layers.empty()) {
    const auto times = measure_latency({&*plain}, options.repeats, context.job);
    return times ? print_run(options, {{"float32", &*plain, &times->front()}}) : times.error();
  }
  const auto packed = packed_graph(*opened, *size, options, *plain, context.job);
  if (!packed) {
    return packed.error();
  }
  const auto times = measure_latency({&*plain, &*packed}, options.repeats, context.job);
  if (!times) {
    return times.error();
  }
  return print_run(options, {{"float32", &*plain, &(*times)[0]}, {"packed", &*packed, &(*times)[1]}});
}

}  // namespace

void add_quantize_run(CLI::App& quantize, Action& action) {
  auto* running = quantize.add_subcommand(
      "run", "Measure how long a network takes from packed weights and in float32, layer by layer");
  const auto options = std::make_shared<RunArguments>();
  running->add_option("packed", options->input, "Packed file, or a checkpoint for float32 alone")->required();
  running->add_option("--image", options->image, "Size of the image, as in 256x256 (default: the network's)");
  running->add_option("--repeats", options->repeats, "How often each network runs")->capture_default_str();
  running->add_flag("--float", options->keep_slower, "Layers that are slower in few bits stay in float32");
  running->add_flag("--unpack", options->unpack, "Weights of few bits become int8 in memory once");
  running->add_option("--instruction-set", options->instruction_set,
                      "Use nothing better than plain, sse4, avx2, avx512, avx512-vnni or amx");
  running->add_flag("--json", options->json, "Machine-readable output");
  running->callback([&action, options] {
    action = [options](CommandContext& context) { return run_packed_network(*options, context); };
  });
}

}  // namespace alidade
