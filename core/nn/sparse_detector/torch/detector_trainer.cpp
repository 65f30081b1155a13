// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/detector_trainer.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "core/base/random.h"
#include "core/base/sha256.h"
#include "core/io/safetensors_bytes.h"
#include "core/nn/sparse_detector/torch/adam_w.h"
#include "core/nn/sparse_detector/torch/detector_layout.h"
#include "core/nn/sparse_detector/torch/detector_modules.h"
#include "core/nn/torch/checkpoint.h"

namespace alidade {
namespace {

/// Of SourceStep::losses.
enum LossIndex : std::size_t { kClassLoss, kBoxLoss };

/// Samples as inputs, changed by augmentation where there is a random source.
Expected<DetectorBatch> training_batch(std::vector<DetectorSample>& changed,
                                       const std::vector<const DetectorSample*>& samples, int source,
                                       const DetectorConfig& config, const DetectorAugmentation& how,
                                       Random& random) {
  std::vector<DetectorInput> inputs;
  for (const DetectorSample* sample : samples) {
    changed.push_back(augmented(*sample, config.sources[static_cast<std::size_t>(source)].form, how, random));
    auto input = detector_input(changed.back().points, changed.back().colors, config);
    if (!input) {
      return input.error();
    }
    inputs.push_back(std::move(*input));
  }
  return detector_batch(inputs, source, config);
}

/// What the combined gradients say of a group of tensors.
struct GroupReport {
  std::vector<double> squares, scaled;  ///< of the norms, by source: as they were, and harmonized
  double psi = 0.0, triggered = 0.0, tensors = 0.0;
};

void report_groups(const CombinedStep& combined, const std::vector<SharedTensor>& tensors,
                   const DetectorConfig& config, NamedValues& measures) {
  std::map<std::string, GroupReport> groups;
  double triggered = 0.0;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    GroupReport& group = groups[tensors[i].group];
    group.squares.resize(combined.norms[i].size());
    group.scaled.resize(combined.norms[i].size());
    for (std::size_t k = 0; k < combined.norms[i].size(); ++k) {
      const double norm = combined.norms[i][k], scaled = combined.harmonies[i].scales[k] * norm;
      group.squares[k] += norm * norm;
      group.scaled[k] += scaled * scaled;
    }
    group.psi += combined.harmonies[i].psi;
    group.triggered += combined.harmonies[i].triggered ? 1.0 : 0.0;
    group.tensors += 1.0;
    triggered += combined.harmonies[i].triggered ? 1.0 : 0.0;
  }
  measures.push_back(
      {"triggered", triggered / static_cast<double>(std::max<std::size_t>(1, tensors.size()))});
  for (const auto& [name, group] : groups) {
    for (std::size_t k = 0; k < group.squares.size(); ++k) {
      const auto source = static_cast<std::size_t>(combined.sources[k].source);
      const std::string of = name + " " + config.sources[source].name;
      measures.push_back({"norm " + of, std::sqrt(group.squares[k])});
      measures.push_back({"scaled " + of, std::sqrt(group.scaled[k])});
    }
    measures.push_back({"psi " + name, group.psi / group.tensors});
    measures.push_back({"triggered " + name, group.triggered / group.tensors});
  }
}

/// Names a state; less than another one's where it has fewer steps.
std::string state_mark(int step, const std::string& bytes) {
  const std::string digits = std::to_string(step);
  return std::string(12 - digits.size(), '0') + digits + " " + sha256_hex(bytes);
}

}  // namespace

struct DetectorTrainer::Impl {
  DetectorTraining training;
  std::unique_ptr<DetectorNetwork> network;
  std::unique_ptr<GradientExchange> exchange;
  DetectorLayout layout;
  AdamW optimizer;
  GradientHook* hook = nullptr;
  int step = 0;

  Impl(std::unique_ptr<DetectorNetwork> start, const DetectorTraining& how,
       std::unique_ptr<GradientExchange> between)
      : training(how),
        network(std::move(start)),
        exchange(std::move(between)),
        layout(*network->impl().module),
        optimizer(*network->impl().module, how.weight_decay) {
    if (!exchange) {
      exchange = std::make_unique<LocalExchange>(static_cast<int>(network->config().sources.size()));
    }
  }

