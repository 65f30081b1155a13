// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "core/results/pose_result.h"

namespace alidade {

/// How a run is recorded while it goes.
struct RecordingOptions {
  std::filesystem::path file;  ///< pose result (docs/formats.md), replaced at once each time
  std::chrono::milliseconds every{20000};
  /// Beyond so many bytes samples are left out of the file: each object then has its pose alone.
  std::uintmax_t most_bytes = std::uintmax_t{256} << 20;
  double most_share = 0.05;  ///< of the time, that writing may take
};

/// Now and then writes what a run has so far, so that what a crash leaves can be opened. A write that fails
/// is remembered and never ends the run.
class ResultRecorder {
 public:
  explicit ResultRecorder(RecordingOptions options);

  /// Writes the result when it is time to.
  void offer(const PoseResult& so_far);

  /// Why the last write failed; empty when it did not.
  const std::string& problem() const { return problem_; }

 private:
  using Clock = std::chrono::steady_clock;

  RecordingOptions options_;
  Clock::time_point next_;
  std::string problem_;
};

}  // namespace alidade
