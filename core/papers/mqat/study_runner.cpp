// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/study_runner.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/sha256.h"

namespace alidade::mqat {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;
using Kind = StudyStep::Kind;

constexpr double kSaturated = 0.95;

/// The digest of a file that decides a result.
Expected<void> add_digest(ordered_json& json, const char* key, const fs::path& file) {
  const auto digest = sha256_file(file);
  if (!digest) {
    return digest.error();
  }
  json[key] = *digest;
  return {};
}

std::string seed_name(const char* kind, const std::string& arm, int seed) {
  return std::string(kind) + "-" + arm + "-s" + std::to_string(seed);
}

LayerLevels levels_from_json(const ordered_json& json) {
  LayerLevels levels;
  for (const auto& [layer, name] : json.items()) {
    levels[layer] = name.get<std::string>();
  }
  return levels;
}

}  // namespace

ShareMetric flow_metric(double full_precision_share) {
  return full_precision_share > kSaturated ? kStrict : kUsual;
}

StudyRunner::StudyRunner(StudyPlan plan, StudyPlaces places, std::shared_ptr<const StudyWork> work)
    : plan_(std::move(plan)),
      places_(std::move(places)),
      work_(std::move(work)),
      arms_(study_arms(plan_.breadth)) {}

const Arm& StudyRunner::arm_of(const StudyStep& step) const {
  return *std::find_if(arms_.begin(), arms_.end(), [&](const Arm& arm) { return arm.name == step.subject; });
}

const StudyNetwork& StudyRunner::network_of(const StudyStep& step) const {
  const StudyNetwork* network = find_network(step.subject);
  switch (step.kind) {
    case Kind::kTrain:
    case Kind::kEvaluate:
    case Kind::kLevels:
    case Kind::kVotes:
      return *find_network(arm_of(step).network);
    default:
      return network != nullptr ? *network : study_networks().front();
  }
}

/// Whether a step makes the arm's checkpoint; else it is the network as it is.
bool StudyRunner::is_trained(const Arm& arm) const {
  return arm.stages > 0 || arm.quantizer == ArmQuantizer::kPost;
}

std::string StudyRunner::run_name(const StudyStep& step) const {
  return step.kind == Kind::kBase ? step.name() : step.subject + "-s" + std::to_string(step.seed);
}

fs::path StudyRunner::checkpoint_of(const StudyStep& step) const {
  return is_trained(arm_of(step)) ? places_.trained(run_name(step)) : places_.start(network_of(step));
}

/// The sweep of Algorithm 1: each module alone, and full precision with as many steps, of every seed.
std::vector<std::string> StudyRunner::flow_needs() const {
  std::vector<std::string> names{"facts-demo"};
  for (int seed = 1; seed <= plan_.sizes.seeds; ++seed) {
    names.push_back(seed_name("evaluate", std::string("float-") + norm_word(NormMode::kFrozen), seed));
    for (const char* module : kModules) {
      names.push_back(seed_name("evaluate", single_arm(module), seed));
    }
  }
  return names;
}

std::vector<std::string> StudyRunner::needs(const StudyStep& step) const {
  const auto base_of = [&]() -> std::vector<std::string> {
    const StudyNetwork& network = network_of(step);
    return network.bundled ? std::vector<std::string>() : std::vector<std::string>{"base-" + network.name};
  };
  switch (step.kind) {
    case Kind::kFacts:
    case Kind::kTraces:
    case Kind::kSensitivity:
      return base_of();
    case Kind::kFlow:
      return flow_needs();
    case Kind::kAllocation:
      return {"facts-demo", "traces-demo", "flow-demo"};
    case Kind::kLatency:
      return {"facts-demo"};
    case Kind::kEvaluate:
    case Kind::kLevels:
    case Kind::kVotes:
      return is_trained(arm_of(step)) ? std::vector<std::string>{seed_name("train", step.subject, step.seed)}
                                      : base_of();
    case Kind::kTrain:
      break;
    default:
      return {};
  }
  const Arm& arm = arm_of(step);
  std::vector<std::string> names = base_of();
  names.push_back("facts-" + arm.network);
  if (arm.source != Source::kFixed && arm.source != Source::kUniform) {
    names.insert(names.end(), {"allocation-" + arm.budget, "flow-demo"});
  }
  return names;
}

Expected<NetworkFacts> StudyRunner::facts(const std::string& network, const StepInput& input) const {
  const std::string name = "facts-" + network;
  return facts_from_json(input.needs.at(name), name);
}

