// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/measure.h"

#include <algorithm>
#include <numeric>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/base/table.h"
#include "core/evaluation/errors/pose_accuracy.h"
#include "core/studies/infer.h"

namespace alidade {
namespace {

struct MeasuredSetting {
  const char* name;
  Aggregation aggregation;
  int samples;
  bool guided;
};

constexpr MeasuredSetting kMeasuredSettings[] = {{"regression head", Aggregation::kRegression, 1, false},
                                                 {"K = 1, no guidance", Aggregation::kSingle, 1, false},
                                                 {"K = 1, guided", Aggregation::kSingle, 1, true},
                                                 {"K = 50 mean, no guidance", Aggregation::kMean, 50, false}};

InferOptions options_of(const MeasuredSetting& setting, int frames, const Dataset& dataset,
                        std::uint64_t seed) {
  InferOptions options;
  options.seed = seed;
  options.sampler = default_sampler();
  if (!setting.guided) {
    options.sampler.guidance = Guidance{};
  }
  options.aggregation = setting.aggregation;
  options.num_samples = setting.samples;
  if (frames > 0) {
    options.frames.resize(std::min<std::size_t>(frames, dataset.num_frames()));
    std::iota(options.frames.begin(), options.frames.end(), std::size_t{0});
  }
  return options;
}

}  // namespace

nlohmann::ordered_json accuracy_shares(const AccuracyRow& row) {
  return {{"5deg2cm", row.acc_5deg_2cm}, {"10deg2cm", row.acc_10deg_2cm}, {"10deg5cm", row.acc_10deg_5cm}};
}

Expected<std::string> measure_accuracy(const Dataset& dataset, ScoreModel& network, int frames,
                                       std::uint64_t seed, const JobContext& job) {
  nlohmann::ordered_json json;
  json["dataset"] = dataset.name();
  json["dataset_sha256"] = dataset.digest();
  json["seed"] = seed;
  for (const MeasuredSetting& setting : kMeasuredSettings) {
    const auto result = infer_poses(dataset, network, options_of(setting, frames, dataset, seed), job);
    if (!result) {
      return result.error();
    }
    nlohmann::ordered_json entry;
    entry["setting"] = setting.name;
    entry["sampler"] = (*result)->sampler;
    entry["skipped"] = (*result)->skipped.size();
    entry["accuracy"] = embedded_json(to_json(to_table(accuracy_table(**result))));
    json["settings"].push_back(std::move(entry));
  }
  return json_text(json);
}

Expected<std::string> measure_curve_point(const Dataset& dataset, ScoreModel& network, int frames,
                                          std::uint64_t seed, const JobContext& job) {
  constexpr const char* kKeys[] = {"regression", "unguided", "guided"};
  nlohmann::ordered_json json;
  for (std::size_t i = 0; i < std::size(kKeys); ++i) {
    const auto result =
        infer_poses(dataset, network, options_of(kMeasuredSettings[i], frames, dataset, seed), job);
    if (!result) {
      return result.error();
    }
    const auto rows = accuracy_table(**result);
    if (!rows.empty()) {
      json[kKeys[i]] = accuracy_shares(rows.back());
    }
  }
  return json_text(json);
}

}  // namespace alidade
