// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/experiments/step.h"
#include "core/papers/mqat/assignment.h"
#include "core/papers/mqat/plan.h"
#include "core/papers/mqat/records.h"
#include "core/results/quantization_sweep.h"

namespace alidade::mqat {

/// A network on images of a dataset.
struct EvaluationOrder {
  std::filesystem::path checkpoint, data;
  int images = 0;  ///< the first ones
};

/// Quantization of a checkpoint as it is, without training: scales of least squared error, biases corrected.
struct PostOrder {
  std::filesystem::path checkpoint, written;  ///< a checkpoint with the quantized values
  std::filesystem::path data;                 ///< training images that show ranges of inputs
  LayerLevels levels;
  int activation_bits = 0;
};

/// Traces of the Hessian of the loss on training images.
struct TraceOrder {
  std::filesystem::path checkpoint, data;
  int images = 0, probes = 0;
};

/// What every layer alone costs at two bits, quantized after training with inputs of `activation_bits`.
struct SensitivityOrder {
  std::filesystem::path checkpoint, data;  ///< training images: ranges, losses, outputs and gradients
  int images = 0;
  std::filesystem::path judged;  ///< the split that the pose metric is measured on
  int judged_images = 0;
  ShareMetric metric = kUsual;
  int activation_bits = 0;
};

/// What the cells of a network say about the corners of the object (Fig. 7).
struct VoteSpread {
  std::vector<double>
      spread_px;  ///< [image] root mean square distance of a corner's votes from their mean; NaN = no votes
  std::vector<double> cells;  ///< [image] cells that vote
  /// Votes of the first image: [vote] {x, y, corner}, pixels.
  std::vector<std::array<double, 3>> example{};
};

struct LatencyOrder {
  std::filesystem::path checkpoint, data;  ///< training images that show ranges of inputs
  LayerLevels levels;                      ///< empty: float32
  int repeats = 0;
};

/// Of one image from pixels to head tensors, one thread.
struct MeasuredLatency {
  std::vector<double> medians_ms, p95_ms;  ///< [repeat]
  std::vector<double> float_medians_ms;    ///< [repeat] of float32, run by run in turn with it
  std::int64_t peak_bytes = 0;             ///< 0 = unknown
  std::string instruction_set;             ///< "AVX-512 VNNI"
};

/// A network of another kind with quantized weights (Tables 5 and 6).
struct StandInOrder {
  std::string network;              ///< of kStandIns
  std::vector<std::string> widths;  ///< of its modules in order
  int frames = 0;                   ///< of its test set
  int steps = 0;                    ///< of its retraining with LSQ; 0 = quantized as it is
  std::filesystem::path run{};      ///< where it is retrained
};
struct StandIn {
  std::vector<std::string> modules;
  std::map<std::string, double> shares;  ///< "5deg2cm", "10deg5cm": mean over categories, 0..1
  std::int64_t bytes = 0, float_bytes = 0;
};

/// What touches networks: all that the steps need of the program's studies, so that tests can do without.
/// Each is called by one worker at a time; StepInput says by which. All ask the job for the stop.
struct StudyWork {
  /// Trains as the recipe text says in the run folder, or goes on with the run of that text that is there;
  /// another one's is removed. `recipe` is the file that stands in messages and paths are relative to.
  std::function<Expected<void>(const std::filesystem::path& run, const std::string& text,
                               const std::filesystem::path& recipe, const StepInput& input)>
      train;
  std::function<Expected<void>(const PostOrder&, const StepInput&)> quantize;
  std::function<Expected<ImageRecords>(const EvaluationOrder&, const StepInput&)> evaluate;
  /// The same with each level of the feature pyramid alone.
  std::function<Expected<std::vector<ImageRecords>>(const EvaluationOrder&, const StepInput&)> levels;
  std::function<Expected<VoteSpread>(const EvaluationOrder&, const StepInput&)> votes;
  std::function<Expected<NetworkFacts>(const std::filesystem::path& checkpoint, const StepInput&)> facts;
  std::function<Expected<LayerTraces>(const TraceOrder&, const StepInput&)> traces;
  /// Scores of measure_sensitivity by layer, "metric" among them, "hessian" not.
  std::function<Expected<std::vector<SweepSensitivity>>(const SensitivityOrder&, const StepInput&)>
      sensitivity;
  std::function<Expected<MeasuredLatency>(const LatencyOrder&, const StepInput&)> latency;
  std::function<Expected<StandIn>(const StandInOrder&, const StepInput&)> stand_in;
  /// What the work costs here: retraining by a recipe text, estimating on `test`.
  std::function<Expected<StudyCosts>(const std::string& text, const std::filesystem::path& recipe,
                                     const StudySizes&, const std::filesystem::path& test, const JobContext&)>
      costs;
};

}  // namespace alidade::mqat
