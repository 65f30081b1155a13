// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <optional>
#include <system_error>

#include <nlohmann/json.hpp>

#include "core/base/sha256.h"
#include "core/papers/mqat/sensitivities.h"
#include "core/papers/mqat/study_runner.h"

namespace alidade::mqat {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;
using Kind = StudyStep::Kind;

ordered_json levels_json(const LayerLevels& levels) {
  ordered_json json = ordered_json::object();
  for (const auto& [layer, name] : levels) {
    json[layer] = name;
  }
  return json;
}

Expected<ordered_json> with_checkpoint(ordered_json json, const fs::path& file) {
  const auto digest = sha256_file(file);
  if (!digest) {
    return digest.error();
  }
  json["checkpoint_sha256"] = *digest;
  return json;
}

/// Of the selection split of an evaluation, over seeds.
std::optional<double> mean_selection(const StepInput& input, const std::string& arm, int seeds,
                                     const ShareMetric& metric) {
  double sum = 0.0;
  for (int seed = 1; seed <= seeds; ++seed) {
    const std::string name = "evaluate-" + arm + "-s" + std::to_string(seed);
    const auto records = records_from_json(input.needs.at(name).at(kSelection), name);
    const auto value = records ? share(*records, metric) : std::nullopt;
    if (!value) {
      return std::nullopt;
    }
    sum += *value;
  }
  return sum / seeds;
}

ordered_json allocation_json(const NetworkFacts& facts, const StudyAllocation& allocation) {
  return {{"label", assignment_name(facts, allocation.levels)},
          {"levels", levels_json(allocation.levels)},
          {"bytes", allocation.bytes},
          {"loss", allocation.loss},
          {"description", allocation.description}};
}

ordered_json finite_list(const std::vector<double>& values) {
  ordered_json list = ordered_json::array();
  for (const double value : values) {
    list.push_back(std::isfinite(value) ? ordered_json(value) : ordered_json());
  }
  return list;
}

}  // namespace

Expected<ordered_json> StudyRunner::run_base(const StudyStep& step, const StepInput& input) const {
  const auto trained =
      work_->train(places_.run(step.name()), training_text(order(step, nullptr, ""), plan_.sizes),
                   places_.recipes / (step.name() + ".toml"), input);
  return trained ? with_checkpoint(ordered_json::object(), places_.trained(step.name()))
                 : Expected<ordered_json>(trained.error());
}

Expected<ordered_json> StudyRunner::train(const StudyStep& step, const StepInput& input) const {
  const Arm& arm = arm_of(step);
  const auto made = assigned(arm, input);
  if (!made) {
    return made.error();
  }
  const std::string name = run_name(step);
  const fs::path start = places_.start(network_of(step));
  Expected<void> done;
  if (arm.quantizer == ArmQuantizer::kPost) {
    std::error_code failure;
    fs::create_directories(places_.run(name), failure);
    done = work_->quantize({start, places_.trained(name), places_.data(network_of(step), "train"),
                            made->levels, activation_bits(arm)},
                           input);
  } else {
    const std::string relative =
        fs::absolute(start).lexically_relative(fs::absolute(places_.recipes)).string();
    done = work_->train(places_.run(name), training_text(order(step, &*made, relative), plan_.sizes),
                        places_.recipes / (name + ".toml"), input);
  }
  if (!done) {
    return done.error();
  }
  const int bits = made->levels.empty() ? 0 : activation_bits(arm);
  ordered_json json{{"label", assignment_name(made->facts, made->levels)},
                    {"modules", module_widths(made->facts, made->levels)},
                    {"levels", levels_json(made->levels)},
                    {"order", made->order},
                    {"steps", stages_of(arm) * plan_.sizes.stage_steps},
                    {"activation_bits", bits},
                    {"bytes", file_bytes(made->facts, made->levels)},
                    {"weight_bytes", weight_bytes(made->facts, made->levels)},
                    {"bit_operations", bit_operations(made->facts, made->levels, bits)}};
  return with_checkpoint(std::move(json), places_.trained(name));
}

