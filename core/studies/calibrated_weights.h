// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/nn/checkpoint_file.h"
#include "core/quant/module_quantization.h"

namespace alidade {

/// What shows the ranges of inputs.
struct CalibrationOptions {
  int images = 64;           ///< the first ones that show the object well enough
  int activation_bits = 8;   ///< of the inputs of quantized layers, 2 to 8
  bool correct_bias = true;  ///< b + (W - Q(W)) x, x being the mean input
};

/// Quantizes the weights of modules of a keypoint network after its training, at the scale of least squared
/// error, finds ranges of the inputs of these layers (of least squared error) on images of a dataset, and
/// corrects biases. The packed file has them under "input_quantization"; its label has the bits of inputs.
/// Errors of quantize_modules and quantize_after_training; kUsage for weights with another range than that
/// of least squares and for powers of two, kInput for another network and a dataset without the object.
Expected<PackedCheckpoint> quantize_calibrated(const CheckpointFile& file, const Dataset& images,
                                               const ModuleLevels& assignment, const WeightOptions& weights,
                                               const CalibrationOptions& options, const JobContext& job);

}  // namespace alidade
