// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/nn/pose_diffusion/pose_network.h"
#include "core/results/pose_result.h"
#include "core/studies/infer.h"

namespace alidade {

/// An object as the network sees it, before anything is sampled.
struct EncodedObject {
  const Instance* instance = nullptr;  ///< in the frame it was made from
  std::uint64_t seed = 0;              ///< object_seed()
  ObjectPoints points;
  std::shared_ptr<const PoseNetwork::Features> features;
  PoseEstimate blank;  ///< whose it is; no pose yet
};

/// Estimates single objects as options say; what inference and tracking share. The options must outlive it.
class ObjectEstimator {
 public:
  ObjectEstimator(PoseNetwork& network, const InferOptions& options, const JobContext& job)
      : network_(network), options_(options), job_(job) {}

  /// Error (kInput) for an object that cannot be estimated.
  Expected<EncodedObject> encode(const Frame& frame, std::size_t position);

  /// Draws the K samples from noise, or about the pose of the box `start` (camera frame) when there is one or
  /// the options say so of the regression head's, and aggregates them. Equal seeds draw equal noise either
  /// way. kFailed when the sampler diverges.
  Expected<PoseEstimate> estimate(const EncodedObject& object, const SamplerOptions& sampler,
                                  const Rigid3* start = nullptr);

 private:
  Expected<std::vector<Rigid3>> draw(const EncodedObject& object, const SamplerOptions& sampler,
                                     const Rigid3* start);

  PoseNetwork& network_;
  const InferOptions& options_;
  const JobContext& job_;
};

}  // namespace alidade
