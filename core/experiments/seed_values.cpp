// SPDX-License-Identifier: BSD-3-Clause
#include "core/experiments/seed_values.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/evaluation/statistics/statistics.h"

namespace alidade {

std::optional<double> json_number(const nlohmann::ordered_json& json,
                                  std::initializer_list<std::string> keys) {
  const nlohmann::ordered_json* at = &json;
  for (const std::string& key : keys) {
    if (!at->is_object() || !at->contains(key)) {
      return std::nullopt;
    }
    at = &at->at(key);
  }
  if (!at->is_number() || !std::isfinite(at->get<double>())) {
    return std::nullopt;
  }
  return at->get<double>();
}

SeedValues per_seed(const StepResults& results, const std::string& name, int seeds,
                    const ResultReader& read) {
  SeedValues values;
  for (int seed = 1; seed <= seeds; ++seed) {
    const auto* found = find_result(results, name + "-s" + std::to_string(seed));
    values.push_back(found ? read(*found) : std::nullopt);
  }
  return values;
}

SeedValues difference(const SeedValues& a, const SeedValues& b, double factor) {
  SeedValues out(std::min(a.size(), b.size()));
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (a[i] && b[i]) {
      out[i] = (*a[i] - *b[i]) * factor;
    }
  }
  return out;
}

std::vector<double> present(const SeedValues& values) {
  std::vector<double> out;
  for (const auto& value : values) {
    if (value) {
      out.push_back(*value);
    }
  }
  return out;
}

std::optional<Interval> seed_interval(std::span<const double> values, double level) {
  const SeedSummary summary = over_seeds(values);
  if (!summary.sem) {
    return std::nullopt;
  }
  const double half = student_t_quantile(0.5 + level / 2.0, summary.count - 1) * *summary.sem;
  return Interval{summary.mean - half, summary.mean + half, level};
}

MetricTable::Cell seed_cell(const MetricColumn& column, const SeedValues& values) {
  const std::vector<double> there = present(values);
  if (there.empty()) {
    return table_cell(column, {}, {}, "not measured");
  }
  return table_cell(column, over_seeds(there).mean, seed_interval(there), "");
}

}  // namespace alidade
