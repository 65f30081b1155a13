// SPDX-License-Identifier: BSD-3-Clause
#include "core/diffusion/sampler.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "core/base/random.h"
#include "core/diffusion/integrators.h"

namespace alidade {
namespace {

constexpr int kMostSteps = 10000;

constexpr std::array<std::pair<SamplerKind, const char*>, 7> kSamplerNames{{
    {SamplerKind::kDdimExponential, "ddim"},
    {SamplerKind::kDdim, "ddim-naive"},
    {SamplerKind::kEuler, "euler"},
    {SamplerKind::kHeun, "heun"},
    {SamplerKind::kRk45, "rk45"},
    {SamplerKind::kReverseSde, "reverse-sde"},
    {SamplerKind::kPredictorCorrector, "predictor-corrector"},
}};

std::string short_number(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%g", value);
  return buffer;
}

bool positive(double value) {
  return std::isfinite(value) && value > 0.0;
}

Expected<void> check_schedule(const VeSde& sde, const SamplerOptions& options) {
  if (!positive(sde.sigma_min) || !std::isfinite(sde.sigma_max) || sde.sigma_max <= sde.sigma_min) {
    return usage_error("the noise levels need 0 < sigma_min < sigma_max.");
  }
  if (!positive(sde.epsilon) || !(sde.epsilon < options.start_time) || !(options.start_time <= 1.0)) {
    return usage_error("the start time " + short_number(options.start_time) + " must lie above " +
                       short_number(sde.epsilon) + " and not above 1.");
  }
  return check_guidance(options.guidance);
}

Expected<void> check_stepping(const SamplerOptions& options) {
  const bool adaptive = options.kind == SamplerKind::kRk45;
  if (adaptive && (!positive(options.rtol) || !positive(options.atol))) {
    return usage_error("the tolerances of rk45 must be positive numbers.");
  }
  if (!adaptive && (options.steps < 1 || options.steps > kMostSteps)) {
    return usage_error("the number of steps must lie between 1 and " + std::to_string(kMostSteps) +
                       ", not be " + std::to_string(options.steps) + ".");
  }
  if (!positive(options.langevin_snr)) {
    return usage_error("the signal-to-noise ratio of the Langevin step must be a positive number.");
  }
  const int points = options.trajectory_points;
  if (adaptive && !options.joint_step && options.keep_trajectory && points == 0) {
    return usage_error("with a step per sample a trajectory needs evenly spaced times: say how many points.");
  }
  if (points != 0 && (!adaptive || !options.keep_trajectory || points < 2 || points > kMostSteps)) {
    return usage_error("a trajectory at evenly spaced times needs rk45, a kept trajectory and 2 to " +
                       std::to_string(kMostSteps) + " points.");
  }
  return {};
}

Expected<void> check_start(const ScoreField& field, const SamplerOptions& options,
                           const std::vector<double>& start) {
  if (field.dimension() <= 0 || start.empty() ||
      start.size() % static_cast<std::size_t>(field.dimension()) != 0) {
    return usage_error("the start has " + std::to_string(start.size()) +
                       " values, which is no multiple of the dimension " + std::to_string(field.dimension()) +
                       ".");
  }
  if (!options.keep_trajectory) {
    return {};
  }
  const int kept =
      options.kind != SamplerKind::kRk45 ? options.steps + 1 : std::max(2, options.trajectory_points);
  return check_trajectory_memory(static_cast<std::size_t>(kept), start.size());
}

// Tweedie: the mean of the clean state given the noisy one. It changes the last kept state too.
void denoise(ScoreField& field, const VeSde& sde, SampleSet& set) {
  std::vector<double> scores(set.states.size());
  field.evaluate(set.states, sde.epsilon, scores);
  ++set.evaluations;
  if (!all_finite(scores)) {
    set.first_bad_step = set.steps;
    return;
  }
  const double sigma = sde.sigma(sde.epsilon);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    set.states[i] += sigma * sigma * scores[i];
  }
  if (!set.trajectory.empty()) {
    set.trajectory.back() = set.states;
  }
}

using Integrator = Expected<SampleSet> (*)(ScoreField&, const VeSde&, const SamplerOptions&,
                                           std::vector<double>, const JobContext&);

Integrator integrator_of(const SamplerOptions& options) {
  switch (options.kind) {
    case SamplerKind::kRk45:
      return options.joint_step ? integrate_rk45 : integrate_rk45_each;
    case SamplerKind::kHeun:
      return integrate_heun;
    case SamplerKind::kReverseSde:
    case SamplerKind::kPredictorCorrector:
      return integrate_stochastic;
    default:
      return integrate_fixed_step;
  }
}

}  // namespace

