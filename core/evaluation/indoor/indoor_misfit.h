// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/evaluation/indoor/indoor_matching.h"

namespace alidade {

/// A convention by which detections seem to differ from the ground truth.
struct IndoorMisfit {
  std::string cause;                 ///< "the yaw is counted the other way round"
  double before = 0.0, after = 0.0;  ///< mAP@0.25 as it is, and with this mended
  /// One sentence with both numbers and the cause.
  std::string sentence() const;
};

/// Why a detector that works elsewhere may fail on a dataset: tries other orders of classes, units, signs and
/// quarters of yaw, centers of the bottom face, half sides, axes of a camera and the opposite order of
/// scores, each alone. Returns those that at least double an mAP@0.25 below 0.3 and add 0.1, best first;
/// where none does but most objects are found at an mAP below 0.1, one entry says what that usually is
/// (`after` = mAR). Looks at the 200 best detections of each scene. Cancelled is the only error.
Expected<std::vector<IndoorMisfit>> indoor_misfits(std::span<const IndoorObject> truths,
                                                   std::span<const IndoorObject> detections,
                                                   const std::vector<std::string>& categories,
                                                   std::size_t scenes, const JobContext& job);

}  // namespace alidade
