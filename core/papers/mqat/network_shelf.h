// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/data/dataset_reader.h"
#include "core/nn/keypoint/keypoint_network.h"
#include "core/nn/keypoint/keypoint_sample.h"

namespace alidade::mqat {

/// What the retrainings and evaluations of all workers share, read once: datasets with their images, and the
/// training images of the last few sets.
class NetworkShelf {
 public:
  using Samples = std::shared_ptr<const std::vector<KeypointSample>>;

  explicit NetworkShelf(const DatasetReaders& readers) : readers_(readers) {}

  const DatasetReaders& readers() const { return readers_; }
  Expected<std::shared_ptr<const Dataset>> dataset(const std::filesystem::path& path, const JobContext& job);
  /// Training images as a network of this configuration takes them; `object` as in a recipe.
  Expected<Samples> samples(const std::filesystem::path& data, int object, int frames,
                            double min_visible_fraction, const KeypointConfig& config, const JobContext& job);

 private:
  Expected<std::shared_ptr<const Dataset>> dataset_locked(const std::filesystem::path& path,
                                                          const JobContext& job);

  const DatasetReaders& readers_;
  std::mutex mutex_;
  std::map<std::filesystem::path, std::shared_ptr<const Dataset>> datasets_;
  std::deque<std::pair<std::string, Samples>> samples_;  ///< the newest last
};

/// A keypoint network from its checkpoint.
Expected<std::unique_ptr<KeypointNetwork>> open_network(const std::filesystem::path& checkpoint);

}  // namespace alidade::mqat
