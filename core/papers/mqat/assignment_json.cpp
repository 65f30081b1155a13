// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/papers/mqat/assignment.h"

namespace alidade::mqat {
namespace {

using nlohmann::ordered_json;

/// What `read` makes of the JSON; an Error of `name` where it does not have the shape.
template <class Value, class Read>
Expected<Value> read_shape(const std::string& name, Read&& read) {
  try {
    return read();
  } catch (const nlohmann::json::exception&) {
    return input_error(name, "", "it does not hold what this version writes", "do the step again");
  }
}

}  // namespace

ordered_json to_json(const NetworkFacts& facts) {
  ordered_json json{
      {"modules", facts.modules}, {"rest_bytes", facts.rest_bytes}, {"layers", ordered_json::array()}};
  for (const LayerFacts& layer : facts.layers) {
    ordered_json entry{{"name", layer.name},
                       {"module", layer.module},
                       {"parameters", layer.parameters},
                       {"multiply_adds", layer.multiply_adds},
                       {"energy", layer.energy}};
    for (const auto& [levels, width] : layer.widths) {
      entry["widths"][levels] = {{"bytes", width.bytes}, {"squared_error", width.squared_error}};
    }
    json["layers"].push_back(std::move(entry));
  }
  return json;
}

Expected<NetworkFacts> facts_from_json(const ordered_json& json, const std::string& name) {
  auto facts = read_shape<NetworkFacts>(name, [&] {
    NetworkFacts read;
    json.at("modules").get_to(read.modules);
    json.at("rest_bytes").get_to(read.rest_bytes);
    for (const auto& entry : json.at("layers")) {
      LayerFacts layer{entry.at("name"), entry.at("module"), entry.at("parameters"),
                       entry.at("multiply_adds"), entry.at("energy")};
      for (const auto& [levels, width] : entry.at("widths").items()) {
        layer.widths[levels] = {width.at("bytes"), width.at("squared_error")};
      }
      read.layers.push_back(std::move(layer));
    }
    return read;
  });
  const bool complete = facts && !facts->layers.empty() &&
                        std::all_of(facts->layers.begin(), facts->layers.end(), [](const LayerFacts& layer) {
                          return layer.parameters > 0 &&
                                 std::all_of(std::begin(kWidths), std::end(kWidths),
                                             [&](const char* width) { return layer.widths.contains(width); });
                        });
  if (facts && !complete) {
    return input_error(name, "", "a layer lacks a width", "do the step again");
  }
  return facts;
}

ordered_json to_json(const LayerTraces& traces) {
  ordered_json json = ordered_json::object();
  for (const auto& [layer, trace] : traces) {
    json[layer] = {{"mean", trace.mean},
                   {"standard_error", trace.standard_error},
                   {"probes", trace.probes},
                   {"converged", trace.converged}};
  }
  return json;
}

Expected<LayerTraces> traces_from_json(const ordered_json& json, const std::string& name) {
  return read_shape<LayerTraces>(name, [&] {
    LayerTraces traces;
    for (const auto& [layer, trace] : json.items()) {
      traces[layer] = {trace.at("mean"), trace.at("standard_error"), trace.at("probes"),
                       trace.at("converged")};
    }
    return traces;
  });
}

}  // namespace alidade::mqat
