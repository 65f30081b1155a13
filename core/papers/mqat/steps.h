// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/experiments/step.h"
#include "core/papers/mqat/plan.h"
#include "core/papers/mqat/work.h"

namespace alidade::mqat {

/// Where a reproduction runs.
struct StudyPlaces {
  std::filesystem::path folder;  ///< steps/, runs/
  std::filesystem::path
      recipes;  ///< of the data: train.toml, val.toml, test.toml, test-unseen-light.toml, ...
  std::filesystem::path checkpoint;  ///< of the bundled network

  std::filesystem::path run(const std::string& name) const { return folder / "runs" / name; }
  std::filesystem::path trained(const std::string& name) const { return run(name) / "final.safetensors"; }
  std::filesystem::path start(const StudyNetwork& network) const {
    return network.bundled ? checkpoint : trained("base-" + network.name);
  }
  std::filesystem::path data(const StudyNetwork& network, const std::string& split) const {
    return recipes / (network.data + split + ".toml");
  }
};

/// Splits: choices are made on the first, the others judge them. The last has the recipe StudyNetwork::light.
inline constexpr char kSelection[] = "val", kTest[] = "test", kLight[] = "unseen-light";

/// The plan's steps as a graph of what they need of each other. Results:
///   base        checkpoint_sha256
///   facts       NetworkFacts, checkpoint_sha256
///   traces      LayerTraces
///   sensitivity list of SweepSensitivity, by layer
///   train       checkpoint_sha256, label, levels by layer, modules, order, steps, bytes, weight_bytes,
///               bit_operations, activation_bits
///   evaluate    val, test, unseen-light: ImageRecords of each split
///   flow        best, order, metric, full_precision and accuracies by module, of the selection split
///   allocation  budget_bytes, and for modules and layers: levels, bytes, loss, description
///   levels      ImageRecords of each level, on the selection split
///   votes       spread_px and cells by image, example
///   latency     levels by layer, bytes, medians_ms, p95_ms and float_medians_ms by repeat, peak_bytes,
///               instruction_set
///   standin     modules, widths, shares, bytes, float_bytes
std::vector<Step> study_steps(const StudyPlan& plan, const StudyPlaces& places,
                              const std::shared_ptr<const StudyWork>& work);

}  // namespace alidade::mqat
