// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>

#include "app/cli/command.h"
#include "app/cli/evaluate_options.h"

namespace alidade {

/// Reads what the options name for a protocol: two exchange files, a dataset with a result of
/// `alidade infer` or with BOP results, or sample sets. `predictions` takes the place of --predictions,
/// --result or --sample-sets.
Expected<std::shared_ptr<const EvaluationInput>> read_evaluated(const EvaluateArguments& arguments,
                                                                const Protocol& protocol,
                                                                const std::string& predictions,
                                                                CommandContext& context);

/// kUsage unless the options name exactly one kind of input.
Expected<void> check_inputs(const EvaluateArguments& arguments);

}  // namespace alidade
