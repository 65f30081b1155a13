// SPDX-License-Identifier: BSD-3-Clause
#include "app/render/frame_series.h"

#include <charconv>
#include <cstdio>
#include <string_view>

namespace alidade {
namespace {

constexpr std::size_t kMostFrame = 999'999'999;

/// The whole text as a frame's number.
std::optional<std::size_t> frame_number(std::string_view text) {
  std::size_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  return whole && number <= kMostFrame ? std::optional(number) : std::nullopt;
}

bool read_frames(std::string_view text, FrameSeries& series) {
  if (text == "all") {
    return true;
  }
  const std::size_t dash = text.find('-');
  const auto first = frame_number(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : frame_number(text.substr(dash + 1));
  if (!first || !last || *last < *first) {
    return false;
  }
  series.first = *first;
  series.last = last;
  return true;
}

bool read_pattern(const std::string& pattern, FrameSeries& series) {
  const std::size_t at = pattern.find('%');
  const std::size_t end = pattern.find('d', at);
  if (at == std::string::npos || end == std::string::npos || pattern.find('%', at + 1) != std::string::npos ||
      pattern.find('/', at) != std::string::npos) {
    return false;
  }
  const std::string_view digits = std::string_view(pattern).substr(at + 1, end - at - 1);
  if (!digits.empty() && (digits.size() != 2 || digits[0] != '0' || digits[1] < '1' || digits[1] > '9')) {
    return false;
  }
  series.digits = digits.empty() ? 1 : digits[1] - '0';
  series.before = pattern.substr(0, at);
  series.after = pattern.substr(end + 1);
  return true;
}

std::string shell_word(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    out += c == '\'' ? "'\\''" : std::string(1, c);
  }
  return out + "'";
}

}  // namespace

std::string FrameSeries::file(std::size_t frame) const {
  char number[32];
  std::snprintf(number, sizeof number, "%0*zu", digits, frame);
  return before + number + after;
}

std::string FrameSeries::pattern() const {
  return before + (digits == 1 ? "%d" : "%0" + std::to_string(digits) + "d") + after;
}

Expected<FrameSeries> frame_series(const std::string& frames, const std::string& pattern) {
  FrameSeries series;
  if (!read_frames(frames, series)) {
    return usage_error("--frames " + shortened(frames, 40) +
                       ": expected a first and a last frame, counted from 0, such as 0-99, or \"all\".");
  }
  if (!read_pattern(pattern, series)) {
    return usage_error(
        pattern +
        ": with --frames, -o names a file for each frame; write one %04d into its name, such as "
        "figures/scene_%04d.png.");
  }
  return series;
}

std::string video_command(const FrameSeries& series, std::size_t first, double frames_per_second) {
  std::string video = series.before;
  while (video.ends_with('_') || video.ends_with('-') || video.ends_with('.')) {
    video.pop_back();
  }
  video += video.empty() || video.ends_with('/') ? "video.mp4" : ".mp4";
  char rate[32];
  std::snprintf(rate, sizeof rate, "%.6g", frames_per_second);
  // Most players want even sides and this order of colors.
  return std::string("ffmpeg -framerate ") + rate + " -start_number " + std::to_string(first) + " -i " +
         shell_word(series.pattern()) + " -vf 'pad=ceil(iw/2)*2:ceil(ih/2)*2' -pix_fmt yuv420p " +
         shell_word(video);
}

}  // namespace alidade
