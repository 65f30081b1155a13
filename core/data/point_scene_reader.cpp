// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/point_scene_reader.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace alidade {

void PointSceneReaders::add(std::unique_ptr<PointSceneReader> reader) {
  readers_.push_back(std::move(reader));
}

std::vector<std::string> PointSceneReaders::names() const {
  std::vector<std::string> all;
  for (const auto& reader : readers_) {
    all.push_back(reader->name());
  }
  return all;
}

bool PointSceneReaders::can_read(const std::filesystem::path& path) const {
  return std::any_of(readers_.begin(), readers_.end(),
                     [&path](const auto& reader) { return reader->can_read(path) > 0; });
}

Expected<std::shared_ptr<const PointSceneSet>> PointSceneReaders::open(const std::filesystem::path& path,
                                                                       const JobContext& job) const {
  const PointSceneReader* best = nullptr;
  int best_score = 0;
  for (const auto& reader : readers_) {
    const int score = reader->can_read(path);
    if (score > best_score) {
      best = reader.get();
      best_score = score;
    }
  }
  if (best != nullptr) {
    auto opened = best->open(path, job);
    if (opened && job.stopped()) {  // what a stop left unread looks like a problem of the files
      return Error{ErrorCode::kCancelled, path.string() + ": opening was stopped."};
    }
    return opened;
  }
  std::error_code failure;
  if (!std::filesystem::exists(path, failure)) {
    return input_error(path.string(), "", "there is no such file or folder", "check the path");
  }
  std::string known;
  for (const auto& name : names()) {
    known += (known.empty() ? "" : ", ") + name;
  }
  return input_error(path.string(), "", "no reader of indoor scenes knows this (known: " + known + ")",
                     "choose the folder with the info files, one of them, or a recipe of Rooms (.toml)");
}

}  // namespace alidade
