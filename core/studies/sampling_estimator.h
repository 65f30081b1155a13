// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/nn/score_model.h"
#include "core/results/pose_result.h"
#include "core/studies/encoded_object.h"
#include "core/studies/infer_options.h"
#include "core/studies/pose_estimator.h"

namespace alidade {

/// Estimates objects by sampling their scores as options say; what inference and tracking share.
class SamplingEstimator final : public PoseEstimator {
 public:
  /// `model` must outlive it.
  SamplingEstimator(ScoreModel& model, InferOptions options);
  /// Keeps the model.
  SamplingEstimator(std::shared_ptr<ScoreModel> model, InferOptions options);

  FrameLayers needs() const override { return model_.needs(); }
  std::shared_ptr<PoseResult> begin(const Dataset& dataset) const override;
  Expected<void> estimate(const Frame& frame, PoseResult& result, const JobContext& job) override;

  /// Error (kInput) for an object that cannot be estimated.
  Expected<EncodedObject> encode(const Frame& frame, std::size_t position);

  /// How an encoded object of a frame is estimated.
  using EstimateOne = std::function<Expected<PoseEstimate>(const EncodedObject& object)>;
  /// Adds the estimates of a frame's objects, and a sentence for each that there is none of. When `job` is
  /// stopped, the Error says that `work` ("tracking") was.
  Expected<void> estimate_each(const Frame& frame, PoseResult& result, const std::string& work,
                               const JobContext& job, const EstimateOne& estimate_one);

  /// Draws the K samples from noise, or about the pose of the box `start` (camera frame) when there is one or
  /// the options say so of the regression head's, and aggregates them. Equal seeds draw equal noise either
  /// way. kFailed when the sampler diverges.
  Expected<PoseEstimate> estimate_object(const EncodedObject& object, const SamplerOptions& sampler,
                                         const JobContext& job, const Rigid3* start = nullptr);

 private:
  Expected<std::vector<Rigid3>> draw(const EncodedObject& object, const SamplerOptions& sampler,
                                     const Rigid3* start, const JobContext& job);

  std::shared_ptr<ScoreModel> owned_;  ///< empty when the caller keeps the model
  ScoreModel& model_;
  InferOptions options_;
};

}  // namespace alidade
