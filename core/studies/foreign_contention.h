// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/base/worker_process.h"
#include "core/data/dataset.h"
#include "core/nn/torchscript/block_map.h"
#include "core/results/contention_history.h"
#include "core/studies/contention.h"
#include "core/studies/contention_effects.h"

namespace alidade {

/// A series of TorchScript modules of somebody else, and what is measured of it.
struct ForeignContention {
  std::vector<SeriesCheckpoint> series;
  BlockMap map;
  std::vector<std::string> datasets;  ///< as the command line names them
  ContentionSubset subset;
  std::optional<EffectOptions> effects;  ///< at the last checkpoint
  int threads = 1;
  WorkerLimits limits;
  std::filesystem::path program = "/proc/self/exe";  ///< that has the hidden command `worker`
};

/// An Error unless every file is a TorchScript module by the list of its contents; nothing of it is run.
Expected<void> check_foreign_series(const std::vector<SeriesCheckpoint>& series);

/// Measures it as measure_contention() does, in a worker process that runs the modules within limits: without
/// network, without files to write, ended by a stop. What it hands over is read and checked as any file is. A
/// worker that dies is one sentence (kFailed).
Expected<ContentionHistory> measure_foreign_contention(const ForeignContention& order, const JobContext& job);

/// How a worker opens a dataset.
using DatasetOpener =
    std::function<Expected<std::shared_ptr<const Dataset>>(const std::string& name, const JobContext& job)>;

/// The worker's side: reads what is asked, confines this process, measures, and hands over the history, or
/// the sentence of an Error. kUsage where nobody has started this process as a worker.
Expected<void> serve_foreign_contention(const DatasetOpener& open);

}  // namespace alidade
