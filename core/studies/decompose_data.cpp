// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/decompose_data.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <mutex>
#include <utility>

#include "core/base/helper_threads.h"
#include "core/base/random.h"
#include "core/nn/compute.h"

namespace alidade {
namespace {

std::vector<DecomposeSample> objects_of(const Frame& frame, const DecomposeSampler& sampler,
                                        const DecomposeSelection& selection) {
  std::vector<DecomposeSample> samples;
  for (std::size_t i = 0; i < frame.instances.size(); ++i) {
    const double visible = frame.instances[i].visible_fraction;
    if (visible >= 0.0 && visible < selection.min_visible_fraction) {
      continue;
    }
    auto sample = sampler.sample(frame, i, mix_seed(selection.seed, frame.index * 64 + i));
    if (sample) {
      samples.push_back(std::move(*sample));
    }
  }
  return samples;
}

}  // namespace

Expected<std::shared_ptr<ImageEncoder>> recipe_encoder(const DecomposeRecipe& recipe) {
  const DecomposeConfig& network = recipe.network;
  if (network.color == ColorSource::kNone) {
    return std::shared_ptr<ImageEncoder>();
  }
  if (network.color == ColorSource::kRandom) {
    auto config = *named_vision_transformer(network.name == "tiny" ? "encoder_tiny" : "encoder_small");
    return ImageEncoder::create(config, recipe.encoder_seed);
  }
  auto encoder = ImageEncoder::load(recipe.encoder);
  if (!encoder) {
    return encoder.error();
  }
  if (network.crop_px % (*encoder)->patch() != 0) {
    return input_error(recipe.encoder.string(), "",
                       "its patches of " + std::to_string((*encoder)->patch()) +
                           " pixels do not divide the crop of " + std::to_string(network.crop_px),
                       "give another encoder");
  }
  return encoder;
}

Expected<std::vector<DecomposeSample>> collect_decompose_samples(const Dataset& dataset,
                                                                 const DecomposeSampler& sampler,
                                                                 const FrameLayers& layers,
                                                                 const DecomposeSelection& selection,
                                                                 const JobContext& job) {
  const std::size_t count = selection.frames > 0
                                ? std::min<std::size_t>(selection.frames, dataset.num_frames())
                                : dataset.num_frames();
  std::vector<std::vector<DecomposeSample>> per_frame(count);
  std::atomic<std::size_t> next{0}, done{0};
  std::mutex mutex;
  std::string failure;
  // Both threads take frames from one counter; only the caller's thread may report.
  const auto work = [&](bool reports) {
    bind_compute_thread();
    for (std::size_t i = next++; i < count && !job.stopped(); i = next++) {
      if (const auto frame = dataset.load(i, layers)) {
        per_frame[i] = objects_of(*frame, sampler, selection);
      } else {
        const std::lock_guard lock(mutex);
        failure = frame.error().message;
      }
      ++done;
      if (reports) {
        job.report("reading objects", static_cast<std::int64_t>(done.load()),
                   static_cast<std::int64_t>(count));
      }
    }
  };
  work_together(1, work);
  if (job.stopped()) {
    return Error{ErrorCode::kCancelled, "stopped while reading the training set; nothing was written."};
  }
  std::vector<DecomposeSample> samples;
  for (auto& part : per_frame) {
    std::move(part.begin(), part.end(), std::back_inserter(samples));
  }
  if (samples.empty()) {
    return input_error(dataset.root().string(), "",
                       "no object with depth, a mask and, where the network looks at it, color was found" +
                           (failure.empty() ? "" : " (" + failure + ")"),
                       "training needs them");
  }
  return samples;
}

}  // namespace alidade
