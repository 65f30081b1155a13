// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/experiments/step.h"
#include "core/papers/h2a2/plan.h"
#include "core/results/contention_history.h"
#include "core/results/kernel_sharing.h"

namespace alidade::h2a2 {

/// A source's scenes: the recipe of Rooms, and whose they are.
struct SourceScenes {
  std::string source;
  std::filesystem::path data;
};

/// What the log of a training says of a group of shared tensors, means over its steps.
struct GroupNorms {
  std::map<std::string, double> norms;  ///< of the gradients by source
  double psi = 0.0, triggered = 0.0;
};

/// All groups together, along the training: root of the sum of the squares of the groups' norms by source,
/// and the mean of Psi and of the share of triggered tensors over the groups.
struct NormPoint {
  double step = 0.0;
  std::map<std::string, double> norms;
  double psi = 0.0, triggered = 0.0;
};

struct TrainedNetwork {
  std::int64_t parameters = 0;       ///< of all sources
  std::int64_t shared = 0;           ///< of them those that every source uses
  std::int64_t exchanged_bytes = 0;  ///< that each source's process would receive in a step
  std::map<std::string, GroupNorms> groups;
  std::vector<NormPoint> points;  ///< at most kMostNormPoints
};
inline constexpr std::size_t kMostNormPoints = 40;

/// mAP by the indoor protocol, shares of 1.
struct SourceAccuracy {
  double map25 = 0.0, map50 = 0.0;
  int scenes = 0, classes = 0;  ///< classes that occur in these scenes and that the head has
  std::map<std::string, std::optional<double>> ap25, ap50;
};

struct EvaluationOrder {
  std::filesystem::path checkpoint;
  std::vector<SourceScenes> seen;  ///< each by its own head
  std::vector<SourceScenes>
      unseen;      ///< each by every head, boxes of classes that the head does not have left out
  int scenes = 0;  ///< the first ones
  int points = 0;  ///< of a scene, at most
};
struct Evaluation {
  std::map<std::string, SourceAccuracy> seen;
  std::map<std::string, std::map<std::string, SourceAccuracy>> unseen;  ///< by source, then by head
};

/// Scenes of every source of a checkpoint.
struct SceneOrder {
  std::filesystem::path checkpoint;
  std::vector<SourceScenes> sources;
  int scenes = 0, points = 0;
};

struct CosineOrder {
  std::filesystem::path checkpoint;
  std::vector<SourceScenes> sources;  ///< training scenes
  int batches = 0, batch = 0;         ///< of each source
  int points = 0;
};

/// Fig. 1: the Frobenius norms of a layer's kernel at each offset, trained and as it began.
struct LayerResponse {
  std::string layer;
  std::vector<double> trained, start;
};

/// What forced decisions cost: of one layer and orbit of offsets, or of several.
struct Intervention {
  std::string layer;        ///< empty = all of them
  int orbit = -1;           ///< offsets with so many coordinates that are not 0; -1 = all
  std::string decision;     ///< "shared", "exclusive", "turned" (what it was not in most scenes), "ratio"
  double ratio = 0.0;       ///< of decision "ratio": tau / sigma(O at the start)
  double alpha_beta = 0.0;  ///< mean over offsets, sources and scenes
  double shared = 0.0;      ///< share of these decisions that were "shared" before
  double map25 = 0.0, map50 = 0.0, loss = 0.0;  ///< changes, means over the sources
};
struct Interventions {
  double map25 = 0.0, map50 = 0.0, loss = 0.0;  ///< without any
  std::vector<Intervention> all;
};

struct TimingOrder {
  std::string text;              ///< of a training recipe
  std::filesystem::path recipe;  ///< that paths in it are relative to
  std::vector<SourceScenes> tests;
  int repeats = 0;
};
struct Timing {
  std::vector<double> step_s, scene_s;  ///< of a training step and of a detection, each repeat's
  std::int64_t peak_bytes = 0;          ///< of resident memory while training, above that before; 0 = unknown
  std::int64_t parameters = 0, state_bytes = 0;  ///< weights, gradients and Adam's two moments
};

/// What touches networks: all that the steps need of the program's studies, so that tests can do without.
/// Each is called by one worker at a time; StepInput says by which. All ask the job for the stop.
struct StudyWork {
  /// Trains as the recipe text says in the run folder, or goes on with the run of that text that is there;
  /// another one's is removed. `recipe` is the file that stands in messages and paths are relative to.
  std::function<Expected<TrainedNetwork>(const std::filesystem::path& run, const std::string& text,
                                         const std::filesystem::path& recipe, const StepInput& input)>
      train;
  std::function<Expected<Evaluation>(const EvaluationOrder&, const StepInput&)> evaluate;
  std::function<Expected<KernelSharing>(const SceneOrder&, const StepInput&)> sharing;
  /// Gradients of the sources against each other at the checkpoint.
  std::function<Expected<std::shared_ptr<const ContentionHistory>>(const CosineOrder&, const StepInput&)>
      cosines;
  /// `seed` is that of the training: the start is made of it anew.
  std::function<Expected<std::vector<LayerResponse>>(const std::filesystem::path& checkpoint, int seed,
                                                     const StepInput&)>
      responses;
  std::function<Expected<Interventions>(const SceneOrder&, const StepInput&)> intervene;
  std::function<Expected<Timing>(const TimingOrder&, const StepInput&)> timing;
  /// What the work costs here: trainings by two recipe texts, without and with selection, detection on
  /// `tests`.
  std::function<Expected<StudyCosts>(const std::string& joint, const std::string& selected,
                                     const std::filesystem::path& recipe,
                                     const std::vector<SourceScenes>& tests, const JobContext&)>
      costs;
};

}  // namespace alidade::h2a2
