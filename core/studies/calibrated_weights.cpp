// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/calibrated_weights.h"

#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/nn/keypoint/keypoint_quantization.h"
#include "core/studies/keypoint_data.h"
#include "core/studies/weight_histograms.h"

namespace alidade {
namespace {

constexpr double kLeastVisible = 0.15;  ///< of images, as training recipes have it

/// The provenance of weights alone, with what else was done.
std::string with_inputs(const std::string& weights, const CalibrationOptions& options,
                        const std::string& dataset) {
  auto json = embedded_json(weights);
  json["label"] = json.value("label", std::string()) + " A" + std::to_string(options.activation_bits);
  json["activation_bits"] = options.activation_bits;
  json["calibration"] = {
      {"dataset", dataset}, {"images", options.images}, {"corrected_biases", options.correct_bias}};
  return json_text(json);
}

}  // namespace

Expected<PackedCheckpoint> quantize_calibrated(const CheckpointFile& file, const Dataset& images,
                                               const ModuleLevels& assignment, const WeightOptions& weights,
                                               const CalibrationOptions& options, const JobContext& job) {
  if (weights.rule != RangeRule::kLeastSquares) {
    return usage_error(
        "With images, weights get the scale of least squared error; leave --range largest out.");
  }
  const auto network = KeypointNetwork::open(file);
  if (!network) {
    return network.error();
  }
  const auto modules = weight_modules(**network);
  // Names and levels are checked here, and the weights say what is quantized.
  auto alone = quantize_modules(file.content, file.path.filename().string(), file.sha256, modules, assignment,
                                weights, job);
  if (!alone) {
    return alone.error();
  }
  const auto samples =
      collect_keypoint_samples(images, (*network)->config(), options.images, kLeastVisible, job);
  if (!samples) {
    return samples.error();
  }
  PostTrainingQuantization how;
  how.activation_bits = options.activation_bits;
  how.per_channel = weights.granularity == Granularity::kChannel;
  how.correct_bias = options.correct_bias;
  for (const auto& [name, packed] : alone->packed) {
    how.levels[name] = packed.weights.levels.name();
  }
  std::vector<const KeypointSample*> shown;
  for (const KeypointSample& sample : *samples) {
    shown.push_back(&sample);
  }
  auto quantized = quantize_after_training(**network, how, shown);
  if (!quantized) {
    return quantized.error();
  }
  PackedCheckpoint result = std::move(quantized->packed);
  result.provenance["quantization"] =
      with_inputs(alone->provenance.at("quantization"), options, images.name());
  return result;
}

}  // namespace alidade
