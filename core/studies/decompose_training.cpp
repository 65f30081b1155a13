// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/decompose_training.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/base/log.h"
#include "core/data/dataset_problems.h"
#include "core/evaluation/errors/pose_accuracy.h"
#include "core/nn/compute.h"
#include "core/studies/decompose_data.h"
#include "core/studies/direct_estimator.h"
#include "core/studies/infer.h"
#include "core/studies/measure.h"
#include "core/training/sample_order.h"

namespace alidade {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMostValidationSamples = 256;

std::vector<std::size_t> first_frames(const Dataset& dataset, int frames) {
  std::vector<std::size_t> list(frames > 0 ? std::min<std::size_t>(frames, dataset.num_frames()) : 0);
  for (std::size_t i = 0; i < list.size(); ++i) {
    list[i] = i;
  }
  return list;
}

class DecomposePoseTraining final : public Trainer {
 public:
  DecomposePoseTraining(const DecomposeRecipe& recipe, const DecomposeConfig& config,
                        const TrainingRequest& request, std::shared_ptr<const Dataset> data,
                        DecomposeSource source)
      : recipe_(recipe),
        open_(request.open),
        data_(std::move(data)),
        source_(std::move(source)),
        order_(0, 0),
        trainer_(config, recipe.training, source_.encoder) {}

  /// Goes on from the recipe's start and sets up its quantization; before anything else.
  Expected<void> quantize();

  Expected<void> prepare(const JobContext& job) override;
  int step() const override { return trainer_.step(); }
  Expected<StepReport> train() override {
    std::vector<const DecomposeSample*> batch;
    for (const auto* one : order_.batch(trained_on_, step(), recipe_.training.batch)) {
      batch.push_back(*one);
    }
    return trainer_.train(batch);
  }
  void set_gradient_hook(GradientHook* hook) override { trainer_.set_gradient_hook(hook); }
  SafeTensors state() const override { return trainer_.state(); }
  Expected<void> restore(const SafeTensors& state, const std::string& file) override {
    return trainer_.restore(state, file);
  }
  Expected<void> save_checkpoint(const std::filesystem::path& path,
                                 const std::string& training_json) const override;
  NamedValues validate() override;
  bool is_measured(int step) const override {
    return recipe_.curve_every > 0 && (step % recipe_.curve_every == 0 || step == recipe_.training.steps);
  }
  Expected<ordered_json> measure(const JobContext& job) override;
  Expected<ordered_json> measure_at_end(const JobContext& job) override;

 private:
  const std::vector<DecomposeSample>& samples() const {
    return source_.samples != nullptr ? *source_.samples : own_;
  }
  Expected<std::vector<DecomposeSample>> read(const Dataset& data, int frames, const JobContext& job) const;
  Expected<std::shared_ptr<const PoseResult>> estimate(const Dataset& data, int frames,
                                                       const JobContext& job);

