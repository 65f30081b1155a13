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
#include "core/nn/decompose/decompose_sample.h"
#include "core/studies/decompose_recipe.h"

namespace alidade::decompose {

/// What the trainings and evaluations of all workers share, read once: datasets, image encoders, and the
/// objects of the last few training sets with their frozen features.
class NetworkShelf {
 public:
  using Samples = std::shared_ptr<const std::vector<DecomposeSample>>;

  explicit NetworkShelf(const DatasetReaders& readers) : readers_(readers) {}

  const DatasetReaders& readers() const { return readers_; }
  Expected<std::shared_ptr<const Dataset>> dataset(const std::filesystem::path& path, const JobContext& job);
  /// The frozen encoder of a recipe; null without color.
  Expected<std::shared_ptr<ImageEncoder>> encoder(const DecomposeRecipe& recipe);
  /// The objects that a recipe trains on.
  Expected<Samples> samples(const DecomposeRecipe& recipe, const JobContext& job);

 private:
  Expected<std::shared_ptr<const Dataset>> dataset_locked(const std::filesystem::path& path,
                                                          const JobContext& job);
  Expected<std::shared_ptr<ImageEncoder>> encoder_locked(const DecomposeRecipe& recipe);

  const DatasetReaders& readers_;
  std::mutex mutex_;
  std::map<std::filesystem::path, std::shared_ptr<const Dataset>> datasets_;
  std::map<std::string, std::shared_ptr<ImageEncoder>> encoders_;
  std::deque<std::pair<std::string, Samples>> samples_;  ///< the newest last
};

/// The network of a recipe for these categories, with the width of its encoder.
Expected<DecomposeConfig> config_of(const DecomposeRecipe& recipe, const std::vector<std::string>& categories,
                                    const ImageEncoder* encoder);

}  // namespace alidade::decompose
