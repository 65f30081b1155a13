// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/left_recordings.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>

#include <signal.h>

namespace alidade {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostKept = 5;
constexpr const char* kRunning = "estimate-";
constexpr const char* kKept = "kept-";

/// Whether the process in "estimate-PID-NUMBER.npz" still runs; a name without one has none.
bool isWritten(const std::string& name) {
  const int process = std::atoi(name.c_str() + std::string(kRunning).size());
  return process > 0 && (::kill(process, 0) == 0 || errno == EPERM);
}

std::vector<fs::path> newestFirst(const fs::path& folder, const char* prefix) {
  std::vector<std::pair<fs::file_time_type, fs::path>> found;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(prefix) && name.ends_with(".npz") && entry.is_regular_file(failure)) {
      found.emplace_back(entry.last_write_time(failure), entry.path());
    }
  }
  std::sort(found.rbegin(), found.rend());
  std::vector<fs::path> paths;
  for (auto& [time, path] : found) {
    paths.push_back(std::move(path));
  }
  return paths;
}

}  // namespace

std::vector<fs::path> takeLeftRecordings(const fs::path& folder) {
  std::error_code failure;
  const std::vector<fs::path> before = newestFirst(folder, kKept);
  for (std::size_t i = kMostKept; i < before.size(); ++i) {
    fs::remove(before[i], failure);
  }
  std::vector<fs::path> left;
  for (const fs::path& path : newestFirst(folder, kRunning)) {
    const std::string name = path.filename().string();
    const fs::path kept = folder / (kKept + name.substr(std::string(kRunning).size()));
    if (!isWritten(name)) {
      fs::rename(path, kept, failure);
      if (!failure) {
        left.push_back(kept);
      }
    }
  }
  return left;
}

}  // namespace alidade
