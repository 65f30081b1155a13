// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/diffusion/guidance.h"
#include "core/diffusion/score_field.h"
#include "core/diffusion/ve_sde.h"

namespace alidade {

enum class SamplerKind {
  kDdimExponential,  ///< x0 + (s'/s)^w (x - x0): never overshoots under guidance
  kDdim,             ///< naive step x + s (s - s') w score
  kEuler,            ///< Euler on the probability-flow ODE, linear t grid
  kHeun,             ///< Heun's second-order step on the same grid; two evaluations a step
  kRk45,             ///< adaptive Dormand-Prince, one step size for the whole batch as GenPose has it
  kReverseSde,  ///< reverse diffusion (Song et al. 2021, Eq. 46) x + (s^2 - s'^2) w score + sqrt(s^2 - s'^2)
                ///< z
  kPredictorCorrector,  ///< one Langevin step before each reverse-diffusion step (Song et al., Algorithm 2)
};

/// True for the samplers that draw noise at every step.
bool is_stochastic(SamplerKind kind);

/// How states are drawn by integrating the probability-flow ODE, or the reverse SDE, from start_time down to
/// sde.epsilon. The last step of a stochastic sampler adds no noise.
struct SamplerOptions {
  SamplerKind kind = SamplerKind::kDdimExponential;
  int steps = 20;           ///< fixed-step samplers only
  double start_time = 1.0;  ///< T; GenPose starts single frames at 0.55
  double rtol = 1e-5;       ///< kRk45
  double atol = 1e-5;       ///< kRk45
  /// kRk45: one step size for the whole batch (as published: a result depends on what else is in the batch).
  /// Otherwise every state has its own, and is what it is alone.
  bool joint_step = true;
  double langevin_snr = 0.16;    ///< kPredictorCorrector: signal-to-noise ratio of the Langevin step
  std::uint64_t noise_seed = 0;  ///< stochastic samplers: the noise of the steps (the start has its own seed)
  Guidance guidance;
  bool final_denoise = false;  ///< one full denoising step at the end: x + sigma^2 score
  bool keep_trajectory = false;
  /// With keep_trajectory: 0 keeps every step; N >= 2 keeps N states evenly spaced in t (kRk45 only, by its
  /// interpolant).
  int trajectory_points = 0;

  bool operator==(const SamplerOptions&) const = default;
};

/// Most memory a kept trajectory may take.
inline constexpr std::size_t kTrajectoryLimitBytes = std::size_t{512} << 20;

/// What a sampler gives: final states, batch * dimension values, row-major. The last state of a complete
/// trajectory kept at every step is `states`, the final denoising included.
struct SampleSet {
  std::vector<double> states;
  int evaluations = 0;  ///< number of (batched) score evaluations
  int steps = 0;        ///< accepted steps; with a step per state the most
  /// Evaluations summed over the states: what a sampler costs when states leave the batch early.
  std::int64_t state_evaluations = 0;
  std::vector<double> times;                    ///< with keep_trajectory: t of each kept state, falling
  std::vector<std::vector<double>> trajectory;  ///< with keep_trajectory: states at `times`
  int first_bad_step =
      -1;  ///< step of the first non-finite value; sampling stops there, `states` are the last finite ones
};

/// Noise N(0, sigma(start_time)^2) for `batch` states of `dimension` values; equal seeds give equal noise.
std::vector<double> draw_start(const VeSde& sde, double start_time, int batch, int dimension,
                               std::uint64_t seed);

/// Integrates from `start` (batch * field.dimension() values). Stops early on job.stopped() (kCancelled).
/// Options that make no sense and trajectories above kTrajectoryLimitBytes are ErrorCode::kUsage. The
/// right-hand side is -0.5 g(t)^2 w(t) score(x, t). kRk45 takes the steps of SciPy 1.10's RK45 on the
/// flattened batch unless joint_step is false; the size of a Langevin step comes from the batch's mean norms,
/// as published; the other samplers treat each state by itself, on a grid linear in t.
Expected<SampleSet> sample(ScoreField& field, const VeSde& sde, const SamplerOptions& options,
                           std::vector<double> start, const JobContext& job);

/// Readable form for badges and provenance: "ddim 20 · exp 1–8", "rk45 1e-05 · T 0.55 · denoised"; defaults
/// are left out.
std::string describe(const SamplerOptions& options);

/// "ddim", "ddim-naive", "euler", "heun", "rk45", "reverse-sde", "predictor-corrector" (ErrorCode::kUsage
/// otherwise) and back.
Expected<SamplerKind> parse_sampler(const std::string& text);
std::string to_text(SamplerKind kind);

}  // namespace alidade
