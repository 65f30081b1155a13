// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/nn/model.h"

namespace alidade {

/// What the rows of a contention matrix are.
enum class ContentionRows { kCategory, kInstance, kSource, kLossPart, kDiffusionTime };

/// Which frames the subset is drawn from (App. B.1, and what the reviewer asked for).
enum class ContentionDraw {
  kAll,      ///< the whole dataset: what was trained on
  kHeldOut,  ///< its last fifth of frames: for a training that was given the others alone
};

/// How the diagnostic subset is drawn.
struct ContentionSubset {
  ContentionRows rows = ContentionRows::kCategory;
  ContentionDraw draw = ContentionDraw::kAll;
  int batches = 6;      ///< of each row
  int batch_size = 16;  ///< examples of a batch
  int time_bins = 8;    ///< rows of kDiffusionTime
  double min_visible_fraction = 0.15;
  std::uint64_t seed = 0;
};

/// The place of an example.
struct SubsetPlace {
  std::size_t source = 0;  ///< of the datasets
  std::size_t frame = 0;
  int instance = 0;
};

/// A batch of one row: what its gradient is taken of.
struct SubsetBatch {
  int row = 0;
  std::uint64_t seed = 0;  ///< of noise and times: the m-th batches of all rows share one
  LossAspect aspect;
  std::vector<const ModelExample*> examples;
};

/// A fixed diagnostic subset: one row per batch, equal counts. Made once for a series of checkpoints.
struct DiagnosticSubset {
  std::vector<std::string> rows;
  std::vector<std::int64_t> samples;  ///< of each row
  std::vector<SubsetBatch> batches;
  std::vector<std::unique_ptr<ModelExample>> examples;
  std::vector<SubsetPlace> places;  ///< of the examples
  std::vector<int> example_rows;    ///< of the examples; -1 where every row has all of them
};

/// Draws the subset with examples of `model`. Rows of loss parts and diffusion times have the same examples
/// and noise all. kInput when a row has no example that can be learned from, with its name; rows that have
/// too few make all smaller, and the log says so.
Expected<DiagnosticSubset> diagnostic_subset(const Model& model,
                                             const std::vector<std::shared_ptr<const Dataset>>& sources,
                                             const ContentionSubset& options, const JobContext& job);

}  // namespace alidade
