// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <utility>

#include "core/diffusion/integrators.h"

namespace alidade {
namespace {

// One step is x' = x + gain * score for every fixed-step sampler; only the gain differs.
double step_gain(const SamplerOptions& options, const VeSde& sde, double t, double next_t) {
  const double sigma = sde.sigma(t);
  const double next_sigma = sde.sigma(next_t);
  const double w = options.guidance(t);
  switch (options.kind) {
    case SamplerKind::kDdimExponential:
      // x0 + (s'/s)^w (x - x0) with x0 = x + s^2 score.
      return sigma * sigma * (1.0 - std::pow(next_sigma / sigma, w));
    case SamplerKind::kDdim:
      return sigma * (sigma - next_sigma) * w;
    default:
      return (next_t - t) * -0.5 * sde.diffusion_squared(t) * w;
  }
}

void keep(SampleSet& set, bool wanted, double t) {
  if (wanted) {
    set.times.push_back(t);
    set.trajectory.push_back(set.states);
  }
}

}  // namespace

Expected<SampleSet> integrate_fixed_step(ScoreField& field, const VeSde& sde, const SamplerOptions& options,
                                         std::vector<double> start, const JobContext& job) {
  SampleSet set;
  set.states = std::move(start);
  keep(set, options.keep_trajectory, options.start_time);
  std::vector<double> scores(set.states.size());
  std::vector<double> next(set.states.size());
  const double span = sde.epsilon - options.start_time;
  const auto time = [&](int i) {
    return i == options.steps ? sde.epsilon : options.start_time + span * i / options.steps;
  };
  for (int i = 0; i < options.steps; ++i) {
    if (job.stopped()) {
      return cancelled_error();
    }
    field.evaluate(set.states, time(i), scores);
    ++set.evaluations;
    const double gain = step_gain(options, sde, time(i), time(i + 1));
    for (std::size_t j = 0; j < next.size(); ++j) {
      next[j] = set.states[j] + gain * scores[j];
    }
    if (!all_finite(next)) {
      set.first_bad_step = i;
      return set;
    }
    set.states.swap(next);
    ++set.steps;
    keep(set, options.keep_trajectory, time(i + 1));
  }
  return set;
}

}  // namespace alidade
