// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/papers/mqat/work.h"
#include "core/results/quantization_sweep.h"

namespace alidade::mqat {

/// A sweep over assignments of one keypoint network.
struct AssignmentSweep {
  std::filesystem::path checkpoint;
  std::filesystem::path train;      ///< images that ranges, Hessian and retraining are of
  std::filesystem::path held_out;   ///< images that everything is judged by
  std::filesystem::path selection;  ///< other images to choose by; empty = there are none
  std::vector<std::string> levels{"8", "4", "3", "2"};
  int activation_bits = 8;  ///< 0 = inputs stay float32
  int images = 200;         ///< of either split
  int train_images = 64;    ///< without retraining
  int probes = 16;          ///< of the Hessian, at most
  int solved = 8;           ///< assignments of the frontier that is expected by Eq. 2
  bool all = false;         ///< every combination of levels in place of those
  int steps = 0;            ///< of retraining with LSQ, norms frozen; 0 = quantized as it is
  int batch = 32;
  int retrain_images = 2000;
  int seed = 1;
  std::filesystem::path runs;  ///< where networks are written; trainings that are there are not done again
};

/// The assignments: full precision, every level alone and in all modules, and spread over the expected
/// frontier; or all combinations. kUsage for more than 256 of them.
Expected<std::vector<ModuleLevels>> swept_assignments(const AssignmentSweep& order, const NetworkFacts& facts,
                                                      const QuantizationSweep& frame);

/// Quantizes and judges them one after the other through the same work as the reproduction of MQAT. `keep`
/// gets the sweep after each network, so that what was measured stays and the window can follow. kUsage for
/// levels that are not analyzed, fewer than two images; errors of the work and of `keep`; kCancelled.
Expected<QuantizationSweep> sweep_assignments(
    const AssignmentSweep& order, const StudyWork& work,
    const std::function<Expected<void>(const QuantizationSweep&)>& keep, const JobContext& job);

}  // namespace alidade::mqat
