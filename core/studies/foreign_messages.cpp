// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/foreign_messages.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"

namespace alidade {
namespace {

constexpr char kMessageName[] = "worker message";

/// The value of a key, or nothing where it is missing or of another type.
template <class Value>
std::optional<Value> value_at(const nlohmann::json& object, const char* key) {
  try {
    return object.at(key).get<Value>();
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

nlohmann::json parsed_or_null(const std::string& text) {
  auto json = parse_json(text, kMessageName);
  return json ? std::move(*json) : nlohmann::json();
}

}  // namespace

std::string foreign_request(const ForeignContention& order) {
  nlohmann::json series = nlohmann::json::array();
  for (const SeriesCheckpoint& checkpoint : order.series) {
    series.push_back({{"path", checkpoint.path.string()}, {"epoch", checkpoint.epoch}});
  }
  const ContentionSubset& subset = order.subset;
  nlohmann::json request{{"series", std::move(series)},
                         {"map_file", order.map.file.string()},
                         {"map", order.map.text},
                         {"datasets", order.datasets},
                         {"rows", static_cast<int>(subset.rows)},
                         {"held_out", subset.draw == ContentionDraw::kHeldOut},
                         {"batches", subset.batches},
                         {"batch_size", subset.batch_size},
                         {"time_bins", subset.time_bins},
                         {"min_visible_fraction", subset.min_visible_fraction},
                         {"seed", subset.seed}};
  if (order.effects) {
    request["effect_steps"] = order.effects->steps;
    request["effect_rate"] = order.effects->rate;
  }
  return json_text(request);
}

Expected<ForeignContention> parse_foreign_request(const std::string& text) {
  const auto json = parse_json(text, "worker request");
  if (!json) {
    return json.error();
  }
  try {
    ForeignContention order;
    for (const nlohmann::json& checkpoint : json->at("series")) {
      order.series.push_back(
          {checkpoint.at("path").get<std::string>(), checkpoint.at("epoch").get<double>()});
    }
    auto map = parse_block_map(json->at("map").get<std::string>(), json->at("map_file").get<std::string>());
    if (!map) {
      return map.error();
    }
    order.map = std::move(*map);
    json->at("datasets").get_to(order.datasets);
    ContentionSubset& subset = order.subset;
    subset.rows = static_cast<ContentionRows>(json->at("rows").get<int>());
    subset.draw = json->at("held_out").get<bool>() ? ContentionDraw::kHeldOut : ContentionDraw::kAll;
    json->at("batches").get_to(subset.batches);
    json->at("batch_size").get_to(subset.batch_size);
    json->at("time_bins").get_to(subset.time_bins);
    json->at("min_visible_fraction").get_to(subset.min_visible_fraction);
    json->at("seed").get_to(subset.seed);
    if (json->contains("effect_steps")) {
      order.effects =
          EffectOptions{json->at("effect_steps").get<int>(), json->at("effect_rate").get<double>()};
    }
    return order;
  } catch (const nlohmann::json::exception&) {
    return Error{ErrorCode::kUsage, "the request to the worker process cannot be understood."};
  }
}

std::string progress_text(const Progress& progress) {
  return json_text(
      nlohmann::json{{"step", progress.step}, {"done", progress.done}, {"total", progress.total}});
}

std::optional<Progress> progress_in(const std::string& text) {
  const nlohmann::json json = parsed_or_null(text);
  const auto step = value_at<std::string>(json, "step");
  const auto done = value_at<std::int64_t>(json, "done"), total = value_at<std::int64_t>(json, "total");
  if (!step || !done || !total || *done < 0 || *total < 0) {
    return std::nullopt;
  }
  return Progress{shortened(*step, 80), std::min(*done, *total), *total};
}

std::string error_text(const Error& error) {
  return json_text(nlohmann::json{{"code", static_cast<int>(error.code)}, {"message", error.message}});
}

Error error_in(const std::string& text) {
  const nlohmann::json json = parsed_or_null(text);
  const auto code = value_at<int>(json, "code");
  const auto message = value_at<std::string>(json, "message");
  if (!code || !message) {
    return {ErrorCode::kFailed, "the worker process failed, and what it says of it cannot be understood."};
  }
  constexpr std::size_t kMostSentence = 4000;
  // Whatever it says, it is no stop of ours and no wrong call.
  const bool is_input = *code == static_cast<int>(ErrorCode::kInput);
  return {is_input ? ErrorCode::kInput : ErrorCode::kFailed, shortened(*message, kMostSentence)};
}

}  // namespace alidade
