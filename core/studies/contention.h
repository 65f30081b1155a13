// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/nn/model.h"
#include "core/results/contention_history.h"
#include "core/studies/contention_subset.h"

namespace alidade {

/// How a checkpoint of a series becomes a model.
using ModelOpener = std::function<Expected<std::unique_ptr<Model>>(const std::filesystem::path& path)>;

struct ContentionOptions {
  ContentionSubset subset;
  /// Empty = as a checkpoint of ours.
  ModelOpener open;
  /// State of a training (state.safetensors) whose second moments of Adam divide the gradients: where its
  /// step leads, not what the loss asks for. Of one checkpoint, that of the state. Empty = gradients
  /// themselves.
  std::filesystem::path adam_state;
  /// Gradients that may stand in memory at a time, bytes; more than that is measured in several passes.
  std::size_t memory = std::size_t{1} << 30;
};

/// A checkpoint of a series.
struct SeriesCheckpoint {
  std::filesystem::path path;
  double epoch = 0.0;
};

/// The checkpoints of a run folder in the order of their epochs, or the files themselves.
Expected<std::vector<SeriesCheckpoint>> checkpoint_series(
    const std::vector<std::filesystem::path>& runs_or_files, const std::string& extension = ".safetensors");

/// Opens one as the options say.
Expected<std::unique_ptr<Model>> open_checkpoint(const std::filesystem::path& path,
                                                 const ContentionOptions& options);

/// Measures the gradients of a series of checkpoints on a fixed subset of the data (DecomPose App. B): mean
/// gradients of rows against each other, tensor by tensor, and those of single batches, block by block.
/// Nothing is trained; statistics of batch norm stay fixed, and a model that changed while it was measured is
/// an Error. kInput for checkpoints of different architectures, and for rows without samples.
Expected<std::shared_ptr<const ContentionHistory>> measure_contention(
    const std::vector<SeriesCheckpoint>& series, const std::vector<std::shared_ptr<const Dataset>>& sources,
    const ContentionOptions& options, const JobContext& job);

/// Gradients of one open model on a subset, as one epoch of a history that lists its rows, tensors and
/// blocks. `factors` (may be null) are multiplied with the gradients, number by number.
Expected<ContentionEpoch> measure_epoch(Model& model, const DiagnosticSubset& subset,
                                        const ContentionHistory& history, std::size_t memory,
                                        const ParameterValues* factors, const JobContext& job);

/// 1 / (sqrt(second moment / correction) + 1e-8) of Adam for every parameter of `model`, from the state of
/// its training. kInput for a state of other parameters.
Expected<ParameterValues> adam_factors(const Model& model, const std::filesystem::path& state);

/// The tensors of a model with their layers, modules and blocks, as a history lists them.
std::vector<ContentionTensor> contention_tensors(const Model& model);

}  // namespace alidade
