// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/expected.h"
#include "core/experiments/step.h"
#include "core/papers/decompose/plan.h"
#include "core/results/contention_history.h"
#include "core/results/pose_result.h"

namespace alidade::decompose {

/// The metrics of the paper's tables, by their ids in resources/published.
inline constexpr const char* kMetrics[] = {"iou_50", "iou_75", "5deg2cm", "5deg5cm", "10deg2cm", "10deg5cm"};
/// What difficulty is one minus of.
inline constexpr char kDifficultyMetric[] = "5deg2cm";

/// What an estimator does on annotated objects: shares 0..1.
struct Accuracy {
  std::map<std::string, std::map<std::string, double>> categories;  ///< by category, then by metric
  std::size_t objects = 0, skipped = 0;  ///< skipped objects count as wrong nowhere; the report says how many
};

/// Accuracies by category of `result`: rotation under the symmetry, translation between the box centers,
/// exact oriented IoU. Thresholds are inclusive below and strict above, as in "< 5 degrees".
Accuracy accuracy_of(const PoseResult& result);

nlohmann::ordered_json to_json(const Accuracy& accuracy);

/// Which estimates a checkpoint gives.
enum class Estimates {
  kNetwork,    ///< a DecomPose network
  kDiffusion,  ///< samples of a pose diffusion network
  kRegression  ///< its regression head
};

/// A run's network on frames of a dataset.
struct EvaluationOrder {
  std::filesystem::path checkpoint, data;
  int frames = 0;  ///< the first ones
  Estimates estimator = Estimates::kNetwork;
};

/// A series of gradients.
struct ContentionOrder {
  std::filesystem::path run, data;
  int checkpoints = 0;  ///< of the run, the last one among them
  int batches = 0, batch = 0;
};

/// What touches networks: all that the steps need of the program's studies, so that tests can do without.
/// Each is called by one worker at a time; StepInput says by which. All ask the job for the stop.
struct StudyWork {
  /// Trains as the recipe text says in the run folder, or goes on with the run of that text that is there;
  /// another one's is removed. `recipe` is the file that stands in messages and paths are relative to.
  std::function<Expected<void>(const std::filesystem::path& run, const std::string& text,
                               const std::filesystem::path& recipe, const StepInput& input)>
      train;
  std::function<Expected<Accuracy>(const EvaluationOrder&, const StepInput&)> evaluate;
  std::function<Expected<std::shared_ptr<const ContentionHistory>>(const ContentionOrder&, const StepInput&)>
      contention;
  /// The change of every category's held-out loss after training on one of them alone.
  std::function<Expected<ContentionEffect>(const ContentionOrder&, const StepInput&)> effects;
  /// Number of parameters of the network that a recipe text asks for, with these categories.
  std::function<Expected<std::int64_t>(const std::string& text, const std::filesystem::path& recipe,
                                       const std::vector<std::string>& categories)>
      parameters;
  /// The text of the recipe of Table 6's pose diffusion network, trained on `data`.
  std::function<std::string(const StudySizes&, const std::filesystem::path& data)> reference_text;
  /// What the work costs here: with the network of a recipe text, on its data and the test split `test`.
  std::function<Expected<StudyCosts>(const std::string& text, const std::filesystem::path& recipe,
                                     const StudySizes&, const std::filesystem::path& test, const JobContext&)>
      costs;
};

}  // namespace alidade::decompose
