// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/sampler_options.h"

#include <CLI/CLI.hpp>

namespace alidade {

void add_sampler_arguments(CLI::App& command, SamplerArguments& a) {
  command
      .add_option("--sampler", a.sampler,
                  "ddim, ddim-naive, euler, heun, rk45, reverse-sde or predictor-corrector")
      ->capture_default_str();
  command.add_option("--steps", a.steps, "Steps of a fixed-step sampler")->capture_default_str();
  command
      .add_option("--guidance", a.guidance,
                  "none, constant:W, linear:MIN:MAX, exponential:MIN:MAX[:RATE] or spline:T,W:T,W[:...]")
      ->capture_default_str();
  command.add_option("--start-time", a.start_time, "Diffusion time to start from, up to 1")
      ->capture_default_str();
  command.add_option("--tolerance", a.tolerance, "Absolute and relative tolerance of rk45")
      ->capture_default_str();
  command.add_flag("--denoise", a.denoise, "End with one full denoising step");
  command.add_option("-k,--samples", a.samples, "Samples per object")->capture_default_str();
  command
      .add_option("--aggregate", a.aggregate,
                  "single (the first sample), mean (random 60 %) or regression (no sampling)")
      ->capture_default_str();
  command.add_option("--seed", a.seed, "Seed of all noise")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

Expected<InferOptions> infer_options(const SamplerArguments& a) {
  InferOptions options;
  const auto kind = parse_sampler(a.sampler);
  if (!kind) {
    return kind.error();
  }
  const auto guidance = parse_guidance(a.guidance);
  if (!guidance) {
    return guidance.error();
  }
  options.sampler.kind = *kind;
  options.sampler.guidance = *guidance;
  options.sampler.steps = a.steps;
  options.sampler.start_time = a.start_time;
  options.sampler.rtol = options.sampler.atol = a.tolerance;
  options.sampler.final_denoise = a.denoise;
  options.num_samples = a.samples;
  options.seed = a.seed;
  if (a.aggregate == "mean") {
    options.aggregation = Aggregation::kMean;
  } else if (a.aggregate == "regression") {
    options.aggregation = Aggregation::kRegression;
  } else if (a.aggregate != "single") {
    return Error{ErrorCode::kUsage,
                 "unknown --aggregate \"" + a.aggregate + "\"; choose single, mean or regression."};
  }
  return options;
}

}  // namespace alidade
