// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "core/base/expected.h"
#include "core/base/provenance.h"
#include "core/base/rare.h"
#include "core/data/image.h"
#include "core/geometry/camera.h"
#include "core/geometry/rigid.h"
#include "core/geometry/symmetry.h"

namespace alidade {

/// One object with a pose: a ground truth or a prediction. There are millions of them: 224 bytes each.
struct PoseRow {
  std::uint32_t image = 0;     ///< index in EvaluationInput::images
  std::uint32_t category = 0;  ///< index in EvaluationInput::categories
  int instance = -1;           ///< pairs a prediction with its ground truth within an image; -1 = unknown
  int object_id = 0;           ///< key of EvaluationInput::objects; 0 for category-level data
  Rigid3 cam_from_obj;         ///< without scale
  Eigen::Vector3d center_obj = Eigen::Vector3d::Zero();  ///< center of the box in the object frame, metres
  Eigen::Vector3d size = Eigen::Vector3d::Zero();        ///< full side lengths, metres
  double score = 1.0;
  double visible_fraction = 1.0;               ///< ground truth only; 1 where it is not known
  double seconds = -1.0;                       ///< predictions: time of the image, -1 = unknown
  bool handle_visible = true;                  ///< mugs only
  bool visibility_known = false;               ///< of `visible_fraction`
  RareOptional<std::array<double, 4>> bbox;    ///< y1, x1, y2, x2 in pixels, as NOCS has it
  Rare<SymmetryGroup> symmetry;                ///< of this instance; ground truth only
  RareVector<Rigid3> hypotheses;               ///< predictions: the K samples
  RareVector<std::array<double, 2>> energies;  ///< per hypothesis: rotation, translation; empty = none
};

/// Ground truth or predictions. `source` and `row_names` serve messages only.
struct PoseSet {
  std::string source;         ///< file name or "dataset NAME"
  std::vector<PoseRow> rows;  ///< in file order
};

/// An object known by its geometry; metres.
struct ObjectGeometry {
  std::string name;
  std::vector<Eigen::Vector3d> vertices;
  std::vector<Eigen::Vector3i> triangles;
  double diameter = 0.0;
  SymmetryGroup symmetry;
};

/// What BOP asks for beside the poses, and what VSD renders with; one per image.
struct ImageInfo {
  std::string name;  ///< unique
  int scene_id = 0;
  int image_id = 0;
  PinholeCamera camera;  ///< invalid() when unknown
  double time = -1.0;    ///< seconds, for sequences; -1 = unknown
};

/// BOP's list of what is to be found: `count` instances of an object in an image.
struct Target {
  std::uint32_t image = 0;
  int object_id = 0;
  int count = 1;
  int estimates = -1;  ///< best-scored estimates that are looked at; -1 = as many as `count`
};

/// Everything a protocol may need. Poses are proper rotations when they come here: readers project or
/// reject (pose_check.h) and list what they did in `notes`.
struct EvaluationInput {
  std::string name;  ///< of the run, for tables
  std::vector<ImageInfo> images;
  std::vector<std::string> categories;  ///< in the order of the report's rows
  PoseSet truth;
  PoseSet predictions;
  std::map<int, ObjectGeometry> objects;  ///< by object id; empty for category-level data
  std::vector<Target> targets;            ///< empty = every ground truth is one
  /// Measured depth of an image (z, metres, 0 = none); empty when there is none. May be called from
  /// several threads.
  std::function<Expected<ImageF>(std::uint32_t image)> depth;
  std::vector<std::string> notes;
  /// What the ground truth lacks where the user let that pass, one sentence; empty when it is whole.
  std::string allowed_problems;
  Provenance provenance;
  /// Whether the report judges and explains every single object; without that it takes half the memory.
  bool judges_samples = true;
};

}  // namespace alidade
