// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "core/studies/pose_estimator.h"

namespace alidade {

/// How a run is recorded while it goes.
struct RecordingOptions {
  std::filesystem::path file;  ///< pose result (docs/formats.md), replaced at once each time
  std::chrono::milliseconds every{20000};
  /// Beyond so many bytes samples are left out of the file: each object then has its pose alone.
  std::uintmax_t most_bytes = std::uintmax_t{256} << 20;
  double most_share = 0.05;  ///< of the time, that writing may take
};

/// Estimates as `inner` does and now and then writes what there is so far, so that what a crash leaves can be
/// opened. A write that fails is remembered and never ends the
/// run.
class RecordingEstimator final : public PoseEstimator {
 public:
  /// `inner` must outlive it.
  RecordingEstimator(PoseEstimator& inner, RecordingOptions options);

  FrameLayers needs() const override { return inner_.needs(); }
  std::shared_ptr<PoseResult> begin(const Dataset& dataset) const override { return inner_.begin(dataset); }
  Expected<void> estimate(const Frame& frame, PoseResult& result, const JobContext& job) override;

  /// Why the last write failed; empty when it did not.
  const std::string& problem() const { return problem_; }

 private:
  using Clock = std::chrono::steady_clock;

  void record(const PoseResult& result);

  PoseEstimator& inner_;
  RecordingOptions options_;
  Clock::time_point next_;
  std::string problem_;
};

}  // namespace alidade
