// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

namespace alidade {

// Recipes that the program writes.

/// "text", with its quotes and backslashes escaped.
std::string toml_quoted(const std::string& text);
/// key = value and a line break; `value` as it stands.
std::string toml_line(const std::string& key, const std::string& value);
/// ["a", "b"]
std::string toml_list(const std::vector<std::string>& texts);

}  // namespace alidade
