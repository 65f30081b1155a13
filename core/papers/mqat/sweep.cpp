// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/sweep.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <nlohmann/json.hpp>

#include "core/evaluation/statistics/statistics.h"
#include "core/papers/mqat/recipe_text.h"
#include "core/papers/mqat/sensitivities.h"

namespace alidade::mqat {
namespace {

using Json = StudyNumbers::Json;

constexpr const char* kSweepWidths[] = {"binary", "ternary", "2", "3", "4", "8"};
constexpr ShareMetric kSweepMetrics[] = {
    kUsual, kStrict, kLenient, {ShareMetric::Error::kAdd, 0.1}, {ShareMetric::Error::kAdiReverse, 0.1}};
constexpr int kReplicates = 200;

std::string family_of(const Arm& arm) {
  switch (arm.source) {
    case Source::kUniform:
      return "uniform";
    case Source::kLayers:
      return "layer-wise";
    case Source::kMqat:
      return arm.quantizer == ArmQuantizer::kPost ? "MQAT's widths, not retrained"
             : arm.order == 0                     ? "MQAT"
                                                  : "another order";
    case Source::kAtOnce:
      return "at once";
    case Source::kFixed:
      break;
  }
  return arm.quantizer == ArmQuantizer::kNone ? "full precision"
         : arm.in_turn                        ? "MQAT"
         : arm.levels.size() == 1             ? "single module"
                                              : "several modules";
}

SweepMethod method_of(const Arm& arm) {
  switch (arm.quantizer) {
    case ArmQuantizer::kNone:
      return SweepMethod::kFullPrecision;
    case ArmQuantizer::kPost:
      return SweepMethod::kPostTraining;
    case ArmQuantizer::kInq:
      return SweepMethod::kInq;
    case ArmQuantizer::kLsq:
      break;
  }
  return SweepMethod::kLsq;
}

/// A share with the percentile bootstrap over images.
IntervalNumber share_number(const ImageRecords* images, const ShareMetric& metric) {
  IntervalNumber number;
  const auto value = images ? share(*images, metric) : std::nullopt;
  if (!value) {
    return number;
  }
  number.value = *value;
  std::vector<std::uint32_t> weights(images->size());
  std::vector<double> replicates;
  for (int replicate = 0; replicate < kReplicates; ++replicate) {
    bootstrap_weights(0, static_cast<std::uint64_t>(replicate), weights);
    if (const auto drawn = share(*images, metric, weights)) {
      replicates.push_back(*drawn);
    }
  }
  std::sort(replicates.begin(), replicates.end());
  const Interval interval = percentile_interval(replicates, 0.95);
  number.low = interval.low;
  number.high = interval.high;
  return number;
}

std::vector<SweepModule> sweep_modules(const StudyNumbers& n, const NetworkFacts& facts) {
  std::vector<SweepModule> modules;
  for (const std::string& name : facts.modules) {
    SweepModule module{name, facts.parameters(name), {}};
    NetworkFacts alone = facts;
    std::erase_if(alone.layers, [&](const LayerFacts& layer) { return layer.module != name; });
    const auto add = [&](const std::string& width) {
      const LayerLevels levels = layer_levels(alone, {{name, width}});
      SweepOption option{width, 8 * weight_bytes(alone, levels)};
      option.bit_operations = bit_operations(alone, levels, kActivationBits);
      option.loss = n.traces() && width != kFloat ? module_loss(facts, *n.traces(), name, width) : 0.0;
      module.options.push_back(std::move(option));
    };
    for (const char* width : kSweepWidths) {
      const bool known = std::all_of(alone.layers.begin(), alone.layers.end(),
                                     [&](const LayerFacts& layer) { return layer.widths.contains(width); });
      if (known) {
        add(width);
      }
    }
    add(kFloat);
    modules.push_back(std::move(module));
  }
  return modules;
}

/// Omega of every module, summed (Eq. 2); of mixed ones as the mean over layers too.
double predicted_loss(const StudyNumbers& n, const NetworkFacts& facts, const LayerLevels& levels) {
  if (!n.traces()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  double sum = 0.0;
  for (const std::string& module : facts.modules) {
    double own = 0.0;
    std::size_t layers = 0;
    for (const LayerFacts& layer : facts.layers) {
      if (layer.module == module) {
        ++layers;
        const auto width = levels.find(layer.name);
        if (width != levels.end()) {
          NetworkFacts single{{module}, {layer}};
          own += module_loss(single, *n.traces(), module, width->second);
        }
      }
    }
    sum += layers > 0 ? own / static_cast<double>(layers) : 0.0;
  }
  return sum;
}

/// The latency of an assignment that was timed, if this one was.
void add_latency(const StudyNumbers& n, const NetworkFacts& facts, const LayerLevels& levels,
                 SweepPoint& point) {
  const std::string label = assignment_name(facts, levels);
  for (const char* widths : kTimed) {
    const Json* measured = n.result(std::string("latency-") + widths);
    if (!measured || label != std::string("W") + widths) {
      continue;
    }
    const auto medians = present(n.latency(widths));
    if (!medians.empty()) {
      point.latency_ms = over_seeds(medians).mean;
    }
    std::vector<double> tails;
    for (const auto& tail : measured->value("p95_ms", Json::array())) {
      if (tail.is_number()) {
        tails.push_back(tail.get<double>());
      }
    }
    if (!tails.empty()) {
      point.latency_p95_ms = over_seeds(tails).mean;
    }
    point.peak_bytes = measured->value("peak_bytes", std::int64_t{0});
  }
}

SweepPoint sweep_point(const StudyNumbers& n, const NetworkFacts& facts, const Arm& arm, int seed) {
  SweepPoint point;
  const LayerLevels levels = n.levels(arm.name).value_or(LayerLevels());
  point.name = arm.name + (n.seeds(arm.name) > 1 ? ", seed " + std::to_string(seed) : "");
  point.family = family_of(arm);
  point.method = method_of(arm);
  point.norm = arm.stages == 0 ? NormMode::kNone : arm.norm;
  point.levels = module_widths(facts, levels);
  if (std::find(point.levels.begin(), point.levels.end(), "mixed") != point.levels.end()) {
    for (const LayerFacts& layer : facts.layers) {
      const auto width = levels.find(layer.name);
      point.layer_levels.push_back(width == levels.end() ? kFloat : width->second);
    }
  }
  point.activation_bits = levels.empty() ? 0 : activation_bits(arm);
  point.order = n.order(arm.name);
  point.seed = static_cast<std::uint64_t>(seed);
  point.extra_steps = std::int64_t{stages_of(arm)} * n.plan().sizes.stage_steps;
  point.bytes = file_bytes(facts, levels);
  point.bits = 8 * weight_bytes(facts, levels);
  point.bit_operations = bit_operations(facts, levels, point.activation_bits);
  point.predicted_loss = predicted_loss(n, facts, levels);
  add_latency(n, facts, levels, point);
  for (const ShareMetric& metric : kSweepMetrics) {
    point.accuracies.push_back({metric.id(), share_number(n.records(arm.name, seed, kSelection), metric),
                                share_number(n.records(arm.name, seed, kTest), metric)});
  }
  const Json* trained = n.result("train-" + arm.name + "-s" + std::to_string(seed));
  point.checkpoint_sha256 = trained ? trained->value("checkpoint_sha256", std::string()) : std::string();
  return point;
}

/// What an arm loses against another, percentage points with the interval over seeds, or over images.
IntervalNumber loss_number(const StudyNumbers& n, const std::string& before, const std::string& after) {
  IntervalNumber number;
  const auto there = present(difference(n.shares(before, kUsual), n.shares(after, kUsual), kPoints));
  if (there.empty()) {
    return number;
  }
  number.value = over_seeds(there).mean;
  if (const auto interval = seed_interval(there)) {
    number.low = interval->low;
    number.high = interval->high;
  } else if (const auto paired = n.paired(before, after, kUsual)) {
    number.low = kPoints * paired->interval.low;
    number.high = kPoints * paired->interval.high;
  }
  return number;
}

std::vector<SweepSensitivity> module_sensitivities(const StudyNumbers& n) {
  std::vector<SweepSensitivity> all;
  const std::map<std::string, std::string> others{{"backbone", "pyramid2-head2-frozen"},
                                                  {kPyramid, "backbone2-head2-frozen"},
                                                  {"head", "backbone2-pyramid2-frozen"}};
  for (const char* module : kModules) {
    for (const auto& [score, arm] :
         {std::pair<const char*, std::string>{"only_this", single_arm(module)},
          std::pair<const char*, std::string>{"all_but_this", others.at(module)}}) {
      const IntervalNumber number = loss_number(n, "float-frozen", arm);
      if (std::isfinite(number.value)) {
        all.push_back({score, "percentage points", module, kAggressive, number});
      }
    }
  }
  return all;
}

}  // namespace

QuantizationSweep study_sweep(const StudyNumbers& n, const std::string& checkpoint) {
  QuantizationSweep sweep;
  sweep.name = "MQAT on Cubesat";
  sweep.architecture = "alidade-keypoint/1";
  sweep.checkpoint = checkpoint;
  sweep.dataset = "Cubesat";
  sweep.provenance = current_provenance();
  const NetworkFacts* facts = n.facts("demo");
  if (!facts) {
    return sweep;
  }
  sweep.checkpoint_sha256 = n.result("facts-demo")->value("checkpoint_sha256", std::string());
  if (const Json* timed = n.result(std::string("latency-") + kTimed[0])) {
    sweep.latency_setup = "1 thread, " + timed->value("instruction_set", std::string());
  }
  sweep.modules = sweep_modules(n, *facts);
  for (const LayerFacts& layer : facts->layers) {
    sweep.layers.push_back({layer.name, layer.module, layer.parameters, layer.multiply_adds});
  }
  for (const Arm& arm : n.arms()) {
    for (int seed = 1; arm.network == "demo" && seed <= n.seeds(arm.name); ++seed) {
      if (n.records(arm.name, seed, kTest) && n.levels(arm.name)) {
        sweep.points.push_back(sweep_point(n, *facts, arm, seed));
      }
    }
  }
  sweep.sensitivities = module_sensitivities(n);
  const auto layers = layer_sensitivities(n);
  sweep.sensitivities.insert(sweep.sensitivities.end(), layers.begin(), layers.end());
  if (const Json* flow = n.result("flow-demo")) {
    sweep.flow = flow->value("order", std::vector<std::string>());
    sweep.best_first = flow->value("best", std::string());
  }
  return sweep;
}

}  // namespace alidade::mqat
