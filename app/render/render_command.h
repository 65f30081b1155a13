// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/cli/command.h"

namespace alidade {

/// `alidade render RECIPE.json -o FIGURE [--check FILE]`: a figure from a recipe, without any display.
void add_render_command(CLI::App& app, Action& action);

}  // namespace alidade
