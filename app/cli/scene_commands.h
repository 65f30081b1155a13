// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/cli/command.h"
#include "core/studies/plain/make_dataset.h"

namespace alidade {

// The sub-commands of `alidade dataset` for indoor scenes.

/// Makes the set of a recipe of Rooms, with other numbers where they are given.
Expected<void> make_scenes(const std::string& recipe, std::optional<int> scenes,
                           std::optional<std::uint64_t> seed, const MakeDatasetOptions& options,
                           const CommandContext& context);

/// Prints scenes, classes, points and problems. With `check` every point file is read, and an Error names the
/// first that is damaged.
Expected<void> print_scenes(const std::string& path, bool json, bool check, const CommandContext& context);

/// Writes the boxes as ground truth.
Expected<void> write_scenes(const std::string& path, const std::string& output, bool allow_problems,
                            const CommandContext& context);

}  // namespace alidade
