// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/evaluation/pose_set.h"

namespace alidade::bop {

/// What a BOP evaluation reads.
struct EvaluationFiles {
  std::filesystem::path dataset;  ///< a dataset, a split or a scene
  std::filesystem::path results;  ///< CSV, see bop_results.h
  std::filesystem::path targets;  ///< empty = the dataset's own for the split and the task
  bool detection = false;         ///< the task of 2024: its targets name images, not objects
  bool allow_problems = false;    ///< score what is left of an incomplete ground truth, and say so first
};

/// Ground truth and predictions for the protocols that need models: poses and visibilities of the images the
/// targets name (all annotated ones without targets), the evaluation models (models_eval before models), and
/// measured depth when every image has it; depth of another size than the color image is an Error of its
/// image. Depth that contradicts the poses is noted. Images need not be on disk. Estimates for other images
/// or objects are left out and counted in the notes; when none is left the dataset is the wrong one and that
/// is an Error, as are incomplete or malformed annotations, targets without annotation, and a dataset with
/// several splits none of which the results' name tells.
Expected<std::shared_ptr<const EvaluationInput>> evaluation_input(const EvaluationFiles& files,
                                                                  const JobContext& job);

}  // namespace alidade::bop
