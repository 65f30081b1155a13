// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/network_latency.h"

#include <algorithm>

#include "core/nn/compute.h"
#include "core/nn/keypoint/keypoint_quantization.h"
#include "core/papers/mqat/recipe_text.h"
#include "core/quant/inference/instruction_set.h"
#include "core/quant/inference/latency.h"
#include "core/quant/inference/packed_layers.h"

namespace alidade::mqat {
namespace {

constexpr int kRunsOfRepeat = 60;
constexpr int kSeenImages = 32;  ///< that show the ranges of inputs
constexpr double kSeenFraction = 0.15;

Expected<QuantizedGraph> quantized_graph(NetworkShelf& shelf, const KeypointNetwork& network,
                                         const LatencyOrder& order, const JobContext& job) {
  const int side = network.config().image_px;
  if (order.levels.empty()) {
    return QuantizedGraph::build(network.layer_graph(), {}, side, side);
  }
  const auto samples = shelf.samples(order.data, network.config().object.id, kSeenImages, kSeenFraction,
                                     network.config(), job);
  if (!samples) {
    return samples.error();
  }
  std::vector<const KeypointSample*> seen;
  for (const KeypointSample& sample : **samples) {
    seen.push_back(&sample);
  }
  PostTrainingQuantization how;
  how.levels = order.levels;
  how.activation_bits = kActivationBits;
  // Codes of folded weights: a graph has no norms.
  const auto folded = network.without_norms();
  const auto quantized = quantize_after_training(*folded, how, seen);
  if (!quantized) {
    return quantized.error();
  }
  const LayerGraph graph = quantized->network->layer_graph();
  const auto layers = packed_layers(graph, quantized->packed, order.checkpoint.filename().string());
  return layers ? QuantizedGraph::build(graph, *layers, side, side)
                : Expected<QuantizedGraph>(layers.error());
}

}  // namespace

Expected<MeasuredLatency> latency_of_network(NetworkShelf& shelf, const LatencyOrder& order,
                                             const JobContext& job) {
  bind_compute_thread();
  const auto network = open_network(order.checkpoint);
  if (!network) {
    return network.error();
  }
  const int side = (*network)->config().image_px;
  const auto plain = QuantizedGraph::build((*network)->layer_graph(), {}, side, side);
  if (!plain) {
    return plain.error();
  }
  const auto quantized = quantized_graph(shelf, **network, order, job);
  if (!quantized) {
    return quantized.error();
  }
  MeasuredLatency measured;
  for (int repeat = 0; repeat < order.repeats; ++repeat) {
    const auto times = measure_latency({&*plain, &*quantized}, kRunsOfRepeat, job);
    if (!times) {
      return times.error();
    }
    measured.float_medians_ms.push_back(times->front().whole.median_ms);
    measured.medians_ms.push_back(times->back().whole.median_ms);
    measured.p95_ms.push_back(times->back().whole.p95_ms);
  }
  measured.peak_bytes = static_cast<std::int64_t>(quantized->working_bytes());
  measured.instruction_set = instruction_set_name(instruction_set());
  return measured;
}

}  // namespace alidade::mqat
