// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/numbers.h"

#include <algorithm>
#include <numeric>

#include <nlohmann/json.hpp>

#include "core/base/constants.h"
#include "core/papers/mqat/recipe_text.h"

namespace alidade::mqat {
namespace {

using Json = StudyNumbers::Json;

constexpr const char* kSplits[] = {kSelection, kTest, kLight};
constexpr double kMillimetres = 1000.0;

std::string step_of(const char* kind, const std::string& subject, int seed) {
  return std::string(kind) + "-" + subject + "-s" + std::to_string(seed);
}

Table::Cell number_cell(const std::optional<double>& value, double factor) {
  return value ? Table::Cell(*value * factor) : Table::Cell();
}

/// The finite numbers of a list.
std::vector<double> finite_numbers(const Json& json, const std::string& key) {
  std::vector<double> values;
  const auto list = json.find(key);
  for (std::size_t i = 0; list != json.end() && i < list->size(); ++i) {
    if ((*list)[i].is_number()) {
      values.push_back((*list)[i].get<double>());
    }
  }
  return values;
}

std::vector<ShareMetric> all_metrics() {
  std::vector<ShareMetric> metrics;
  for (const auto error :
       {ShareMetric::Error::kAdd, ShareMetric::Error::kAdi, ShareMetric::Error::kAdiReverse}) {
    for (const double threshold : {0.05, 0.1, 0.5}) {
      for (int bin = -1; bin < static_cast<int>(std::size(kBins)); ++bin) {
        metrics.push_back({error, threshold, bin});
      }
    }
  }
  return metrics;
}

}  // namespace

StudyNumbers::StudyNumbers(const StudyPlan& plan, StepResults results)
    : plan_(plan),
      arms_(study_arms(plan.breadth)),
      results_(std::make_shared<const StepResults>(std::move(results))) {
  for (const auto& [step, json] : *results_) {
    if (step.starts_with("evaluate-")) {
      for (const char* split : kSplits) {
        auto read = json.contains(split) ? records_from_json(json.at(split), step)
                                         : Expected<ImageRecords>(ImageRecords());
        if (read && !read->empty()) {
          records_[{step, split}] = std::move(*read);
        }
      }
    } else if (step.starts_with("facts-")) {
      if (auto read = facts_from_json(json, step)) {
        facts_[step.substr(std::string("facts-").size())] = std::move(*read);
      }
    } else if (step == "traces-demo") {
      if (auto read = traces_from_json(json, step)) {
        traces_ = std::move(*read);
      }
    }
  }
}

const Json* StudyNumbers::result(const std::string& step) const {
  return find_result(*results_, step);
}

const Arm* StudyNumbers::arm(const std::string& name) const {
  const auto found =
      std::find_if(arms_.begin(), arms_.end(), [&](const Arm& known) { return known.name == name; });
  return found == arms_.end() ? nullptr : &*found;
}

int StudyNumbers::seeds(const std::string& name) const {
  const Arm* known = arm(name);
  return known ? plan_.seeds_of(*known) : 0;
}

const ImageRecords* StudyNumbers::records(const std::string& arm, int seed, const std::string& split) const {
  const auto found = records_.find({step_of("evaluate", arm, seed), split});
  return found == records_.end() ? nullptr : &found->second;
}

SeedValues StudyNumbers::shares(const std::string& arm, const ShareMetric& metric,
                                const std::string& split) const {
  return measure(
      arm, [&](const ImageRecords& images) { return share(images, metric); }, split);
}

SeedValues StudyNumbers::measure(const std::string& arm, const RecordReader& read,
                                 const std::string& split) const {
  SeedValues values;
  for (int seed = 1; seed <= seeds(arm); ++seed) {
    const ImageRecords* images = records(arm, seed, split);
    values.push_back(images ? read(*images) : std::nullopt);
  }
  return values;
}

std::optional<PairedShare> StudyNumbers::paired(const std::string& arm, const std::string& control,
                                                const ShareMetric& metric, const std::string& split) const {
  const ImageRecords* a = records(arm, 1, split);
  const ImageRecords* b = records(control, 1, split);
  return a && b ? paired_share(*a, *b, metric) : std::nullopt;
}

SeedValues StudyNumbers::spread(const std::string& arm) const {
  return per_seed(*results_, "votes-" + arm, seeds(arm), [](const Json& json) -> std::optional<double> {
    const auto values = finite_numbers(json, "spread_px");
    return values.empty() ? std::nullopt
                          : std::optional(std::accumulate(values.begin(), values.end(), 0.0) /
                                          static_cast<double>(values.size()));
  });
}

SeedValues StudyNumbers::latency(const std::string& widths) const {
  const Json* measured = result("latency-" + widths);
  SeedValues values;
  for (const double median : measured ? finite_numbers(*measured, "medians_ms") : std::vector<double>()) {
    values.emplace_back(median);
  }
  return values;
}

SeedValues StudyNumbers::latency_excess(const std::string& widths) const {
  const Json* quantized = result("latency-" + widths);
  const Json* plain = result(std::string("latency-") + kTimed[0]);
  if (!quantized || !plain) {
    return {};
  }
  const auto before = finite_numbers(*quantized, "float_medians_ms"),
             after = finite_numbers(*quantized, "medians_ms");
  const auto bytes = json_number(*plain, {"bytes"}), packed = json_number(*quantized, {"bytes"});
  SeedValues excess(std::min(before.size(), after.size()));
  for (std::size_t i = 0; i < excess.size(); ++i) {
    if (bytes && packed && before[i] > 0.0 && after[i] > 0.0) {
      excess[i] = (before[i] / after[i]) / (*bytes / *packed) - 1.0;
    }
  }
  return excess;
}

const NetworkFacts* StudyNumbers::facts(const std::string& network) const {
  const auto found = facts_.find(network);
  return found == facts_.end() ? nullptr : &found->second;
}

const Json* StudyNumbers::training(const std::string& arm) const {
  return result(step_of("train", arm, 1));
}

std::optional<LayerLevels> StudyNumbers::levels(const std::string& name) const {
  const Json* trained = training(name);
  const Arm* known = arm(name);
  if (!trained || !trained->contains("levels")) {
    const bool as_it_is = known && known->stages == 0 && known->quantizer == ArmQuantizer::kNone;
    return as_it_is ? std::optional(LayerLevels()) : std::nullopt;
  }
  LayerLevels levels;
  for (const auto& [layer, width] : trained->at("levels").items()) {
    levels[layer] = width.get<std::string>();
  }
  return levels;
}

std::optional<double> StudyNumbers::compression(const std::string& name) const {
  const Arm* known = arm(name);
  const NetworkFacts* network = known ? facts(known->network) : nullptr;
  const auto own = levels(name);
  if (!network || !own) {
    return std::nullopt;
  }
  return static_cast<double>(file_bytes(*network, {})) / static_cast<double>(file_bytes(*network, *own));
}

std::string StudyNumbers::label(const std::string& name) const {
  const Arm* known = arm(name);
  const NetworkFacts* network = known ? facts(known->network) : nullptr;
  const auto own = levels(name);
  if (!network || !own) {
    return {};
  }
  if (own->empty()) {
    return "float32";
  }
  const int bits = activation_bits(*known);
  return assignment_name(*network, *own) + (bits > 0 ? " A" + std::to_string(bits) : "");
}

std::vector<std::string> StudyNumbers::order(const std::string& arm) const {
  const Json* trained = training(arm);
  return trained && trained->contains("order") ? trained->at("order").get<std::vector<std::string>>()
                                               : std::vector<std::string>();
}

Table StudyNumbers::accuracies() const {
  const auto metrics = all_metrics();
  Table table{{"arm", "network", "seed", "split", "levels", "images"}, {}};
  for (const ShareMetric& metric : metrics) {
    table.columns.push_back(metric.id() + " (%)");
  }
  table.columns.insert(table.columns.end(), {"lost (%)", "rotation 95th percentile (deg)",
                                             "translation 95th percentile (mm)", "compression"});
  for (const Arm& arm : arms_) {
    for (int seed = 1; seed <= plan_.seeds_of(arm); ++seed) {
      for (const char* split : kSplits) {
        const ImageRecords* images = records(arm.name, seed, split);
        if (!images) {
          continue;
        }
        std::vector<Table::Cell> row{arm.name, arm.network,     static_cast<double>(seed),
                                     split,    label(arm.name), static_cast<double>(images->size())};
        for (const ShareMetric& metric : metrics) {
          row.push_back(number_cell(share(*images, metric), kPoints));
        }
        row.push_back(number_cell(lost_share(*images), kPoints));
        row.push_back(number_cell(rotation_95(*images), kDegreesPerRadian));
        row.push_back(number_cell(translation_95(*images), kMillimetres));
        row.push_back(number_cell(compression(arm.name), 1.0));
        table.rows.push_back(std::move(row));
      }
    }
  }
  return table;
}

}  // namespace alidade::mqat
