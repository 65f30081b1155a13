// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/decompose/network_costs.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include "core/nn/compute.h"
#include "core/nn/decompose/decompose_trainer.h"
#include "core/studies/direct_estimator.h"
#include "core/studies/infer.h"
#include "core/training/sample_order.h"

namespace alidade::decompose {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kCostFrames = 24, kEstimatedFrames = 4;

double elapsed(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Seconds of `work`, done at least three times and for half a second, after one time that is not counted.
template <class Work>
Expected<double> repeated_seconds(Work&& work) {
  if (Expected<void> first = work(); !first) {
    return first.error();
  }
  const auto begin = Clock::now();
  int times = 0;
  while (times < 3 || (elapsed(begin) < 0.5 && times < 100)) {
    if (Expected<void> done = work(); !done) {
      return done.error();
    }
    ++times;
  }
  return elapsed(begin) / times;
}

/// Of one object in a batch, forwards and backwards.
Expected<double> gradient_seconds(DecomposeNetwork& network,
                                  const std::vector<const DecomposeSample*>& samples) {
  std::vector<std::unique_ptr<ModelExample>> examples;
  std::vector<const ModelExample*> batch;
  for (const DecomposeSample* sample : samples) {
    examples.push_back(decompose_example(*sample));
    batch.push_back(examples.back().get());
  }
  const auto seconds = repeated_seconds([&]() -> Expected<void> {
    ParameterValues gradients;
    const auto loss = network.loss(batch, 0, &gradients);
    return loss ? Expected<void>() : Expected<void>(loss.error());
  });
  return seconds ? Expected<double>(*seconds / static_cast<double>(batch.size())) : seconds;
}

Expected<double> frame_seconds(DecomposeNetwork& network, const Dataset& data, const JobContext& job) {
  // The trainer keeps its network; the estimator only looks.
  DirectEstimator estimator(std::shared_ptr<DirectModel>(&network, [](DirectModel*) {}), {});
  std::vector<std::size_t> frames;
  for (std::size_t i = 0; i < std::min<std::size_t>(kEstimatedFrames, data.num_frames()); ++i) {
    frames.push_back(i);
  }
  const auto begin = Clock::now();
  const auto result = infer_poses(data, estimator, frames, job);
  return result
             ? Expected<double>(elapsed(begin) / static_cast<double>(std::max<std::size_t>(1, frames.size())))
             : Expected<double>(result.error());
}

}  // namespace

Expected<StudyCosts> measure_study_costs(NetworkShelf& shelf, const std::string& text,
                                         const std::filesystem::path& file, const StudySizes& sizes,
                                         const std::filesystem::path& test, const JobContext& job) {
  bind_compute_thread();
  job.report("measuring this machine", 0, 0);
  const JobContext quiet{job.stop, {}};
  auto recipe = parse_decompose_recipe(text, file);
  if (!recipe) {
    return recipe.error();
  }
  recipe->train_frames = kCostFrames;
  StudyCosts costs;
  const auto data = shelf.dataset(recipe->train_data, quiet);
  const auto tested = data ? shelf.dataset(test, quiet) : data;
  if (!tested) {
    return tested.error();
  }
  const auto begin = Clock::now();
  const auto samples = shelf.samples(*recipe, quiet);
  if (!samples) {
    return samples.error();
  }
  costs.train_frame = elapsed(begin) / kCostFrames;
  const auto encoder = shelf.encoder(*recipe);
  const auto config = encoder ? config_of(*recipe, (*data)->categories(), encoder->get())
                              : Expected<DecomposeConfig>(encoder.error());
  if (!config) {
    return config.error();
  }
  DecomposeTrainer trainer(*config, recipe->training, *encoder);
  SampleOrder order((*samples)->size(), 1);
  const auto step = repeated_seconds([&]() -> Expected<void> {
    const auto report = trainer.train(order.batch(**samples, 0, recipe->training.batch));
    return report ? Expected<void>() : Expected<void>(report.error());
  });
  if (!step) {
    return step.error();
  }
  costs.train_step = costs.reference_step = *step;
  const auto gradient =
      gradient_seconds(trainer.network(), order.batch(**samples, 0, sizes.contention_batch));
  const auto frame = gradient ? frame_seconds(trainer.network(), **tested, quiet) : gradient;
  if (!frame) {
    return frame.error();
  }
  costs.gradient = *gradient;
  costs.frame = *frame;
  return costs;
}

}  // namespace alidade::decompose
