// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/pose_trainer.h"

#include <cmath>
#include <numbers>

#include "core/base/random.h"
#include "core/nn/torch/checkpoint.h"
#include "core/nn/torch/pose_modules.h"

namespace alidade {
namespace {

/// Ground truth of a batch as tensors.
struct TargetBatch {
  torch::Tensor R;            ///< [B, 3, 3]
  torch::Tensor translation;  ///< [B, 3] metres, relative to the centroid
  torch::Tensor log_size;     ///< [B, 3] log of decimetres
  torch::Tensor symmetric;    ///< [B] bool
};

struct Augmented {
  std::vector<ObjectPoints> clouds;
  TargetBatch target;
};

Eigen::Matrix3f small_turn(Random& random, const TrainerOptions& options) {
  const Eigen::Vector3d turn(random.normal() * options.tilt_rad, random.normal() * options.tilt_rad,
                             random.normal() * options.roll_rad);
  const double angle = turn.norm();
  return (angle < 1e-12 ? Eigen::Matrix3d::Identity().eval() : rotation_about(turn / angle, angle))
      .cast<float>();
}

void copy_matrix(const Eigen::Matrix3f& R, float* out) {
  for (int i = 0; i < 9; ++i) {
    out[i] = R(i / 3, i % 3);
  }
}

/// Applies the augmentation of this step (none when `random` is null) and stacks the targets. The turn and
/// the scale act about the cloud's centroid, which keeps the object where the camera saw it.
Augmented augment(const std::vector<const TrainingSample*>& batch, const TrainerOptions& options,
                  Random* random) {
  const auto count = static_cast<std::int64_t>(batch.size());
  Augmented out;
  out.clouds.reserve(batch.size());
  out.target.R = torch::empty({count, 3, 3});
  out.target.translation = torch::empty({count, 3});
  out.target.log_size = torch::empty({count, 3});
  out.target.symmetric = torch::empty({count}, torch::kBool);
  for (std::int64_t b = 0; b < count; ++b) {
    const TrainingSample& sample = *batch[b];
    Eigen::Vector3f centroid = Eigen::Vector3f::Zero();
    for (const auto& p : sample.points) {
      centroid += p;
    }
    centroid /= static_cast<float>(sample.points.size());
    Eigen::Matrix3f turn = Eigen::Matrix3f::Identity();
    float scale = 1.0f;
    if (random) {
      turn = small_turn(*random, options);
      scale = static_cast<float>(1.0 + random->uniform(-options.scale_range, options.scale_range));
    }
    ObjectPoints cloud(sample.points.size());
    for (std::size_t i = 0; i < cloud.size(); ++i) {
      cloud[i] = centroid + scale * (turn * (sample.points[i] - centroid));
      if (random) {
        const float jitter = static_cast<float>(options.jitter_m);
        cloud[i] += jitter * Eigen::Vector3f(static_cast<float>(random->normal()),
                                             static_cast<float>(random->normal()),
                                             static_cast<float>(random->normal()));
      }
    }
    out.clouds.push_back(std::move(cloud));
    copy_matrix(turn * sample.R, out.target.R.data_ptr<float>() + 9 * b);
    const Eigen::Vector3f translation = scale * (turn * (sample.t - centroid));
    for (int d = 0; d < 3; ++d) {
      out.target.translation.data_ptr<float>()[3 * b + d] = translation[d];
      out.target.log_size.data_ptr<float>()[3 * b + d] = std::log(10.0f * scale * sample.size[d]);
    }
    out.target.symmetric.data_ptr<bool>()[b] = sample.symmetric_y;
  }
  return out;
}

/// Geodesic distance to the target; for symmetric objects the angle between the y axes. The cosine is clamped
/// because the gradient of arccos is singular at both ends.
torch::Tensor rotation_error(const torch::Tensor& R, const TargetBatch& target) {
  const auto trace_cosine = ((R * target.R).sum({1, 2}) - 1.0) / 2.0;
  const auto axis_cosine = (R.select(2, 1) * target.R.select(2, 1)).sum(1);
  return torch::where(target.symmetric, axis_cosine, trace_cosine).clamp(-1.0 + 1e-5, 1.0 - 1e-5).acos();
}

/// Column-wise 9-vector of the clean pose in network units [B, 9].
torch::Tensor clean_state(const PoseNetworkConfig& config, const TargetBatch& target) {
  const int first = config.sixd_order == SixDOrder::kXY ? 0 : 1;
  return torch::cat({target.R.select(2, first), target.R.select(2, 1 - first),
                     target.translation * config.translation_scale},
                    1);
}

void fill_normal(torch::Tensor& tensor, Random& random) {
  float* values = tensor.data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) {
    values[i] = static_cast<float>(random.normal());
  }
}

constexpr std::uint64_t kNoiseStream = 0x6e6f697365ULL;

}  // namespace

