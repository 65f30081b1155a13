// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/measure.h"

#include <algorithm>
#include <numeric>

#include <nlohmann/json.hpp>

#include "core/evaluation/pose_accuracy.h"
#include "core/studies/infer.h"
#include "core/studies/result_file.h"

namespace alidade {
namespace {

struct Setting {
  const char* name;
  Aggregation aggregation;
  int samples;
  bool guided;
};

constexpr Setting kSettings[] = {{"regression head", Aggregation::kRegression, 1, false},
                                 {"K = 1, no guidance", Aggregation::kSingle, 1, false},
                                 {"K = 1, guided", Aggregation::kSingle, 1, true},
                                 {"K = 50 mean, no guidance", Aggregation::kMean, 50, false}};

}  // namespace

Expected<std::string> measure_accuracy(const Dataset& dataset, PoseNetwork& network, int frames,
                                       std::uint64_t seed, const JobContext& job) {
  nlohmann::ordered_json json;
  json["dataset"] = dataset.name();
  json["dataset_sha256"] = dataset.digest();
  json["seed"] = seed;
  for (const Setting& setting : kSettings) {
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
    const auto result = infer_poses(dataset, network, options, job);
    if (!result) {
      return result.error();
    }
    nlohmann::ordered_json entry;
    entry["setting"] = setting.name;
    entry["sampler"] = (*result)->sampler;
    entry["skipped"] = (*result)->skipped.size();
    entry["accuracy"] = nlohmann::ordered_json::parse(to_json(to_table(accuracy_table(**result))));
    json["settings"].push_back(std::move(entry));
  }
  return json.dump();
}

}  // namespace alidade
