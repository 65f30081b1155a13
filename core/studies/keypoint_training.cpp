// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/keypoint_training.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/log.h"
#include "core/data/dataset_problems.h"
#include "core/nn/compute.h"
#include "core/nn/keypoint/keypoint_quantization.h"
#include "core/studies/direct_estimator.h"
#include "core/studies/infer.h"
#include "core/studies/keypoint_data.h"
#include "core/studies/spacecraft_accuracy.h"
#include "core/training/sample_order.h"

namespace alidade {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMostValidationImages = 256;
constexpr std::size_t kValidationBatch = 64;

class KeypointPoseTraining final : public Trainer {
 public:
  KeypointPoseTraining(const KeypointRecipe& recipe, std::unique_ptr<KeypointNetwork> network,
                       const TrainingRequest& request, std::shared_ptr<const Dataset> data,
                       const KeypointSource& source)
      : recipe_(recipe),
        open_(request.open),
        data_(std::move(data)),
        source_(source),
        order_(0, 0),
        trainer_(std::move(network), recipe.training) {}

  /// Sets up what the recipe says of quantization; before anything else.
  Expected<void> quantize();

  Expected<void> prepare(const JobContext& job) override;
  int step() const override { return trainer_.step(); }
  Expected<StepReport> train() override {
    return trainer_.train(order_.batch(samples(), step(), recipe_.training.batch));
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
  const std::vector<KeypointSample>& samples() const {
    return source_.samples != nullptr ? *source_.samples : own_;
  }
  const std::vector<KeypointSample>& validation() const {
    return source_.validation != nullptr ? *source_.validation : own_validation_;
  }
  Expected<void> open_validation(const JobContext& job);

  KeypointRecipe recipe_;
  decltype(TrainingRequest::open) open_;
  std::shared_ptr<const Dataset> data_, validation_data_;
  KeypointSource source_;
  std::vector<KeypointSample> own_, own_validation_;
  SampleOrder order_;
  KeypointTrainer trainer_;
  std::string quantization_;  ///< quantization_text(); empty where nothing is quantized
};

Expected<void> KeypointPoseTraining::quantize() {
  const KeypointNetwork& network = trainer_.network();
  // The recipe has put the norm into the training.
  auto set_up = set_up_quantization(
      recipe_.quantization, network, keypoint_end_weights(network), recipe_.training.steps,
      recipe_.training.seed, recipe_.file.string(),
      {[] {}, [this](const TrainingQuantization& how) { return trainer_.quantize(how); }});
  if (!set_up) {
    return set_up.error();
  }
  quantization_ = std::move(*set_up);
  return {};
}

Expected<void> KeypointPoseTraining::save_checkpoint(const std::filesystem::path& path,
                                                     const std::string& training_json) const {
  if (!quantization_.empty() && step() == recipe_.training.steps) {
    if (auto written = write_packed_beside(path, trainer_.packed(training_json, quantization_)); !written) {
      return written;
    }
  }
  return trainer_.network().save(path, training_json);
}

Expected<void> KeypointPoseTraining::prepare(const JobContext& job) {
  const KeypointConfig& config = trainer_.network().config();
  if (source_.samples == nullptr) {
    for (const std::string& sentence : problem_sentences(*data_)) {
      log_warning("train", sentence);
    }
    auto read =
        collect_keypoint_samples(*data_, config, recipe_.train_frames, recipe_.min_visible_fraction, job);
    if (!read) {
      return read.error();
    }
    own_ = std::move(*read);
    log_info("train", std::to_string(own_.size()) + " images from " + data_->name());
  }
  order_ = SampleOrder(samples().size(), recipe_.training.seed);
  return recipe_.validation_data.empty() ? Expected<void>() : open_validation(job);
}

Expected<void> KeypointPoseTraining::open_validation(const JobContext& job) {
  const auto opened = open_(recipe_.validation_data, job);
  if (!opened) {
    return opened.error();
  }
  validation_data_ = *opened;
  if (source_.validation == nullptr) {
    auto read = collect_keypoint_samples(*validation_data_, trainer_.network().config(),
                                         recipe_.validation_frames, recipe_.min_visible_fraction, job);
    if (!read) {
      return read.error();
    }
    own_validation_ = std::move(*read);
    own_validation_.resize(std::min(own_validation_.size(), kMostValidationImages));
  }
  return {};
}

/// Means over the images, whatever the batches are.
NamedValues KeypointPoseTraining::validate() {
  NamedValues sums;
  for (std::size_t first = 0; first < validation().size(); first += kValidationBatch) {
    std::vector<const KeypointSample*> batch;
    for (std::size_t i = first; i < std::min(first + kValidationBatch, validation().size()); ++i) {
      batch.push_back(&validation()[i]);
    }
    const NamedValues losses = trainer_.evaluate(batch);
    sums.resize(losses.size());
    const double share = static_cast<double>(batch.size()) / static_cast<double>(validation().size());
    for (std::size_t i = 0; i < losses.size(); ++i) {
      sums[i].name = losses[i].name;
      sums[i].value += share * losses[i].value;
    }
  }
  return sums;
}

Expected<ordered_json> KeypointPoseTraining::measure(const JobContext& job) {
  const auto result =
      keypoint_poses(trainer_.network(), *validation_data_, recipe_.curve_frames, recipe_.training.seed, job);
  if (!result) {
    return result.error();
  }
  auto shares = keypoint_accuracy(*validation_data_, **result, job);
  if (!shares) {
    return shares.error();
  }
  return ordered_json{{"accuracy", {{"direct", std::move(*shares)}}}};
}

Expected<ordered_json> KeypointPoseTraining::measure_at_end(const JobContext& job) {
  if (recipe_.test_data.empty()) {
    return ordered_json();
  }
  const auto test = open_(recipe_.test_data, job);
  if (!test) {
    return test.error();
  }
  const auto result =
      keypoint_poses(trainer_.network(), **test, recipe_.test_frames, recipe_.training.seed, job);
  if (!result) {
    return result.error();
  }
  auto shares = keypoint_accuracy(**test, **result, job);
  if (!shares) {
    return shares.error();
  }
  return ordered_json{{"dataset", (*test)->name()},           {"dataset_sha256", (*test)->digest()},
                      {"seed", recipe_.training.seed},        {"images", (*result)->frames.size()},
                      {"skipped", (*result)->skipped.size()}, {"shares", std::move(*shares)}};
}

}  // namespace

Expected<std::unique_ptr<KeypointNetwork>> recipe_network(const KeypointRecipe& recipe,
                                                          const KeypointObject& object) {
  if (recipe.start.empty()) {
    KeypointConfig config = recipe.network;
    config.object = object;
    return KeypointNetwork::create(config, recipe.training.seed);
  }
  const auto file = read_checkpoint(recipe.start, KeypointNetwork::kArchitecture);
  if (!file) {
    return file.error();
  }
  auto network = KeypointNetwork::open(*file);
  if (!network) {
    return network.error();
  }
  if ((*network)->config().object != object) {
    return input_error(recipe.start.string(), "",
                       "it finds \"" + (*network)->config().object.name + "\", the training set shows \"" +
                           object.name + "\" or gives it another box",
                       "start from a network of that object");
  }
  return recipe.norm ? std::move(*network) : (*network)->without_norms();
}

Expected<std::shared_ptr<const PoseResult>> keypoint_poses(KeypointNetwork& network, const Dataset& data,
                                                           int frames, std::uint64_t seed,
                                                           const JobContext& job) {
  std::vector<std::size_t> list(frames > 0 ? std::min<std::size_t>(frames, data.num_frames()) : 0);
  std::iota(list.begin(), list.end(), std::size_t{0});
  // The caller keeps its network; the estimator only looks.
  const std::shared_ptr<DirectModel> model(&network, [](DirectModel*) {});
  DirectEstimator estimator(model, {seed, {}});
  return infer_poses(data, estimator, list, job);
}

Expected<ordered_json> keypoint_accuracy(const Dataset& data, const PoseResult& result,
                                         const JobContext& job) {
  const auto records = spacecraft_records(data, result, job);
  if (!records) {
    return records.error();
  }
  const EvaluationReport report = spacecraft_report(*records, depth_limits(*records));
  ordered_json shares = ordered_json::object();
  for (std::size_t i = 0; i < report.columns.size(); ++i) {
    const auto& value = report.rows.at(0).cells.at(i).value;
    if (value && report.columns[i].unit == "%") {
      shares[report.columns[i].id] = *value;
    }
  }
  return shares;
}

Expected<TrainingTask> keypoint_training_task(const KeypointRecipe& recipe, const TrainingRequest& request,
                                              const KeypointSource& source, const JobContext& job) {
  bind_compute_thread();
  const auto data = request.open(recipe.train_data, job);
  if (!data) {
    return data.error();
  }
  const auto object = keypoint_object(**data, recipe.object);
  if (!object) {
    return object.error();
  }
  auto network = recipe_network(recipe, *object);
  if (!network) {
    return network.error();
  }
  auto trainer = std::make_unique<KeypointPoseTraining>(recipe, std::move(*network), request, *data, source);
  if (auto quantized = trainer->quantize(); !quantized) {
    return quantized.error();
  }
  return TrainingTask{
      recipe.file,     recipe.text,       recipe.loop,       {{"training", recipe.training.steps, {}}},
      (*data)->name(), (*data)->digest(), std::move(trainer)};
}

}  // namespace alidade
