// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "core/base/provenance.h"
#include "core/data/dataset_problems.h"
#include "core/geometry/rigid.h"

namespace alidade {

/// How far an estimate is from its ground truth.
struct PoseError {
  double rotation_raw = 0.0;      ///< radians, symmetry ignored
  double rotation_reduced = 0.0;  ///< radians, smallest over the symmetry group
  double translation = 0.0;       ///< metres, between the box centers
  double iou = 0.0;               ///< exact oriented IoU, symmetric sweep
  bool snapped = false;           ///< the nearest equivalent differs from the raw estimate by > 1 degree
};

/// One estimated object with the ground truth it answers to.
struct PoseEstimate {
  std::size_t frame = 0;  ///< index in the dataset
  std::string frame_name;
  int instance = 0;  ///< Instance::index
  int object_id = 0;
  std::string category;
  std::string symmetry;                                  ///< SymmetryGroup::name of the instance
  Rigid3 cam_from_obj;                                   ///< aggregated estimate
  Eigen::Vector3d size = Eigen::Vector3d::Zero();        ///< metres
  Eigen::Vector3d center_obj = Eigen::Vector3d::Zero();  ///< center of the box in the object frame, metres
  double score = 0.0;              ///< 0..1: agreement of the hypotheses; 1 for a single one
  std::vector<Rigid3> hypotheses;  ///< the K samples, cam_from_obj
  /// Energies of the hypotheses by the ranker, {rotation, translation}, higher = better; empty without one.
  std::vector<std::array<double, 2>> energies;
  PoseError error;
};

/// What an inference run gives. Immutable once made; views hold it by shared_ptr<const>.
struct PoseResult {
  std::string name;                     ///< short, for badges: "demo-m · exp 1–8"
  std::string sampler;                  ///< readable description of the sampler
  std::vector<PoseEstimate> estimates;  ///< ordered by frame, then instance
  std::vector<std::size_t> frames;      ///< indices of the frames that were read, in order
  std::vector<std::string> images;      ///< their names
  std::vector<std::string> skipped;     ///< one sentence per object that could not be estimated
  std::vector<std::string>
      problems;         ///< one sentence per missing or malformed file that kept objects from being estimated
  FrameProblems found;  ///< what the frames were found to lack while they were read
  double seconds = 0.0;  ///< computing time, not part of saved files
  Provenance provenance;

  /// The estimate of an instance, or nullptr.
  const PoseEstimate* find(std::size_t frame, int instance) const;
};

}  // namespace alidade
