// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/base/expected.h"

namespace alidade {

/// Frames in a row, a file for each: what `alidade render --frames` makes.
struct FrameSeries {
  std::size_t first = 0;
  std::optional<std::size_t> last;  ///< included; none = the dataset's last
  std::string before, after;        ///< of the number in a file's name
  int digits = 1;                   ///< at least so many, with zeros in front

  /// The file of a frame.
  std::string file(std::size_t frame) const;
  /// Its name with a placeholder, as it was given: "out/scene_%04d.png".
  std::string pattern() const;
};

/// Understands "0-99", "7" or "all", and a pattern with one "%d" or "%04d" in the name of the file. kUsage,
/// saying what is expected.
Expected<FrameSeries> frame_series(const std::string& frames, const std::string& pattern);

/// A line for a shell that makes a video of the pictures, from `first` on.
std::string video_command(const FrameSeries& series, std::size_t first, double frames_per_second);

}  // namespace alidade
