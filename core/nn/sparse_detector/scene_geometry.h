// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <memory>
#include <vector>

#include <Eigen/Core>

#include "core/base/expected.h"
#include "core/nn/sparse_detector/detector_config.h"
#include "core/ops/sparse/kernel_map.h"
#include "core/ops/sparse/sparse_union.h"

namespace alidade {

/// Where a residual stage computes: its voxels, and how they are reached.
struct StageGeometry {
  VoxelSet voxels;
  KernelMap down;      ///< kernel 3 with the stage's stride, from the stage before
  KernelMap shortcut;  ///< kernel 1 with that stride: reads only the coarse lattice
  KernelMap inside;    ///< submanifold, kernel 3
};

/// A head level: the union of the backbone's voxels with those that the coarser level generates.
struct NeckGeometry {
  KernelMap up;      ///< generative transposed, kernel 3, stride 2
  SparseUnion both;  ///< first: the backbone's rows, second: the generated ones
  KernelMap inside;  ///< submanifold, kernel 3
};

/// All that the network needs of a scene besides its features; no torch. The coarsest stage is also where the
/// neck begins.
struct SceneGeometry {
  VoxelSet input, stem;
  KernelMap stem_map;  ///< kernel 3 with the stem's stride
  VoxelSet pooled;     ///< the stem's where there is no pooling
  KernelMap pool_map;  ///< empty where there is none
  std::array<StageGeometry, kDetectorStages> stages;
  std::array<NeckGeometry, kDetectorLevels> levels;  ///< from the finer
};

/// The geometry of a scene's voxels; errors of the maps: what leaves int32.
Expected<std::shared_ptr<const SceneGeometry>> scene_geometry(const VoxelSet& voxels,
                                                              const DetectorConfig& config);

/// Where the voxels of a level are: coordinate times voxel size, metres (no half voxel is added).
std::vector<Eigen::Vector3d> voxel_positions(const VoxelSet& voxels, double voxel_m);

}  // namespace alidade
