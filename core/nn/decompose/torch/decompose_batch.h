// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <torch/torch.h>

#include "core/base/random.h"
#include "core/nn/decompose/decompose_config.h"
#include "core/nn/decompose/decompose_sample.h"

namespace alidade {

/// Neighborhoods of one level of PointNet++ for B objects, made on the CPU since they carry no gradient.
/// n is the number of points of the level below.
struct LevelGeometry {
  std::vector<torch::Tensor> relative;  ///< per scale [B, C * k, 3]: neighbor minus center, over the radius
  std::vector<torch::Tensor> index;     ///< per scale [B, C * k] int64: which of the n points
  torch::Tensor back_index;             ///< [B, n * 3] int64: nearest centers of each of the n points
  torch::Tensor back_weight;            ///< [B, n, 3, 1]: by inverse distance, sums of 1
};

/// What the network sees of B objects; every tensor has B as its first dimension.
struct DecomposeInputs {
  torch::Tensor points;     ///< [B, N, 3] metres, about the centroid
  torch::Tensor centroids;  ///< [B, 3] metres, camera frame
  std::vector<LevelGeometry> levels;
  torch::Tensor patches;       ///< [B, P, W] patch features; undefined without color
  torch::Tensor patch_index;   ///< [B, N * 4] int64: the patches around each point
  torch::Tensor patch_weight;  ///< [B, N, 4, 1]
  torch::Tensor group;         ///< [B] int64

  std::int64_t size() const { return points.size(0); }
  /// Those of the objects `rows` [n] int64.
  DecomposeInputs select(const torch::Tensor& rows) const;
};

/// Poses and sizes of B objects: what a network says, or the truth, canonical under the objects' symmetries.
struct PoseTensors {
  torch::Tensor R;     ///< [B, 3, 3]
  torch::Tensor t;     ///< [B, 3] metres, about the centroid of the points
  torch::Tensor size;  ///< [B, 3] metres
};

/// How training changes objects: turn and scale about the centroid of the points.
struct DecomposeAugmentation {
  double turn_rad = 0.35;    ///< greatest turn about each axis
  double scale_range = 0.2;  ///< factors 1 - range to 1 + range
  double jitter_m = 0.001;   ///< of each point, standard deviation
};

/// Inputs of objects as they are. Every object must have a route.
DecomposeInputs make_decompose_inputs(const DecomposeConfig& config,
                                      const std::vector<const DecomposeInput*>& objects);

/// Samples, augmented when `random` is given; the canonical rotation is that of the turned object.
struct DecomposeBatch {
  DecomposeInputs inputs;
  PoseTensors targets;
};
DecomposeBatch make_decompose_batch(const DecomposeConfig& config,
                                    const std::vector<const DecomposeSample*>& samples,
                                    const DecomposeAugmentation& augmentation, Random* random);

}  // namespace alidade