  Expected<SourceStep> source_step(int source, const std::vector<const DetectorSample*>& samples);
  Expected<std::vector<SourceStep>> own_steps(const std::vector<std::vector<const DetectorSample*>>& batches);
  StepReport report(const CombinedStep& combined, double rate, double norm, std::int64_t bytes) const;
  Expected<StepReport> apply(const CombinedStep& combined, std::int64_t bytes);
};

Expected<SourceStep> DetectorTrainer::Impl::source_step(int source,
                                                        const std::vector<const DetectorSample*>& samples) {
  const DetectorConfig& config = network->config();
  Random random(mix_seed(mix_seed(training.seed, static_cast<std::uint64_t>(step)),
                         static_cast<std::uint64_t>(source)));
  std::vector<DetectorSample> changed;
  const auto batch = training_batch(changed, samples, source, config, training.augmentation, random);
  if (!batch) {
    return batch.error();
  }
  std::vector<const DetectorSample*> seen;
  for (const DetectorSample& sample : changed) {
    seen.push_back(&sample);
  }
  optimizer.zero_gradients();
  std::size_t positives = 0;
  const auto losses =
      detector_losses(*batch, network->impl().module->forward(*batch), seen, config, &positives);
  losses.sum().backward();
  const torch::NoGradGuard no_gradient;
  SourceStep done = layout.step_of(source);
  done.losses = {losses[0].item<double>(), losses[1].item<double>(), static_cast<double>(positives)};
  return done;
}

/// Every source of this process from the same running values, which are put back.
Expected<std::vector<SourceStep>> DetectorTrainer::Impl::own_steps(
    const std::vector<std::vector<const DetectorSample*>>& batches) {
  const auto before = layout.statistics();
  network->impl().module->train();
  std::vector<SourceStep> steps;
  std::optional<Error> problem;
  for (const int source : exchange->own_sources()) {
    auto done = source_step(source, batches[static_cast<std::size_t>(source)]);
    const torch::NoGradGuard no_gradient;
    layout.set_statistics(before);
    if (!done) {
      problem = done.error();
      break;
    }
    steps.push_back(std::move(*done));
  }
  network->impl().module->eval();
  return problem ? Expected<std::vector<SourceStep>>(*problem) : std::move(steps);
}

StepReport DetectorTrainer::Impl::report(const CombinedStep& combined, double rate, double norm,
                                         std::int64_t bytes) const {
  StepReport report;
  double classes = 0.0, boxes = 0.0;
  NamedValues of_sources;
  for (const SourceStep& source : combined.sources) {
    const std::string& name = network->config().sources[static_cast<std::size_t>(source.source)].name;
    const double share = 1.0 / static_cast<double>(combined.sources.size());
    classes += share * source.losses[kClassLoss];
    boxes += share * source.losses[kBoxLoss];
    of_sources.push_back({"classes " + name, source.losses[kClassLoss]});
    of_sources.push_back({"boxes " + name, source.losses[kBoxLoss]});
  }
  report.losses = {{"classes", classes}, {"boxes", boxes}};
  report.losses.insert(report.losses.end(), of_sources.begin(), of_sources.end());
  report.measures = {
      {"learning_rate", rate}, {"gradient_norm", norm}, {"exchanged_bytes", static_cast<double>(bytes)}};
  if (training.combine.harmonize) {
    report.measures.push_back({"psi threshold", training.combine.threshold});
  }
  report_groups(combined, layout.shared(), network->config(), report.measures);
  return report;
}

Expected<StepReport> DetectorTrainer::Impl::apply(const CombinedStep& combined, std::int64_t bytes) {
  const auto before = layout.statistics();
  layout.put(combined);
  if (hook != nullptr) {
    std::vector<NamedGradient> gradients;
    optimizer.list_gradients(gradients);
    if (auto shown = hook->see(step, gradients); !shown) {
      layout.set_statistics(before);
      return shown.error();
    }
  }
  const double norm = optimizer.clip_gradients(training.gradient_clip);
  if (!std::isfinite(norm)) {
    layout.set_statistics(before);
    return Error{ErrorCode::kFailed, "training: a gradient is not finite at step " + std::to_string(step) +
                                         "; lower the learning rate and resume from the last checkpoint."};
  }
  const double rate = training.rate.at(step);
  optimizer.step(step, rate, 0.0);
  ++step;
  return report(combined, rate, norm, bytes);
}

