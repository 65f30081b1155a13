// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/score_scaling/numbers.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <nlohmann/json.hpp>

#include "core/base/constants.h"

namespace alidade::score_scaling {
namespace {

using Json = ReproduceNumbers::Json;

constexpr const char* kMetrics[] = {"5deg2cm", "10deg2cm", "10deg5cm"};
constexpr const char* kHeads[] = {"regression", "unguided", "guided"};

/// The entry of one schedule, or nullptr.
const Json* schedule_entry(const Json& result, const std::string& guidance) {
  if (result.contains("schedules")) {
    for (const Json& entry : result.at("schedules")) {
      if (entry.value("guidance", std::string()) == guidance) {
        return &entry;
      }
    }
  }
  return nullptr;
}

/// The polygon through the points at `at`; nothing outside of it. `x` rises.
std::optional<double> on_polygon(const std::vector<double>& x, const std::vector<double>& y, double at) {
  const auto right = std::lower_bound(x.begin(), x.end(), at);
  if (right == x.end() || (right == x.begin() && *right != at)) {
    return std::nullopt;
  }
  const std::size_t i = static_cast<std::size_t>(right - x.begin());
  if (x[i] == at) {
    return y[i];
  }
  return y[i - 1] + (y[i] - y[i - 1]) * (at - x[i - 1]) / (x[i] - x[i - 1]);
}

Table::Cell cell(std::optional<double> value, double factor = 1.0) {
  return value ? Table::Cell(*value * factor) : Table::Cell();
}

}  // namespace

ReproduceNumbers::ReproduceNumbers(const ReproducePlan& plan, StepResults results)
    : plan_(plan), results_(std::make_shared<const StepResults>(std::move(results))) {}

const Json* ReproduceNumbers::result(const std::string& step) const {
  return find_result(*results_, step);
}

SeedValues ReproduceNumbers::over_seeds_of(const std::string& step, const ResultReader& read) const {
  return per_seed(*results_, step, plan_.sizes.seeds, read);
}

SeedValues ReproduceNumbers::accuracy(const std::string& arm, const std::string& setting,
                                      const std::string& metric) const {
  return over_seeds_of("evaluate-" + arm, [&](const Json& json) {
    return json_number(json, {"accuracy", setting, metric});
  });
}

SeedValues ReproduceNumbers::sweep(const std::string& mode, int steps, const std::string& metric) const {
  const std::string setting = mode + "-" + std::to_string(steps);
  return over_seeds_of(std::string("steps-") + kReproduceArms[0], [&](const Json& json) {
    return json_number(json, {"accuracy", setting, metric});
  });
}

SeedValues ReproduceNumbers::schedule(const std::string& guidance, const std::string& measure) const {
  return over_seeds_of(std::string("schedules-") + kReproduceArms[0], [&](const Json& json) {
    const Json* entry = schedule_entry(json, guidance);
    return entry ? json_number(*entry, {measure}) : std::nullopt;
  });
}

SeedValues ReproduceNumbers::schedule_mean(const std::string& guidance, const std::string& error) const {
  return over_seeds_of(std::string("schedules-") + kReproduceArms[0],
                       [&](const Json& json) -> std::optional<double> {
                         const Json* entry = schedule_entry(json, guidance);
                         if (!entry || !entry->contains("curve") || entry->at("curve").empty()) {
                           return std::nullopt;
                         }
                         double sum = 0.0;
                         for (const Json& point : entry->at("curve")) {
                           sum += json_number(point, {error}).value_or(0.0);
                         }
                         return sum / static_cast<double>(entry->at("curve").size());
                       });
}

SeedValues ReproduceNumbers::schedule_at(const std::string& guidance, const std::string& error,
                                         double t) const {
  return over_seeds_of(std::string("schedules-") + kReproduceArms[0],
                       [&](const Json& json) -> std::optional<double> {
                         const Json* entry = schedule_entry(json, guidance);
                         std::optional<double> nearest;
                         double distance = 2.0;
                         if (!entry || !entry->contains("curve")) {
                           return nearest;
                         }
                         for (const Json& point : entry->at("curve")) {
                           const double away = std::abs(json_number(point, {"t"}).value_or(9.0) - t);
                           if (away < distance) {
                             distance = away;
                             nearest = json_number(point, {error});
                           }
                         }
                         return nearest;
                       });
}

SeedValues ReproduceNumbers::over_curve(
    const std::string& arm, const std::string& head, const std::string& metric,
    const std::function<std::optional<double>(const Json&, const std::vector<double>&,
                                              const std::vector<double>&)>& reduce) const {
  return over_seeds_of("train-" + arm, [&](const Json& json) -> std::optional<double> {
    std::vector<double> steps, values;
    if (json.contains("curve")) {
      for (const Json& point : json.at("curve")) {
        const auto step = json_number(point, {"step"}), value = json_number(point, {head, metric});
        if (step && value) {
          steps.push_back(*step);
          values.push_back(*value);
        }
      }
    }
    return values.empty() ? std::nullopt : reduce(json, steps, values);
  });
}

SeedValues ReproduceNumbers::curve_mean(const std::string& arm, const std::string& head,
                                        const std::string& metric) const {
  return over_curve(arm, head, metric, [](const Json&, const auto&, const auto& values) {
    return std::optional(std::accumulate(values.begin(), values.end(), 0.0) /
                         static_cast<double>(values.size()));
  });
}

SeedValues ReproduceNumbers::curve_last(const std::string& arm, const std::string& head,
                                        const std::string& metric) const {
  return over_curve(arm, head, metric, [](const Json&, const auto&, const auto& values) {
    return std::optional(values.back());
  });
}

SeedValues ReproduceNumbers::curve_best(const std::string& arm, const std::string& head,
                                        const std::string& metric) const {
  return over_curve(arm, head, metric, [](const Json&, const auto&, const auto& values) {
    return std::optional(*std::max_element(values.begin(), values.end()));
  });
}

SeedValues ReproduceNumbers::curve_joint_mean(const std::string& arm, const std::string& head,
                                              const std::string& metric, double joint_steps) const {
  constexpr int kParts = 10, kFirst = 2;
  return over_curve(arm, head, metric,
                    [&](const Json& json, const auto& steps, const auto& values) -> std::optional<double> {
                      const double begin = json_number(json, {"pretrain_steps"}).value_or(0.0);
                      double sum = 0.0;
                      for (int part = kFirst; part <= kParts; ++part) {
                        const auto value = on_polygon(steps, values, begin + joint_steps * part / kParts);
                        if (!value) {
                          return std::nullopt;
                        }
                        sum += *value;
                      }
                      return sum / (kParts - kFirst + 1);
                    });
}

SeedValues ReproduceNumbers::curve_pretrained(const std::string& arm, const std::string& head,
                                              const std::string& metric) const {
  return over_curve(arm, head, metric,
                    [](const Json& json, const auto& steps, const auto& values) -> std::optional<double> {
                      const double end = json_number(json, {"pretrain_steps"}).value_or(0.0);
                      std::optional<double> last;
                      for (std::size_t i = 0; i < steps.size() && steps[i] <= end; ++i) {
                        last = values[i];
                      }
                      return last;
                    });
}

SeedValues ReproduceNumbers::first_step(const std::string& arm, const std::string& head,
                                        const std::string& metric, const SeedValues& least) const {
  SeedValues found(least.size());
  for (std::size_t seed = 0; seed < least.size(); ++seed) {
    if (!least[seed]) {
      continue;
    }
    found[seed] = over_curve(
        arm, head, metric, [&](const Json&, const auto& steps, const auto& values) -> std::optional<double> {
          const auto at =
              std::find_if(values.begin(), values.end(), [&](double v) { return v >= *least[seed]; });
          return at == values.end() ? std::nullopt : std::optional(steps[at - values.begin()]);
        })[seed];
  }
  return found;
}

const Json* ReproduceNumbers::feature_entry(const std::string& network, int seed) const {
  const Json* shown = result("features-s" + std::to_string(seed));
  if (shown != nullptr && shown->contains("networks")) {
    for (const Json& entry : shown->at("networks")) {
      if (entry.value("name", std::string()) == network) {
        return &entry;
      }
    }
  }
  return nullptr;
}

SeedValues ReproduceNumbers::feature(const std::string& network, const std::string& measure) const {
  SeedValues values;
  for (int seed = 1; seed <= plan_.sizes.seeds; ++seed) {
    const Json* entry = feature_entry(network, seed);
    values.push_back(entry ? json_number(*entry, {measure}) : std::nullopt);
  }
  return values;
}

Table ReproduceNumbers::curves() const {
  Table table{{"arm", "seed", "step", "phase"}, {}};
  for (const char* head : kHeads) {
    for (const char* metric : kMetrics) {
      table.columns.push_back(std::string(head) + " " + metric + " (%)");
    }
  }
  for (const std::string& arm : trained_arms(plan_)) {
    const bool regresses_first = arm != kPretrainingArms[0] && arm != kPretrainingArms[1];
    for (int seed = 1; seed <= plan_.sizes.seeds; ++seed) {
      const Json* train = result("train-" + arm + "-s" + std::to_string(seed));
      if (train == nullptr || !train->contains("curve")) {
        continue;
      }
      const double end = json_number(*train, {"pretrain_steps"}).value_or(0.0);
      for (const Json& point : train->at("curve")) {
        const double step = json_number(point, {"step"}).value_or(0.0);
        std::vector<Table::Cell> row{arm, static_cast<double>(seed), step,
                                     step <= end ? "pre-training" : "joint"};
        for (const char* head : kHeads) {
          // Nothing trains the regression head from scratch, nor another pre-training: no numbers there.
          const bool trained =
              head != kHeads[0] || (arm != kReproduceArms[2] && (regresses_first || step > end));
          for (const char* metric : kMetrics) {
            row.push_back(trained ? cell(json_number(point, {head, metric}), 100.0) : Table::Cell());
          }
        }
        table.rows.push_back(std::move(row));
      }
    }
  }
  return table;
}

Table ReproduceNumbers::steps() const {
  Table table{{"setting", "seed"}, {}};
  for (const char* metric : kMetrics) {
    table.columns.push_back(std::string(metric) + " (%)");
  }
  for (int seed = 1; seed <= plan_.sizes.seeds; ++seed) {
    const Json* swept = result(std::string("steps-") + kReproduceArms[0] + "-s" + std::to_string(seed));
    if (swept == nullptr || !swept->contains("accuracy")) {
      continue;
    }
    for (const auto& [setting, values] : swept->at("accuracy").items()) {
      std::vector<Table::Cell> row{setting, static_cast<double>(seed)};
      for (const char* metric : kMetrics) {
        row.push_back(cell(json_number(values, {metric}), 100.0));
      }
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

Table ReproduceNumbers::schedules() const {
  Table table{{"guidance", "seed", "t", "sigma", "rotation mean (deg)", "rotation std (deg)",
               "translation mean (cm)", "translation std (cm)"},
              {}};
  for (int seed = 1; seed <= plan_.sizes.seeds; ++seed) {
    const Json* drawn = result(std::string("schedules-") + kReproduceArms[0] + "-s" + std::to_string(seed));
    if (drawn == nullptr || !drawn->contains("schedules")) {
      continue;
    }
    for (const Json& entry : drawn->at("schedules")) {
      for (const Json& point : entry.value("curve", Json::array())) {
        table.rows.push_back({entry.value("guidance", std::string()), static_cast<double>(seed),
                              cell(json_number(point, {"t"})), cell(json_number(point, {"sigma"})),
                              cell(json_number(point, {"rotation_mean"}), kDegreesPerRadian),
                              cell(json_number(point, {"rotation_std"}), kDegreesPerRadian),
                              cell(json_number(point, {"translation_mean"}), 100.0),
                              cell(json_number(point, {"translation_std"}), 100.0)});
      }
    }
  }
  return table;
}

Table ReproduceNumbers::features() const {
  Table table{{"network", "seed", "object", "category", "tsne x", "tsne y", "pca 1", "pca 2"}, {}};
  for (int seed = 1; seed <= plan_.sizes.seeds; ++seed) {
    const Json* shown = result("features-s" + std::to_string(seed));
    if (shown == nullptr || !shown->contains("networks") || !shown->contains("categories")) {
      continue;
    }
    const Json& categories = shown->at("categories");
    for (const Json& entry : shown->at("networks")) {
      const Json tsne = entry.value("tsne", Json::array()), pca = entry.value("pca", Json::array());
      for (std::size_t i = 0; i < std::min({categories.size(), tsne.size(), pca.size()}); ++i) {
        table.rows.push_back({entry.value("name", std::string()), static_cast<double>(seed),
                              static_cast<double>(i), categories[i].get<std::string>(),
                              tsne[i].at(0).get<double>(), tsne[i].at(1).get<double>(),
                              pca[i].at(0).get<double>(), pca[i].at(1).get<double>()});
      }
    }
  }
  return table;
}

}  // namespace alidade::score_scaling
