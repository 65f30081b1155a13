// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/detector_training.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/base/log.h"
#include "core/base/provenance.h"
#include "core/base/sha256.h"
#include "core/nn/compute.h"
#include "core/nn/sparse_detector/process_exchange.h"
#include "core/studies/detect.h"
#include "core/studies/detector_data.h"
#include "core/training/sample_order.h"

namespace alidade {
namespace {

using nlohmann::ordered_json;
using SceneSet = std::shared_ptr<const PointSceneSet>;

/// Scenes that losses on validation data are taken of, from each source.
constexpr std::size_t kMostValidationScenes = 16;

/// What a source trains on and is measured on.
struct SourceData {
  DetectorSourceRecipe recipe;
  SceneSet train;
  std::vector<DetectorSample> samples, validation;
  SampleOrder order{0, 0};
};

ordered_json accuracy_json(const DetectionAccuracy& accuracy) {
  return {{"map25", accuracy.map25}, {"map50", accuracy.map50}};
}

ordered_json class_json(const DetectionAccuracy& accuracy) {
  ordered_json json = ordered_json::object();
  for (std::size_t i = 0; i < accuracy.classes.size(); ++i) {
    ordered_json& entry = json[accuracy.classes[i]];
    entry["ap25"] = accuracy.ap25[i] ? ordered_json(*accuracy.ap25[i]) : ordered_json();
    entry["ap50"] = accuracy.ap50[i] ? ordered_json(*accuracy.ap50[i]) : ordered_json();
  }
  return json;
}

class JointDetectorTraining final : public Trainer {
 public:
  JointDetectorTraining(const DetectorRecipe& recipe, const TrainingRequest& request,
                        std::unique_ptr<DetectorNetwork> network, std::vector<SourceData> sources,
                        std::unique_ptr<GradientExchange> exchange)
      : recipe_(recipe),
        open_(request.open_scenes),
        sources_(std::move(sources)),
        own_(exchange->own_sources()),
        trainer_(std::move(network), recipe.training, std::move(exchange)) {}

  /// Brings the ranks to one state; the run is told where that takes it back.
  Expected<void> align();
  Expected<void> prepare(const JobContext& job) override;
  int step() const override { return trainer_.step(); }
  Expected<StepReport> train() override;
  void set_gradient_hook(GradientHook* hook) override { trainer_.set_gradient_hook(hook); }
  SafeTensors state() const override { return trainer_.state(); }
  Expected<void> restore(const SafeTensors& state, const std::string& file) override {
    return trainer_.restore(state, file);
  }
  Expected<void> save_checkpoint(const std::filesystem::path& path,
                                 const std::string& training_json) const override {
    return trainer_.network().save(path, training_json);
  }
  NamedValues validate() override;
  bool is_measured(int step) const override {
    return recipe_.curve_every > 0 && (step % recipe_.curve_every == 0 || step == recipe_.training.steps);
  }
  Expected<ordered_json> measure(const JobContext& job) override;
  Expected<ordered_json> measure_at_end(const JobContext& job) override;

 private:
  const DetectorSource& head(std::size_t k) const { return trainer_.network().config().sources[k]; }
  Expected<std::vector<DetectorSample>> samples_of(const PointSceneSet& set, std::size_t k, int scenes,
                                                   const JobContext& job) const {
    return collect_detector_samples(set, head(k), scenes, recipe_.most_points, recipe_.training.seed, job);
  }

