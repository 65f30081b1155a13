// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/dataset_reader.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "core/base/permission.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;

constexpr int kLevelsDown = 3;
constexpr std::size_t kMaxFolders = 200;

/// The first folder below `root`, nearest first, that one of the readers takes; empty when there is none.
/// Links are not followed and the search is bounded: it only serves the message.
fs::path readable_below(const fs::path& root, const std::vector<std::unique_ptr<DatasetReader>>& readers) {
  std::vector<fs::path> level{root};
  std::size_t seen = 0;
  for (int depth = 0; depth < kLevelsDown; ++depth) {
    std::vector<fs::path> below;
    for (const auto& folder : level) {
      std::error_code failure;
      fs::directory_iterator at(folder, fs::directory_options::skip_permission_denied, failure);
      for (; !failure && at != fs::directory_iterator() && seen < kMaxFolders; at.increment(failure)) {
        std::error_code unknown;
        if (!at->is_symlink(unknown) && at->is_directory(unknown)) {
          below.push_back(at->path());
          ++seen;
        }
      }
    }
    std::sort(below.begin(), below.end());
    for (const auto& folder : below) {
      if (std::any_of(readers.begin(), readers.end(),
                      [&](const auto& reader) { return reader->can_read(folder) > 0; })) {
        return folder;
      }
    }
    level = std::move(below);
  }
  return {};
}

/// The first that lies directly in that folder and may not be read; empty when all may.
fs::path closed_below(const fs::path& path) {
  std::size_t seen = 0;
  std::error_code failure;
  for (fs::directory_iterator at(path, failure);
       !failure && at != fs::directory_iterator() && seen < kMaxFolders; at.increment(failure), ++seen) {
    if (!may_read(at->path())) {
      return at->path();
    }
  }
  return {};
}

Error unreadable(const fs::path& path) {
  return input_error(path.string(), "", "there is no permission to read it",
                     "ask its owner for it, or copy the data to a folder of your own");
}

}  // namespace

void DatasetReaders::add(std::unique_ptr<DatasetReader> reader) {
  readers_.push_back(std::move(reader));
}

std::vector<std::string> DatasetReaders::names() const {
  std::vector<std::string> all;
  for (const auto& reader : readers_) {
    all.push_back(reader->name());
  }
  return all;
}

Expected<std::shared_ptr<const Dataset>> DatasetReaders::open(const std::filesystem::path& path,
                                                              const JobContext& job) const {
  std::error_code failure;
  if (!std::filesystem::exists(path, failure)) {
    return failure == std::errc::permission_denied
               ? unreadable(path)
               : input_error(path.string(), "", "there is no such file or folder", "check the path");
  }
  const DatasetReader* best = nullptr;
  int best_score = 0;
  for (const auto& reader : readers_) {
    const int score = reader->can_read(path);
    if (score > best_score) {
      best = reader.get();
      best_score = score;
    }
  }
  if (best) {
    auto opened = best->open(path, job);
    if (opened && job.stopped()) {  // what a stop left unread looks like a problem of the files
      return Error{ErrorCode::kCancelled, path.string() + ": opening was stopped."};
    }
    return opened;
  }
  if (!may_read(path)) {
    return unreadable(path);
  }
  std::string known;
  for (const auto& name : names()) {
    known += (known.empty() ? "" : ", ") + name;
  }
  const fs::path inside = readable_below(path, readers_);
  const fs::path closed = closed_below(path);
  return input_error(path.string(), "",
                     "no reader knows this format (known: " + known + ")" +
                         (closed.empty() ? "" : "; there is no permission to read " + closed.string()),
                     inside.empty() ? "choose the folder of a dataset, a split or a scene"
                                    : "choose the folder of a dataset, for example " + inside.string());
}

}  // namespace alidade
