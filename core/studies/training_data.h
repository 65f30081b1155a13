// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/nn/pose_diffusion/training_sample.h"
#include "core/studies/train_recipe.h"
#include "core/training/sample_order.h"

namespace alidade {

/// Mixed into the seed for the choice of points.
inline constexpr std::uint64_t kTrainingPointStream = 0x706f696e74ULL;

/// The box pose of an instance: what the network learns to estimate (origin at the box center).
Rigid3 box_pose(const Instance& instance);

/// Reads the objects of the first `frames` frames (0 = all) into memory, on two threads, in the order of
/// frames and instances whatever the threads do. Objects seen less than `min_visible_fraction`, or that have
/// too few measured pixels, are left out. Their category is the index in dataset.categories().
Expected<std::vector<TrainingSample>> collect_samples(const Dataset& dataset, int frames, int num_points,
                                                      double min_visible_fraction, std::uint64_t seed,
                                                      const JobContext& job);

/// The objects of the recipe's training set, which is `data`.
Expected<std::vector<TrainingSample>> training_samples(const TrainRecipe& recipe, const Dataset& data,
                                                       const JobContext& job);

/// Where a training has its batches from.
struct BatchSource {
  /// What training_samples gave for the recipe or one alike in network, data and seed: several trainings then
  /// read it once. Null = read by the training. Not owned.
  const std::vector<TrainingSample>* samples = nullptr;
  SampleDraw draw = SampleDraw::kPasses;
};

/// The batches of one training.
class SampleBatches {
 public:
  explicit SampleBatches(const BatchSource& source) : source_(source), order_(0, 0) {}

  /// Reads the samples unless they were given; before the first batch.
  Expected<void> prepare(const TrainRecipe& recipe, const Dataset& data, const JobContext& job);
  /// The batch of a step of that recipe; a pure function of (seed, step).
  std::vector<const TrainingSample*> batch(int step) { return order_.batch(samples(), step, size_); }

 private:
  const std::vector<TrainingSample>& samples() const {
    return source_.samples != nullptr ? *source_.samples : own_;
  }

  BatchSource source_;
  std::vector<TrainingSample> own_;
  SampleOrder order_;
  int size_ = 0;
};

}  // namespace alidade
