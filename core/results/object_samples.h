// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "core/base/provenance.h"
#include "core/geometry/rigid.h"
#include "core/geometry/symmetry.h"

namespace alidade {

/// Errors of the K samples at one diffusion time (score-scaling paper Fig. 3 and 8).
struct SampleCurvePoint {
  double t = 0.0;
  double sigma = 0.0;                                    ///< noise level of the schedule
  double rotation_mean = 0.0, rotation_std = 0.0;        ///< radians, symmetry-reduced
  double translation_mean = 0.0, translation_std = 0.0;  ///< metres
};

/// What a sample set is worth.
struct SampleMeasures {
  double coverage = 0.0;  ///< share of the symmetry orbit's elements with a sample within 10 degrees
  double entropy = 0.0;   ///< of the samples over the orbit, 1 = uniform, 0 = one mode; 1 without symmetry
  double outliers = 0.0;  ///< share beyond 30 degrees under the symmetry
  double spread = 0.0;    ///< radians: mean distance to the mean rotation, symmetry ignored
  double rotation_median = 0.0;     ///< radians, symmetry-reduced
  double translation_median = 0.0;  ///< metres
};

/// K samples of one object's pose, and how they came to be. Immutable once made.
struct ObjectSamples {
  std::string name;  ///< "exp 1–15", for column heads
  std::string sampler;
  std::string frame_name;
  std::size_t frame = 0;
  int instance = 0;
  std::string category;
  SymmetryGroup symmetry;
  std::optional<Rigid3> truth;  ///< cam_from_obj
  bool analytic = false;        ///< from the analytic score field, not from a network
  /// The object's box, metres, and its center in the object frame; not part of saved files.
  std::optional<Eigen::Vector3d> size;
  Eigen::Vector3d center_obj = Eigen::Vector3d::Zero();

  std::vector<Rigid3> samples;                  ///< cam_from_obj at the end (the last finite ones)
  std::vector<double> times;                    ///< of the kept states, falling; empty when none were kept
  std::vector<std::vector<Rigid3>> trajectory;  ///< [time][sample]
  std::vector<SampleCurvePoint> curve;          ///< one per time, when the truth is known
  std::optional<SampleMeasures> measures;       ///< when the truth is known

  int evaluations = 0;  ///< score evaluations (NFE)
  int steps = 0;
  int first_bad_step = -1;    ///< step of the first value that was not finite; the path before it is kept
  double milliseconds = 0.0;  ///< of the sampling alone; not part of saved files
  Provenance provenance;
};

}  // namespace alidade
