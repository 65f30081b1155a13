// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/network_shelf.h"

#include <algorithm>

#include "core/papers/mqat/kept_dataset.h"
#include "core/studies/keypoint_data.h"
#include "core/studies/plain/open_data.h"

namespace alidade::mqat {
namespace {

/// Training sets that are kept: that of the arms at hand, another one, and the few images of measurements.
constexpr std::size_t kMostSets = 4;

}  // namespace

Expected<std::unique_ptr<KeypointNetwork>> open_network(const std::filesystem::path& checkpoint) {
  const auto file = read_checkpoint(checkpoint, KeypointNetwork::kArchitecture);
  return file ? KeypointNetwork::open(*file) : Expected<std::unique_ptr<KeypointNetwork>>(file.error());
}

Expected<std::shared_ptr<const Dataset>> NetworkShelf::dataset_locked(const std::filesystem::path& path,
                                                                      const JobContext& job) {
  const auto known = datasets_.find(path);
  if (known != datasets_.end()) {
    return known->second;
  }
  const auto opened = open_data(path, readers_, job);
  if (!opened) {
    return opened.error();
  }
  return datasets_.emplace(path, std::make_shared<const KeptDataset>(*opened)).first->second;
}

Expected<std::shared_ptr<const Dataset>> NetworkShelf::dataset(const std::filesystem::path& path,
                                                               const JobContext& job) {
  const std::lock_guard lock(mutex_);
  return dataset_locked(path, job);
}

Expected<NetworkShelf::Samples> NetworkShelf::samples(const std::filesystem::path& data, int object,
                                                      int frames, double min_visible_fraction,
                                                      const KeypointConfig& config, const JobContext& job) {
  const std::string key = data.string() + "\n" + std::to_string(object) + "\n" + std::to_string(frames) +
                          "\n" + std::to_string(config.image_px);
  const std::lock_guard lock(mutex_);  // who else wants them waits until they are read
  const auto known =
      std::find_if(samples_.begin(), samples_.end(), [&](const auto& entry) { return entry.first == key; });
  if (known != samples_.end()) {
    std::rotate(known, known + 1, samples_.end());  // it is the newest now
    return samples_.back().second;
  }
  const auto opened = open_data(data, readers_, job);  // its frames are not kept besides
  if (!opened) {
    return opened.error();
  }
  auto read = collect_keypoint_samples(**opened, config, frames, min_visible_fraction, job);
  if (!read) {
    return read.error();
  }
  if (samples_.size() == kMostSets) {
    samples_.pop_front();
  }
  samples_.emplace_back(key, std::make_shared<const std::vector<KeypointSample>>(std::move(*read)));
  return samples_.back().second;
}

}  // namespace alidade::mqat
