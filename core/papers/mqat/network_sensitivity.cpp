// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/network_sensitivity.h"

#include <algorithm>

#include "core/nn/compute.h"
#include "core/papers/mqat/network_facts.h"
#include "core/papers/mqat/network_measures.h"
#include "core/studies/quantization_sensitivity.h"

namespace alidade::mqat {
namespace {

constexpr int kRangeImages = 32;  ///< that show ranges of inputs; those of every layer are found many times

/// 1 for every image whose pose is right, else 0.
Expected<std::vector<double>> right_images(KeypointNetwork& network, const Dataset& data,
                                           const SensitivityOrder& order, const JobContext& job) {
  const auto records = records_of_network(network, data, order.judged_images, job);
  if (!records) {
    return records.error();
  }
  std::vector<double> right;
  for (const ImageRecord& record : *records) {
    right.push_back(share({record}, order.metric).value_or(0.0));
  }
  return right;
}

}  // namespace

Expected<std::vector<SweepSensitivity>> sensitivity_of_network(NetworkShelf& shelf,
                                                               const SensitivityOrder& order,
                                                               const JobContext& job) {
  bind_compute_thread();
  const auto network = open_network(order.checkpoint);
  if (!network) {
    return network.error();
  }
  const auto samples = few_samples(shelf, order.data, order.images, (*network)->config(), job);
  const auto judged = shelf.dataset(order.judged, job);
  if (!samples || !judged) {
    return samples ? judged.error() : samples.error();
  }
  const JobContext quiet{job.stop, {}};
  SensitivityInput input;
  input.network = network->get();
  input.images = first_samples(**samples, order.images);
  input.calibration = first_samples(**samples, std::min(order.images, kRangeImages));
  input.scores = [&](KeypointNetwork& quantized) { return right_images(quantized, **judged, order, quiet); };
  SensitivityOptions options;
  options.levels = kAggressive;
  options.activation_bits = order.activation_bits;
  options.traces.most_probes = 0;
  return measure_sensitivity(input, sensitivity_layers(**network), options, job);
}

}  // namespace alidade::mqat
