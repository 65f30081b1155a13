// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/infer.h"

#include <chrono>
#include <numeric>

#include "core/nn/pose_diffusion/pose_network.h"
#include "core/studies/infer_result.h"
#include "core/studies/object_estimator.h"

namespace alidade {

SamplerOptions default_sampler() {
  SamplerOptions sampler;
  sampler.guidance = {GuidanceKind::kExponential, 1.0, 15.0};
  return sampler;
}

InferOptions default_infer_options() {
  InferOptions options;
  options.sampler = default_sampler();
  options.num_samples = 50;
  return options;
}

Expected<std::shared_ptr<const PoseResult>> infer_poses(const Dataset& dataset, PoseNetwork& network,
                                                        const InferOptions& options, const JobContext& job) {
  if (auto checked = check_infer_options(options, dataset, network); !checked) {
    return checked.error();
  }
  bind_compute_thread();
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::size_t> frames = options.frames;
  if (frames.empty()) {
    frames.resize(dataset.num_frames());
    std::iota(frames.begin(), frames.end(), std::size_t{0});
  }
  const auto result = begin_result(dataset, network, options);
  ObjectEstimator estimator(network, options, job);
  std::int64_t done = 0;
  for (const std::size_t index : frames) {
    const auto frame = dataset.load(index, {.color = false, .depth = true, .masks = true, .nocs = false});
    if (!frame) {
      result->problems.push_back(frame.error().message);
      continue;
    }
    add_frame(*result, *frame);
    for (std::size_t i = 0; i < frame->instances.size(); ++i) {
      if (job.stopped()) {
        return Error{ErrorCode::kCancelled, "inference was stopped; nothing was written."};
      }
      const auto object = estimator.encode(*frame, i);
      auto estimate = object ? estimator.estimate(*object, options.sampler) : object.error();
      if (auto added = add_estimate(*result, std::move(estimate)); !added) {
        return added.error();
      }
    }
    job.report("estimating poses", ++done, static_cast<std::int64_t>(frames.size()));
  }
  result->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return std::shared_ptr<const PoseResult>(result);
}

}  // namespace alidade
