// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/dataset_reader.h"

#include <algorithm>
#include <system_error>
#include <utility>

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
    return input_error(path.string(), "", "there is no such file or folder", "check the path");
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
    return best->open(path, job);
  }
  std::string known;
  for (const auto& name : names()) {
    known += (known.empty() ? "" : ", ") + name;
  }
  const fs::path inside = readable_below(path, readers_);
  return input_error(path.string(), "", "no reader knows this format (known: " + known + ")",
                     inside.empty() ? "choose the folder of a dataset, a split or a scene"
                                    : "choose the folder of a dataset, for example " + inside.string());
}

}  // namespace alidade
