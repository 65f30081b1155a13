// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/base/table.h"
#include "core/io/safetensors.h"
#include "core/quant/packed_file.h"
#include "core/quant/quantizer.h"

namespace alidade {

// Quantization of the weights of a checkpoint after its training, module by module.

/// A part of a network that is quantized as one.
struct WeightModule {
  std::string name;
  std::vector<std::string> tensors;  ///< names of its parameters
};

struct WeightOptions {
  Granularity granularity = Granularity::kChannel;
  RangeRule rule = RangeRule::kLeastSquares;
  std::vector<std::string> keep;  ///< tensors that stay float32 whatever their module gets
};

/// Whether a parameter is quantized at all: float32 with at least two axes and a weight in each. Biases and
/// norms are not.
bool is_weight(const TensorEntry& tensor);

struct LayerAnalysis {
  std::string module, tensor;
  std::int64_t parameters = 0;
  double energy = 0.0;               ///< |w|^2
  std::vector<double> errors;        ///< [levels] |Q(w) - w|^2
  std::vector<std::uint64_t> bytes;  ///< [levels] codes, scales and shapes in a packed file
};

struct WeightAnalysis {
  std::vector<LevelSet> levels;
  std::vector<LayerAnalysis> layers;  ///< in the order of modules and their tensors
};

/// Every weight at each of `levels`. kInput naming a tensor that cannot be quantized; kUsage where no module
/// has a weight; kCancelled.
Expected<WeightAnalysis> analyze_weights(const SafeTensors& content, const std::vector<WeightModule>& modules,
                                         const std::vector<LevelSet>& levels, const WeightOptions& options,
                                         const JobContext& job = {});

/// A row for each module, then one for each of its tensors: parameters, bytes of float32; for each set of
/// levels the ratio of signal to quantization noise (dB) and bytes.
Table analysis_table(const WeightAnalysis& analysis);

/// Levels of a module by LevelSet::name; "32": it stays float32.
using ModuleLevels = std::vector<std::pair<std::string, std::string>>;

/// "backbone=8,head=ternary" as pairs. kUsage for anything else, a module named twice, or unknown levels.
Expected<ModuleLevels> parse_module_levels(const std::string& text);

/// The name of an assignment in the order of `modules`, those that it does not name at 32: "W8-2-8".
std::string module_label(const std::vector<WeightModule>& modules, const ModuleLevels& assignment);

/// The checkpoint with the weights of the named modules packed. Its provenance says under "quantization" what
/// was done, and to the file of this name and digest. kUsage for a module or a kept tensor that matches
/// nothing, with those that there are; else as analyze_weights.
Expected<PackedCheckpoint> quantize_modules(const SafeTensors& content, const std::string& file_name,
                                            const std::string& file_sha256,
                                            const std::vector<WeightModule>& modules,
                                            const ModuleLevels& assignment, const WeightOptions& options,
                                            const JobContext& job = {});

}  // namespace alidade
