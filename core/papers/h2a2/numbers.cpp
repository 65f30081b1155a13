// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/h2a2/numbers.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "core/evaluation/statistics/rank_correlation.h"

namespace alidade::h2a2 {
namespace {

using Json = StudyNumbers::Json;

std::optional<double> mean_of(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) {
    sum += value;
  }
  return values.empty() ? std::nullopt : std::optional(sum / static_cast<double>(values.size()));
}

/// The mean over the entries of an object of a number in each.
std::optional<double> mean_entry(const Json& object, const std::string& key) {
  std::vector<double> values;
  for (const auto& entry : object) {
    if (const auto value = json_number(entry, {key})) {
      values.push_back(*value);
    }
  }
  return mean_of(values);
}

/// Spearman's correlation of alpha with the pairs of all sources together, mean over layers.
std::optional<double> support_of(const Json& sharing) {
  std::vector<double> all;
  for (const auto& layer : sharing.value("layers", Json::object())) {
    const auto alpha = layer.at("alpha").get<std::vector<double>>();
    std::vector<double> pairs(alpha.size(), 0.0);
    for (const auto& source : layer.at("sources")) {
      for (std::size_t j = 0; j < pairs.size(); ++j) {
        pairs[j] += source.at("pairs").at(j).get<double>();
      }
    }
    if (const auto rank = rank_correlation(alpha, pairs)) {
      all.push_back(*rank);
    }
  }
  return mean_of(all);
}

/// How far two results agree in their decisions.
struct Agreement {
  double observed = 0.0;  ///< share of the decisions that are alike
  double expected = 0.0;  ///< what it would be if offsets were drawn with each layer's and source's shares
};

std::vector<bool> decisions_of(const Json& entry) {
  std::vector<bool> decisions;
  for (const double gamma : entry.at("gamma").get<std::vector<double>>()) {
    decisions.push_back(gamma >= 0.5);
  }
  return decisions;
}

double share_of(const std::vector<bool>& decisions) {
  return static_cast<double>(std::count(decisions.begin(), decisions.end(), true)) /
         std::max<double>(1.0, static_cast<double>(decisions.size()));
}

std::optional<Agreement> agreement_of(const Json& a, const Json& b) {
  Agreement agreement;
  double count = 0.0;
  for (const auto& [name, layer] : a.at("layers").items()) {
    for (const auto& [source, entry] : layer.at("sources").items()) {
      const auto first = decisions_of(entry),
                 second = decisions_of(b.at("layers").at(name).at("sources").at(source));
      const double p = share_of(first), q = share_of(second);
      for (std::size_t j = 0; j < first.size() && j < second.size(); ++j) {
        agreement.observed += first[j] == second[j] ? 1.0 : 0.0;
        agreement.expected += p * q + (1.0 - p) * (1.0 - q);
        count += 1.0;
      }
    }
  }
  if (count == 0.0) {
    return std::nullopt;
  }
  return Agreement{agreement.observed / count, agreement.expected / count};
}

/// Seed by seed the mean of several lists, where all of them have a value.
SeedValues mean_values(const std::vector<SeedValues>& lists) {
  SeedValues means;
  for (std::size_t seed = 0; !lists.empty() && seed < lists[0].size(); ++seed) {
    std::vector<double> there;
    for (const SeedValues& list : lists) {
      if (seed < list.size() && list[seed]) {
        there.push_back(*list[seed]);
      }
    }
    means.push_back(there.size() == lists.size() ? mean_of(there) : std::nullopt);
  }
  return means;
}

}  // namespace

StudyNumbers::StudyNumbers(const StudyPlan& plan, StepResults results)
    : plan_(plan),
      results_(std::make_shared<const StepResults>(std::move(results))),
      arms_(study_arms(plan.breadth)) {}

const Json* StudyNumbers::result(const std::string& step) const {
  return find_result(*results_, step);
}

const Arm* StudyNumbers::arm(const std::string& name) const {
  return find_arm(arms_, name == kAlone ? alone_arm(main_sources().front().name) : name);
}

int StudyNumbers::seeds(const std::string& name) const {
  const Arm* found = arm(name);
  return found ? plan_.seeds_of(*found) : 0;
}

