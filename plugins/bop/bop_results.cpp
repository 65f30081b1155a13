// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/bop/bop_results.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <system_error>
#include <utility>

#include "core/base/constants.h"
#include "core/base/file.h"
#include "core/evaluation/pose_check.h"

namespace alidade::bop {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kSmallBytes = 1 << 16;
constexpr std::uintmax_t kMaxBytes = std::uintmax_t{1} << 30;
constexpr std::size_t kBlock = std::size_t{1} << 20;
constexpr std::size_t kMaxLine = 8192;
constexpr std::size_t kMaxNamed = 20;
constexpr double kFarthest = 1e9;       // millimetres
constexpr double kEqualSeconds = 1e-3;  // BOP's own check of times within one image
constexpr std::size_t kLinesPerStop = 4096;

using Fields = std::array<std::string_view, 7>;
constexpr std::array<const char*, 7> kNames{"scene_id", "im_id", "obj_id", "score", "R", "t", "time"};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Text of others in a message: short, printable.
std::string quoted(std::string_view text) {
  std::string shown = "\"";
  for (const char c : text.substr(0, 24)) {
    shown += c >= ' ' && c <= '~' ? c : '?';
  }
  return shown + (text.size() > 24 ? "...\"" : "\"");
}

template <class T>
bool parse(std::string_view text, T& value) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

/// Empty when `text` holds exactly N numbers separated by blanks, else what was found instead.
template <std::size_t N>
std::string parse_numbers(std::string_view text, std::array<double, N>& values) {
  std::size_t count = 0;
  while (!(text = trimmed(text)).empty()) {
    const auto word = text.substr(0, text.find_first_of(" \t"));
    if (count < N && !parse(word, values[count])) {
      return quoted(word);
    }
    ++count;
    text.remove_prefix(word.size());
  }
  return count == N ? "" : std::to_string(count) + (count == 1 ? " number" : " numbers");
}

/// The seven fields, or how many there are instead.
std::size_t split_fields(std::string_view line, Fields& fields) {
  std::size_t count = 0;
  for (;;) {
    const auto comma = line.find(',');
    if (count < fields.size()) {
      fields[count] = trimmed(line.substr(0, comma));
    }
    ++count;
    if (comma == std::string_view::npos) {
      return count;
    }
    line.remove_prefix(comma + 1);
  }
}

std::string parse_ids(const Fields& fields, Estimate& estimate) {
  int* const ids[] = {&estimate.scene_id, &estimate.image_id, &estimate.object_id};
  for (std::size_t i = 0; i < 3; ++i) {
    if (!parse(fields[i], *ids[i]) || *ids[i] < 0) {
      return std::string("expected a whole number in ") + kNames[i] + ", found " + quoted(fields[i]);
    }
  }
  return {};
}

std::string parse_scalars(const Fields& fields, Estimate& estimate) {
  for (const auto& [index, value] : {std::pair{3, &estimate.score}, std::pair{6, &estimate.seconds}}) {
    if (!parse(fields[index], *value) || !std::isfinite(*value)) {
      return std::string("expected a finite number in ") + kNames[index] + ", found " + quoted(fields[index]);
    }
  }
  estimate.seconds = estimate.seconds < 0.0 ? -1.0 : estimate.seconds;
  return {};
}

std::string parse_pose(const Fields& fields, Estimate& estimate, double& deviation) {
  std::array<double, 9> r{};
  std::array<double, 3> t{};
  if (const auto found = parse_numbers(fields[4], r); !found.empty()) {
    return "expected 9 numbers separated by spaces in R, found " + found;
  }
  if (const auto found = parse_numbers(fields[5], t); !found.empty()) {
    return "expected 3 numbers separated by spaces in t, found " + found;
  }
  Eigen::Matrix3d rotation;
  rotation << r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8];
  const auto checked = check_pose(rotation, Eigen::Vector3d(t.data()), false);
  if (!checked) {
    return checked.error().message;
  }
  if (checked->pose.t.cwiseAbs().maxCoeff() > kFarthest) {
    return "expected t in millimetres, found a number above 1e9";
  }
  estimate.cam_from_obj = {checked->pose.R, checked->pose.t * kMetresPerMillimetre};
  deviation = checked->deviation;
  return {};
}

/// Collects estimates and complaints line by line.
class LineReader {
 public:
  explicit LineReader(std::string name) : name_(std::move(name)) {}

