// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/nn/direct_model.h"
#include "core/results/pose_result.h"
#include "core/studies/pose_estimator.h"

namespace alidade {

struct DirectOptions {
  std::uint64_t seed = 0;
  std::string
      taken_for;  ///< category that every object is taken for, as by a wrong detector; empty = its own
};

/// Estimates objects by a model that gives one pose at once.
class DirectEstimator final : public PoseEstimator {
 public:
  /// Keeps the model.
  DirectEstimator(std::shared_ptr<DirectModel> model, DirectOptions options);

  FrameLayers needs() const override { return model_->needs(); }
  std::shared_ptr<PoseResult> begin(const Dataset& dataset) const override;
  Expected<void> estimate(const Frame& frame, PoseResult& result, const JobContext& job) override;

 private:
  Expected<PoseEstimate> estimate_object(const Frame& frame, std::size_t position);

  std::shared_ptr<DirectModel> model_;
  DirectOptions options_;
};

}  // namespace alidade