bool is_stochastic(SamplerKind kind) {
  return kind == SamplerKind::kReverseSde || kind == SamplerKind::kPredictorCorrector;
}

bool all_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

Error cancelled_error() {
  return {ErrorCode::kCancelled, "sampling was stopped on request."};
}

Expected<void> check_trajectory_memory(std::size_t kept, std::size_t size) {
  const std::size_t fits = kTrajectoryLimitBytes / sizeof(double) / size;
  if (kept <= fits) {
    return {};
  }
  return usage_error("a trajectory of " + std::to_string(kept) + " states of " + std::to_string(size) +
                     " values exceeds " + std::to_string(kTrajectoryLimitBytes >> 20) + " MB; at most " +
                     std::to_string(fits) + " states of this batch fit.");
}

std::vector<double> draw_start(const VeSde& sde, double start_time, int batch, int dimension,
                               std::uint64_t seed) {
  Random random(seed);
  const double sigma = sde.sigma(start_time);
  std::vector<double> start(static_cast<std::size_t>(std::max(batch, 0)) *
                            static_cast<std::size_t>(std::max(dimension, 0)));
  for (double& value : start) {
    value = sigma * random.normal();
  }
  return start;
}

Expected<SampleSet> sample(ScoreField& field, const VeSde& sde, const SamplerOptions& options,
                           std::vector<double> start, const JobContext& job) {
  for (const auto& checked :
       {check_schedule(sde, options), check_stepping(options), check_start(field, options, start)}) {
    if (!checked) {
      return checked.error();
    }
  }
  const auto batch = static_cast<std::int64_t>(start.size()) / field.dimension();
  auto set = integrator_of(options)(field, sde, options, std::move(start), job);
  if (set && options.final_denoise && set->first_bad_step < 0) {
    denoise(field, sde, *set);
    set->state_evaluations += set->state_evaluations > 0 ? batch : 0;
  }
  if (set && set->state_evaluations == 0) {
    set->state_evaluations = batch * set->evaluations;
  }
  return set;
}

std::string describe(const SamplerOptions& options) {
  std::string text = to_text(options.kind) + " ";
  if (options.kind != SamplerKind::kRk45) {
    text += std::to_string(options.steps);
  } else {
    text += short_number(options.rtol);
    text += options.atol == options.rtol ? "" : "/" + short_number(options.atol);
    text += options.joint_step ? "" : " each";
  }
  if (options.start_time != 1.0) {
    text += " \u00b7 T " + short_number(options.start_time);
  }
  if (options.guidance.kind != GuidanceKind::kNone) {
    text += " \u00b7 " + describe(options.guidance);
  }
  return text + (options.final_denoise ? " \u00b7 denoised" : "");
}

Expected<SamplerKind> parse_sampler(const std::string& text) {
  for (const auto& [kind, name] : kSamplerNames) {
    if (text == name) {
      return kind;
    }
  }
  return usage_error(
      "sampler \"" + text.substr(0, 60) +
      "\" is not known; use ddim, ddim-naive, euler, heun, rk45, reverse-sde or predictor-corrector.");
}

std::string to_text(SamplerKind kind) {
  const auto found = std::find_if(kSamplerNames.begin(), kSamplerNames.end(),
                                  [kind](const auto& entry) { return entry.first == kind; });
  return found == kSamplerNames.end() ? "" : found->second;
}

}  // namespace alidade
