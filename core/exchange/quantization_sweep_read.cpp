// SPDX-License-Identifier: BSD-3-Clause
// A quantization sweep out of its text.
#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/exchange/json_fields.h"
#include "core/exchange/pose_table.h"
#include "core/exchange/quantization_sweep_fields.h"
#include "core/exchange/quantization_sweep_file.h"

namespace alidade {
namespace {

using nlohmann::ordered_json;

constexpr std::uintmax_t kMostSweepBytes = 16u << 20;
/// Of bit operations and milliseconds: sums of them stay whole as doubles, in nanoseconds as int64.
constexpr double kMostOperations = 1e15, kMostMilliseconds = 1e9, kMostLoss = 1e100;

class SweepParser {
 public:
  SweepParser(const ordered_json& json, const std::string& file) : json_(json), problem_(file) {}

  Expected<QuantizationSweep> read() {
    if (!json_.is_object() || json_.value("format", ordered_json()) != kQuantizationSweepFormat) {
      problem_.note("",
                    std::string("expected an object with \"format\": \"") + kQuantizationSweepFormat + "\"",
                    "give what alidade quantize sweep wrote");
      return problem_.error();
    }
    if (json_.value("schema", ordered_json()) != 1) {
      problem_.note("schema", "expected 1", "write the file with this version of Alidade");
      return problem_.error();
    }
    JsonFields fields(
        json_, "",
        {"format", "schema", "name", "architecture", "checkpoint", "checkpoint_sha256", "dataset",
         "latency_setup", "modules", "layers", "points", "sensitivities", "flow", "best_first", "provenance"},
        problem_);
    read_texts(fields);
    read_modules(fields);
    read_layers(fields);
    read_points(fields);
    read_sensitivities(fields);
    if (const ordered_json* provenance = fields.object("provenance")) {
      sweep_.provenance = parse_provenance(json_text(*provenance));
    }
    return problem_ ? Expected<QuantizationSweep>(problem_.error())
                    : Expected<QuantizationSweep>(std::move(sweep_));
  }

 private:
  /// Calls `take` with every entry of a list and its place, as long as nothing is wrong.
  template <class Take>
  void each(JsonFields& fields, const char* key, std::size_t most, const Take& take) {
    if (const ordered_json* list = fields.list(key, most)) {
      for (std::size_t i = 0; i < list->size() && !problem_; ++i) {
        take((*list)[i], fields.place(std::string(key) + "[" + std::to_string(i) + "]"));
      }
    }
  }

  void must_be_new(JsonFields& fields, std::set<std::string>& names, const char* key,
                   const std::string& name) {
    if (!problem_ && !names.insert(name).second) {
      fields.refuse(key, "\"" + name + "\" is there twice", "give each a name of its own");
    }
  }

  void must_be_module(JsonFields& fields, const std::string& key, const std::string& name) {
    if (!problem_ && modules_.count(name) == 0) {
      fields.refuse(key, "\"" + name + "\" is none of the modules", "name one of \"modules\"");
    }
  }

  void must_be_modules(JsonFields& fields, const char* key, const std::vector<std::string>& names) {
    std::set<std::string> known;
    for (const std::string& name : names) {
      must_be_module(fields, key, name);
      must_be_new(fields, known, key, name);
    }
  }

  void read_texts(JsonFields& fields) {
    sweep_.name = fields.text("name");
    sweep_.architecture = fields.text("architecture");
    sweep_.checkpoint = fields.text("checkpoint");
    sweep_.checkpoint_sha256 = fields.text("checkpoint_sha256");
    sweep_.dataset = fields.text("dataset");
    sweep_.latency_setup = fields.text("latency_setup");
  }

  void read_modules(JsonFields& fields) {
    each(fields, "modules", kMostSweepModules, [this](const ordered_json& json, const std::string& where) {
      JsonFields own(json, where, {"name", "parameters", "options"}, problem_);
      SweepModule module;
      module.name = own.name("name");
      module.parameters = own.count("parameters");
      std::set<std::string> names;
      each(own, "options", kMostSweepOptions, [&](const ordered_json& entry, const std::string& place) {
        JsonFields option(entry, place, {"levels", "bits", "bit_operations", "latency_ms", "loss"}, problem_);
        module.options.push_back({option.name("levels"), option.count("bits"),
                                  option.required("bit_operations", 0.0, kMostOperations),
                                  option.number("latency_ms", 0.0, kMostMilliseconds),
                                  option.required("loss", -kMostLoss, kMostLoss)});
        must_be_new(option, names, "levels", module.options.back().levels);
      });
      must_be_new(own, modules_, "name", module.name);
      sweep_.modules.push_back(std::move(module));
    });
    if (sweep_.modules.empty()) {
      fields.refuse("modules", "expected at least one module", "name the parts of the network");
    }
    sweep_.flow = fields.texts("flow", kMostSweepModules);
    must_be_modules(fields, "flow", sweep_.flow);
    sweep_.best_first = fields.text("best_first");
    if (!sweep_.best_first.empty()) {
      must_be_module(fields, "best_first", sweep_.best_first);
    }
  }

  void read_layers(JsonFields& fields) {
    each(fields, "layers", kMostSweepLayers, [this](const ordered_json& json, const std::string& where) {
      JsonFields own(json, where, {"name", "module", "parameters", "multiply_adds"}, problem_);
      sweep_.layers.push_back(
          {own.name("name"), own.name("module"), own.count("parameters"), own.count("multiply_adds")});
      must_be_module(own, "module", sweep_.layers.back().module);
      must_be_new(own, layers_, "name", sweep_.layers.back().name);
    });
  }

