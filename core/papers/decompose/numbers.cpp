// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/decompose/numbers.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <nlohmann/json.hpp>

#include "core/evaluation/statistics/statistics.h"
#include "core/papers/decompose/gradient_summary.h"
#include "core/papers/decompose/work.h"

namespace alidade::decompose {
namespace {

using Json = StudyNumbers::Json;

std::string step_name(const std::string& kind, const std::string& set, const std::string& arm) {
  return kind + "-" + set + "-" + arm;
}

Table::Cell share_cell(const std::optional<double>& share) {
  return share ? Table::Cell(*share * kPoints) : Table::Cell();
}

Table::Cell number_cell(const Json& json, const std::string& key) {
  const auto value = json_number(json, {key});
  return value ? Table::Cell(*value) : Table::Cell();
}

/// The branch of each category of a training, by its name.
std::map<std::string, int> branch_of(const Json& training) {
  std::map<std::string, int> branches;
  const auto groups = training.find("groups");
  for (std::size_t g = 0; groups != training.end() && g < groups->size(); ++g) {
    for (const auto& name : (*groups)[g]) {
      branches[name.get<std::string>()] = static_cast<int>(g);
    }
  }
  return branches;
}

/// Mean of after - before over the pairs of rows in the same branch that are defined in both.
std::optional<double> pair_gain(const Json& before, const Json& after,
                                const std::map<std::string, int>& branches) {
  const auto a = summary_cosines(before, kCorrespondence), b = summary_cosines(after, kCorrespondence);
  const std::size_t rows = after.value("rows", Json::array()).size();
  if (a.size() != rows * rows || b.size() != a.size() || before.at("rows") != after.at("rows")) {
    return std::nullopt;
  }
  double sum = 0.0;
  int pairs = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = i + 1; j < rows; ++j) {
      const auto first = branches.find(after.at("rows")[i].get<std::string>());
      const auto second = branches.find(after.at("rows")[j].get<std::string>());
      const double gain = b[i * rows + j] - a[i * rows + j];
      if (first != branches.end() && second != branches.end() && first->second == second->second &&
          std::isfinite(gain)) {
        sum += gain;
        ++pairs;
      }
    }
  }
  return pairs > 0 ? std::optional(sum / pairs) : std::nullopt;
}

}  // namespace

StudyNumbers::StudyNumbers(const StudyPlan& plan, StepResults results)
    : plan_(plan), results_(std::make_shared<const StepResults>(std::move(results))) {}

const Json* StudyNumbers::result(const std::string& step) const {
  return find_result(*results_, step);
}

std::optional<Arm> StudyNumbers::arm(const std::string& set, const std::string& name) const {
  const auto arms = arms_of(*find_set(set), plan_.breadth);
  const auto found = std::find_if(arms.begin(), arms.end(), [&](const Arm& arm) { return arm.name == name; });
  return found == arms.end() ? std::nullopt : std::optional(*found);
}

int StudyNumbers::seeds(const std::string& set, const std::string& name) const {
  const auto found = arm(set, name);
  return found ? plan_.seeds_of(*found) : 0;
}

SeedValues StudyNumbers::over_seeds_of(const std::string& kind, const std::string& set,
                                       const std::string& arm, const ResultReader& read) const {
  return per_seed(*results_, step_name(kind, set, arm), seeds(set, arm), read);
}

SeedValues StudyNumbers::accuracy(const std::string& set, const std::string& arm,
                                  const std::string& metric) const {
  return over_seeds_of("evaluate", set, arm, [&](const Json& json) {
    return json_number(json, {"mean", metric});
  });
}

SeedValues StudyNumbers::category_accuracy(const std::string& set, const std::string& arm,
                                           const std::string& category, const std::string& metric) const {
  return over_seeds_of("evaluate", set, arm, [&](const Json& json) {
    return json_number(json, {"categories", category, metric});
  });
}

SeedValues StudyNumbers::block(const std::string& set, const std::string& arm, const std::string& block,
                               const std::string& measure) const {
  return over_seeds_of("contention", set, arm, [&](const Json& json) {
    return json_number(json, {"means", block, measure});
  });
}

