// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/vit/encoder_training.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <memory>
#include <mutex>
#include <utility>

#include "core/base/helper_threads.h"
#include "core/base/log.h"
#include "core/data/dataset_problems.h"
#include "core/nn/compute.h"
#include "core/training/sample_order.h"

namespace alidade {
namespace {

/// Mixed into the seed for the order of the objects.
constexpr std::uint64_t kEncoderOrderStream = 0x656e636f646572ULL;

std::vector<EncoderSample> encoder_samples_of(const Frame& frame, const std::vector<std::string>& categories,
                                              const EncoderRecipe& recipe, std::string& failure) {
  std::vector<EncoderSample> samples;
  for (std::size_t i = 0; i < frame.instances.size(); ++i) {
    const Instance& instance = frame.instances[i];
    if (instance.visible_fraction >= 0.0 && instance.visible_fraction < recipe.min_visible_fraction) {
      continue;
    }
    const auto category = std::find(categories.begin(), categories.end(), instance.category);
    auto sample = encoder_sample(frame, i, static_cast<int>(category - categories.begin()),
                                 recipe.trainer.augmentation);
    if (sample) {
      samples.push_back(std::move(*sample));
    } else {
      failure = sample.error().message;
    }
  }
  return samples;
}

class EncoderTraining final : public Trainer {
 public:
  EncoderTraining(EncoderRecipe recipe, std::shared_ptr<const Dataset> data,
                  std::shared_ptr<const Dataset> validation)
      : recipe_(std::move(recipe)),
        data_(std::move(data)),
        validation_(std::move(validation)),
        order_(0, 0),
        trainer_(recipe_.encoder, recipe_.trainer) {}

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
    return trainer_.averaged()->save(path, training_json);
  }
  NamedValues validate() override;

 private:
  EncoderRecipe recipe_;
  std::shared_ptr<const Dataset> data_, validation_;
  std::vector<EncoderSample> samples_, held_out_;
  SampleOrder order_;
  EncoderTrainer trainer_;
};

Expected<void> EncoderTraining::prepare(const JobContext& job) {
  for (const std::string& sentence : problem_sentences(*data_)) {
    log_warning("train", sentence);
  }
  auto samples = collect_encoder_samples(*data_, recipe_.train_frames, recipe_, job);
  if (!samples) {
    return samples.error();
  }
  samples_ = std::move(*samples);
  log_info("train", std::to_string(samples_.size()) + " objects from " + data_->name());
  order_ = SampleOrder(samples_.size(), recipe_.trainer.seed ^ kEncoderOrderStream);
  if (validation_ != nullptr) {
    auto held_out = collect_encoder_samples(*validation_, recipe_.validation_frames, recipe_, job);
    if (!held_out) {
      return held_out.error();
    }
    held_out_ = std::move(*held_out);
  }
  return {};
}

Expected<StepReport> EncoderTraining::train() {
  const auto losses = trainer_.train(order_.batch(samples_, step(), recipe_.trainer.batch));
  if (!losses) {
    return losses.error();
  }
  return StepReport{{{"nocs", losses->nocs}, {"category", losses->category}},
                    {{"learning_rate", losses->learning_rate}, {"gradient_norm", losses->gradient_norm}}};
}

NamedValues EncoderTraining::validate() {
  const std::size_t batch = static_cast<std::size_t>(recipe_.trainer.batch);
  double nocs = 0.0, category = 0.0;
  for (std::size_t begin = 0; begin < held_out_.size(); begin += batch) {
    std::vector<const EncoderSample*> part;
    for (std::size_t i = begin; i < std::min(begin + batch, held_out_.size()); ++i) {
      part.push_back(&held_out_[i]);
    }
    const EncoderLosses losses = trainer_.evaluate(part);
    const double share = static_cast<double>(part.size()) / static_cast<double>(held_out_.size());
    nocs += share * losses.nocs;
    category += share * losses.category;
  }
  return held_out_.empty() ? NamedValues{} : NamedValues{{"nocs", nocs}, {"category", category}};
}

/// The set that validates: its categories must be those of the training set, by name and order.
Expected<std::shared_ptr<const Dataset>> open_validation(const EncoderRecipe& recipe, const Dataset& training,
                                                         const TrainingRequest& request,
                                                         const JobContext& job) {
  if (recipe.validation_data.empty()) {
    return std::shared_ptr<const Dataset>();
  }
  auto set = request.open(recipe.validation_data, job);
  if (set && (*set)->categories() != training.categories()) {
    return input_error(request.recipe_file.string(), "[data] validation",
                       "its categories are not those of the training set",
                       "name a set of the same categories");
  }
  return set;
}

}  // namespace

Expected<std::vector<EncoderSample>> collect_encoder_samples(const Dataset& dataset, int frames,
                                                             const EncoderRecipe& recipe,
                                                             const JobContext& job) {
  const std::size_t count =
      frames > 0 ? std::min<std::size_t>(frames, dataset.num_frames()) : dataset.num_frames();
  const std::vector<std::string> categories = dataset.categories();
  std::vector<std::vector<EncoderSample>> per_frame(count);
  std::atomic<std::size_t> next{0}, done{0};
  std::mutex mutex;
  std::string failure;
  // Both threads take frames from one counter; only the caller's thread may report.
  work_together(1, [&](bool reports) {
    for (std::size_t i = next++; i < count && !job.stopped(); i = next++) {
      const auto frame = dataset.load(i, {.color = true, .depth = false, .masks = true, .nocs = true});
      std::string why = frame ? std::string() : frame.error().message;
      if (frame) {
        per_frame[i] = encoder_samples_of(*frame, categories, recipe, why);
      }
      if (!why.empty()) {
        const std::lock_guard lock(mutex);
        failure = why;
      }
      ++done;
      if (reports) {
        job.report("reading objects", static_cast<std::int64_t>(done.load()),
                   static_cast<std::int64_t>(count));
      }
    }
  });
  if (job.stopped()) {
    return Error{ErrorCode::kCancelled, "stopped while reading the training set; nothing was written."};
  }
  std::vector<EncoderSample> samples;
  for (auto& part : per_frame) {
    std::move(part.begin(), part.end(), std::back_inserter(samples));
  }
  if (samples.empty()) {
    return input_error(
        dataset.root().string(), "",
        "no object with color, mask and NOCS was found" + (failure.empty() ? "" : " (" + failure + ")"),
        "an encoder is trained on color images with masks and NOCS maps");
  }
  return samples;
}

Expected<TrainingTask> encoder_training_task(const TrainingRequest& request, const JobContext& job) {
  bind_compute_thread();
  auto recipe = parse_encoder_recipe(request.recipe, request.recipe_file);
  if (!recipe) {
    return recipe.error();
  }
  const auto data = request.open(recipe->train_data, job);
  if (!data) {
    return data.error();
  }
  const auto validation = open_validation(*recipe, **data, request, job);
  if (!validation) {
    return validation.error();
  }
  recipe->trainer.categories = static_cast<int>((*data)->categories().size());
  return TrainingTask{request.recipe_file,
                      request.recipe,
                      recipe->loop,
                      {{"training the encoder", recipe->trainer.steps, {}}},
                      (*data)->name(),
                      (*data)->digest(),
                      std::make_unique<EncoderTraining>(*recipe, *data, *validation)};
}

}  // namespace alidade
