// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <vector>

#include "core/diffusion/sampler.h"

namespace alidade {

/// The two integrators behind sample(); options and start are already checked.
Expected<SampleSet> integrate_fixed_step(ScoreField& field, const VeSde& sde, const SamplerOptions& options,
                                         std::vector<double> start, const JobContext& job);
Expected<SampleSet> integrate_rk45(ScoreField& field, const VeSde& sde, const SamplerOptions& options,
                                   std::vector<double> start, const JobContext& job);

bool all_finite(std::span<const double> values);
Error cancelled_error();
/// ErrorCode::kUsage when `kept` states of `size` values exceed kTrajectoryLimitBytes.
Expected<void> check_trajectory_memory(std::size_t kept, std::size_t size);

}  // namespace alidade
