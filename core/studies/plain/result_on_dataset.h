// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/exchange/pose_table.h"
#include "core/exchange/sample_file.h"
#include "core/results/pose_result.h"

namespace alidade {

/// Poses of a file as a result on a dataset.
struct DatasetResult {
  std::shared_ptr<const PoseResult> result;
  std::vector<std::string> notes;  ///< what did not fit and was left out, one sentence each, with both numbers
};

/// Matches rows to the dataset by the names of images, then to the objects that are annotated there: by
/// `instance`, else by object or category, the most certain row first and to the nearest of equal objects.
/// Errors are computed anew against the dataset's ground truth (`pose_error`), so that what `alidade infer`
/// wrote gives the same result again. Rows that answer to no annotated object are left out and counted.
/// kInput, with both numbers, when no image or no object is common, and when translations or sides are about
/// a thousand times those of the dataset, or a thousandth: millimetres.
Expected<DatasetResult> result_on_dataset(const Dataset& dataset, PoseTable table, const JobContext& job);

/// Sample sets the same way, a result for each schedule (`ObjectSamples::name`) in the order of the file: the
/// samples are its hypotheses and their mean (mean_pose) is its pose.
Expected<std::vector<DatasetResult>> results_on_dataset(const Dataset& dataset, const SampleFile& file,
                                                        const std::string& source, const JobContext& job);

}  // namespace alidade