Expected<StudyRunner::Assigned> StudyRunner::assigned(const Arm& arm, const StepInput& input) const {
  auto known = facts(arm.network, input);
  if (!known) {
    return known.error();
  }
  Assigned made{std::move(*known), {}, {}};
  switch (arm.source) {
    case Source::kFixed:
      made.levels = layer_levels(made.facts, arm.levels);
      for (const auto& [module, levels] : arm.levels) {
        made.order.push_back(module);
      }
      break;
    case Source::kUniform:
      made.levels = layer_levels(made.facts, uniform_levels_of(made.facts, arm.budget));
      break;
    default: {
      const auto& widths = input.needs.at("allocation-" + arm.budget);
      const char* key = arm.source == Source::kLayers ? "layers" : "modules";
      made.levels = levels_from_json(widths.at(key).at("levels"));
      made.order =
          permuted(input.needs.at("flow-demo").at("order").get<std::vector<std::string>>(), arm.order);
    }
  }
  if (stages_of(arm) > 0 && !(arm.in_turn || arm.source == Source::kMqat)) {
    made.order.clear();
  }
  return made;
}

TrainingOrder StudyRunner::order(const StudyStep& step, const Assigned* assigned,
                                 const std::string& start) const {
  const StudyNetwork& network = network_of(step);
  TrainingOrder order;
  order.config = network.config;
  order.data = places_.data(network, "train").filename().string();
  order.start = start;
  order.seed = std::max(1, step.seed);
  order.stage_steps = plan_.sizes.base_steps;
  if (assigned == nullptr) {
    return order;
  }
  const Arm& arm = arm_of(step);
  order.norm = arm.norm;
  order.quantizer = arm.quantizer;
  order.stage_steps = plan_.sizes.stage_steps;
  if (!assigned->order.empty()) {
    order.stages = stages_in_turn(assigned->facts, assigned->levels, assigned->order);
  } else {
    order.stages = {stage_at_once(assigned->facts, assigned->levels)};
    order.stage_steps *= arm.stages;
  }
  return order;
}

Expected<ordered_json> StudyRunner::training_recipe(const StudyStep& step, const StepInput& input) const {
  const StudyNetwork& network = network_of(step);
  ordered_json json{{"step", step.name()}};
  if (auto added = add_digest(json, "data_sha256", places_.data(network, "train")); !added) {
    return added.error();
  }
  if (step.kind == Kind::kBase) {
    json["recipe"] = training_text(order(step, nullptr, ""), plan_.sizes);
    return json;
  }
  if (auto added = add_digest(json, "start_sha256", places_.start(network)); !added) {
    return added.error();
  }
  const auto made = assigned(arm_of(step), input);
  if (!made) {
    return made.error();
  }
  // The start by its name: a folder that moved keeps its results.
  json["recipe"] = arm_of(step).quantizer == ArmQuantizer::kPost
                       ? "quantized after training: " + stage_at_once(made->facts, made->levels)
                       : training_text(order(step, &*made, network.name), plan_.sizes);
  return json;
}

Expected<ordered_json> StudyRunner::measuring_recipe(const StudyStep& step) const {
  const StudySizes& sizes = plan_.sizes;
  const StudyNetwork& network = network_of(step);
  ordered_json json{{"step", step.name()}};
  const auto add_split = [&](const char* split, int images) -> Expected<void> {
    const std::string recipe = split == std::string(kLight) ? network.light : split;
    if (recipe.empty()) {
      return {};
    }
    json["images"][split] = images;
    return add_digest(json, (std::string(split) + "_sha256").c_str(), places_.data(network, recipe));
  };
  const auto add_start = [&]() -> Expected<void> {
    return add_digest(json, "checkpoint_sha256", places_.start(network));
  };
  Expected<void> added;
  switch (step.kind) {
    case Kind::kEvaluate:
      for (const auto& [split, images] :
           {std::pair{kSelection, sizes.selection_images}, std::pair{kTest, sizes.test_images},
            std::pair{kLight, sizes.light_images}}) {
        added = added ? add_split(split, images) : added;
      }
      added = added && !is_trained(arm_of(step)) ? add_start() : added;
      break;
    case Kind::kLevels:
      added = add_split(kSelection, sizes.selection_images);
      break;
    case Kind::kVotes:
      added = add_split(kTest, sizes.vote_images);
      break;
    case Kind::kTraces:
      added = add_split("train", sizes.trace_images);
      json["probes"] = sizes.trace_probes;
      added = added ? add_start() : added;
      break;
    case Kind::kSensitivity:
      added = add_split("train", sizes.trace_images);
      added = added ? add_split(kSelection, sizes.sensitivity_images) : added;
      added = added ? add_start() : added;
      break;
    case Kind::kFacts:
      added = add_start();
      break;
    case Kind::kLatency:
      json["repeats"] = sizes.latency_repeats;
      break;
    case Kind::kStandIn:
      json["frames"] = sizes.stand_in_frames;
      json["steps"] = sizes.stand_in_steps;
      break;
    default:
      break;
  }
  return added ? Expected<ordered_json>(json) : Expected<ordered_json>(added.error());
}

Expected<ordered_json> StudyRunner::recipe(const StudyStep& step, const StepInput& input) const {
  return step.kind == Kind::kTrain || step.kind == Kind::kBase ? training_recipe(step, input)
                                                               : measuring_recipe(step);
}

}  // namespace alidade::mqat
