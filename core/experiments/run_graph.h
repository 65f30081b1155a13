// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <functional>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/experiments/step_graph.h"

namespace alidade {

/// Does step `step` of the graph on worker `worker` (0 .. workers - 1): one step at a time per worker.
using StepRunner = std::function<Expected<void>(std::size_t step, int worker, const JobContext& job)>;

/// Runs the graph's steps on `workers` threads, those that need nothing unfinished first come first served;
/// one that is to be alone waits until nothing runs. The progress of all is reported as shares of the graph's
/// time, from one thread at a time. After a failure, an exception or a stop nothing new begins, the running
/// steps are stopped, and the first Error is returned.
Expected<void> run_steps(const StepGraph& graph, int workers, const JobContext& job, const StepRunner& run);

/// What the graph takes on so many workers, seconds.
double elapsed_seconds(const StepGraph& graph, int workers);

}  // namespace alidade
