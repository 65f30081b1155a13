// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/ranker_training.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "core/nn/compute.h"
#include "core/nn/pose_diffusion/energy_trainer.h"
#include "core/studies/ranking_accuracy.h"

namespace alidade {
namespace {

using nlohmann::ordered_json;

EnergyTrainerOptions ranker_trainer_options(const TrainRecipe& recipe) {
  EnergyTrainerOptions options;
  options.common = recipe.trainer;
  options.steps = recipe.ranker.steps;
  options.candidates = recipe.ranker.candidates;
  options.rank_weight = recipe.ranker.rank_weight;
  return options;
}

class RankerTraining final : public Trainer {
 public:
  RankerTraining(const TrainRecipe& recipe, std::shared_ptr<const Dataset> data,
                 std::unique_ptr<PoseNetwork> pose_network, std::vector<RankingSubject> validation,
                 const BatchSource& source)
      : recipe_(recipe),
        data_(std::move(data)),
        pose_network_(std::move(pose_network)),
        validation_(std::move(validation)),
        batches_(source),
        trainer_(*pose_network_, ranker_trainer_options(recipe)) {}

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
    return save_energy_checkpoint(*trainer_.averaged(), path, training_json);
  }
  bool is_measured(int step) const override {
    return !validation_.empty() &&
           (step % recipe_.loop.checkpoint_every == 0 || step == recipe_.ranker.steps);
  }
  Expected<ordered_json> measure(const JobContext& job) override {
    return measure_ranking(validation_, *trainer_.averaged(), job);
  }

 private:
  TrainRecipe recipe_;
  std::shared_ptr<const Dataset> data_;
  std::unique_ptr<PoseNetwork> pose_network_;
  std::vector<RankingSubject> validation_;
  SampleBatches batches_;
  EnergyTrainer trainer_;
};

Expected<void> RankerTraining::prepare(const JobContext& job) {
  TrainRecipe recipe = recipe_;
  recipe.network = pose_network_->config();
  return batches_.prepare(recipe, *data_, job);
}

Expected<StepReport> RankerTraining::train() {
  const auto losses = trainer_.train(batches_.batch(step()));
  if (!losses) {
    return losses.error();
  }
  return StepReport{{{"score", losses->score},
                     {"rank_rotation", losses->rank_rotation},
                     {"rank_translation", losses->rank_translation}},
                    {{"learning_rate", losses->learning_rate}, {"gradient_norm", losses->gradient_norm}}};
}

}  // namespace

Expected<TrainingTask> ranker_training_task(const TrainRecipe& recipe, const TrainingRequest& request,
                                            const BatchSource& source, const JobContext& job) {
  bind_compute_thread();
  auto pose_network = PoseNetwork::load(recipe.ranker.pose_checkpoint);
  if (!pose_network) {
    return pose_network.error();
  }
  const auto data = request.open(recipe.train_data, job);
  if (!data) {
    return data.error();
  }
  std::vector<RankingSubject> validation;
  if (!recipe.validation_data.empty()) {
    const auto set = request.open(recipe.validation_data, job);
    if (!set) {
      return set.error();
    }
    auto subjects =
        ranking_subjects(**set, recipe.validation_frames, **pose_network, recipe.trainer.seed, job);
    if (!subjects) {
      return subjects.error();
    }
    validation = std::move(*subjects);
  }
  return TrainingTask{recipe.file,
                      recipe.text,
                      recipe.loop,
                      {{"training the ranker", recipe.ranker.steps, {}}},
                      (*data)->name(),
                      (*data)->digest(),
                      std::make_unique<RankerTraining>(recipe, *data, std::move(*pose_network),
                                                       std::move(validation), source)};
}

}  // namespace alidade
