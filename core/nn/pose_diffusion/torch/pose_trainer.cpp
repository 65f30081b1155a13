// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/pose_diffusion/pose_trainer.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "core/base/random.h"
#include "core/nn/pose_diffusion/torch/pose_losses.h"
#include "core/nn/pose_diffusion/torch/pose_modules.h"
#include "core/nn/pose_diffusion/torch/pretraining_heads.h"
#include "core/nn/pose_diffusion/torch/training_batch.h"
#include "core/nn/quantization/torch/quantized_training.h"
#include "core/nn/torch/averaged_adam.h"
#include "core/nn/torch/checkpoint.h"
#include "core/nn/torch/seeded_modules.h"

namespace alidade {
namespace {

constexpr std::uint64_t kNoiseStream = 0x6e6f697365ULL;
constexpr char kHeadPrefix[] = "pretraining.";

struct PosePhasePlace {
  std::size_t index = 0;
  int begin = 0;  ///< its first step
};

/// Where a step is; the last phase beyond the end.
PosePhasePlace phase_of(const std::vector<PosePhase>& phases, int step) {
  PosePhasePlace place;
  while (place.index + 1 < phases.size() && step >= place.begin + phases[place.index].steps) {
    place.begin += phases[place.index++].steps;
  }
  return place;
}

}  // namespace

std::vector<PosePhase> pose_phases(int pretrain_steps, int joint_steps, PoseObjective pretrained_on) {
  return {{"pre-training", pretrain_steps, pretrained_on},
          {"joint training", joint_steps, PoseObjective::kJoint}};
}

int TrainerOptions::total_steps() const {
  int total = 0;
  for (const PosePhase& phase : phases) {
    total += phase.steps;
  }
  return total;
}

int TrainerOptions::pretrain_steps() const {
  int steps = 0;
  for (const PosePhase& phase : phases) {
    if (phase.objective == PoseObjective::kJoint) {
      break;
    }
    steps += phase.steps;
  }
  return steps;
}

struct PoseTrainer::Impl {
  PoseNetworkConfig config;
  TrainerOptions options;
  PoseModel model{nullptr};
  PoseModel average{nullptr};
  std::optional<AveragedAdam> optimizer;
  // Of a phase that trains the encoder on something else than poses.
  PretrainingHead head{nullptr};
  std::optional<AveragedAdam> head_optimizer;
  std::unique_ptr<QuantizedTraining> quantization;  ///< null: float32
  bool frozen_norms = false;
  GradientHook* hook = nullptr;
  int step = 0;
  std::optional<std::size_t> phase;  ///< of the next step

