// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace alidade {

/// A value of a TOML file: a text, a number or a list of texts; empty for what no recipe takes: flags, dates,
/// other lists.
using TomlValue = std::variant<std::monostate, std::string, std::int64_t, double, std::vector<std::string>>;

/// One accepted key: what its value must be, in words ("a whole number from 1 to 20"), and what takes it;
/// that returns whether the value was of this kind.
struct TomlKey {
  std::string expected;
  std::function<bool(const TomlValue&)> take;
};
using TomlKeys = std::map<std::string, TomlKey>;

// The kinds of keys. Targets must outlive the reading.
TomlKey toml_text(std::string& target);
TomlKey toml_whole(int& target, std::int64_t low, std::int64_t high);
TomlKey toml_whole(std::uint64_t& target, std::int64_t low, std::int64_t high);
/// Also written without a point; of any size, NaN included.
TomlKey toml_number(double& target);
/// In [low, high].
TomlKey toml_number(double& target, double low, double high);
/// Not empty; relative to `folder`.
TomlKey toml_path(std::filesystem::path& target, const std::filesystem::path& folder);
/// One of a few words.
template <class Value>
TomlKey toml_choice(Value& target, std::map<std::string, Value> words) {
  std::string expected;
  for (const auto& [word, value] : words) {
    expected += (expected.empty() ? "\"" : " or \"") + word + "\"";
  }
  return {expected, [&target, words = std::move(words)](const TomlValue& value) {
            const auto* word = std::get_if<std::string>(&value);
            const auto found = word == nullptr ? words.end() : words.find(*word);
            if (found != words.end()) {
              target = found->second;
            }
            return found != words.end();
          }};
}

/// Everything that may stand in a file.
struct TomlSchema {
  TomlKeys keys;                                           ///< before any section
  std::map<std::string, TomlKeys> sections;                ///< [NAME]
  std::map<std::string, std::function<TomlKeys()>> lists;  ///< [[NAME]]: asked for the keys of each entry
};

/// What is wrong with a file; whoever knows what the file is makes the sentence.
struct TomlProblem {
  enum class Kind { kSyntax, kUnknownSection, kUnknownKey, kBadValue };
  Kind kind = Kind::kSyntax;
  int line = 0;          ///< from 1
  std::string section;   ///< empty before any
  std::string key;       ///< empty for sections
  std::string expected;  ///< of the value; for kSyntax what the parser says
};

/// Reads a text by its schema: nothing that the schema does not name is let through. Returns what is wrong
/// first, or nothing; the targets are then filled. `present`, if given, gets what is there: "section",
/// "section.key", "key".
std::optional<TomlProblem> read_toml(const std::string& text, const TomlSchema& schema,
                                     std::set<std::string>* present = nullptr);

/// The names that stand at the top of a text: its sections, lists and keys. Empty when it is not TOML.
std::set<std::string> toml_names(const std::string& text);

}  // namespace alidade
