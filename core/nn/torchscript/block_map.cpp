// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/torchscript/block_map.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "core/base/file.h"
#include "core/base/strict_toml.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostMapBytes = 1 << 20, kMostMapBlocks = 256, kMostPlaces = 4096,
                      kMostCategories = 256;
constexpr char kSeeBlockMaps[] = "see \"Block maps\" in docs/formats.md";

/// A list of texts that are not empty, each once.
TomlKey names_key(std::vector<std::string>& target, const std::string& expected, std::size_t most) {
  return {expected, [&target, most](const TomlValue& value) {
            const auto* names = std::get_if<std::vector<std::string>>(&value);
            if (names == nullptr || names->empty() || names->size() > most ||
                std::set<std::string>(names->begin(), names->end()).size() != names->size() ||
                std::any_of(names->begin(), names->end(), [](const auto& name) { return name.empty(); })) {
              return false;
            }
            target = *names;
            return true;
          }};
}

TomlKeys block_keys(std::vector<ScriptBlock>& blocks) {
  ScriptBlock& block = blocks.emplace_back();
  return {{"name", toml_text(block.name)},
          {"parameters", names_key(block.places, "a list of names of modules or parameters", kMostPlaces)}};
}

TomlSchema map_schema(BlockMap& map) {
  TomlSchema schema;
  schema.sections = {
      {"inputs",
       {{"points", toml_whole(map.inputs.points, 32, 16384)},
        {"crop_px", toml_whole(map.inputs.crop_px, 0, 1024)},
        {"categories", names_key(map.inputs.categories, "a list of names of categories", kMostCategories)}}}};
  schema.lists = {{"block", [&map] { return block_keys(map.blocks); }}};
  return schema;
}

Error map_error(const TomlProblem& problem, const fs::path& file) {
  const std::string place =
      "line " + std::to_string(problem.line) + (problem.key.empty() ? std::string() : ", " + problem.key);
  switch (problem.kind) {
    case TomlProblem::Kind::kSyntax:
      return input_error(file.string(), place, "not valid TOML (" + problem.expected + ")", "correct it");
    case TomlProblem::Kind::kUnknownSection:
      return input_error(file.string(), place, "unknown section [" + problem.section + "]",
                         "use [inputs] and [[block]]");
    case TomlProblem::Kind::kUnknownKey:
      return input_error(file.string(), place, "unknown key", kSeeBlockMaps);
    default:
      return input_error(file.string(), place, "expected " + problem.expected, kSeeBlockMaps);
  }
}

/// "encoder." and "encoder" are the same place.
void drop_last_dots(ScriptBlock& block) {
  for (std::string& place : block.places) {
    if (place.size() > 1 && place.back() == '.') {
      place.pop_back();
    }
  }
}

bool is_in(const std::string& name, const std::string& place) {
  return name == place ||
         (name.size() > place.size() && name.starts_with(place) && name[place.size()] == '.');
}

Expected<void> check_block(const ScriptBlock& block, std::size_t position, const fs::path& file) {
  const std::string where = "block " + std::to_string(position + 1);
  if (block.name.empty() || block.name.size() > 200 || block.name == kOtherParameters) {
    return input_error(file.string(), where,
                       "it has no name of its own (\"(rest)\" is that of the parameters in no block)",
                       "give it a name = \"...\"");
  }
  if (block.places.empty()) {
    return input_error(file.string(), where + " \"" + block.name + "\"", "it names no parameters",
                       "give it parameters = [\"encoder\"]");
  }
  return {};
}

/// Two blocks of one name, or with places of which one lies in the other.
Expected<void> check_apart(const ScriptBlock& a, const ScriptBlock& b, const fs::path& file) {
  if (a.name == b.name) {
    return input_error(file.string(), "block \"" + a.name + "\"", "it stands twice",
                       "give each another name");
  }
  for (const std::string& place : a.places) {
    for (const std::string& other : b.places) {
      if (is_in(place, other) || is_in(other, place)) {
        return input_error(file.string(), "blocks \"" + a.name + "\" and \"" + b.name + "\"",
                           "they overlap: \"" + place + "\" and \"" + other + "\"",
                           "put every parameter into one block");
      }
    }
  }
  return {};
}

/// Where a parameter belongs: its block (its place in the map, or behind the last) and the place that said
/// so.
struct FoundPlace {
  std::size_t block;
  std::string place;
};

