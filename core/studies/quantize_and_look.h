// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/nn/model.h"
#include "core/quant/module_quantization.h"
#include "core/results/pose_result.h"
#include "core/results/weight_histogram.h"
#include "core/studies/infer_options.h"

namespace alidade {

struct LookOptions {
  ModuleLevels assignment;  ///< modules that it does not name stay float32
  WeightOptions weights;
  InferOptions infer;  ///< its frames and seed serve both networks
};

/// `count` of `all` frames, evenly spread, the first one among them.
std::vector<std::size_t> spread_frames(std::size_t count, std::size_t all);

struct LookOutcome {
  std::shared_ptr<const PoseResult> full, quantized;
  std::shared_ptr<const QuantizedLook> look;
};

/// Estimates the same frames with a network as it is and with quantized weights, which are rounded as
/// quantize_modules does and put into the network in memory: no file is written. The network has its own
/// weights again afterwards, whatever happens. The quantized result is named after the assignment, and its
/// recipe has a part "quantization". kUsage for an assignment that names no module of the network, or leaves
/// all weights float32, and for a network that estimates no poses; kCancelled.
Expected<LookOutcome> quantize_and_look(const Dataset& dataset, const std::shared_ptr<Model>& model,
                                        const LookOptions& options, const JobContext& job);

}  // namespace alidade
