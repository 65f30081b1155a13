// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>

#include "core/base/expected.h"
#include "core/studies/infer.h"

namespace alidade {

/// The options of inference as they are typed on the command line or written into a figure recipe, preset to
/// default_infer_options().
struct SamplerArguments {
  std::string sampler = "ddim";
  std::string guidance = "exponential:1:15";
  std::string schedule;  ///< a guidance schedule (.json) in place of `guidance`
  std::string aggregate = "single";
  std::string ranker;  ///< energy network; its owner sets InferOptions::ranker
  int steps = 20;
  double start_time = 1.0;
  double tolerance = 1e-5;
  double langevin_snr = 0.16;
  bool denoise = false, step_per_sample = false;
  int samples = 50;
  std::uint64_t seed = 0;
};

/// ErrorCode::kUsage when a text cannot be understood, kInput for a bad schedule file.
Expected<InferOptions> infer_options(const SamplerArguments& arguments);

/// Guidance as it is typed, or a schedule's file when the text ends with ".json".
Expected<Guidance> guidance_argument(const std::string& text);

}  // namespace alidade
