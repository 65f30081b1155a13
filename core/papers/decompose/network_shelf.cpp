// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/decompose/network_shelf.h"

#include <algorithm>

#include "core/nn/decompose/decompose_network.h"
#include "core/nn/vit/image_encoder.h"
#include "core/studies/decompose_data.h"
#include "core/studies/decompose_training.h"
#include "core/studies/plain/open_data.h"

namespace alidade::decompose {
namespace {

/// Training sets that are kept: that of the arms at hand and one with other features.
constexpr std::size_t kMostSets = 2;

std::string color_key(const DecomposeRecipe& recipe) {
  switch (recipe.network.color) {
    case ColorSource::kNone:
      return "none";
    case ColorSource::kRandom:
      return "random " + std::to_string(recipe.encoder_seed) + " " + recipe.network.name;
    default:
      return recipe.encoder.string();
  }
}

}  // namespace

Expected<DecomposeConfig> config_of(const DecomposeRecipe& recipe, const std::vector<std::string>& categories,
                                    const ImageEncoder* encoder) {
  DecomposeRecipe complete = recipe;
  if (encoder != nullptr) {
    complete.network.image_width = encoder->dim();
  }
  return routed_config(complete, categories);
}

Expected<std::shared_ptr<const Dataset>> NetworkShelf::dataset_locked(const std::filesystem::path& path,
                                                                      const JobContext& job) {
  const auto known = datasets_.find(path);
  if (known != datasets_.end()) {
    return known->second;
  }
  auto opened = open_data(path, readers_, job);
  if (opened) {
    datasets_.emplace(path, *opened);
  }
  return opened;
}

Expected<std::shared_ptr<ImageEncoder>> NetworkShelf::encoder_locked(const DecomposeRecipe& recipe) {
  const std::string key = color_key(recipe);
  const auto known = encoders_.find(key);
  if (known != encoders_.end()) {
    return known->second;
  }
  auto opened = recipe_encoder(recipe);
  if (opened) {
    encoders_.emplace(key, *opened);
  }
  return opened;
}

Expected<std::shared_ptr<const Dataset>> NetworkShelf::dataset(const std::filesystem::path& path,
                                                               const JobContext& job) {
  const std::lock_guard lock(mutex_);
  return dataset_locked(path, job);
}

Expected<std::shared_ptr<ImageEncoder>> NetworkShelf::encoder(const DecomposeRecipe& recipe) {
  const std::lock_guard lock(mutex_);
  return encoder_locked(recipe);
}

Expected<NetworkShelf::Samples> NetworkShelf::samples(const DecomposeRecipe& recipe, const JobContext& job) {
  const std::string key = recipe.train_data.string() + "\n" + std::to_string(recipe.train_frames) + "\n" +
                          recipe.network.name + "\n" + color_key(recipe);
  const std::lock_guard lock(mutex_);  // who else wants them waits until they are read
  const auto known =
      std::find_if(samples_.begin(), samples_.end(), [&](const auto& entry) { return entry.first == key; });
  if (known != samples_.end()) {
    return known->second;
  }
  const auto data = dataset_locked(recipe.train_data, job);
  if (!data) {
    return data.error();
  }
  const auto encoder = encoder_locked(recipe);
  if (!encoder) {
    return encoder.error();
  }
  const auto config = config_of(recipe, (*data)->categories(), encoder->get());
  if (!config) {
    return config.error();
  }
  const auto network = DecomposeNetwork::create(*config, recipe.training.seed, *encoder);
  const DecomposeSelection selection{recipe.train_frames, recipe.min_visible_fraction, kDecomposePointStream};
  auto read = collect_decompose_samples(**data, network->sampler(), network->needs(), selection, job);
  if (!read) {
    return read.error();
  }
  if (samples_.size() == kMostSets) {
    samples_.pop_front();
  }
  samples_.emplace_back(key, std::make_shared<const std::vector<DecomposeSample>>(std::move(*read)));
  return samples_.back().second;
}

}  // namespace alidade::decompose
