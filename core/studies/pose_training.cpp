// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/pose_training.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/nn/compute.h"
#include "core/studies/measure.h"
#include "core/studies/training_data.h"

namespace alidade {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMostValidationObjects = 512;

NamedValues named_losses(const StepLosses& losses) {
  if (losses.pretraining > 0.0) {
    return {{"pretraining", losses.pretraining}};  // the others were not computed
  }
  return {{"rotation_rad", losses.rotation},
          {"translation_m", losses.translation},
          {"log_size", losses.size},
          {"score", losses.score}};
}

/// The recipe's, with what only the data can say.
Expected<TrainerOptions> options_for(const TrainRecipe& recipe, const Dataset& data) {
  TrainerOptions options = recipe.trainer;
  options.categories = static_cast<int>(data.categories().size());
  const bool classifies =
      std::any_of(options.phases.begin(), options.phases.end(),
                  [](const PosePhase& phase) { return phase.objective == PoseObjective::kClassification; });
  if (classifies && options.categories < 2) {
    return input_error(data.root().string(), "",
                       "pre-training by classification needs objects of two categories at least",
                       "pre-train by regression or reconstruction");
  }
  return options;
}

class PoseTraining final : public Trainer {
 public:
  PoseTraining(const TrainRecipe& recipe, const TrainerOptions& options, const TrainingRequest& request,
               std::shared_ptr<const Dataset> data, const BatchSource& source)
      : recipe_(recipe),
        open_(request.open),
        data_(std::move(data)),
        batches_(source),
        trainer_(recipe.network, options) {}

  /// Goes on from the recipe's start and sets up its quantization; before anything else.
  Expected<void> quantize();

  Expected<void> prepare(const JobContext& job) override;
  int step() const override { return trainer_.step(); }
  Expected<StepReport> train() override;
  void set_gradient_hook(GradientHook* hook) override { trainer_.set_gradient_hook(hook); }
  SafeTensors state() const override { return trainer_.state(); }
  Expected<void> restore(const SafeTensors& state, const std::string& file) override {
    return trainer_.restore(state, file);
  }
  Expected<void> save_checkpoint(const std::filesystem::path& path,
                                 const std::string& training_json) const override;
  NamedValues validate() override;
  bool is_measured(int step) const override;
  Expected<ordered_json> measure(const JobContext& job) override;
  Expected<ordered_json> measure_at_end(const JobContext& job) override;

 private:
  Expected<std::vector<TrainingSample>> validation_samples(const JobContext& job) const;

  TrainRecipe recipe_;
  decltype(TrainingRequest::open) open_;
  std::shared_ptr<const Dataset> data_, curve_data_;
  SampleBatches batches_;
  std::vector<TrainingSample> validation_;
  PoseTrainer trainer_;
  std::string quantization_;  ///< quantization_text(); empty where nothing is quantized
};

Expected<void> PoseTraining::quantize() {
  const QuantizationRecipe& how = recipe_.quantization;
  if (!how.checkpoint.empty()) {
    const auto file = read_checkpoint(how.checkpoint, PoseNetwork::kArchitecture);
    auto network = file ? PoseNetwork::open(*file) : Expected<std::unique_ptr<PoseNetwork>>(file.error());
    if (!network) {
      return network.error();
    }
    if (auto begun = trainer_.start_from(**network); !begun) {
      return input_error(how.checkpoint.string(), "", begun.error().message,
                         "use the recipe that it was trained by");
    }
  }
  auto set_up =
      set_up_quantization(how, *trainer_.averaged(), {}, recipe_.trainer.total_steps(), recipe_.trainer.seed,
                          recipe_.file.string(),
                          {[this] { trainer_.freeze_norms(); },
                           [this](const TrainingQuantization& plan) { return trainer_.quantize(plan); }});
  if (!set_up) {
    return set_up.error();
  }
  quantization_ = std::move(*set_up);
  return {};
}

Expected<void> PoseTraining::save_checkpoint(const std::filesystem::path& path,
                                             const std::string& training_json) const {
  if (!quantization_.empty() && step() == recipe_.trainer.total_steps()) {
    if (auto written = write_packed_beside(path, trainer_.packed(training_json, quantization_)); !written) {
      return written;
    }
  }
  return alidade::save_checkpoint(*trainer_.averaged(), path, training_json);
}

Expected<void> PoseTraining::prepare(const JobContext& job) {
  if (auto prepared = batches_.prepare(recipe_, *data_, job); !prepared) {
    return prepared;
  }
  if (!recipe_.validation_data.empty()) {
    auto read = validation_samples(job);
    if (!read) {
      return read.error();
    }
    validation_ = std::move(*read);
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

Expected<std::vector<TrainingSample>> PoseTraining::validation_samples(const JobContext& job) const {
  const auto set = open_(recipe_.validation_data, job);
  if (!set) {
    return set.error();
  }
  auto read = collect_samples(**set, recipe_.validation_frames, recipe_.network.num_points,
                              recipe_.min_visible_fraction, kTrainingPointStream, job);
  if (read && read->size() > kMostValidationObjects) {
    read->resize(kMostValidationObjects);
  }
  return read;
}

Expected<StepReport> PoseTraining::train() {
  const auto losses = trainer_.train(batches_.batch(step()));
  if (!losses) {
    return losses.error();
  }
  return StepReport{named_losses(*losses),
                    {{"learning_rate", losses->learning_rate}, {"gradient_norm", losses->gradient_norm}}};
}

NamedValues PoseTraining::validate() {
  if (validation_.empty()) {
    return {};
  }
  std::vector<const TrainingSample*> batch;
  for (const TrainingSample& sample : validation_) {
    batch.push_back(&sample);
  }
  return named_losses(trainer_.evaluate(batch));
}

bool PoseTraining::is_measured(int step) const {
  return recipe_.curve_every > 0 &&
         (step % recipe_.curve_every == 0 || step == recipe_.trainer.total_steps());
}

/// The accuracy of the averaged weights as they are now.
Expected<ordered_json> PoseTraining::measure(const JobContext& job) {
  const auto point = measure_curve_point(*curve_data_, *trainer_.averaged(), recipe_.curve_frames,
                                         recipe_.trainer.seed, job);
  if (!point) {
    return point.error();
  }
  return ordered_json{{"accuracy", embedded_json(*point)}};
}

Expected<ordered_json> PoseTraining::measure_at_end(const JobContext& job) {
  if (recipe_.test_data.empty()) {
    return ordered_json();
  }
  const auto test = open_(recipe_.test_data, job);
  if (!test) {
    return test.error();
  }
  const auto measured =
      measure_accuracy(**test, *trainer_.averaged(), recipe_.test_frames, recipe_.trainer.seed, job);
  if (!measured) {
    return measured.error();
  }
  return embedded_json(*measured);
}

}  // namespace

Expected<TrainingTask> pose_training_task(const TrainRecipe& recipe, const TrainingRequest& request,
                                          const BatchSource& source, const JobContext& job) {
  bind_compute_thread();
  const auto data = request.open(recipe.train_data, job);
  if (!data) {
    return data.error();
  }
  const auto options = options_for(recipe, **data);
  if (!options) {
    return options.error();
  }
  auto training = std::make_unique<PoseTraining>(recipe, *options, request, *data, source);
  if (auto quantized = training->quantize(); !quantized) {
    return quantized.error();
  }
  return TrainingTask{
      recipe.file,     recipe.text,       recipe.loop,        training_phases(recipe.trainer.phases),
      (*data)->name(), (*data)->digest(), std::move(training)};
}

}  // namespace alidade
