// SPDX-License-Identifier: BSD-3-Clause
#include "app/compute/sampler_options.h"

#include <CLI/CLI.hpp>

namespace alidade {

void add_sampler_arguments(CLI::App& command, SamplerArguments& a) {
  command
      .add_option("--sampler", a.sampler,
                  "ddim, ddim-naive, euler, heun, rk45, reverse-sde or predictor-corrector")
      ->capture_default_str();
  command.add_option("--steps", a.steps, "Steps of a fixed-step sampler")->capture_default_str();
  auto* guidance =
      command
          .add_option("--guidance", a.guidance,
                      "none, constant:W, linear:MIN:MAX, exponential:MIN:MAX[:RATE] or spline:T,W:T,W[:...]")
          ->capture_default_str();
  command.add_option("--schedule", a.schedule, "Guidance schedule (.json) in place of --guidance")
      ->excludes(guidance);
  command.add_option("--start-time", a.start_time, "Diffusion time to start from, up to 1")
      ->capture_default_str();
  command.add_option("--tolerance", a.tolerance, "Absolute and relative tolerance of rk45")
      ->capture_default_str();
  command.add_flag("--step-per-sample", a.step_per_sample,
                   "rk45: a step size for every sample, so that none depends on the others");
  command
      .add_option("--langevin-snr", a.langevin_snr,
                  "Signal-to-noise ratio of a Langevin step (predictor-corrector)")
      ->capture_default_str();
  command.add_flag("--denoise", a.denoise, "End with one full denoising step");
  command.add_option("-k,--samples", a.samples, "Samples per object")->capture_default_str();
  command.add_option("--seed", a.seed, "Seed of all noise")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

void add_aggregation_arguments(CLI::App& command, SamplerArguments& a) {
  command
      .add_option("--aggregate", a.aggregate,
                  "single (the first sample), mean (random 60 %), mode (the highest), ranked (best 60 % by "
                  "--ranker) or regression (no sampling)")
      ->capture_default_str();
  command.add_option("--ranker", a.ranker, "Energy network (.safetensors) for --aggregate ranked");
}

}  // namespace alidade