  DecomposeRecipe recipe_;
  decltype(TrainingRequest::open) open_;
  std::shared_ptr<const Dataset> data_, curve_data_;
  DecomposeSource source_;
  std::vector<DecomposeSample> own_, validation_;
  std::vector<const DecomposeSample*> trained_on_;  ///< of samples(): those of the recipe's categories
  SampleOrder order_;
  DecomposeTrainer trainer_;
  std::string quantization_;  ///< quantization_text(); empty where nothing is quantized
};

Expected<void> DecomposePoseTraining::quantize() {
  const QuantizationRecipe& how = recipe_.quantization;
  if (!how.checkpoint.empty()) {
    const auto file = read_checkpoint(how.checkpoint, DecomposeNetwork::kArchitecture);
    auto network =
        file ? DecomposeNetwork::open(*file) : Expected<std::unique_ptr<DecomposeNetwork>>(file.error());
    if (!network) {
      return network.error();
    }
    if (auto begun = trainer_.start_from(**network); !begun) {
      return input_error(how.checkpoint.string(), "", begun.error().message,
                         "use the recipe that it was trained by");
    }
  }
  auto set_up = set_up_quantization(
      how, trainer_.network(), {}, recipe_.training.steps, recipe_.training.seed, recipe_.file.string(),
      {[this] { trainer_.freeze_norms(); },
       [this](const TrainingQuantization& plan) { return trainer_.quantize(plan); }});
  if (!set_up) {
    return set_up.error();
  }
  quantization_ = std::move(*set_up);
  return {};
}

Expected<void> DecomposePoseTraining::save_checkpoint(const std::filesystem::path& path,
                                                      const std::string& training_json) const {
  if (!quantization_.empty() && step() == recipe_.training.steps) {
    if (auto written = write_packed_beside(path, trainer_.packed(training_json, quantization_)); !written) {
      return written;
    }
  }
  return trainer_.network().save(path, training_json);
}

Expected<std::vector<DecomposeSample>> DecomposePoseTraining::read(const Dataset& data, int frames,
                                                                   const JobContext& job) const {
  const DecomposeSelection selection{frames, recipe_.min_visible_fraction, kDecomposePointStream};
  return collect_decompose_samples(data, trainer_.network().sampler(), trainer_.network().needs(), selection,
                                   job);
}

Expected<void> DecomposePoseTraining::prepare(const JobContext& job) {
  if (source_.samples == nullptr) {
    for (const std::string& sentence : problem_sentences(*data_)) {
      log_warning("train", sentence);
    }
    auto read_samples = read(*data_, recipe_.train_frames, job);
    if (!read_samples) {
      return read_samples.error();
    }
    own_ = std::move(*read_samples);
    log_info("train", std::to_string(own_.size()) + " objects from " + data_->name());
  }
  const auto& names = recipe_.train_categories;
  for (const DecomposeSample& sample : samples()) {
    if (names.empty() || std::find(names.begin(), names.end(), sample.input.category) != names.end()) {
      trained_on_.push_back(&sample);
    }
  }
  if (trained_on_.empty()) {
    return input_error(recipe_.file.string(), "[data] train_categories",
                       "none of the " + std::to_string(samples().size()) + " training objects is of them",
                       "name others, or read more frames");
  }
  order_ = SampleOrder(trained_on_.size(), recipe_.training.seed);
  if (!recipe_.validation_data.empty()) {
    const auto set = open_(recipe_.validation_data, job);
    if (!set) {
      return set.error();
    }
    auto read_samples = read(**set, recipe_.validation_frames, job);
    if (!read_samples) {
      return read_samples.error();
    }
    validation_ = std::move(*read_samples);
    std::erase_if(validation_, [this](const DecomposeSample& sample) {
      return !group_of(trainer_.network().config(), sample.input.category);
    });
    validation_.resize(std::min(validation_.size(), kMostValidationSamples));
  }
  if (recipe_.curve_every > 0) {
    const auto opened = open_(recipe_.test_data, job);
    if (!opened) {
      return opened.error();
    }
    curve_data_ = *opened;
  }
  return {};
}

NamedValues DecomposePoseTraining::validate() {
  if (validation_.empty()) {
    return {};
  }
  std::vector<const DecomposeSample*> batch;
  for (const DecomposeSample& sample : validation_) {
    batch.push_back(&sample);
  }
  return trainer_.evaluate(batch);
}

Expected<std::shared_ptr<const PoseResult>> DecomposePoseTraining::estimate(const Dataset& data, int frames,
                                                                            const JobContext& job) {
  // The trainer keeps its network; the estimator only looks.
  const std::shared_ptr<DirectModel> model(&trainer_.network(), [](DirectModel*) {});
  DirectEstimator estimator(model, {recipe_.training.seed, {}});
  return infer_poses(data, estimator, first_frames(data, frames), job);
}

Expected<ordered_json> DecomposePoseTraining::measure(const JobContext& job) {
  const auto result = estimate(*curve_data_, recipe_.curve_frames, job);
  if (!result) {
    return result.error();
  }
  const auto rows = accuracy_table(**result);
  return rows.empty() ? ordered_json()
                      : ordered_json{{"accuracy", {{"direct", accuracy_shares(rows.back())}}}};
}

Expected<ordered_json> DecomposePoseTraining::measure_at_end(const JobContext& job) {
  if (recipe_.test_data.empty()) {
    return ordered_json();
  }
  const auto test = open_(recipe_.test_data, job);
  if (!test) {
    return test.error();
  }
  const auto result = estimate(**test, recipe_.test_frames, job);
  if (!result) {
    return result.error();
  }
  ordered_json entry{{"setting", "direct"}, {"skipped", (*result)->skipped.size()}};
  entry["accuracy"] = embedded_json(to_json(to_table(accuracy_table(**result))));
  return ordered_json{{"dataset", (*test)->name()},
                      {"dataset_sha256", (*test)->digest()},
                      {"seed", recipe_.training.seed},
                      {"settings", ordered_json::array({std::move(entry)})}};
}

}  // namespace

Expected<TrainingTask> decompose_training_task(const DecomposeRecipe& recipe, const TrainingRequest& request,
                                               const DecomposeSource& source, const JobContext& job) {
  bind_compute_thread();
  const auto data = request.open(recipe.train_data, job);
  if (!data) {
    return data.error();
  }
  DecomposeSource used = source;
  if (used.encoder == nullptr) {
    auto encoder = recipe_encoder(recipe);
    if (!encoder) {
      return encoder.error();
    }
    used.encoder = std::move(*encoder);
  }
  DecomposeRecipe complete = recipe;
  if (used.encoder != nullptr) {
    complete.network.image_width = used.encoder->dim();
  }
  const auto config = routed_config(complete, (*data)->categories());
  if (!config) {
    return config.error();
  }
  auto training = std::make_unique<DecomposePoseTraining>(complete, *config, request, *data, std::move(used));
  if (auto quantized = training->quantize(); !quantized) {
    return quantized.error();
  }
  return TrainingTask{
      recipe.file,     recipe.text,       recipe.loop,        {{"training", recipe.training.steps, {}}},
      (*data)->name(), (*data)->digest(), std::move(training)};
}

}  // namespace alidade
