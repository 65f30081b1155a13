// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>

#include <CLI/CLI.hpp>

namespace alidade {

enum class Shell { kBash, kZsh, kFish };

/// "bash", "zsh", "fish"; nothing for another name.
std::optional<Shell> shell_of(const std::string& name);

/// The script that makes a shell complete the commands and options of `app`, and the values of options that
/// take one of a few words; files everywhere else. Commands of an empty group (hidden ones) are left out.
/// Equal descriptions give equal bytes.
std::string completion_script(const CLI::App& app, Shell shell);

}  // namespace alidade
