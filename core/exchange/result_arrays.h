// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>

#include "core/base/expected.h"
#include "core/exchange/pose_table.h"
#include "core/exchange/sample_file.h"

namespace alidade {

/// What an NPZ of docs/formats.md holds.
enum class ArraysKind { kPoses, kGroundTruth, kSamples };

/// The content of such a file, whichever of them it is.
struct ResultArrays {
  ArraysKind kind = ArraysKind::kPoses;
  PoseTable poses;     ///< of kPoses and kGroundTruth
  SampleFile samples;  ///< of kSamples
};

/// Reads pose results, predictions, ground truth or a sample set: the file is read once and told by its keys.
/// "samples" makes it a sample set; a key that only ground truth has, and none that only predictions have,
/// makes it ground truth. Errors are those of the readers.
Expected<ResultArrays> read_result_arrays(const std::filesystem::path& path);

}  // namespace alidade
