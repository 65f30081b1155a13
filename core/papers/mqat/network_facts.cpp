// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/network_facts.h"

#include <algorithm>

#include "core/io/safetensors_bytes.h"
#include "core/nn/compute.h"
#include "core/nn/keypoint/keypoint_quantization.h"
#include "core/quant/module_quantization.h"
#include "core/quant/packed_file.h"
#include "core/studies/weight_histograms.h"

namespace alidade::mqat {
namespace {

constexpr const char* kAnalyzed[] = {"binary", "ternary", "2", "3", "4", "8", "powers2", "powers8"};
constexpr double kMinVisible = 0.15;  ///< of training images, as recipes have it
constexpr int kCalibrationImages = 64;

Expected<std::vector<LevelSet>> analyzed_levels() {
  std::vector<LevelSet> levels;
  for (const char* name : kAnalyzed) {
    const auto set = named_levels(name);
    if (!set) {
      return set.error();
    }
    levels.push_back(*set);
  }
  return levels;
}

/// Multiply-adds of an image by name of the weight; a head that several levels share counts for each of them.
std::map<std::string, std::int64_t> multiply_adds(const LayerGraph& graph, int side) {
  std::map<std::string, std::int64_t> sums;
  std::vector<int> sides;
  for (const LayerNode& node : graph.nodes) {
    const int input = node.inputs.front() < 0 ? side : sides[static_cast<std::size_t>(node.inputs.front())];
    switch (node.kind) {
      case LayerNode::Kind::kConvolution: {
        const int out = (input + 2 * node.padding - node.kernel) / node.stride + 1;
        sums[node.name + ".weight"] +=
            std::int64_t{out} * out * node.in_channels * node.out_channels * node.kernel * node.kernel;
        sides.push_back(out);
        break;
      }
      case LayerNode::Kind::kUpsample:
        sides.push_back(2 * input);
        break;
      default:
        sides.push_back(input);
    }
  }
  return sums;
}

/// Bytes of a packed file that belong to no weight: biases of folded norms, names, metadata.
Expected<std::int64_t> rest_bytes(const KeypointNetwork& network, const JobContext& job) {
  const auto folded = network.without_norms();
  const SafeTensors content = folded->content("{}");
  const auto modules = weight_modules(*folded);
  ModuleLevels levels;
  for (const WeightModule& module : modules) {
    levels.emplace_back(module.name, "8");
  }
  const auto packed = quantize_modules(content, "", "", modules, levels, {}, job);
  const auto file = packed ? packed_content(*packed) : Expected<SafeTensors>(packed.error());
  const auto bytes = file ? safetensors_bytes(*file, "packed") : Expected<std::string>(file.error());
  if (!bytes) {
    return bytes.error();
  }
  std::int64_t rest = static_cast<std::int64_t>(bytes->size());
  for (const auto& [name, tensor] : packed->packed) {
    rest -= static_cast<std::int64_t>(packed_bytes(tensor));
  }
  return rest;
}

}  // namespace

std::vector<const KeypointSample*> first_samples(const std::vector<KeypointSample>& samples, int count) {
  std::vector<const KeypointSample*> first;
  for (std::size_t i = 0; i < std::min<std::size_t>(samples.size(), static_cast<std::size_t>(count)); ++i) {
    first.push_back(&samples[i]);
  }
  return first;
}

Expected<NetworkShelf::Samples> few_samples(NetworkShelf& shelf, const std::filesystem::path& data, int count,
                                            const KeypointConfig& config, const JobContext& job) {
  return shelf.samples(data, config.object.id, count, kMinVisible, config, job);
}

Expected<NetworkFacts> facts_of_network(const std::filesystem::path& checkpoint, const JobContext& job) {
  bind_compute_thread();
  const auto network = open_network(checkpoint);
  if (!network) {
    return network.error();
  }
  const auto levels = analyzed_levels();
  if (!levels) {
    return levels.error();
  }
  const auto modules = weight_modules(**network);
  const auto analysis = analyze_weights((*network)->content("{}"), modules, *levels, {}, job);
  const auto rest = analysis ? rest_bytes(**network, job) : Expected<std::int64_t>(analysis.error());
  if (!rest) {
    return rest.error();
  }
  NetworkFacts facts;
  facts.rest_bytes = *rest;
  for (const WeightModule& module : modules) {
    facts.modules.push_back(module.name);
  }
  const auto work = multiply_adds((*network)->layer_graph(), (*network)->config().image_px);
  for (const LayerAnalysis& layer : analysis->layers) {
    const auto own = work.find(layer.tensor);
    LayerFacts known{layer.tensor, layer.module, layer.parameters, own == work.end() ? 0 : own->second,
                     layer.energy};
    for (std::size_t i = 0; i < levels->size(); ++i) {
      known.widths[kAnalyzed[i]] = {static_cast<std::int64_t>(layer.bytes[i]), layer.errors[i]};
    }
    facts.layers.push_back(std::move(known));
  }
  return facts;
}

Expected<LayerTraces> traces_of_network(NetworkShelf& shelf, const TraceOrder& order, const JobContext& job) {
  bind_compute_thread();
  const auto network = open_network(order.checkpoint);
  if (!network) {
    return network.error();
  }
  const auto samples = few_samples(shelf, order.data, order.images, (*network)->config(), job);
  if (!samples) {
    return samples.error();
  }
  TraceOptions options;
  options.seed = 1;
  options.most_probes = static_cast<std::size_t>(std::max(2, order.probes));
  options.least_probes = std::min(options.least_probes, options.most_probes);
  const auto weights = keypoint_weights(**network);
  const auto estimates =
      keypoint_traces(**network, first_samples(**samples, order.images), weights, options, job);
  if (!estimates) {
    return estimates.error();
  }
  LayerTraces traces;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const TraceEstimate& estimate = (*estimates)[i];
    traces[weights[i]] = {estimate.mean, estimate.standard_error, static_cast<int>(estimate.probes),
                          estimate.converged};
  }
  return traces;
}

Expected<void> quantize_network(NetworkShelf& shelf, const PostOrder& order, const JobContext& job) {
  bind_compute_thread();
  const auto network = open_network(order.checkpoint);
  if (!network) {
    return network.error();
  }
  const auto samples = few_samples(shelf, order.data, kCalibrationImages, (*network)->config(), job);
  if (!samples) {
    return samples.error();
  }
  PostTrainingQuantization how;
  how.levels = order.levels;
  how.activation_bits = order.activation_bits;
  const auto quantized =
      quantize_after_training(**network, how, first_samples(**samples, kCalibrationImages));
  return quantized ? quantized->network->save(order.written, "{}") : Expected<void>(quantized.error());
}

}  // namespace alidade::mqat
