// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <functional>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/papers/score_scaling/plan.h"

namespace alidade {

/// How much longer a step takes while another one runs beside it, on average: the cores of a machine share
/// caches, memory and often arithmetic units.
inline constexpr double kSideBySideCost = 1.25;

/// Does step `step` of the plan on worker `worker` (0 .. workers - 1): one step at a time per worker.
using StepRunner = std::function<Expected<void>(std::size_t step, int worker, const JobContext& job)>;

/// True when step `later` needs what step `earlier` makes: they belong to the same seed and to the same arm,
/// or `later` to no arm; what is timed comes after everything else.
bool needs_step(const ReproducePlan& plan, std::size_t later, std::size_t earlier);

/// Runs the plan's steps on `workers` threads, those that need nothing unfinished first come first served;
/// what is timed runs alone. The progress of all is reported as shares of the plan's time, from one thread at
/// a time. After a failure, an exception or a stop nothing new begins, the running steps are stopped, and the
/// first Error is returned.
Expected<void> run_steps(const ReproducePlan& plan, int workers, const JobContext& job,
                         const StepRunner& run);

/// What the plan takes on so many workers, seconds.
double elapsed_seconds(const ReproducePlan& plan, int workers);

}  // namespace alidade
