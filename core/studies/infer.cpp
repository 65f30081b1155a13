// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/infer.h"

#include <chrono>
#include <numeric>

#include "core/nn/compute.h"
#include "core/studies/infer_result.h"
#include "core/studies/sampling_estimator.h"

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

Expected<std::shared_ptr<const PoseResult>> infer_poses(const Dataset& dataset, PoseEstimator& estimator,
                                                        const std::vector<std::size_t>& frames,
                                                        const JobContext& job) {
  if (auto checked = check_frames(frames, dataset); !checked) {
    return checked.error();
  }
  bind_compute_thread();
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::size_t> chosen = frames;
  if (chosen.empty()) {
    chosen.resize(dataset.num_frames());
    std::iota(chosen.begin(), chosen.end(), std::size_t{0});
  }
  const auto result = estimator.begin(dataset);
  std::int64_t done = 0;
  for (const std::size_t index : chosen) {
    const auto frame = dataset.load(index, estimator.needs());
    if (!frame && frame.error().code == ErrorCode::kCancelled) {
      return frame.error();
    }
    if (!frame) {
      result->problems.push_back(frame.error().message);
      continue;
    }
    add_frame(*result, *frame);
    if (auto added = estimator.estimate(*frame, *result, job); !added) {
      return added.error();
    }
    job.report("estimating poses", ++done, static_cast<std::int64_t>(chosen.size()));
  }
  result->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return std::shared_ptr<const PoseResult>(result);
}

Expected<std::shared_ptr<const PoseResult>> infer_poses(const Dataset& dataset, ScoreModel& model,
                                                        const InferOptions& options, const JobContext& job) {
  if (auto checked = check_infer_options(options, model); !checked) {
    return checked.error();
  }
  SamplingEstimator estimator(model, options);
  return infer_poses(dataset, estimator, options.frames, job);
}

}  // namespace alidade