DetectorTrainer::DetectorTrainer(std::unique_ptr<DetectorNetwork> network, const DetectorTraining& training,
                                 std::unique_ptr<GradientExchange> exchange)
    : impl_(std::make_unique<Impl>(std::move(network), training, std::move(exchange))) {}

DetectorTrainer::~DetectorTrainer() = default;

int DetectorTrainer::step() const {
  return impl_->step;
}

Expected<StepReport> DetectorTrainer::train(const std::vector<std::vector<const DetectorSample*>>& batches) {
  Impl& self = *impl_;
  auto own = self.own_steps(batches);
  if (!own) {
    return own.error();
  }
  auto all = self.exchange->gather(std::move(*own));
  if (!all) {
    return all.error();
  }
  // What a rank gets from the others where each source has one: messages of the longest one's length.
  std::int64_t bytes = 0;
  for (const SourceStep& step : *all) {
    bytes = std::max(bytes, exchange_bytes(step) * (static_cast<std::int64_t>(all->size()) - 1));
  }
  const torch::NoGradGuard no_gradient;
  CombineOptions how = self.training.combine;
  how.draw = mix_seed(self.training.seed, static_cast<std::uint64_t>(self.step));
  const auto combined = combine_steps(std::move(*all), self.layout.shared(), how);
  return combined ? self.apply(*combined, bytes) : Expected<StepReport>(combined.error());
}

Expected<NamedValues> DetectorTrainer::evaluate(const std::vector<const DetectorSample*>& samples,
                                                int source) {
  const torch::NoGradGuard no_gradient;
  const DetectorConfig& config = impl_->network->config();
  std::vector<DetectorInput> inputs;
  for (const DetectorSample* sample : samples) {
    auto input = detector_input(sample->points, sample->colors, config);
    if (!input) {
      return input.error();
    }
    inputs.push_back(std::move(*input));
  }
  const auto batch = detector_batch(inputs, source, config);
  if (!batch) {
    return batch.error();
  }
  const auto losses =
      detector_losses(*batch, impl_->network->impl().module->forward(*batch), samples, config, nullptr);
  return NamedValues{{"classes", losses[0].item<double>()}, {"boxes", losses[1].item<double>()}};
}

void DetectorTrainer::set_gradient_hook(GradientHook* hook) {
  impl_->hook = hook;
}

SafeTensors DetectorTrainer::state() const {
  SafeTensors file;
  impl_->optimizer.put(file);
  put_tensor(file, "step", torch::full({1}, impl_->step, torch::kInt64));
  return file;
}

Expected<void> DetectorTrainer::restore(const SafeTensors& file, const std::string& path) {
  const torch::NoGradGuard no_gradient;
  auto step = torch::zeros({1}, torch::kInt64);
  for (auto got : {impl_->optimizer.fill(file, path), get_tensor(file, "step", step, path)}) {
    if (!got) {
      return got;
    }
  }
  impl_->step = static_cast<int>(step.item<std::int64_t>());
  return {};
}

Expected<void> DetectorTrainer::align() {
  const auto own = safetensors_bytes(state(), "the state of a rank");
  if (!own) {
    return own.error();
  }
  const auto all = impl_->exchange->gather_texts(state_mark(impl_->step, *own));
  if (!all || std::equal(all->begin() + 1, all->end(), all->begin())) {
    return all ? Expected<void>() : Expected<void>(all.error());
  }
  const auto chosen = std::min_element(all->begin(), all->end());
  const bool is_chosen = state_mark(impl_->step, *own) == *chosen;
  const auto states = impl_->exchange->gather_texts(is_chosen ? *own : "");
  if (!states) {
    return states.error();
  }
  const std::string name = "the state of rank " + std::to_string(chosen - all->begin());
  const auto state = parse_safetensors((*states)[static_cast<std::size_t>(chosen - all->begin())], name);
  return !state ? Expected<void>(state.error()) : is_chosen ? Expected<void>() : restore(*state, name);
}

DetectorNetwork& DetectorTrainer::network() {
  return *impl_->network;
}
const DetectorNetwork& DetectorTrainer::network() const {
  return *impl_->network;
}

}  // namespace alidade
