// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/sweep.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <nlohmann/json.hpp>

#include "core/papers/mqat/recipe_text.h"
#include "core/papers/mqat/sensitivities.h"
#include "core/papers/mqat/sweep_parts.h"

namespace alidade::mqat {
namespace {

using Json = StudyNumbers::Json;

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
  add_assignment(point, facts, n.traces(), levels, activation_bits(arm));
  point.order = n.order(arm.name);
  point.seed = static_cast<std::uint64_t>(seed);
  point.extra_steps = std::int64_t{stages_of(arm)} * n.plan().sizes.stage_steps;
  add_latency(n, facts, levels, point);
  point.accuracies =
      sweep_accuracies(n.records(arm.name, seed, kSelection), n.records(arm.name, seed, kTest));
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
  sweep.modules = sweep_modules(*facts, n.traces());
  sweep.layers = sweep_layers(*facts);
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