Expected<ordered_json> StudyRunner::evaluate(const StudyStep& step, const StepInput& input) const {
  const StudySizes& sizes = plan_.sizes;
  ordered_json json;
  for (const auto& [split, images] :
       {std::pair{kSelection, sizes.selection_images}, std::pair{kTest, sizes.test_images},
        std::pair{kLight, sizes.light_images}}) {
    const StudyNetwork& network = network_of(step);
    const std::string recipe = split == std::string(kLight) ? network.light : split;
    if (recipe.empty()) {
      continue;
    }
    const auto records = work_->evaluate({checkpoint_of(step), places_.data(network, recipe), images}, input);
    if (!records) {
      return records.error();
    }
    json[split] = to_json(*records);
  }
  return json;
}

Expected<ordered_json> StudyRunner::run_flow(const StudyStep& step, const StepInput& input) const {
  const auto known = facts(step.subject, input);
  if (!known) {
    return known.error();
  }
  const std::string control = std::string("float-") + norm_word(NormMode::kFrozen);
  const auto usual = mean_selection(input, control, plan_.sizes.seeds, kUsual);
  const ShareMetric metric = flow_metric(usual.value_or(0.0));
  const auto full_precision = mean_selection(input, control, plan_.sizes.seeds, metric);
  if (!full_precision) {
    return input_error("the selection split", "", "it has no images", "take more of them");
  }
  std::map<std::string, double> aggressive;
  for (const std::string& module : known->modules) {
    const auto value = mean_selection(input, single_arm(module), plan_.sizes.seeds, metric);
    if (value) {
      aggressive[module] = *value;
    }
  }
  const auto flow = study_flow(*known, aggressive, *full_precision);
  if (!flow) {
    return flow.error();
  }
  return ordered_json{{"best", flow->best},
                      {"order", flow->order},
                      {"metric", metric.id()},
                      {"full_precision", *full_precision},
                      {"accuracies", aggressive}};
}

Expected<ordered_json> StudyRunner::run_allocation(const StudyStep& step, const StepInput& input) const {
  const auto known = facts("demo", input);
  const auto traces = traces_from_json(input.needs.at("traces-demo"), "traces-demo");
  if (!known || !traces) {
    return known ? traces.error() : known.error();
  }
  const auto& kept = input.needs.at("flow-demo");
  const StudyFlow flow{kept.at("best").get<std::string>(), kept.at("order").get<std::vector<std::string>>()};
  const std::int64_t budget =
      weight_bytes(*known, layer_levels(*known, uniform_levels_of(*known, step.subject)));
  const auto modules = module_allocation(*known, *traces, flow, budget);
  const auto layers = layer_allocation(*known, *traces, budget);
  if (!modules || !layers) {
    return modules ? layers.error() : modules.error();
  }
  return ordered_json{{"budget_bytes", budget},
                      {"modules", allocation_json(*known, *modules)},
                      {"layers", allocation_json(*known, *layers)}};
}

Expected<ordered_json> StudyRunner::run_sensitivity(const StudyStep& step, const StepInput& input) const {
  const StudyNetwork& network = network_of(step);
  const StudySizes& sizes = plan_.sizes;
  const auto measured = work_->sensitivity(
      {places_.start(network), places_.data(network, "train"), sizes.trace_images,
       places_.data(network, kSelection), sizes.sensitivity_images, kUsual, kActivationBits},
      input);
  return measured ? Expected<ordered_json>(sensitivities_json(*measured))
                  : Expected<ordered_json>(measured.error());
}

Expected<ordered_json> StudyRunner::run_levels(const StudyStep& step, const StepInput& input) const {
  const auto levels = work_->levels(
      {checkpoint_of(step), places_.data(network_of(step), kSelection), plan_.sizes.selection_images}, input);
  if (!levels) {
    return levels.error();
  }
  ordered_json json{{"levels", ordered_json::array()}};
  for (const ImageRecords& records : *levels) {
    json["levels"].push_back(to_json(records));
  }
  return json;
}