SeedValues StudyNumbers::ordering(const std::string& set, const std::string& arm,
                                  const std::string& which) const {
  return over_seeds_of("contention", set, arm, [&](const Json& json) {
    return json_number(json, {"orderings", which});
  });
}

SeedValues StudyNumbers::lead(const std::string& set, const std::string& arm, const std::string& measure,
                              bool low) const {
  return over_seeds_of("contention", set, arm, [&](const Json& json) -> std::optional<double> {
    const auto own = json_number(json, {"means", kCorrespondence, measure});
    std::optional<double> nearest;
    for (const char* other : {kBackbone, kHead}) {
      const auto theirs = json_number(json, {"means", other, measure});
      if (!own || !theirs) {
        return std::nullopt;
      }
      const double lead = low ? *theirs - *own : *own - *theirs;
      nearest = nearest ? std::min(*nearest, lead) : lead;
    }
    return nearest;
  });
}

SeedValues StudyNumbers::within_gain(const std::string& set, const std::string& arm) const {
  SeedValues gains;
  const int count = std::min(seeds(set, arm), seeds(set, kNone));
  for (int seed = 1; seed <= count; ++seed) {
    const std::string end = "-s" + std::to_string(seed);
    const Json* before = result(step_name("contention", set, kNone) + end);
    const Json* after = result(step_name("contention", set, arm) + end);
    const Json* training = result(step_name("train", set, arm) + end);
    gains.push_back(before && after && training ? pair_gain(*before, *after, branch_of(*training))
                                                : std::nullopt);
  }
  return gains;
}

Table StudyNumbers::accuracies() const {
  Table table{{"set", "arm", "seed", "category", "branch"}, {}};
  for (const char* metric : kMetrics) {
    table.columns.push_back(std::string(metric) + " (%)");
  }
  for (const StudyStep& step : plan_.steps) {
    const Json* measured = step.kind == StudyStep::Kind::kEvaluate ? result(step.name()) : nullptr;
    if (measured == nullptr || !measured->contains("categories")) {
      continue;
    }
    const Json* training = result(step_name("train", step.set, step.arm) + "-s" + std::to_string(step.seed));
    const auto branches = training ? branch_of(*training) : std::map<std::string, int>();
    for (const auto& [category, shares] : measured->at("categories").items()) {
      const auto branch = branches.find(category);
      std::vector<Table::Cell> row{
          step.set, step.arm, static_cast<double>(step.seed), category,
          branch == branches.end() ? Table::Cell() : Table::Cell(branch->second + 1.0)};
      for (const char* metric : kMetrics) {
        row.push_back(share_cell(json_number(shares, {metric})));
      }
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

Table StudyNumbers::gradients() const {
  const std::vector<std::string> measures{
      "mean_cosine", "low", "high", "variance", "mean_negative_transfer", "conflict_rate", "reliability"};
  Table table{{"set", "arm", "seed", "block", "step", "stationary"}, {}};
  table.columns.insert(table.columns.end(), measures.begin(), measures.end());
  for (const StudyStep& step : plan_.steps) {
    const Json* measured = step.kind == StudyStep::Kind::kContention ? result(step.name()) : nullptr;
    if (measured == nullptr || !measured->contains("blocks")) {
      continue;
    }
    for (const auto& [block, points] : measured->at("blocks").items()) {
      for (const Json& point : points) {
        std::vector<Table::Cell> row{step.set,
                                     step.arm,
                                     static_cast<double>(step.seed),
                                     block,
                                     number_cell(point, "step"),
                                     point.value("stationary", false) ? "yes" : "no"};
        for (const std::string& measure : measures) {
          row.push_back(number_cell(point, measure));
        }
        table.rows.push_back(std::move(row));
      }
    }
  }
  return table;
}

std::optional<MeanAndSem> mean_and_sem(const SeedValues& values) {
  const auto there = present(values);
  if (there.empty()) {
    return std::nullopt;
  }
  const SeedSummary summary = over_seeds(there);
  return MeanAndSem{summary.mean, summary.sem, there.size()};
}

}  // namespace alidade::decompose