struct PoseTrainer::Impl {
  PoseNetworkConfig config;
  TrainerOptions options;
  PoseModel model{nullptr};
  PoseModel average{nullptr};
  std::vector<torch::Tensor> parameters, first_moment, second_moment;
  int step = 0;

  torch::Tensor losses(PoseModel& net, const Augmented& data, std::uint64_t noise_seed, bool joint,
                       StepLosses& out);
  double clip_gradients();
  void adam(double rate);
  void update_average();
};

torch::Tensor PoseTrainer::Impl::losses(PoseModel& net, const Augmented& data, std::uint64_t noise_seed,
                                        bool joint, StepLosses& out) {
  std::vector<const ObjectPoints*> clouds;
  for (const auto& cloud : data.clouds) {
    clouds.push_back(&cloud);
  }
  const auto features = net->encoder->forward(make_point_batch(config, clouds));
  const auto output = net->regression->forward(features);
  const auto rotation =
      rotation_error(rotations_from_sixd(output.slice(1, 0, 6), config.sixd_order), data.target).mean();
  const auto offset = output.slice(1, 6, 9) / config.translation_scale - data.target.translation;
  const auto translation = (offset.square().sum(1) + 1e-10).sqrt().mean();
  auto loss = rotation + options.translation_weight * translation;
  out.rotation = rotation.item<double>();
  out.translation = translation.item<double>();
  if (config.size_head) {
    const auto size = (output.slice(1, 9, 12) - data.target.log_size).abs().mean();
    loss = loss + options.size_weight * size;
    out.size = size.item<double>();
  }
  if (joint) {
    // Without weight the head is left out of the graph, not multiplied by zero: its moments stay untouched.
    loss = options.joint_regression_weight > 0.0 ? options.joint_regression_weight * loss : torch::zeros({});
    Random random(noise_seed);
    const VeSde sde{config.sigma_min, config.sigma_max};
    const std::int64_t objects = static_cast<std::int64_t>(data.clouds.size()), draws = options.noise_draws;
    auto time = torch::empty({objects, draws});
    auto sigma = torch::empty({objects, draws, 1});
    for (std::int64_t i = 0; i < objects * draws; ++i) {
      const double t = random.uniform(sde.epsilon, 1.0);
      time.data_ptr<float>()[i] = static_cast<float>(t);
      sigma.data_ptr<float>()[i] = static_cast<float>(sde.sigma(t));
    }
    auto z = torch::empty({objects, draws, 9});
    fill_normal(z, random);
    const auto x0 = clean_state(config, data.target).unsqueeze(1);
    const auto score = net->score_loss(net->score_head->project(features), x0, z, sigma, time).mean();
    loss = loss + score;
    out.score = score.item<double>();
  }
  return loss;
}

double PoseTrainer::Impl::clip_gradients() {
  double total = 0.0;
  for (const auto& p : parameters) {
    if (p.grad().defined()) {
      total += p.grad().square().sum().item<double>();
    }
  }
  const double norm = std::sqrt(total);
  if (norm > options.gradient_clip) {
    for (auto& p : parameters) {
      if (p.grad().defined()) {
        p.mutable_grad().mul_(options.gradient_clip / norm);
      }
    }
  }
  return norm;
}

// Own Adam (Kingma and Ba 2015, bias-corrected): its moments go into the resumable state by name.
void PoseTrainer::Impl::adam(double rate) {
  constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;
  const double correction1 = 1.0 - std::pow(kBeta1, step + 1), correction2 = 1.0 - std::pow(kBeta2, step + 1);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto gradient = parameters[i].grad();
    if (!gradient.defined()) {
      continue;
    }
    first_moment[i].mul_(kBeta1).add_(gradient, 1.0 - kBeta1);
    second_moment[i].mul_(kBeta2).addcmul_(gradient, gradient, 1.0 - kBeta2);
    parameters[i].addcdiv_(first_moment[i], (second_moment[i] / correction2).sqrt_().add_(kEpsilon),
                           -rate / correction1);
  }
}

void PoseTrainer::Impl::update_average() {
  const double decay = std::min(options.ema_decay, (1.0 + step) / (10.0 + step));
  const auto from = model->parameters(), to = average->parameters();
  for (std::size_t i = 0; i < from.size(); ++i) {
    to[i].lerp_(from[i], 1.0 - decay);
  }
  const auto buffers_from = model->buffers(), buffers_to = average->buffers();
  for (std::size_t i = 0; i < buffers_from.size(); ++i) {
    if (buffers_from[i].is_floating_point()) {
      buffers_to[i].lerp_(buffers_from[i], 1.0 - decay);
    } else {
      buffers_to[i].copy_(buffers_from[i]);
    }
  }
}

