// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/h2a2/result_json.h"

#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include "core/contention/effects.h"

namespace alidade::h2a2 {
namespace {

using nlohmann::ordered_json;

/// A number, or null: JSON has no NaN.
ordered_json defined(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json();
}

ordered_json number_map(const std::map<std::string, double>& values) {
  ordered_json json = ordered_json::object();
  for (const auto& [name, value] : values) {
    json[name] = defined(value);
  }
  return json;
}

ordered_json accuracy_json(const SourceAccuracy& accuracy) {
  ordered_json json{{"map25", accuracy.map25},
                    {"map50", accuracy.map50},
                    {"scenes", accuracy.scenes},
                    {"classes", accuracy.classes}};
  for (const auto& [name, value] : accuracy.ap25) {
    json["ap25"][name] = value ? ordered_json(*value) : ordered_json();
  }
  for (const auto& [name, value] : accuracy.ap50) {
    json["ap50"][name] = value ? ordered_json(*value) : ordered_json();
  }
  return json;
}

ordered_json source_json(const SourceSharing& source) {
  ordered_json json;
  for (std::size_t j = 0; j < source.pairs.size(); ++j) {
    json["beta"].push_back(source.mean_beta(j));
    json["gamma"].push_back(source.shared(j));
  }
  json["pairs"] = source.pairs;
  json["outputs"] = source.outputs;
  return json;
}

ordered_json agreement_json(const std::vector<double>& scores, const std::vector<double>& changes) {
  const RankAgreement agreement = list_agreement(scores, changes, 1);
  return {{"correlation", defined(agreement.correlation)},
          {"low", defined(agreement.low)},
          {"high", defined(agreement.high)},
          {"p", defined(agreement.p)},
          {"pairs", agreement.pairs}};
}

}  // namespace

ordered_json to_json(const TrainedNetwork& network) {
  ordered_json json{{"parameters", network.parameters},
                    {"shared_parameters", network.shared},
                    {"exchanged_bytes", network.exchanged_bytes},
                    {"groups", ordered_json::object()},
                    {"points", ordered_json::array()}};
  for (const auto& [name, group] : network.groups) {
    json["groups"][name] = {{"psi", defined(group.psi)},
                            {"triggered", defined(group.triggered)},
                            {"norms", number_map(group.norms)}};
  }
  for (const NormPoint& point : network.points) {
    json["points"].push_back({{"step", point.step},
                              {"psi", defined(point.psi)},
                              {"triggered", defined(point.triggered)},
                              {"norms", number_map(point.norms)}});
  }
  return json;
}

ordered_json to_json(const Evaluation& evaluation) {
  ordered_json json{{"seen", ordered_json::object()}, {"unseen", ordered_json::object()}};
  for (const auto& [source, accuracy] : evaluation.seen) {
    json["seen"][source] = accuracy_json(accuracy);
  }
  for (const auto& [source, heads] : evaluation.unseen) {
    for (const auto& [head, accuracy] : heads) {
      json["unseen"][source][head] = accuracy_json(accuracy);
    }
  }
  return json;
}

ordered_json to_json(const KernelSharing& sharing) {
  ordered_json json{
      {"tau", sharing.tau}, {"shared", ordered_json::object()}, {"layers", ordered_json::object()}};
  std::vector<double> sums(sharing.sources.size(), 0.0);
  double offsets = 0.0;
  for (const LayerSharing& layer : sharing.layers) {
    ordered_json& entry = json["layers"][layer.name];
    entry["offsets"] = layer.offsets;
    entry["alpha"] = layer.alpha;
    offsets += static_cast<double>(layer.offsets.size());
    for (std::size_t k = 0; k < sharing.sources.size(); ++k) {
      entry["sources"][sharing.sources[k]] = source_json(layer.sources[k]);
      for (std::size_t j = 0; j < layer.offsets.size(); ++j) {
        sums[k] += layer.sources[k].shared(j);
      }
    }
  }
  for (std::size_t k = 0; k < sharing.sources.size() && offsets > 0.0; ++k) {
    json["shared"][sharing.sources[k]] = sums[k] / offsets;
  }
  return json;
}

ordered_json to_json(const std::vector<LayerResponse>& layers) {
  ordered_json json{{"layers", ordered_json::object()}};
  for (const LayerResponse& layer : layers) {
    json["layers"][layer.layer] = {{"trained", layer.trained}, {"start", layer.start}};
  }
  return json;
}

ordered_json to_json(const Interventions& interventions) {
  ordered_json json{{"map25", interventions.map25},
                    {"map50", interventions.map50},
                    {"loss", defined(interventions.loss)},
                    {"all", ordered_json::array()}};
  std::vector<double> scores, maps, losses;
  for (const Intervention& one : interventions.all) {
    json["all"].push_back({{"layer", one.layer},
                           {"orbit", one.orbit},
                           {"decision", one.decision},
                           {"ratio", one.ratio},
                           {"alpha_beta", defined(one.alpha_beta)},
                           {"shared", defined(one.shared)},
                           {"map25", one.map25},
                           {"map50", one.map50},
                           {"loss", defined(one.loss)}});
    if (one.decision == "turned" && one.orbit >= 0) {
      scores.push_back(one.alpha_beta);
      maps.push_back(one.map25);
      losses.push_back(one.loss);
    }
  }
  json["rank"] = {{"map25", agreement_json(scores, maps)}, {"loss", agreement_json(scores, losses)}};
  return json;
}

ordered_json to_json(const Timing& timing) {
  return {{"step_s", timing.step_s},
          {"scene_s", timing.scene_s},
          {"peak_bytes", timing.peak_bytes},
          {"parameters", timing.parameters},
          {"state_bytes", timing.state_bytes}};
}

}  // namespace alidade::h2a2
