// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <utility>

#include "core/diffusion/integrators.h"

namespace alidade {
namespace {

using Vector = std::vector<double>;

// One step is x' = x + gain * score for every first-order sampler; only the gain differs.
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

}  // namespace

double grid_time(const VeSde& sde, const SamplerOptions& options, int i) {
  const double span = sde.epsilon - options.start_time;
  return i == options.steps ? sde.epsilon : options.start_time + span * i / options.steps;
}

void keep_state(SampleSet& set, const SamplerOptions& options, double t) {
  if (options.keep_trajectory) {
    set.times.push_back(t);
    set.trajectory.push_back(set.states);
  }
}

Expected<SampleSet> integrate_fixed_step(ScoreField& field, const VeSde& sde, const SamplerOptions& options,
                                         Vector start, const JobContext& job) {
  Vector scores(start.size());
  const auto step = [&](int, double t, double next_t, const Vector& states, Vector& next) {
    field.evaluate(states, t, scores);
    const double gain = step_gain(options, sde, t, next_t);
    for (std::size_t j = 0; j < next.size(); ++j) {
      next[j] = states[j] + gain * scores[j];
    }
    return 1;
  };
  return drive_steps(sde, options, std::move(start), job, step);
}

Expected<SampleSet> integrate_heun(ScoreField& field, const VeSde& sde, const SamplerOptions& options,
                                   Vector start, const JobContext& job) {
  Vector first(start.size()), second(start.size());
  const auto rate = [&](double t) { return -0.5 * sde.diffusion_squared(t) * options.guidance(t); };
  const auto step = [&](int, double t, double next_t, const Vector& states, Vector& next) {
    const double h = next_t - t, rate_here = rate(t), rate_there = rate(next_t);
    field.evaluate(states, t, first);
    for (std::size_t j = 0; j < next.size(); ++j) {
      next[j] = states[j] + h * rate_here * first[j];
    }
    if (!all_finite(next)) {
      return 1;
    }
    field.evaluate(next, next_t, second);
    for (std::size_t j = 0; j < next.size(); ++j) {
      next[j] = states[j] + 0.5 * h * (rate_here * first[j] + rate_there * second[j]);
    }
    return 2;
  };
  return drive_steps(sde, options, std::move(start), job, step);
}

}  // namespace alidade
