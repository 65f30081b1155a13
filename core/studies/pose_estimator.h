// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/nn/model.h"
#include "core/results/pose_result.h"
#include "core/studies/infer_options.h"

namespace alidade {

/// What estimates the objects of frames: a checkpoint with options. Used by one thread at a time.
class PoseEstimator {
 public:
  virtual ~PoseEstimator() = default;
  /// The layers of a frame that it reads.
  virtual FrameLayers needs() const = 0;
  /// A result without estimates: sampler, name and provenance.
  virtual std::shared_ptr<PoseResult> begin(const Dataset& dataset) const = 0;
  /// Adds the estimates of a frame, and a sentence for each object that cannot be estimated. An Error when
  /// the whole run cannot go on, or was stopped.
  virtual Expected<void> estimate(const Frame& frame, PoseResult& result, const JobContext& job) = 0;
};

/// Estimates by a model that is open: a ScoreModel by sampling as the options say, a DirectModel at once,
/// with nothing of them but the seed. ErrorCode::kUsage for options that make no sense with it, and for a
/// model that estimates no poses.
Expected<std::unique_ptr<PoseEstimator>> make_estimator(std::shared_ptr<Model> model, InferOptions options);

/// Opens a checkpoint of any architecture that estimates poses.
Expected<std::unique_ptr<PoseEstimator>> open_estimator(const std::filesystem::path& checkpoint,
                                                        InferOptions options);

}  // namespace alidade
