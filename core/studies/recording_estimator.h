// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>

#include "core/studies/pose_estimator.h"
#include "core/studies/result_recorder.h"

namespace alidade {

/// Estimates as `inner` does and lets what there is so far be recorded.
class RecordingEstimator final : public PoseEstimator {
 public:
  /// `inner` must outlive it.
  RecordingEstimator(PoseEstimator& inner, RecordingOptions options);

  FrameLayers needs() const override { return inner_.needs(); }
  std::shared_ptr<PoseResult> begin(const Dataset& dataset) const override { return inner_.begin(dataset); }
  Expected<void> estimate(const Frame& frame, PoseResult& result, const JobContext& job) override;

  /// Why the last write failed; empty when it did not.
  const std::string& problem() const { return recorder_.problem(); }

 private:
  PoseEstimator& inner_;
  ResultRecorder recorder_;
};

}  // namespace alidade