  PoseObjective objective() const { return options.phases[*phase].objective; }
  bool uses_head() const { return head_optimizer.has_value(); }
  void begin_phase();
  Expected<void> check_categories(const std::vector<const TrainingSample*>& batch) const;
  Expected<void> show_gradients();
  double clip_gradients();
  Expected<void> update_quantization(double rate);
  torch::Tensor step_loss(const TrainingBatch& data, StepLosses& out);
  torch::Tensor losses(PoseModel& net, const TrainingBatch& data, std::uint64_t noise_seed, bool joint,
                       StepLosses& out);
};

/// Where the next step is one of another phase: makes the head that ends with it, or forgets that of the
/// last.
void PoseTrainer::Impl::begin_phase() {
  const std::size_t next = phase_of(options.phases, step).index;
  if (phase == next) {
    return;
  }
  phase = next;
  head_optimizer.reset();
  head = nullptr;
  if (objective() == PoseObjective::kClassification || objective() == PoseObjective::kReconstruction) {
    // A seed of its own: the network starts with the weights that it has without this head.
    with_seed(mix_seed(options.seed, 1 + next),
              [&] { head = PretrainingHead(config, objective(), options.categories); });
    head_optimizer.emplace(*head, nullptr);
  }
}

torch::Tensor PoseTrainer::Impl::losses(PoseModel& net, const TrainingBatch& data, std::uint64_t noise_seed,
                                        bool joint, StepLosses& out) {
  Random noise(noise_seed);
  const PoseLosses parts = pose_losses(net, data, options.noise_draws, joint ? &noise : nullptr);
  out.rotation = parts.rotation.item<double>();
  out.translation = parts.translation.item<double>();
  out.size = parts.size.defined() ? parts.size.item<double>() : 0.0;
  out.score = parts.score.defined() ? parts.score.item<double>() : 0.0;
  return total_loss(parts, options);
}

/// The average is the network itself where weights are quantized.
Expected<void> PoseTrainer::Impl::update_quantization(double rate) {
  if (!quantization) {
    return {};
  }
  quantization->update(step, rate, options.gradient_clip);
  if (step + 1 == options.total_steps()) {
    if (auto finished = quantization->finish([] {}); !finished) {
      return finished;
    }
    copy_module(*model, *average);
  }
  return {};
}

/// The loss of the next step. The heads that it does not train are left out of the graph: they stay as they
/// were made, so that joint training after such a pre-training starts with fresh ones.
torch::Tensor PoseTrainer::Impl::step_loss(const TrainingBatch& data, StepLosses& out) {
  const QuantizedPass pass(quantization ? &quantization->network() : nullptr);
  if (!uses_head()) {
    return losses(model, data, mix_seed(options.seed ^ kNoiseStream, step),
                  objective() == PoseObjective::kJoint, out);
  }
  const auto loss =
      head->loss(model->encoder->forward(make_point_batch(config, data.cloud_pointers())), data);
  out.pretraining = loss.item<double>();
  return loss;
}

Expected<void> PoseTrainer::Impl::check_categories(const std::vector<const TrainingSample*>& batch) const {
  if (!uses_head() || objective() != PoseObjective::kClassification) {
    return {};
  }
  const bool known = std::all_of(batch.begin(), batch.end(), [this](const TrainingSample* sample) {
    return sample->category >= 0 && sample->category < options.categories;
  });
  return known ? Expected<void>()
               : Error{ErrorCode::kInput,
                       "pre-training by classification needs the category of every object; the training set "
                       "lacks some, pre-train by regression or reconstruction."};
}

Expected<void> PoseTrainer::Impl::show_gradients() {
  if (hook == nullptr) {
    return {};
  }
  std::vector<NamedGradient> gradients;
  optimizer->list_gradients(gradients);
  if (uses_head()) {
    head_optimizer->list_gradients(gradients, kHeadPrefix);
  }
  return hook->see(step, gradients);
}

/// One norm over everything that has a gradient.
double PoseTrainer::Impl::clip_gradients() {
  if (!uses_head()) {
    return optimizer->clip_gradients(options.gradient_clip);
  }
  const double norm = std::sqrt(optimizer->squared_gradient_norm() + head_optimizer->squared_gradient_norm());
  if (norm > options.gradient_clip) {
    optimizer->scale_gradients(options.gradient_clip / norm);
    head_optimizer->scale_gradients(options.gradient_clip / norm);
  }
  return norm;
}

PoseTrainer::PoseTrainer(const PoseNetworkConfig& config, const TrainerOptions& options)
    : impl_(std::make_unique<Impl>()) {
  impl_->config = config;
  impl_->options = options;
  with_seed(options.seed, [&] {
    impl_->model = PoseModel(config);
    impl_->average = PoseModel(config);
  });
  impl_->optimizer.emplace(*impl_->model, impl_->average.get());
  impl_->begin_phase();
}

PoseTrainer::~PoseTrainer() = default;

Expected<void> PoseTrainer::start_from(PoseNetwork& network) {
  const auto& from = network.impl();
  if (to_json(from.config) != to_json(impl_->config)) {
    return usage_error("The network to start from has another configuration than the one to train.");
  }
  copy_module(*from.model, *impl_->model);
  copy_module(*from.model, *impl_->average);
  return {};
}

void PoseTrainer::freeze_norms() {
  impl_->frozen_norms = true;
}

Expected<void> PoseTrainer::quantize(const TrainingQuantization& how) {
  Impl& self = *impl_;
  if (how.steps() != self.options.total_steps()) {
    return usage_error("A quantized training has stages of " + std::to_string(self.options.total_steps()) +
                       " steps in all.");
  }
  auto made = QuantizedTraining::create(*self.model, how, [](torch::nn::Module& steps) {
    return std::make_unique<AveragedAdam>(steps, nullptr);
  });
  if (!made) {
    return made.error();
  }
  self.quantization = std::move(*made);
  self.options.ema_decay = 0.0;
  return {};
}

Expected<PackedCheckpoint> PoseTrainer::packed(const std::string& training_json,
                                               const std::string& label) const {
  const auto network = averaged();
  return impl_->quantization->network().packed(
      network_tensors(*network, *network->impl().model, training_json), label);
}

int PoseTrainer::step() const {
  return impl_->step;
}

double PoseTrainer::learning_rate(int step) const {
  const TrainerOptions& o = impl_->options;
  double rate = o.learning_rate * std::min(1.0, (step + 1.0) / std::max(1, o.warmup_steps));
  const PosePhasePlace place = phase_of(o.phases, step);
  const PosePhase& phase = o.phases[place.index];
  if (phase.objective == PoseObjective::kJoint && phase.steps > 0) {
    const double progress = static_cast<double>(step - place.begin) / phase.steps;
    rate *= o.final_rate + (1.0 - o.final_rate) * 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
  }
  return rate;
}

Expected<StepLosses> PoseTrainer::train(const std::vector<const TrainingSample*>& batch) {
  Impl& self = *impl_;
  if (auto known = self.check_categories(batch); !known) {
    return known.error();
  }
  self.model->train();
  if (self.frozen_norms) {
    hold_batch_norms(*self.model);
  }
  if (self.quantization) {
    if (auto begun = self.quantization->begin_step(self.step, [] {}); !begun) {
      return begun.error();
    }
  }
  self.optimizer->zero_gradients();
  if (self.uses_head()) {
    self.head_optimizer->zero_gradients();
  }
  Random augmentation(mix_seed(self.options.seed, self.step));
  const TrainingBatch data = make_training_batch(batch, self.options, &augmentation);
  StepLosses losses;
  const auto loss = self.step_loss(data, losses);
  loss.backward();
  const torch::NoGradGuard no_gradient;
  if (auto shown = self.show_gradients(); !shown) {
    return shown.error();
  }
  losses.gradient_norm = self.clip_gradients();
  losses.learning_rate =
      learning_rate(self.step) * (self.quantization ? self.quantization->rate_factor(self.step) : 1.0);
  if (!std::isfinite(losses.gradient_norm) || !std::isfinite(loss.item<double>())) {
    return Error{ErrorCode::kFailed, "training: the loss or a gradient is not finite at step " +
                                         std::to_string(self.step) +
                                         "; lower the learning rate and resume from the last checkpoint."};
  }
  self.optimizer->step(self.step, losses.learning_rate, self.options.ema_decay);
  if (self.uses_head()) {
    self.head_optimizer->step(self.step, losses.learning_rate, self.options.ema_decay);
  }
  if (auto updated = self.update_quantization(losses.learning_rate); !updated) {
    return updated.error();
  }
  ++self.step;
  self.begin_phase();
  return losses;
}

void PoseTrainer::set_gradient_hook(GradientHook* hook) {
  impl_->hook = hook;
}

StepLosses PoseTrainer::evaluate(const std::vector<const TrainingSample*>& batch) {
  const torch::NoGradGuard no_gradient;
  impl_->average->eval();
  StepLosses losses;
  [[maybe_unused]] const auto total = impl_->losses(
      impl_->average, make_training_batch(batch, impl_->options, nullptr), kNoiseStream, true, losses);
  return losses;
}

SafeTensors PoseTrainer::state() const {
  SafeTensors file;
  impl_->optimizer->put(file);
  if (impl_->uses_head()) {
    impl_->head_optimizer->put(file, kHeadPrefix);
  }
  if (impl_->quantization) {
    impl_->quantization->put(file);
  }
  put_tensor(file, "step", torch::full({1}, impl_->step, torch::kInt64));
  return file;
}

Expected<void> PoseTrainer::restore(const SafeTensors& file, const std::string& path) {
  const torch::NoGradGuard no_gradient;
  auto step = torch::zeros({1}, torch::kInt64);
  for (auto got : {impl_->optimizer->fill(file, path), get_tensor(file, "step", step, path)}) {
    if (!got) {
      return got;
    }
  }
  impl_->step = static_cast<int>(step.item<std::int64_t>());
  impl_->begin_phase();
  if (impl_->quantization) {
    if (auto got = impl_->quantization->fill(file, impl_->step, path); !got) {
      return got;
    }
  }
  return impl_->uses_head() ? impl_->head_optimizer->fill(file, path, kHeadPrefix) : Expected<void>();
}

std::unique_ptr<PoseNetwork> PoseTrainer::averaged() const {
  auto network = PoseNetwork::create(impl_->config, 0);
  copy_module(*impl_->average, *network->impl().model);
  network->impl().model->eval();
  return network;
}

Expected<void> save_checkpoint(PoseNetwork& network, const std::filesystem::path& path,
                               const std::string& training_json) {
  return save_network(network, *network.impl().model, path, training_json);
}

}  // namespace alidade