  void read_points(JsonFields& fields) {
    each(fields, "points", kMostSweepPoints, [this](const ordered_json& json, const std::string& where) {
      JsonFields own(json, where,
                     {"name", "family", "method", "norm", "levels", "layer_levels", "activation_bits",
                      "order", "seed", "extra_steps", "bytes", "bits", "bit_operations", "latency_ms",
                      "latency_p95_ms", "peak_bytes", "predicted_loss", "accuracies", "checkpoint_sha256"},
                     problem_);
      sweep_.points.push_back(read_point(own));
      must_be_new(own, points_, "name", sweep_.points.back().name);
    });
  }

  SweepPoint read_point(JsonFields& own) {
    SweepPoint point;
    point.name = own.name("name");
    point.family = own.text("family");
    point.method = static_cast<SweepMethod>(own.choice("method", kSweepMethodNames));
    point.norm = static_cast<NormMode>(own.choice("norm", kNormModeNames));
    point.levels = own.texts("levels", kMostSweepModules);
    if (point.levels.size() != sweep_.modules.size()) {
      own.refuse("levels", "expected one for each of the modules", "write \"32\" where nothing is quantized");
    }
    point.layer_levels = own.texts("layer_levels", kMostSweepLayers);
    if (!point.layer_levels.empty() && point.layer_levels.size() != sweep_.layers.size()) {
      own.refuse("layer_levels", "expected one for each of the layers", "leave the list empty otherwise");
    }
    const std::int64_t bits = own.count("activation_bits");
    if (bits > 32) {
      own.refuse("activation_bits", "expected 0 to 32", "0 is float32");
    }
    point.activation_bits = static_cast<int>(std::min<std::int64_t>(bits, 32));
    point.order = own.texts("order", kMostSweepModules);
    must_be_modules(own, "order", point.order);
    point.seed = own.seed("seed");
    point.extra_steps = own.count("extra_steps");
    point.bytes = own.count("bytes");
    point.bits = own.count("bits");
    point.peak_bytes = own.count("peak_bytes");
    point.bit_operations = own.required("bit_operations", 0.0, kMostOperations);
    point.latency_ms = own.number("latency_ms", 0.0, kMostMilliseconds);
    point.latency_p95_ms = own.number("latency_p95_ms", 0.0, kMostMilliseconds);
    point.predicted_loss = own.number("predicted_loss", -kMostLoss, kMostLoss);
    point.checkpoint_sha256 = own.text("checkpoint_sha256");
    std::set<std::string> metrics;
    each(own, "accuracies", kMostSweepAccuracies, [&](const ordered_json& json, const std::string& where) {
      JsonFields one(json, where, {"metric", "selection", "held_out", "held_out_gain"}, problem_);
      point.accuracies.push_back({one.name("metric"), read_interval(one, "selection", 0.0, 1.0),
                                  read_interval(one, "held_out", 0.0, 1.0),
                                  read_interval(one, "held_out_gain", -1.0, 1.0)});
      must_be_new(one, metrics, "metric", point.accuracies.back().metric);
    });
    return point;
  }

  void read_sensitivities(JsonFields& fields) {
    each(fields, "sensitivities", kMostSweepSensitivities,
         [this](const ordered_json& json, const std::string& where) {
           JsonFields own(json, where, {"score", "unit", "part", "levels", "number"}, problem_);
           SweepSensitivity one{own.name("score"), own.text("unit"), own.name("part"), own.text("levels"),
                                read_interval(own, "number", -kMostLoss, kMostLoss)};
           if (!problem_ && modules_.count(one.part) == 0 && layers_.count(one.part) == 0) {
             own.refuse("part", "\"" + one.part + "\" is no module and no layer", "name one of them");
           }
           sweep_.sensitivities.push_back(std::move(one));
         });
  }

  /// {"value": 0.8, "low": 0.77, "high": 0.83}, without low and high where they are unknown, or null.
  IntervalNumber read_interval(JsonFields& fields, const char* key, double least, double most) {
    IntervalNumber number;
    const ordered_json* json = fields.object(key);
    if (json == nullptr) {
      return number;
    }
    JsonFields own(*json, fields.place(key), {"value", "low", "high"}, problem_);
    number.value = own.required("value", least, most);
    number.low = own.number("low", least, most);
    number.high = own.number("high", least, most);
    const bool known = std::isfinite(number.low);
    if (known != std::isfinite(number.high) || (known && number.low > number.high)) {
      own.refuse("", "expected low and high, low first", "give both ends of the interval or none");
    }
    return number;
  }

  const ordered_json& json_;
  FirstProblem problem_;
  QuantizationSweep sweep_;
  std::set<std::string> modules_, layers_, points_;
};

}  // namespace

Expected<QuantizationSweep> parse_quantization_sweep(const std::string& text, const std::string& name) {
  const auto json = parse_ordered_json(text, name);
  return json ? SweepParser(*json, name).read() : Expected<QuantizationSweep>(json.error());
}

Expected<QuantizationSweep> read_quantization_sweep(const std::filesystem::path& path,
                                                    const std::stop_token& stop) {
  const auto bytes = read_file(path, kMostSweepBytes, stop);
  return bytes ? parse_quantization_sweep(*bytes, path.string()) : Expected<QuantizationSweep>(bytes.error());
}

}  // namespace alidade
