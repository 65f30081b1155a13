// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/recording_estimator.h"

#include <utility>

namespace alidade {

RecordingEstimator::RecordingEstimator(PoseEstimator& inner, RecordingOptions options)
    : inner_(inner), recorder_(std::move(options)) {}

Expected<void> RecordingEstimator::estimate(const Frame& frame, PoseResult& result, const JobContext& job) {
  auto done = inner_.estimate(frame, result, job);
  if (done) {
    recorder_.offer(result);
  }
  return done;
}

}  // namespace alidade
