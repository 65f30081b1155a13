// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/result_recorder.h"

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

ResultRecorder::ResultRecorder(RecordingOptions options)
    : options_(std::move(options)), next_(Clock::now() + options_.every) {}

void ResultRecorder::offer(const PoseResult& so_far) {
  const auto begin = Clock::now();
  if (begin < next_) {
    return;
  }
  Expected<void> written;
  if (bytes_of(so_far) <= options_.most_bytes) {
    written = write_pose_result(so_far, options_.file);
  } else {
    PoseResult lean = so_far;
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
