// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace alidade {

/// Weights of the losses (Eq. 14 and 15), defaults of Sec. 6.1.
struct DecomposeWeights {
  double chamfer = 3.0, diversity = 10.0, reconstruction = 15.0, nocs = 3.0;  ///< lambda_1 to lambda_4
  double offset = 0.0;  ///< AG-Pose keeps what it reconstructs near the keypoints; DecomPose does not
  double main = 0.6, branch = 1.0;  ///< lambda_main, lambda_g
  double margin_m = 0.01;           ///< of the diversity loss
};

/// AG-Pose's own: what the paper's baseline was trained with.
inline constexpr DecomposeWeights kAgPoseWeights{2.0, 10.0, 15.0, 2.0, 1.0, 0.3, 1.0, 0.01};

}  // namespace alidade
