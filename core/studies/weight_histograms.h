// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/nn/model.h"
#include "core/quant/module_quantization.h"
#include "core/results/weight_histogram.h"

namespace alidade {

/// Model::modules() as what is quantized.
std::vector<WeightModule> weight_modules(const Model& model);

/// How large a module is.
struct ModuleSize {
  std::string name;
  std::int64_t parameters = 0;
  std::int64_t weights = 0;  ///< those of them that can be quantized: of tensors with two axes or more
};
std::vector<ModuleSize> module_sizes(const Model& model);

/// The parameters of a model as a checkpoint without metadata.
Expected<SafeTensors> parameter_content(const Model& model);

/// A histogram of every weight (is_weight) of `content`, in the order of modules and their tensors; those
/// packed in `quantized`, which was made of that content, with their levels. kCancelled.
Expected<std::vector<LayerHistogram>> weight_histograms(const SafeTensors& content,
                                                        const std::vector<WeightModule>& modules,
                                                        const PackedCheckpoint& quantized,
                                                        const JobContext& job);

}  // namespace alidade
