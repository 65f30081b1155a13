// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/cli/command.h"

namespace alidade {

// One factory per sub-command; each lives in the file named after it.
void add_train_command(CLI::App& app, Action& action);
void add_infer_command(CLI::App& app, Action& action);
void add_sample_command(CLI::App& app, Action& action);
void add_reproduce_command(CLI::App& app, Action& action);
void add_evaluate_command(CLI::App& app, Action& action);
void add_dataset_command(CLI::App& app, Action& action);
void add_device_command(CLI::App& app, Action& action);

}  // namespace alidade
