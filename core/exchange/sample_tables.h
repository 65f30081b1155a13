// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/exchange/pose_table.h"
#include "core/exchange/sample_file.h"

namespace alidade {

/// Sample sets as the two sides of an evaluation: each object's truth with its symmetry, and its samples.
struct SampleTables {
  PoseTable truth;
  PoseTable predictions;  ///< the pose of a row is the mean of its samples
};

/// Names of the sets (schedules) of a file, each once, in the order in which they first came.
std::vector<std::string> sample_set_names(const SampleFile& file);

/// The sets of the name `set`; it may be empty where all sets have one name. An Error that names `source`
/// (the file, for messages) and the row or lists the names when there is no such set, no choice, or no truth.
Expected<SampleTables> sample_tables(const SampleFile& file, const std::string& source,
                                     const std::string& set);

}  // namespace alidade
