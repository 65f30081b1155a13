// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "core/diffusion/sampler.h"

namespace alidade {

/// The integrators behind sample(); options and start are already checked.
Expected<SampleSet> integrate_fixed_step(ScoreField& field, const VeSde& sde, const SamplerOptions& options,
                                         std::vector<double> start, const JobContext& job);
Expected<SampleSet> integrate_rk45(ScoreField& field, const VeSde& sde, const SamplerOptions& options,
                                   std::vector<double> start, const JobContext& job);
Expected<SampleSet> integrate_rk45_each(ScoreField& field, const VeSde& sde, const SamplerOptions& options,
                                        std::vector<double> start, const JobContext& job);

Expected<SampleSet> integrate_heun(ScoreField& field, const VeSde& sde, const SamplerOptions& options,
                                   std::vector<double> start, const JobContext& job);
Expected<SampleSet> integrate_stochastic(ScoreField& field, const VeSde& sde, const SamplerOptions& options,
                                         std::vector<double> start, const JobContext& job);

/// Time i of options.steps + 1 times evenly spaced from start_time down to sde.epsilon.
double grid_time(const VeSde& sde, const SamplerOptions& options, int i);

/// Appends the state to the trajectory when one is kept.
void keep_state(SampleSet& set, const SamplerOptions& options, double t);

/// Drives a fixed-step method: `step(i, t, next_t, states, next)` fills `next` from `states`. Stops at the
/// first value that is not finite and keeps the states before it. `step` returns how often it evaluated the
/// field.
template <class Step>
Expected<SampleSet> drive_steps(const VeSde& sde, const SamplerOptions& options, std::vector<double> start,
                                const JobContext& job, Step step);

bool all_finite(std::span<const double> values);
Error cancelled_error();
/// ErrorCode::kUsage when `kept` states of `size` values exceed kTrajectoryLimitBytes.
Expected<void> check_trajectory_memory(std::size_t kept, std::size_t size);

template <class Step>
Expected<SampleSet> drive_steps(const VeSde& sde, const SamplerOptions& options, std::vector<double> start,
                                const JobContext& job, Step step) {
  SampleSet set;
  set.states = std::move(start);
  keep_state(set, options, options.start_time);
  std::vector<double> next(set.states.size());
  for (int i = 0; i < options.steps; ++i) {
    if (job.stopped()) {
      return cancelled_error();
    }
    set.evaluations += step(i, grid_time(sde, options, i), grid_time(sde, options, i + 1), set.states, next);
    if (!all_finite(next)) {
      set.first_bad_step = i;
      return set;
    }
    set.states.swap(next);
    ++set.steps;
    keep_state(set, options, grid_time(sde, options, i + 1));
  }
  return set;
}

}  // namespace alidade
