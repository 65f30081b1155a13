// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/studies/contention.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostCheckpoints = 100000;
constexpr char kOwnCheckpoints[] = ".safetensors";

/// The number behind the last dash of "epoch-0012.safetensors"; nothing without one.
double numbered_epoch(const fs::path& path) {
  const std::string stem = path.stem().string();
  const std::size_t dash = stem.rfind('-');
  double number = NAN;
  if (dash != std::string::npos) {
    std::from_chars(stem.data() + dash + 1, stem.data() + stem.size(), number);
  }
  return number;
}

/// The checkpoints of a run, or those that lie in a folder.
Expected<std::vector<SeriesCheckpoint>> series_in(const fs::path& folder, const std::string& extension) {
  std::error_code error;
  const fs::path inner = folder / "checkpoints";
  const fs::path searched = fs::is_directory(inner, error) ? inner : folder;
  std::vector<SeriesCheckpoint> series;
  for (fs::directory_iterator it(searched, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == extension && series.size() < kMostCheckpoints &&
        std::isfinite(numbered_epoch(it->path()))) {
      series.push_back({it->path(), numbered_epoch(it->path())});
    }
  }
  if (error) {
    return input_error(searched.string(), "", "the folder cannot be read: " + error.message(),
                       "check its permissions");
  }
  if (series.empty()) {
    return input_error(
        searched.string(), "", "it holds no numbered checkpoints (epoch-0001" + extension + ")",
        extension == kOwnCheckpoints ? "give a run that kept them: keep_checkpoints = \"all\" in its recipe"
                                     : "give the files one by one, in their order");
  }
  std::sort(series.begin(), series.end(), [](const SeriesCheckpoint& a, const SeriesCheckpoint& b) {
    return a.epoch != b.epoch ? a.epoch < b.epoch : a.path < b.path;
  });
  const auto twice = std::adjacent_find(
      series.begin(), series.end(),
      [](const SeriesCheckpoint& a, const SeriesCheckpoint& b) { return a.epoch == b.epoch; });
  if (twice != series.end()) {
    return input_error(searched.string(), twice->path.filename().string(),
                       "another checkpoint has the same number", "give the files one by one");
  }
  return series;
}

}  // namespace

Expected<std::vector<SeriesCheckpoint>> checkpoint_series(const std::vector<fs::path>& given,
                                                          const std::string& extension) {
  std::error_code error;
  if (given.size() == 1 && fs::is_directory(given.front(), error)) {
    return series_in(given.front(), extension);
  }
  std::vector<SeriesCheckpoint> series;
  for (const fs::path& path : given) {
    if (fs::is_directory(path, error)) {
      return input_error(path.string(), "", "a folder stands among several paths",
                         "give one run, or the files of its checkpoints");
    }
    series.push_back({path, static_cast<double>(series.size() + 1)});
  }
  return series;
}

}  // namespace alidade