  DetectorRecipe recipe_;
  decltype(TrainingRequest::open_scenes) open_;
  std::vector<SourceData> sources_;
  std::vector<int> own_;  ///< the sources that this process steps, reads and measures
  DetectorTrainer trainer_;
};

Expected<void> JointDetectorTraining::prepare(const JobContext& job) {
  for (const int source : own_) {
    const auto k = static_cast<std::size_t>(source);
    SourceData& data = sources_[k];
    auto samples = samples_of(*data.train, k, data.recipe.train_scenes, job);
    if (!samples) {
      return samples.error();
    }
    data.samples = std::move(*samples);
    data.order = SampleOrder(data.samples.size(), mix_seed(recipe_.training.seed, k));
    log_info("train", std::to_string(data.samples.size()) + " scenes from " + data.train->name());
    if (data.recipe.validation.empty()) {
      continue;
    }
    const auto set = open_(data.recipe.validation, job);
    if (!set) {
      return set.error();
    }
    auto validation = samples_of(**set, k, data.recipe.validation_scenes, job);
    if (!validation) {
      return validation.error();
    }
    data.validation = std::move(*validation);
  }
  return {};
}

Expected<void> JointDetectorTraining::align() {
  const int before = step();
  auto aligned = trainer_.align();
  if (aligned && step() != before) {
    log_info("train", "goes on from step " + std::to_string(step()) + ", not " + std::to_string(before) +
                          ": another rank has saved no later one");
  }
  return aligned;
}

Expected<StepReport> JointDetectorTraining::train() {
  std::vector<std::vector<const DetectorSample*>> batches;
  for (SourceData& data : sources_) {
    batches.push_back(data.samples.empty() ? std::vector<const DetectorSample*>()
                                           : data.order.batch(data.samples, step(), recipe_.training.batch));
  }
  return trainer_.train(batches);
}

NamedValues JointDetectorTraining::validate() {
  NamedValues sums;
  const auto share = 1.0 / static_cast<double>(own_.size());
  for (const int source : own_) {
    const auto k = static_cast<std::size_t>(source);
    std::vector<const DetectorSample*> batch;
    for (std::size_t i = 0; i < std::min(kMostValidationScenes, sources_[k].validation.size()); ++i) {
      batch.push_back(&sources_[k].validation[i]);
    }
    const auto losses =
        batch.empty() ? Expected<NamedValues>(NamedValues{}) : trainer_.evaluate(batch, source);
    if (!losses || losses->empty()) {
      return {};
    }
    sums.resize(losses->size());
    for (std::size_t i = 0; i < losses->size(); ++i) {
      sums[i].name = (*losses)[i].name;
      sums[i].value += share * (*losses)[i].value;
    }
  }
  return sums;
}

Expected<ordered_json> JointDetectorTraining::measure(const JobContext& job) {
  ordered_json shares = ordered_json::object();
  for (const int source : own_) {
    const auto k = static_cast<std::size_t>(source);
    const auto accuracy = measure_detector(trainer_.network(), source, sources_[k].validation, job);
    if (!accuracy) {
      return accuracy.error();
    }
    shares[head(k).name] = accuracy_json(*accuracy);
  }
  return ordered_json{{"accuracy", std::move(shares)}};
}

Expected<ordered_json> JointDetectorTraining::measure_at_end(const JobContext& job) {
  ordered_json all = ordered_json::object();
  for (const int source : own_) {
    const auto k = static_cast<std::size_t>(source);
    if (sources_[k].recipe.test.empty()) {
      continue;
    }
    const auto set = open_(sources_[k].recipe.test, job);
    if (!set) {
      return set.error();
    }
    const auto samples = samples_of(**set, k, sources_[k].recipe.test_scenes, job);
    if (!samples) {
      return samples.error();
    }
    const auto accuracy = measure_detector(trainer_.network(), source, *samples, job);
    if (!accuracy) {
      return accuracy.error();
    }
    ordered_json& entry = all[head(k).name] = accuracy_json(*accuracy);
    entry["dataset"] = (*set)->name();
    entry["dataset_sha256"] = (*set)->digest();
    entry["scenes"] = samples->size();
    entry["classes"] = class_json(*accuracy);
  }
  return all.empty() ? ordered_json()
                     : ordered_json{{"seed", recipe_.training.seed}, {"sources", std::move(all)}};
}

Expected<std::vector<SourceData>> open_sources(const DetectorRecipe& recipe, const TrainingRequest& request,
                                               const JobContext& job) {
  std::vector<SourceData> sources;
  for (const DetectorSourceRecipe& one : recipe.sources) {
    auto set = request.open_scenes(one.train, job);
    if (!set) {
      return set.error();
    }
    SourceData data;
    data.recipe = one;
    data.recipe.name = one.name.empty() ? (*set)->name() : one.name;
    data.train = std::move(*set);
    const bool wanted = recipe.only.empty() || std::find(recipe.only.begin(), recipe.only.end(),
                                                         data.recipe.name) != recipe.only.end();
    if (wanted) {
      sources.push_back(std::move(data));
    }
  }
  if (sources.empty()) {
    return input_error(recipe.file.string(), "[detector] only", "it names none of the sources",
                       "name some of them or leave it out");
  }
  return sources;
}

Expected<DetectorConfig> config_of(const DetectorRecipe& recipe, const std::vector<SourceData>& sources,
                                   const JobContext& job) {
  DetectorConfig config = recipe.network;
  for (const SourceData& data : sources) {
    auto source = detector_source_of(
        *data.train, data.recipe.name,
        {data.recipe.classes, data.recipe.coarse, data.recipe.automatic, recipe.coarse_from_m}, job);
    if (!source) {
      return source.error();
    }
    config.sources.push_back(std::move(*source));
  }
  if (auto checked = check_detector_config(config); !checked) {
    return input_error(recipe.file.string(), "", checked.error().message, "correct the recipe");
  }
  return config;
}

/// All that must be equal for ranks to compute the same, in lines.
std::string rank_configuration(const DetectorRecipe& recipe, const DetectorConfig& config,
                               const std::vector<SourceData>& sources) {
  std::string lines = recipe.text + "\n";
  for (const SourceData& data : sources) {
    lines += "data " + data.train->name() + " " + data.train->digest() + "\n";
  }
  // Sums are taken in another order by another number of threads, and end in other last bits.
  lines += "--threads " + std::to_string(compute_threads()) + "\n";
  lines += "version " + current_provenance().version + "\n";
  return lines + json_text(embedded_json(to_json(config)), 2);
}

}  // namespace

Expected<DetectorConfig> recipe_detector(const DetectorRecipe& recipe, const TrainingRequest& request,
                                         const JobContext& job) {
  const auto sources = open_sources(recipe, request, job);
  return sources ? config_of(recipe, *sources, job) : Expected<DetectorConfig>(sources.error());
}

Expected<TrainingTask> detector_training_task(const DetectorRecipe& recipe, const TrainingRequest& request,
                                              const JobContext& job) {
  bind_compute_thread();
  auto sources = open_sources(recipe, request, job);
  if (!sources) {
    return sources.error();
  }
  const auto config = config_of(recipe, *sources, job);
  if (!config) {
    return config.error();
  }
  std::string names;
  Sha256 sha;
  for (const SourceData& data : *sources) {
    names += (names.empty() ? "" : ", ") + data.train->name();
    sha.add(data.train->digest());
  }
  const auto place = process_place();
  if (!place) {
    return place.error();
  }
  const int count = static_cast<int>(config->sources.size());
  auto exchange = *place
                      ? join_processes(**place, rank_configuration(recipe, *config, *sources), count)
                      : Expected<std::unique_ptr<GradientExchange>>(std::make_unique<LocalExchange>(count));
  if (!exchange) {
    return exchange.error();
  }
  auto network = DetectorNetwork::create(*config, recipe.training.seed);
  auto trainer = std::make_unique<JointDetectorTraining>(recipe, request, std::move(network),
                                                         std::move(*sources), std::move(*exchange));
  auto* const joint = trainer.get();
  TrainingTask task{recipe.file, recipe.text, recipe.loop,       {{"training", recipe.training.steps, {}}},
                    names,       sha.hex(),   std::move(trainer)};
  if (*place) {
    task.align = [joint] { return joint->align(); };
  }
  if (*place && (*place)->rank > 0) {
    task.folder_suffix = "-rank" + std::to_string((*place)->rank);
  }
  return task;
}

}  // namespace alidade
