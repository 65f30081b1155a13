// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/recording_estimator.h"

#include <algorithm>
#include <utility>

#include "core/exchange/result_file.h"

namespace alidade {
namespace {

constexpr std::uintmax_t kBytesPerPose = 16 * sizeof(double);
constexpr std::uintmax_t kBytesPerRow = 1024;  // texts of four bytes a letter, numbers

std::uintmax_t bytes_of(const PoseResult& result) {
  std::uintmax_t bytes = 0;
  for (const PoseEstimate& estimate : result.estimates) {
    bytes += kBytesPerRow + kBytesPerPose * (estimate.hypotheses.size() + 1);
  }
  return bytes;
}

}  // namespace

RecordingEstimator::RecordingEstimator(PoseEstimator& inner, RecordingOptions options)
    : inner_(inner), options_(std::move(options)), next_(Clock::now() + options_.every) {}

Expected<void> RecordingEstimator::estimate(const Frame& frame, PoseResult& result, const JobContext& job) {
  auto done = inner_.estimate(frame, result, job);
  if (done && Clock::now() >= next_) {
    record(result);
  }
  return done;
}

void RecordingEstimator::record(const PoseResult& result) {
  const auto begin = Clock::now();
  Expected<void> written;
  if (bytes_of(result) <= options_.most_bytes) {
    written = write_pose_result(result, options_.file);
  } else {
    PoseResult lean = result;
    for (PoseEstimate& estimate : lean.estimates) {
      estimate.hypotheses = {estimate.cam_from_obj};
      estimate.energies.clear();
    }
    written = write_pose_result(lean, options_.file);
  }
  problem_ = written ? std::string() : written.error().message;
  const auto now = Clock::now();
  next_ = now + std::max(options_.every, std::chrono::duration_cast<std::chrono::milliseconds>(
                                             (now - begin) / options_.most_share));
}

}  // namespace alidade