Expected<ordered_json> StudyRunner::run_votes(const StudyStep& step, const StepInput& input) const {
  const auto votes = work_->votes(
      {checkpoint_of(step), places_.data(network_of(step), kTest), plan_.sizes.vote_images}, input);
  if (!votes) {
    return votes.error();
  }
  return ordered_json{
      {"spread_px", finite_list(votes->spread_px)}, {"cells", votes->cells}, {"example", votes->example}};
}

Expected<ordered_json> StudyRunner::run_latency(const StudyStep& step, const StepInput& input) const {
  const auto known = facts("demo", input);
  if (!known) {
    return known.error();
  }
  const auto widths = split_widths(step.subject);
  ModuleLevels modules;
  for (std::size_t i = 0; i < known->modules.size() && i < widths.size(); ++i) {
    modules.emplace_back(known->modules[i], widths[i]);
  }
  const LayerLevels levels = layer_levels(*known, modules);
  const auto latency = work_->latency(
      {places_.checkpoint, places_.data(network_of(step), "train"), levels, plan_.sizes.latency_repeats},
      input);
  if (!latency) {
    return latency.error();
  }
  return ordered_json{
      {"levels", levels_json(levels)},
      {"bytes", file_bytes(*known, levels)},
      {"weight_bytes", weight_bytes(*known, levels)},
      {"bit_operations", bit_operations(*known, levels, levels.empty() ? 0 : kActivationBits)},
      {"medians_ms", finite_list(latency->medians_ms)},
      {"p95_ms", finite_list(latency->p95_ms)},
      {"float_medians_ms", finite_list(latency->float_medians_ms)},
      {"peak_bytes", latency->peak_bytes},
      {"instruction_set", latency->instruction_set}};
}

Expected<ordered_json> StudyRunner::run_stand_in(const StudyStep& step, const StepInput& input) const {
  const std::size_t dash = step.subject.find('-');
  const auto widths = split_widths(step.subject.substr(dash + 1));
  const auto measured = work_->stand_in({step.subject.substr(0, dash), widths, plan_.sizes.stand_in_frames,
                                         plan_.sizes.stand_in_steps, places_.run(step.name())},
                                        input);
  if (!measured) {
    return measured.error();
  }
  return ordered_json{{"modules", measured->modules},
                      {"widths", widths},
                      {"shares", measured->shares},
                      {"bytes", measured->bytes},
                      {"float_bytes", measured->float_bytes}};
}

Expected<ordered_json> StudyRunner::run(const StudyStep& step, const ordered_json&,
                                        const StepInput& input) const {
  switch (step.kind) {
    case Kind::kBase:
      return run_base(step, input);
    case Kind::kFacts: {
      const auto made = work_->facts(places_.start(network_of(step)), input);
      return made ? with_checkpoint(to_json(*made), places_.start(network_of(step)))
                  : Expected<ordered_json>(made.error());
    }
    case Kind::kTraces: {
      const auto made =
          work_->traces({places_.start(network_of(step)), places_.data(network_of(step), "train"),
                         plan_.sizes.trace_images, plan_.sizes.trace_probes},
                        input);
      return made ? Expected<ordered_json>(to_json(*made)) : Expected<ordered_json>(made.error());
    }
    case Kind::kSensitivity:
      return run_sensitivity(step, input);
    case Kind::kTrain:
      return train(step, input);
    case Kind::kEvaluate:
      return evaluate(step, input);
    case Kind::kFlow:
      return run_flow(step, input);
    case Kind::kAllocation:
      return run_allocation(step, input);
    case Kind::kLevels:
      return run_levels(step, input);
    case Kind::kVotes:
      return run_votes(step, input);
    case Kind::kLatency:
      return run_latency(step, input);
    case Kind::kStandIn:
      break;
  }
  return run_stand_in(step, input);
}

}  // namespace alidade::mqat