PoseTrainer::PoseTrainer(const PoseNetworkConfig& config, const TrainerOptions& options)
    : impl_(std::make_unique<Impl>()) {
  impl_->config = config;
  impl_->options = options;
  torch::manual_seed(options.seed);
  impl_->model = PoseModel(config);
  impl_->average = PoseModel(config);
  impl_->parameters = impl_->model->parameters();
  const torch::NoGradGuard no_gradient;
  SafeTensors copy;
  put_module(copy, *impl_->model, "");
  // The same modules with the same names: nothing can be missing.
  [[maybe_unused]] const auto filled = fill_module(*impl_->average, copy, "", "memory");
  for (const auto& p : impl_->parameters) {
    impl_->first_moment.push_back(torch::zeros_like(p));
    impl_->second_moment.push_back(torch::zeros_like(p));
  }
}

PoseTrainer::~PoseTrainer() = default;

int PoseTrainer::step() const {
  return impl_->step;
}

double PoseTrainer::learning_rate(int step) const {
  const TrainerOptions& o = impl_->options;
  double rate = o.learning_rate * std::min(1.0, (step + 1.0) / std::max(1, o.warmup_steps));
  if (step >= o.pretrain_steps && o.joint_steps > 0) {
    const double progress = static_cast<double>(step - o.pretrain_steps) / o.joint_steps;
    rate *= o.final_rate + (1.0 - o.final_rate) * 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
  }
  return rate;
}

Expected<StepLosses> PoseTrainer::train(const std::vector<const TrainingSample*>& batch) {
  Impl& self = *impl_;
  self.model->train();
  for (auto& p : self.parameters) {
    p.mutable_grad().reset();
  }
  Random augmentation(mix_seed(self.options.seed, self.step));
  const Augmented data = augment(batch, self.options, &augmentation);
  StepLosses losses;
  const bool joint = self.step >= self.options.pretrain_steps;
  const auto loss =
      self.losses(self.model, data, mix_seed(self.options.seed ^ kNoiseStream, self.step), joint, losses);
  loss.backward();
  const torch::NoGradGuard no_gradient;
  losses.gradient_norm = self.clip_gradients();
  losses.learning_rate = learning_rate(self.step);
  if (!std::isfinite(losses.gradient_norm) || !std::isfinite(loss.item<double>())) {
    return Error{ErrorCode::kFailed, "training: the loss or a gradient is not finite at step " +
                                         std::to_string(self.step) +
                                         "; lower the learning rate and resume from the last checkpoint."};
  }
  self.adam(losses.learning_rate);
  self.update_average();
  ++self.step;
  return losses;
}

StepLosses PoseTrainer::evaluate(const std::vector<const TrainingSample*>& batch) {
  const torch::NoGradGuard no_gradient;
  impl_->average->eval();
  StepLosses losses;
  [[maybe_unused]] const auto total =
      impl_->losses(impl_->average, augment(batch, impl_->options, nullptr), kNoiseStream, true, losses);
  return losses;
}

SafeTensors PoseTrainer::state() const {
  SafeTensors file;
  put_module(file, *impl_->model, "model.");
  put_module(file, *impl_->average, "average.");
  for (std::size_t i = 0; i < impl_->parameters.size(); ++i) {
    put_tensor(file, "moment1." + std::to_string(i), impl_->first_moment[i]);
    put_tensor(file, "moment2." + std::to_string(i), impl_->second_moment[i]);
  }
  put_tensor(file, "step", torch::full({1}, impl_->step, torch::kInt64));
  return file;
}

Expected<void> PoseTrainer::restore(const SafeTensors& file, const std::string& path) {
  const torch::NoGradGuard no_gradient;
  auto step = torch::zeros({1}, torch::kInt64);
  for (auto got :
       {fill_module(*impl_->model, file, "model.", path),
        fill_module(*impl_->average, file, "average.", path), get_tensor(file, "step", step, path)}) {
    if (!got) {
      return got;
    }
  }
  for (std::size_t i = 0; i < impl_->parameters.size(); ++i) {
    for (auto got : {get_tensor(file, "moment1." + std::to_string(i), impl_->first_moment[i], path),
                     get_tensor(file, "moment2." + std::to_string(i), impl_->second_moment[i], path)}) {
      if (!got) {
        return got;
      }
    }
  }
  impl_->step = static_cast<int>(step.item<std::int64_t>());
  return {};
}

std::unique_ptr<PoseNetwork> PoseTrainer::averaged() const {
  auto network = PoseNetwork::create(impl_->config, 0);
  SafeTensors copy;
  put_module(copy, *impl_->average, "");
  const torch::NoGradGuard no_gradient;
  [[maybe_unused]] const auto filled = fill_module(*network->impl().model, copy, "", "memory");
  network->impl().model->eval();
  return network;
}

Expected<void> save_checkpoint(PoseNetwork& network, const std::filesystem::path& path,
                               const std::string& training_json) {
  SafeTensors file;
  put_module(file, *network.impl().model, "");
  file.metadata["format"] = kCheckpointFormat;
  file.metadata["config"] = to_json(network.config());
  file.metadata["training"] = training_json;
  return write_safetensors(path, file);
}

}  // namespace alidade
