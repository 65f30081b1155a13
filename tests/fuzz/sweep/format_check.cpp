// SPDX-License-Identifier: BSD-3-Clause
#include "tests/fuzz/sweep/format_check.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include <toml++/toml.h>
#include <nlohmann/json.hpp>

#include "core/training/training_log_text.h"
#include "tests/fuzz/json_check.h"

namespace alidade::fuzz {
namespace {

using nlohmann::json;

std::vector<std::string> parts_of(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    parts.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (const std::string& word : parts_of(text, ' ')) {
    if (!word.empty()) {
      words.push_back(word);
    }
  }
  return words;
}

bool is_finite_number(const std::string& word) {
  char* end = nullptr;
  const double value = std::strtod(word.c_str(), &end);
  return !word.empty() && end == word.c_str() + word.size() && std::isfinite(value);
}

bool are_numbers(const std::string& field, std::size_t count) {
  const auto words = words_of(field);
  return words.size() == count && std::all_of(words.begin(), words.end(), is_finite_number);
}

std::vector<std::string> lines_of(std::string_view text) {
  auto lines = parts_of(text, '\n');
  for (std::string& line : lines) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) {
      line.pop_back();
    }
  }
  return lines;
}

bool is_header(const std::string& line) {
  return line.starts_with("scene_id");
}

/// The number of a line's "step" when it is a record; -1 otherwise.
double step_of(const std::string& line) {
  const std::string text = with_gaps(line);
  if (!is_json(text)) {
    return -1.0;
  }
  const json record = json::parse(text, nullptr, false);
  const bool known = record.is_object() && record.contains("step") && record["step"].is_number();
  const double step = known ? record["step"].get<double>() : -1.0;
  return step == std::floor(step) ? step : -1.0;
}

}  // namespace

bool is_toml(std::string_view bytes) {
  try {
    const toml::table table = toml::parse(bytes);
    return true;
  } catch (const toml::parse_error&) {
    return false;
  }
}

bool is_results_csv(std::string_view bytes) {
  const auto lines = lines_of(bytes);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty() || (i == 0 && is_header(lines[i]))) {
      continue;
    }
    const auto fields = parts_of(lines[i], ',');
    const bool fine = fields.size() == 7 && are_numbers(fields[0], 1) && are_numbers(fields[1], 1) &&
                      are_numbers(fields[2], 1) && are_numbers(fields[3], 1) && are_numbers(fields[4], 9) &&
                      are_numbers(fields[5], 3) && are_numbers(fields[6], 1);
    if (!fine) {
      return false;
    }
  }
  return true;
}

bool is_training_log(std::string_view bytes) {
  const auto lines = lines_of(bytes);
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    if (!lines[i].empty() && step_of(lines[i]) < 0.0) {
      return false;
    }
  }
  return true;
}

std::optional<std::size_t> annotations_in(std::string_view scene_gt) {
  const json images = is_json(scene_gt) ? json::parse(scene_gt, nullptr, false) : json();
  if (!images.is_object()) {
    return std::nullopt;
  }
  std::size_t count = 0;
  for (const auto& [key, list] : images.items()) {
    count += list.is_array() ? list.size() : 1;
  }
  return count;
}

std::optional<std::size_t> lines_in(std::string_view results_csv) {
  std::size_t count = 0;
  for (const std::string& line : lines_of(results_csv)) {
    count += !line.empty() && !is_header(line);
  }
  return count;
}

std::optional<std::size_t> steps_in(std::string_view training_log) {
  std::set<double> steps;
  for (const std::string& line : lines_of(training_log)) {
    if (const double step = step_of(line);
        step >= 0.0 && line.find(':', line.find(':') + 1) != std::string::npos) {
      steps.insert(step);
    }
  }
  return steps.size();
}

}  // namespace alidade::fuzz
