// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/dataset_reader.h"

#include <utility>

namespace alidade {

void DatasetReaders::add(std::unique_ptr<DatasetReader> reader) { readers_.push_back(std::move(reader)); }

std::vector<std::string> DatasetReaders::names() const {
  std::vector<std::string> all;
  for (const auto& reader : readers_) {
    all.push_back(reader->name());
  }
  return all;
}

Expected<std::shared_ptr<const Dataset>> DatasetReaders::open(const std::filesystem::path& path, const JobContext& job) const {
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
  return input_error(path.string(), "", "no reader knows this format (known: " + known + ")",
                     "choose the folder of a dataset, a split or a scene");
}

}  // namespace alidade
