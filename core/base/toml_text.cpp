// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/toml_text.h"

namespace alidade {

std::string toml_quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  }
  return out + "\"";
}

std::string toml_line(const std::string& key, const std::string& value) {
  return key + " = " + value + "\n";
}

std::string toml_list(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) {
    out += (out.empty() ? "" : ", ") + toml_quoted(text);
  }
  return "[" + out + "]";
}

}  // namespace alidade
