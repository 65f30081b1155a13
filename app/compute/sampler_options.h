// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/studies/sampler_arguments.h"

namespace CLI {
class App;
}

namespace alidade {

// The options of inference on the command line; shared by every sub-command that samples.

/// Adds all but --aggregate.
void add_sampler_arguments(CLI::App& command, SamplerArguments& arguments);
/// Adds --aggregate: how samples become one estimate.
void add_aggregation_arguments(CLI::App& command, SamplerArguments& arguments);

}  // namespace alidade
