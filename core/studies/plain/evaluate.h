// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/evaluation/protocol.h"
#include "core/evaluation/statistics/statistics.h"
#include "core/results/pose_result.h"

namespace alidade {

/// Ground truth from the dataset (annotations of the frames the result covers), predictions from the
/// result. Classes are those that occur in these frames, in the dataset's order. Image boxes are the hulls of
/// the projected corners of the true boxes, on both sides: the estimates answer to given instances. With
/// `with_models` the meshes of the objects that occur are read where the dataset has them. Frames that nobody
/// annotated are left out; what else the ground truth lacks stands in `allowed_problems`
/// (require_ground_truth refuses it).
Expected<std::shared_ptr<const EvaluationInput>> evaluation_input(const Dataset& dataset,
                                                                  const PoseResult& result,
                                                                  const JobContext& job,
                                                                  bool with_models = true);

/// The same for a result file (docs/formats.md, "Pose results") or another file of predictions for the
/// dataset's images; equal to the above for the file that was written from the result.
Expected<std::shared_ptr<const EvaluationInput>> read_evaluation_input(const Dataset& dataset,
                                                                       const std::filesystem::path& result,
                                                                       const JobContext& job,
                                                                       bool with_models = true);

/// Whether the protocol's family compares the surfaces of objects.
bool needs_models(const Protocol& protocol);

/// What `write_dataset_truth` wrote.
struct DatasetTruth {
  std::size_t images = 0, objects = 0;
  std::vector<std::string> notes;  ///< what the file cannot say, one sentence each
};

/// Writes the annotations of all annotated frames as an exchange file (docs/formats.md, "Ground truth and
/// predictions").
Expected<DatasetTruth> write_dataset_truth(const Dataset& dataset, const std::filesystem::path& path,
                                           const JobContext& job);

/// Ground truth and predictions from two exchange files (docs/formats.md, "Ground truth and predictions").
/// `categories`, when not empty, names all classes in the order of the report's rows. Where nobody names the
/// classes and the files number them, they are those of `protocol`, which a note says; a number beyond them
/// is an Error.
Expected<std::shared_ptr<const EvaluationInput>> read_exchange(const std::filesystem::path& ground_truth,
                                                               const std::filesystem::path& predictions,
                                                               const std::vector<std::string>& categories,
                                                               const Protocol* protocol = nullptr);

/// Ground truth and predictions from a file of sample sets (docs/formats.md, "Sample sets"), which holds
/// both: those of the name `set`, which may be empty where all sets have one name.
Expected<std::shared_ptr<const EvaluationInput>> read_sample_sets(const std::filesystem::path& path,
                                                                  const std::string& set);

/// `evaluate` followed by the bootstrap: the report both the command line prints and the window shows.
/// `replicates` 0 = no intervals.
Expected<std::shared_ptr<const EvaluationReport>> evaluate_with_intervals(
    const Protocol& protocol, std::shared_ptr<const EvaluationInput> input, const BootstrapOptions& bootstrap,
    const JobContext& job);

/// Bootstrap of the window and of the command line when nothing else is asked.
BootstrapOptions default_bootstrap();

}  // namespace alidade
