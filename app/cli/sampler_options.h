// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "core/base/expected.h"
#include "core/studies/infer.h"

namespace CLI {
class App;
}

namespace alidade {

/// The options of inference as they are typed, preset to default_infer_options(); shared by every sub-command
/// that samples.
struct SamplerArguments {
  std::string sampler = "ddim";
  std::string guidance = "exponential:1:15";
  std::string aggregate = "single";
  int steps = 20;
  double start_time = 1.0;
  double tolerance = 1e-5;
  bool denoise = false;
  int samples = 50;
  std::uint64_t seed = 0;
};

void add_sampler_arguments(CLI::App& command, SamplerArguments& arguments);

/// ErrorCode::kUsage when a text cannot be understood.
Expected<InferOptions> infer_options(const SamplerArguments& arguments);

}  // namespace alidade