  void add(std::string_view line) {
    ++line_;
    if (line_ == 1 && line.starts_with("\xEF\xBB\xBF")) {
      line.remove_prefix(3);
    }
    line = trimmed(line);
    if (line.empty()) {
      return;
    }
    const bool first = std::exchange(untouched_, false);
    if (first && line.find("scene_id") != std::string_view::npos) {
      check_header(line);
      return;
    }
    Estimate estimate;
    estimate.line = line_;
    double deviation = 0.0;
    const std::string problem = parse_line(line, estimate, deviation);
    if (!problem.empty()) {
      complain(problem);
      return;
    }
    if (deviation > kRotationRounding) {
      ++repaired_;
      worst_line_ = deviation > worst_ ? line_ : worst_line_;
      worst_ = std::max(worst_, deviation);
    }
    estimates_.push_back(estimate);
  }

  void complain(const std::string& problem) {
    if (malformed_++ < kMaxNamed) {
      complaints_ += (complaints_.empty() ? "line " : "; line ") + std::to_string(line_) + ": " + problem;
    }
  }

  std::size_t line() const { return line_; }
  void skip_line() { ++line_; }

  Expected<Results> finish() && {
    if (malformed_ > 0) {
      const std::size_t more = malformed_ - std::min(malformed_, kMaxNamed);
      return input_error(name_, "",
                         complaints_ + (more ? "; and " + std::to_string(more) + " more lines" : ""),
                         malformed_ == 1 ? "correct this line, nothing was scored"
                                         : "correct these lines, nothing was scored");
    }
    if (untouched_) {
      return input_error(name_, "line 1",
                         "expected scene_id,im_id,obj_id,score,R,t,time, found an empty file",
                         "give a results file in BOP's CSV layout");
    }
    Results results;
    results.file = name_;
    results.estimates = std::move(estimates_);
    add_notes(results);
    return results;
  }

 private:
  void check_header(std::string_view line) {
    Fields fields;
    if (split_fields(line, fields) != fields.size() ||
        !std::equal(fields.begin(), fields.end(), kNames.begin(),
                    [](std::string_view field, const char* name) { return field == name; })) {
      complain("expected the header scene_id,im_id,obj_id,score,R,t,time, found " + quoted(line));
    }
  }

  static std::string parse_line(std::string_view line, Estimate& estimate, double& deviation) {
    Fields fields;
    if (const auto count = split_fields(line, fields); count != fields.size()) {
      return "expected 7 fields separated by commas, found " + std::to_string(count);
    }
    std::string problem = parse_ids(fields, estimate);
    if (problem.empty()) {
      problem = parse_scalars(fields, estimate);
    }
    return problem.empty() ? parse_pose(fields, estimate, deviation) : problem;
  }

  void add_notes(Results& results) const {
    if (results.estimates.empty()) {
      results.notes.push_back(name_ + ": the file holds no estimate; every target counts as missed.");
    }
    if (repaired_ > 0) {
      char worst[32];
      std::snprintf(worst, sizeof worst, "%.2g", worst_);
      results.notes.push_back(name_ + ": " + std::to_string(repaired_) +
                              " rotations were projected onto SO(3), the worst in line " +
                              std::to_string(worst_line_) + " by " + worst + " (Frobenius norm).");
    }
  }

  std::string name_;
  std::vector<Estimate> estimates_;
  std::string complaints_;
  std::size_t malformed_ = 0;
  std::size_t line_ = 0;
  bool untouched_ = true;
  std::size_t repaired_ = 0;
  std::size_t worst_line_ = 0;
  double worst_ = 0.0;
};

/// What makes two lines the same estimate: everything but its line number.
std::array<double, 17> key_of(const Estimate& e) {
  std::array<double, 17> key{static_cast<double>(e.scene_id), static_cast<double>(e.image_id),
                             static_cast<double>(e.object_id), e.score, e.seconds};
  std::copy_n(e.cam_from_obj.R.data(), 9, key.begin() + 5);
  std::copy_n(e.cam_from_obj.t.data(), 3, key.begin() + 14);
  return key;
}

void note_equal_lines(Results& results) {
  std::vector<std::uint32_t> order(results.estimates.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  const auto& all = results.estimates;
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto ka = key_of(all[a]), kb = key_of(all[b]);
    return ka != kb ? ka < kb : a < b;
  });
  std::size_t repeated = 0, first = SIZE_MAX, earlier = 0;
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (key_of(all[order[i]]) == key_of(all[order[i - 1]])) {
      ++repeated;
      if (all[order[i]].line < first) {
        first = all[order[i]].line;
        earlier = all[order[i - 1]].line;
      }
    }
  }
  if (repeated > 0) {
    results.notes.push_back(results.file + ": " + std::to_string(repeated) +
                            " lines repeat an earlier line exactly (first line " + std::to_string(first) +
                            ", equal to line " + std::to_string(earlier) +
                            "); each counts as an estimate of its own, as in BOP's script.");
  }
}

