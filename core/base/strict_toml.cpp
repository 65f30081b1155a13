// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/strict_toml.h"

#include <sstream>

#include <toml++/toml.h>

namespace alidade {
namespace {

using ProblemKind = TomlProblem::Kind;

std::string toml_range_text(std::int64_t low, std::int64_t high) {
  std::ostringstream text;
  text << "a whole number from " << static_cast<double>(low) << " to " << static_cast<double>(high);
  return text.str();
}

template <class Whole>
TomlKey whole_key(Whole& target, std::int64_t low, std::int64_t high) {
  return {toml_range_text(low, high), [&target, low, high](const TomlValue& value) {
            const auto* whole = std::get_if<std::int64_t>(&value);
            if (whole == nullptr || *whole < low || *whole > high) {
              return false;
            }
            target = static_cast<Whole>(*whole);
            return true;
          }};
}

std::optional<double> toml_double(const TomlValue& value) {
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  if (const auto* real = std::get_if<double>(&value)) {
    return *real;
  }
  const auto* whole = std::get_if<std::int64_t>(&value);
  return whole != nullptr && *whole >= -kExact && *whole <= kExact ? std::optional<double>(*whole)
                                                                   : std::nullopt;
}

/// A list of nothing but texts.
TomlValue texts_of(const toml::array& list) {
  std::vector<std::string> texts;
  for (const toml::node& entry : list) {
    const auto* text = entry.as_string();
    if (text == nullptr) {
      return {};
    }
    texts.push_back(text->get());
  }
  return texts;
}

TomlValue value_of(const toml::node& node) {
  if (const auto* list = node.as_array()) {
    return texts_of(*list);
  }
  if (const auto* text = node.as_string()) {
    return text->get();
  }
  if (const auto* whole = node.as_integer()) {
    return whole->get();
  }
  const auto* real = node.as_floating_point();
  return real != nullptr ? TomlValue(real->get()) : TomlValue();
}

int line_of(const toml::node& node) {
  return static_cast<int>(node.source().begin.line);
}

/// The keys of one section, list entry or the top.
std::optional<TomlProblem> take_key(const std::string& section, const std::string& name,
                                    const toml::node& node, const TomlKeys& keys,
                                    std::set<std::string>& present) {
  const auto found = keys.find(name);
  if (found == keys.end()) {
    return TomlProblem{ProblemKind::kUnknownKey, line_of(node), section, name, {}};
  }
  if (!found->second.take(value_of(node))) {
    return TomlProblem{ProblemKind::kBadValue, line_of(node), section, name, found->second.expected};
  }
  present.insert(section.empty() ? name : section + "." + name);
  return std::nullopt;
}

std::optional<TomlProblem> take_section(const std::string& section, const toml::table& table,
                                        const TomlKeys& keys, std::set<std::string>& present) {
  present.insert(section);
  for (const auto& [key, node] : table) {
    if (auto problem = take_key(section, std::string(key.str()), node, keys, present)) {
      return problem;
    }
  }
  return std::nullopt;
}

std::optional<TomlProblem> take_list(const std::string& name, const toml::array& list,
                                     const std::function<TomlKeys()>& next, std::set<std::string>& present) {
  for (const toml::node& entry : list) {
    if (!entry.is_table()) {
      return TomlProblem{ProblemKind::kUnknownSection, line_of(entry), name, {}, {}};
    }
    if (auto problem = take_section(name, *entry.as_table(), next(), present)) {
      return problem;
    }
  }
  return std::nullopt;
}

std::optional<TomlProblem> take_top(const std::string& name, const toml::node& node, const TomlSchema& schema,
                                    std::set<std::string>& present) {
  if (const auto list = schema.lists.find(name); list != schema.lists.end() && node.is_array()) {
    return take_list(name, *node.as_array(), list->second, present);
  }
  if (const auto section = schema.sections.find(name); section != schema.sections.end() && node.is_table()) {
    return take_section(name, *node.as_table(), section->second, present);
  }
  if (!schema.keys.contains(name) && !schema.sections.empty()) {
    return TomlProblem{ProblemKind::kUnknownSection, line_of(node), name, {}, {}};
  }
  return take_key({}, name, node, schema.keys, present);
}

}  // namespace

TomlKey toml_text(std::string& target) {
  return {"a text in quotes", [&target](const TomlValue& value) {
            const auto* text = std::get_if<std::string>(&value);
            if (text != nullptr) {
              target = *text;
            }
            return text != nullptr;
          }};
}

TomlKey toml_whole(int& target, std::int64_t low, std::int64_t high) {
  return whole_key(target, low, high);
}

TomlKey toml_whole(std::uint64_t& target, std::int64_t low, std::int64_t high) {
  return whole_key(target, low, high);
}

TomlKey toml_number(double& target) {
  return {"a number", [&target](const TomlValue& value) {
            const auto number = toml_double(value);
            target = number.value_or(target);
            return number.has_value();
          }};
}

TomlKey toml_number(double& target, double low, double high) {
  std::ostringstream expected;
  expected << "a number from " << low << " to " << high;
  return {expected.str(), [&target, low, high](const TomlValue& value) {
            const auto number = toml_double(value);
            if (!number || !(*number >= low && *number <= high)) {
              return false;
            }
            target = *number;
            return true;
          }};
}

TomlKey toml_path(std::filesystem::path& target, const std::filesystem::path& folder) {
  return {"a path in quotes", [&target, folder](const TomlValue& value) {
            const auto* text = std::get_if<std::string>(&value);
            if (text == nullptr || text->empty()) {
              return false;
            }
            target = folder / *text;
            return true;
          }};
}

std::optional<TomlProblem> read_toml(const std::string& text, const TomlSchema& schema,
                                     std::set<std::string>* present) {
  std::set<std::string> unasked;
  try {
    const toml::table table = toml::parse(text);
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      if (auto problem = take_top(name, node, schema, present != nullptr ? *present : unasked)) {
        return problem;
      }
    }
  } catch (const toml::parse_error& error) {
    return TomlProblem{ProblemKind::kSyntax,
                       static_cast<int>(error.source().begin.line),
                       {},
                       {},
                       std::string(error.description())};
  }
  return std::nullopt;
}

std::set<std::string> toml_names(const std::string& text) {
  std::set<std::string> names;
  try {
    const toml::table table = toml::parse(text);
    for (const auto& [key, node] : table) {
      names.emplace(key.str());
    }
  } catch (const toml::parse_error&) {
    return {};
  }
  return names;
}

}  // namespace alidade
