// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/objects/spacecraft.h"

#include <utility>

#include "core/base/constants.h"
#include "core/evaluation/instance_pairs.h"
#include "core/evaluation/objects/object_table.h"
#include "core/evaluation/protocol_list.h"
#include "core/geometry/rotation.h"

namespace alidade {
namespace {

using ObjectKind = ObjectColumn::Kind;
using Errors = SpacecraftErrors (*)(const Rigid3& truth, const Rigid3& estimate);

std::vector<ObjectColumn> columns(bool zeroed) {
  const std::string tail =
      zeroed ? " Errors below 0.002173 (position) and 0.169° (orientation) count as 0." : std::string();
  return {{{"score", "score", "", 1.0, false, 4,
            "Mean over images of relative position error plus orientation error in radians." + tail},
           ObjectKind::kMean},
          {{"e_t", "e_t", "", 1.0, false, 4,
            "Mean of |t - t'| / |t|, t the true position in the camera frame." + tail},
           ObjectKind::kMean},
          {{"e_q", "e_q", "°", 1.0 / kRadiansPerDegree, false, 3, "Mean of 2 acos |<q, q'>|." + tail},
           ObjectKind::kMean},
          {{"median_e_q", "median e_q", "°", 1.0 / kRadiansPerDegree, false, 3,
            "Median of 2 acos |<q, q'>|." + tail},
           ObjectKind::kMedian},
          {{"e_t_m", "position", "m", 1.0, false, 3, "Mean of |t - t'|, never zeroed."}, ObjectKind::kMean}};
}

std::vector<Measure> spacecraft_measures() {
  return {{"position", "relative position error", "", 1.0},
          {"orientation", "orientation error", "°", 1.0 / kRadiansPerDegree},
          {"score", "score", "", 1.0}};
}

std::string spacecraft_obstacle(const EvaluationInput& input) {
  if (const std::string unpaired = pairing_obstacle(input); !unpaired.empty()) {
    return unpaired;
  }
  const InstancePairs pairs = pair_instances(input);
  for (std::size_t i = 0; i < input.truth.rows.size(); ++i) {
    const PoseRow& truth = input.truth.rows[i];
    if (pairs.prediction_of[i] < 0) {
      return "image '" + input.images[truth.image].name +
             "' has a ground truth without prediction, and the challenge scores complete submissions only; "
             "predict every image.";
    }
    if (truth.cam_from_obj.t.norm() == 0.0) {
      return "row " + std::to_string(i) + " of " + input.truth.source +
             " lies in the camera, where a relative position error does not exist.";
    }
  }
  return "";
}

Expected<EvaluationReport> run(std::shared_ptr<const EvaluationInput> input, const JobContext& job,
                               bool zeroed) {
  const Errors errors = zeroed ? speed_plus_errors : speed_errors;
  const auto measure = [errors](const PoseRow& truth, const PoseRow& prediction) -> MeasuredObject {
    const Rigid3& actual = truth.cam_from_obj;
    const Rigid3& estimate = prediction.cam_from_obj;
    const SpacecraftErrors e = errors(actual, estimate);
    return {-1,
            -1,
            {e.score(), e.position, e.orientation, e.orientation, (estimate.t - actual.t).norm()},
            {e.position, e.orientation, e.score()}};
  };
  return paired_report(std::move(input), columns(zeroed), spacecraft_measures(), measure, job);
}

Protocol spacecraft_protocol(const char* id, const char* title, const char* summary, bool zeroed) {
  Protocol made{id, "speed", title, summary, spacecraft_obstacle, {}};
  made.run = [zeroed](std::shared_ptr<const EvaluationInput> input, const JobContext& job) {
    return run(std::move(input), job, zeroed);
  };
  return made;
}

}  // namespace

SpacecraftErrors speed_errors(const Rigid3& truth, const Rigid3& estimate) {
  return {(truth.t - estimate.t).norm() / truth.t.norm(), geodesic_distance(truth.R, estimate.R)};
}

SpacecraftErrors speed_plus_errors(const Rigid3& truth, const Rigid3& estimate) {
  SpacecraftErrors errors = speed_errors(truth, estimate);
  errors.position = errors.position < kSpeedPlusPosition ? 0.0 : errors.position;
  errors.orientation =
      errors.orientation < kSpeedPlusOrientationDeg * kRadiansPerDegree ? 0.0 : errors.orientation;
  return errors;
}

std::vector<Protocol> spacecraft_protocols() {
  return {spacecraft_protocol(
              "speed", "SPEED score",
              "The score of ESA's and Stanford's pose estimation challenge 2019: relative position error "
              "plus orientation error in radians, mean over images; lower is better. Every image needs a "
              "prediction.",
              false),
          spacecraft_protocol(
              "speed-plus", "SPEED+ score",
              "Like SPEED, but errors below the accuracy of the measured ground truth count as 0: "
              "position below 0.002173, orientation below 0.169°. These two thresholds are quoted from "
              "the literature, not checked against the challenge's program; check them before you "
              "publish.",
              true)};
}

}  // namespace alidade