SeedValues StudyNumbers::read(const std::string& kind, const std::string& arm,
                              const ResultReader& reader) const {
  return per_seed(*results_, kind + "-" + arm, seeds(arm), reader);
}

SeedValues StudyNumbers::accuracy(const std::string& arm, const std::string& source,
                                  const std::string& metric) const {
  if (source == kMean) {
    std::vector<SeedValues> lists;
    for (const StudySource& one : main_sources()) {
      lists.push_back(accuracy(arm, one.name, metric));
    }
    return mean_values(lists);
  }
  return read("evaluate", arm == kAlone ? alone_arm(source) : arm, [&](const Json& json) {
    return json_number(json, {"seen", source, metric});
  });
}

SeedValues StudyNumbers::transfer(const std::string& arm, const std::string& source, const std::string& head,
                                  const std::string& metric) const {
  return read("evaluate", arm, [&](const Json& json) {
    return json_number(json, {"unseen", source, head, metric});
  });
}

SeedValues StudyNumbers::best_transfer(const std::string& arm, const std::string& source,
                                       const std::string& metric) const {
  return read("evaluate", arm, [&](const Json& json) -> std::optional<double> {
    std::optional<double> best;
    const auto& heads = json.contains("unseen") && json.at("unseen").contains(source)
                            ? json.at("unseen").at(source)
                            : Json::object();
    for (const auto& head : heads) {
      const auto value = json_number(head, {metric});
      best = value && (!best || *value > *best) ? value : best;
    }
    return best;
  });
}

SeedValues StudyNumbers::shared(const std::string& arm, const std::string& source) const {
  return read("sharing", arm, [&](const Json& json) { return json_number(json, {"shared", source}); });
}

SeedValues StudyNumbers::support_rank(const std::string& arm) const {
  return read("sharing", arm, support_of);
}

SeedValues StudyNumbers::seed_agreement(const std::string& arm, bool beyond_chance) const {
  SeedValues values;
  const int count = seeds(arm);
  for (int seed = 1; seed < count; ++seed) {
    const Json *a = result("sharing-" + arm + "-s" + std::to_string(seed)),
               *b = result("sharing-" + arm + "-s" + std::to_string(seed + 1));
    const auto agreement = a && b ? agreement_of(*a, *b) : std::nullopt;
    values.push_back(agreement ? std::optional(agreement->observed - (beyond_chance ? agreement->expected : 0.0))
                               : std::nullopt);
  }
  return values;
}

SeedValues StudyNumbers::trained(const std::string& arm, const std::string& key) const {
  return read("train", arm, [&](const Json& json) { return json_number(json, {key}); });
}

SeedValues StudyNumbers::cosine(const std::string& arm) const {
  return read("cosines", arm, [](const Json& json) { return json_number(json, {"mean_cosine"}); });
}

SeedValues StudyNumbers::balance(const std::string& arm, const std::string& key) const {
  return read("train", arm, [&](const Json& json) {
    return json.contains("groups") ? mean_entry(json.at("groups"), key) : std::nullopt;
  });
}

SeedValues StudyNumbers::responses(const std::string& part, OffsetShuffle shuffle) const {
  std::vector<SeedValues> pairs;
  const auto& sources = main_sources();
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const std::string a = alone_arm(sources[i].name), b = alone_arm(sources[(i + 1) % sources.size()].name);
    const int count = std::min(seeds(a), seeds(b));
    SeedValues values;
    for (int seed = 1; seed <= count; ++seed) {
      const Json *first = result("responses-" + a + "-s" + std::to_string(seed)),
                 *second = result("responses-" + b + "-s" + std::to_string(seed % count + 1));
      values.push_back(first && second ? response_agreement(*first, *second, part, shuffle) : std::nullopt);
    }
    pairs.push_back(std::move(values));
  }
  return mean_values(pairs);
}

SeedValues StudyNumbers::timing(const std::string& arm, const std::string& key) const {
  SeedValues values;
  const Json* measured = result("timing-" + arm);
  for (const auto& value : measured ? measured->value(key, Json::array()) : Json::array()) {
    values.push_back(value.get<double>());
  }
  return values;
}

}  // namespace alidade::h2a2