void check_times(Results& results) {
  std::map<std::pair<int, int>, double> times;
  for (const auto& estimate : results.estimates) {
    const auto [known, added] = times.try_emplace({estimate.scene_id, estimate.image_id}, estimate.seconds);
    if (!added && std::abs(known->second - estimate.seconds) > kEqualSeconds) {
      results.time_problem = "the times of scene " + std::to_string(estimate.scene_id) + ", image " +
                             std::to_string(estimate.image_id) + " differ (line " +
                             std::to_string(estimate.line) + ")";
      results.notes.push_back(
          results.file + ": " + results.time_problem +
          "; no time per image is given, write the image's whole time on each of its lines.");
      return;
    }
    if (estimate.seconds < 0.0 && results.time_problem.empty()) {
      results.time_problem = "line " + std::to_string(estimate.line) + " gives no time";
    }
  }
}

Error cancelled(const std::string& name) {
  return {ErrorCode::kCancelled, name + ": reading was stopped."};
}

/// Feeds the stream's lines, read in blocks, to `reader`; a line beyond kMaxLine is reported and skipped.
Expected<void> feed_lines(std::istream& stream, const std::string& name, LineReader& reader,
                          const JobContext& job) {
  std::string pending(kBlock + kMaxLine, '\0');
  std::size_t held = 0;
  bool skipping = false;
  while (stream) {
    stream.read(pending.data() + held, static_cast<std::streamsize>(kBlock));
    const std::size_t filled = held + static_cast<std::size_t>(stream.gcount());
    std::string_view text(pending.data(), filled);
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
      if (reader.line() % kLinesPerStop == 0 && job.stopped()) {
        return cancelled(name);
      }
      if (!std::exchange(skipping, false)) {
        reader.add(text.substr(0, end));
      }
      text.remove_prefix(end + 1);
    }
    if (skipping || text.size() > kMaxLine) {
      if (!skipping) {
        reader.skip_line();
        reader.complain("expected at most " + std::to_string(kMaxLine) + " characters");
      }
      skipping = true;
      text.remove_prefix(text.size());  // not {}: its null pointer may not be given to memmove
    }
    held = text.size();
    std::memmove(pending.data(), text.data(), held);
  }
  if (stream.bad()) {
    return input_error(name, "", "the file cannot be read to its end", "check the disk");
  }
  if (held > 0) {
    reader.add({pending.data(), held});
  }
  return {};
}

}  // namespace

std::optional<ResultsName> split_results_name(const std::string& stem) {
  static constexpr std::array kSplits{"train", "val", "test", "onboarding"};
  for (std::size_t end = stem.size(); end != 0;) {
    const std::size_t begin = stem.rfind('_', end - 1);
    if (begin == std::string::npos || begin == 0) {
      return std::nullopt;
    }
    const std::string part = stem.substr(begin + 1, end - begin - 1);
    for (auto dash = part.find('-', 1); dash != std::string::npos; dash = part.find('-', dash + 1)) {
      const auto next = part.find('-', dash + 1);
      const std::string split = part.substr(dash + 1, next - dash - 1);
      if (std::find(kSplits.begin(), kSplits.end(), split) != kSplits.end()) {
        return ResultsName{stem.substr(0, begin), part.substr(0, dash), split,
                           next == std::string::npos ? "" : part.substr(next + 1)};
      }
    }
    end = begin;
  }
  return std::nullopt;
}

Expected<Results> read_results(std::istream& stream, const std::string& name, const JobContext& job) {
  LineReader reader(name);
  if (auto fed = feed_lines(stream, name, reader, job); !fed) {
    return fed.error();
  }
  auto results = std::move(reader).finish();
  if (results) {
    note_equal_lines(*results);
    check_times(*results);
  }
  return results;
}

Expected<Results> read_results(const fs::path& file, const JobContext& job) {
  std::error_code failure;
  if (!fs::is_regular_file(file, failure)) {
    return input_error(file.string(), "", "the file is missing", "give a results CSV");
  }
  if (const auto size = fs::file_size(file, failure); failure || size > kMaxBytes) {
    return input_error(file.string(), "", "expected at most 1 GiB", "split the file by scenes");
  }
  if (const auto size = fs::file_size(file, failure); !failure && size <= kSmallBytes) {
    // read_file knows what stands in place of files.
    if (const auto whole = read_file(file, kSmallBytes); !whole) {
      return whole.error();
    }
  }
  auto stream = open_file(file, kMaxBytes);
  if (!stream) {
    return stream.error();
  }
  auto results = read_results(*stream, file.string(), job);
  if (results) {
    results->named = split_results_name(file.stem().string());
  }
  return results;
}

}  // namespace alidade::bop
