// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>

#include "app/cli/command.h"

namespace alidade {

/// `alidade demo --headless --out DIR`: the bundled network on the bundled sample, as figures and numbers.
void add_demo_command(CLI::App& app, Action& action);

/// True for `alidade demo` where a window can and shall be opened: no --headless, and a display is there.
bool demo_wants_window(int argc, char** argv);

/// Renders every bundled figure recipe into `folder` as PNG, SVG, PDF and CSV, writes the estimates as
/// poses.npz and prints where they lie. Without `force`, ErrorCode::kUsage where one of these is there
/// already.
Expected<void> run_demo(const std::filesystem::path& folder, bool force, const DatasetReaders& readers,
                        const JobContext& job);

}  // namespace alidade