FoundPlace place_of(const std::string& parameter, const BlockMap& map) {
  for (std::size_t b = 0; b < map.blocks.size(); ++b) {
    for (const std::string& place : map.blocks[b].places) {
      if (is_in(parameter, place)) {
        return {b, place};
      }
    }
  }
  return {map.blocks.size(), ""};
}

/// The module right below a place, or the place itself for what lies there without one.
std::string module_below(const std::string& parameter, const std::string& place) {
  const std::size_t begin = place.empty() ? 0 : place.size() + 1;
  const std::size_t end = begin < parameter.size() ? parameter.find('.', begin) : std::string::npos;
  return end != std::string::npos ? parameter.substr(0, end) : place.empty() ? parameter : place;
}

/// Some names, for a sentence.
std::string names_in_words(const std::vector<ParameterInfo>& parameters) {
  constexpr std::size_t kShown = 8;
  std::vector<std::string> modules;
  for (const ParameterInfo& parameter : parameters) {
    const std::string module = module_below(parameter.name, "");
    if (std::find(modules.begin(), modules.end(), module) == modules.end()) {
      modules.push_back(module);
    }
  }
  std::string text;
  for (std::size_t i = 0; i < std::min(modules.size(), kShown); ++i) {
    text += (i == 0 ? "\"" : ", \"") + modules[i] + "\"";
  }
  return text + (modules.size() > kShown ? " and others" : "");
}

void add_to(std::vector<ParameterSet>& sets, const std::string& name, const std::string& parameter) {
  const auto found =
      std::find_if(sets.begin(), sets.end(), [&](const ParameterSet& set) { return set.name == name; });
  (found == sets.end() ? sets.emplace_back(ParameterSet{name, {}}) : *found).parameters.push_back(parameter);
}

}  // namespace

Expected<BlockMap> parse_block_map(const std::string& text, const fs::path& file) {
  BlockMap map;
  map.file = file;
  map.text = text;
  if (const auto problem = read_toml(text, map_schema(map))) {
    return map_error(*problem, file);
  }
  if (map.blocks.empty()) {
    return input_error(file.string(), "", "it names no block", "add [[block]] with name and parameters");
  }
  const std::size_t places =
      std::accumulate(map.blocks.begin(), map.blocks.end(), std::size_t{0},
                      [](std::size_t sum, const ScriptBlock& block) { return sum + block.places.size(); });
  if (map.blocks.size() > kMostMapBlocks || places > kMostPlaces) {
    return input_error(file.string(), "",
                       "expected at most " + std::to_string(kMostMapBlocks) + " blocks with " +
                           std::to_string(kMostPlaces) + " names of parameters",
                       "name modules, which hold all that lies below them");
  }
  for (std::size_t b = 0; b < map.blocks.size(); ++b) {
    drop_last_dots(map.blocks[b]);
    if (auto checked = check_block(map.blocks[b], b, file); !checked) {
      return checked.error();
    }
    for (std::size_t a = 0; a < b; ++a) {
      if (auto apart = check_apart(map.blocks[a], map.blocks[b], file); !apart) {
        return apart.error();
      }
    }
  }
  return map;
}

Expected<BlockMap> read_block_map(const fs::path& file) {
  const auto text = read_file(file, kMostMapBytes);
  return text ? parse_block_map(*text, file) : Expected<BlockMap>(text.error());
}

Expected<ScriptParts> script_parts(const BlockMap& map, const std::vector<ParameterInfo>& parameters,
                                   const std::string& script) {
  ScriptParts parts;
  for (const ScriptBlock& block : map.blocks) {
    parts.blocks.push_back({block.name, {}});
    for (const std::string& place : block.places) {
      if (std::none_of(parameters.begin(), parameters.end(),
                       [&](const ParameterInfo& parameter) { return is_in(parameter.name, place); })) {
        return input_error(map.file.string(), "block \"" + block.name + "\"",
                           "\"" + place + "\" names no parameter of " + script,
                           "its parameters lie in " + names_in_words(parameters));
      }
    }
  }
  for (const ParameterInfo& parameter : parameters) {
    const FoundPlace found = place_of(parameter.name, map);
    if (found.block == map.blocks.size()) {
      add_to(parts.blocks, kOtherParameters, parameter.name);
    } else {
      parts.blocks[found.block].parameters.push_back(parameter.name);
    }
    add_to(parts.modules, module_below(parameter.name, found.place), parameter.name);
  }
  return parts;
}

}  // namespace alidade
