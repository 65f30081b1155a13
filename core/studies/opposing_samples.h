// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/contention/part_gram.h"
#include "core/data/dataset.h"
#include "core/results/contention_history.h"

namespace alidade {

/// What is asked of a history: which samples of two rows oppose each other in a part, at an epoch.
struct OpposingQuestion {
  std::size_t epoch = 0;
  ContentionPart part;
  std::string row, other;
  std::size_t samples = 24;  ///< looked at of each row
  std::size_t pairs = 8;     ///< given back
};

/// Two objects of the dataset whose gradients oppose each other.
struct OpposingSamples {
  std::size_t frame = 0, other_frame = 0;
  int instance = 0, other_instance = 0;  ///< Instance::index
  double cosine = 0.0;
};

/// The file of an epoch's checkpoint among those below `folder` and beside it (the folder itself, its
/// checkpoints/, runs/NAME/checkpoints/ and ../runs/NAME/checkpoints/), known by its digest. kInput when it
/// is nowhere.
Expected<std::filesystem::path> find_checkpoint(const ContentionHistory& history, std::size_t epoch,
                                                const std::filesystem::path& folder);

/// Draws the subset that the history was measured on once more and takes the gradients of single samples,
/// most opposing pairs first. kInput where the history is not one of categories of this dataset.
Expected<std::vector<OpposingSamples>> opposing_samples(const ContentionHistory& history,
                                                        const std::filesystem::path& checkpoint,
                                                        const std::shared_ptr<const Dataset>& dataset,
                                                        const OpposingQuestion& question,
                                                        const JobContext& job);

}  // namespace alidade
