// SPDX-License-Identifier: BSD-3-Clause
#include "core/training/training_log_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <sstream>

#include <toml++/toml.h>

#include "core/base/sha256.h"

namespace alidade {
namespace {

constexpr std::size_t kMostNameBytes = 64;
constexpr std::size_t kLongNumber = 300;  // digits; shorter ones without exponent are always finite

bool in_number(char c) {
  return (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E';
}

bool is_infinite(const std::string& number) {
  const bool suspect = number.size() > kLongNumber || number.find_first_of("eE") != std::string::npos;
  return suspect && !std::isfinite(std::strtod(number.c_str(), nullptr));
}

/// A count of steps; what is written otherwise counts as absent.
std::int64_t steps_of(const toml::table& table, const char* section, const char* key,
                      std::int64_t otherwise) {
  const std::int64_t value = table[section][key].value<std::int64_t>().value_or(otherwise);
  return value < 0 || value > (std::int64_t{1} << 40) ? 0 : value;
}

/// The phases of a recipe before there was run.json. Those that it leaves out had these steps.
std::vector<TrainingPhase> unwritten_phases(const toml::table& table) {
  if (table.contains("ranker")) {
    return {{"training the ranker", steps_of(table, "ranker", "steps", 3000), {}}};
  }
  return {{"pre-training", steps_of(table, "training", "pretrain_steps", 3000), {"score"}},
          {"joint training", steps_of(table, "training", "joint_steps", 9000), {}}};
}

}  // namespace

Expected<RecipeFacts> recipe_facts(const std::string& text, const std::string& file) {
  RecipeFacts facts;
  facts.sha256 = sha256_hex(text);
  try {
    toml::table table = toml::parse(text, file);
    const auto seed = table["training"]["seed"].value<std::int64_t>();
    if (seed && *seed >= 0) {
      facts.seed = static_cast<std::uint64_t>(*seed);
    }
    facts.phases = unwritten_phases(table);
    if (auto* training = table["training"].as_table()) {
      training->erase("seed");
    }
    std::ostringstream said;
    said << table;
    facts.arm = sha256_hex(said.str());
  } catch (const toml::parse_error& error) {
    return input_error(file, "line " + std::to_string(error.source().begin.line), "this is not valid TOML",
                       "the run is shown without what its recipe says");
  }
  return facts;
}

std::string with_gaps(std::string_view line) {
  static constexpr std::array<std::string_view, 3> kWords{"NaN", "Infinity", "-Infinity"};
  std::string out;
  out.reserve(line.size());
  bool quoted = false;
  for (std::size_t i = 0; i < line.size();) {
    const char c = line[i];
    std::size_t length = 1;
    bool gap = false;
    if (quoted) {
      length = c == '\\' && i + 1 < line.size() ? 2 : 1;
      quoted = c != '"';
    } else if (c == '"') {
      quoted = true;
    } else {
      for (const std::string_view word : kWords) {
        if (line.substr(i, word.size()) == word) {
          length = word.size();
          gap = true;
        }
      }
      if (!gap && in_number(c) && c != 'e' && c != 'E') {
        while (i + length < line.size() && in_number(line[i + length])) {
          ++length;
        }
        gap = is_infinite(std::string(line.substr(i, length)));
      }
    }
    out += gap ? std::string_view("null") : line.substr(i, length);
    i += length;
  }
  return out;
}

std::string plain_name(const std::string& key) {
  std::string name = key.substr(0, kMostNameBytes);
  while (key.size() > kMostNameBytes && !name.empty() &&
         (static_cast<unsigned char>(name.back()) & 0x80) != 0) {
    name.pop_back();  // not half a character
  }
  for (char& c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      c = ' ';
    }
  }
  return name.empty() ? "?" : name;
}

bool is_idle(const std::string& name, double step, const std::vector<TrainingPhase>& phases) {
  const auto slash = name.find('/');
  const std::string kind = name.substr(0, slash);
  if (slash == std::string::npos || (kind != "train" && kind != "validation")) {
    return false;
  }
  std::int64_t end = 0;
  for (const TrainingPhase& phase : phases) {
    end += phase.steps;
    if (step <= static_cast<double>(end)) {
      return std::find(phase.idle.begin(), phase.idle.end(), name.substr(slash + 1)) != phase.idle.end();
    }
  }
  return false;
}

}  // namespace alidade
