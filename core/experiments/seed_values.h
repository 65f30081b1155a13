// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/evaluation/text/report_text.h"
#include "core/experiments/step.h"

namespace alidade {

/// One number per seed of a plan; nothing where a step gave none.
using SeedValues = std::vector<std::optional<double>>;

/// What a result holds, as one number.
using ResultReader = std::function<std::optional<double>(const nlohmann::ordered_json&)>;

/// The finite number at the end of a chain of keys.
std::optional<double> json_number(const nlohmann::ordered_json& json,
                                  std::initializer_list<std::string> keys);

/// What `read` finds in the results of NAME-s1, NAME-s2, ... up to `seeds`.
SeedValues per_seed(const StepResults& results, const std::string& name, int seeds, const ResultReader& read);

/// a - b, seed by seed, times `factor`.
SeedValues difference(const SeedValues& a, const SeedValues& b, double factor = 1.0);
/// Those that are there.
std::vector<double> present(const SeedValues& values);

/// Mean over seeds with its interval (mean -+ t * standard error); missing for fewer than two values.
std::optional<Interval> seed_interval(std::span<const double> values, double level = 0.95);

/// A cell with mean and interval over seeds; `values` in natural units.
MetricTable::Cell seed_cell(const MetricColumn& column, const SeedValues& values);

}  // namespace alidade
