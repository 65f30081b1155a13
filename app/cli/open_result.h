// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/studies/plain/result_on_dataset.h"

namespace alidade {

/// What a file holds that can be opened, as its first bytes tell; its name does not count.
enum class OpenableKind {
  kArrays,      ///< NPZ: poses, predictions, ground truth or samples
  kContention,  ///< NPZ: a history of gradient contention
  kBranches,    ///< JSON: accuracy of categories through every branch
  kKernels,     ///< NPZ: shared kernels, or kernels of another library
  kSweep,       ///< JSON: quantized networks of a sweep
  kBopResults,  ///< CSV
  kSchedule,    ///< guidance schedule, JSON
  kSession,     ///< session of the window, JSON
  kCheckpoint,  ///< safetensors
  kUnknown,
};

/// Whether such a file becomes a run of its own type, without a dataset, in the window alone.
constexpr bool needs_no_dataset(OpenableKind kind) {
  return kind == OpenableKind::kContention || kind == OpenableKind::kKernels ||
         kind == OpenableKind::kBranches || kind == OpenableKind::kSweep;
}

/// Looks at the beginning of a regular file; JSON is read whole. kInput when it cannot be read.
Expected<OpenableKind> recognize_file(const std::filesystem::path& path);

/// A file of results as runs.
struct OpenedResult {
  std::vector<DatasetResult> results;  ///< one, or one per schedule of a sample set
  std::string kind;                    ///< "poses", "ground truth", "samples", "BOP results"
  std::string sha256;                  ///< of the file
};

/// Opens a file of the first two kinds on the dataset that it belongs to; everything slow is in here, and
/// asks `job` for the stop. Errors are those of the readers and of result_on_dataset; for a file of another
/// kind they name the kinds that there are.
Expected<OpenedResult> open_result(const std::filesystem::path& path, const Dataset& dataset,
                                   const JobContext& job);

/// The sentence for a file that nothing opens.
Error unknown_file(const std::filesystem::path& path);

}  // namespace alidade
