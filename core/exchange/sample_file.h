// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/exchange/column_reader.h"
#include "core/results/object_samples.h"

namespace alidade {

/// Writes samples of several objects, or of several schedules, as NPZ (docs/formats.md, "Sample sets"). All
/// sets have the same K (ErrorCode::kUsage otherwise).
Expected<void> write_samples(const std::vector<std::shared_ptr<const ObjectSamples>>& samples,
                             const std::filesystem::path& path);

/// ErrorCode::kUsage, saying what fits, when all samples and paths together exceed kTrajectoryLimitBytes.
Expected<void> check_sample_memory(const std::vector<std::shared_ptr<const ObjectSamples>>& samples);

/// What a file of samples holds.
struct SampleFile {
  std::vector<std::shared_ptr<const ObjectSamples>> samples;
  std::vector<std::string> notes;  ///< sentences on matrices that were projected onto SO(3)
};

/// Reads what write_samples or somebody else wrote. Measures and curves are computed anew. Matrices within
/// pose_check.h's tolerance of a rotation are projected and noted; everything else that is wrong is an Error
/// that names file, key and row.
Expected<SampleFile> read_samples(const std::filesystem::path& path);

/// The same of arrays that are read; rows are counted by "samples".
Expected<SampleFile> samples_of(ColumnReader columns);

}  // namespace alidade
