// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/spacecraft_accuracy.h"

#include <cmath>
#include <map>

#include "core/evaluation/bop/bop_score.h"
#include "core/evaluation/bop/bop_score_prepared.h"
#include "core/evaluation/errors/bop_errors.h"
#include "core/evaluation/instance_pairs.h"
#include "core/evaluation/objects/object_protocols.h"
#include "core/geometry/symmetry.h"
#include "core/studies/plain/evaluate.h"

namespace alidade {
namespace {

constexpr double kDepthLimitMargin = 1e-8;  // metres, as in the protocol swisscube

Expected<void> check_spacecraft_input(const EvaluationInput& input) {
  if (const std::string obstacle = pairing_obstacle(input); !obstacle.empty()) {
    return Error{ErrorCode::kInput, obstacle};
  }
  for (const PoseRow& truth : input.truth.rows) {
    const auto found = input.objects.find(truth.object_id);
    if (found == input.objects.end() || !(found->second.diameter > 0.0)) {
      return input_error(input.truth.source, "object " + std::to_string(truth.object_id),
                         "ADD and ADI need its mesh and diameter, and the dataset has none",
                         "give a dataset with models");
    }
  }
  return {};
}

SpacecraftPoseError error_of(const PreparedObject& object, const PoseRow& truth, const Rigid3& estimate) {
  const Rigid3& actual = truth.cam_from_obj;
  SpacecraftPoseError error;
  error.add = add_error(object, estimate, actual) / object.diameter();
  error.adi_bop = adi_error(object, estimate, actual) / object.diameter();
  error.adi_mqat = adi_error_estimate_to_truth(object, estimate, actual) / object.diameter();
  error.rotation = symmetric_rotation_distance(estimate.R, actual.R, truth.symmetry);
  error.translation = bop_translation_error(estimate, actual);
  return error;
}

}  // namespace

Expected<SpacecraftRecords> spacecraft_records(const EvaluationInput& input, const JobContext& job) {
  if (const auto checked = check_spacecraft_input(input); !checked) {
    return checked.error();
  }
  const auto prepared = prepare_objects(input);
  if (!prepared) {
    return prepared.error();
  }
  const InstancePairs pairs = pair_instances(input);
  SpacecraftRecords run;
  run.name = input.name;
  run.provenance = input.provenance;
  for (const ImageInfo& image : input.images) {
    run.images.push_back(image.name);
  }
  run.records.resize(input.truth.rows.size());
  const auto measure = [&](std::size_t i) -> Expected<void> {
    const PoseRow& truth = input.truth.rows[i];
    SpacecraftRecord& record = run.records[i];
    record = {truth.image, truth.instance, truth.cam_from_obj.t.z(), std::nullopt};
    if (const std::int64_t found = pairs.prediction_of[i]; found >= 0) {
      record.error = error_of(prepared->at(truth.object_id), truth,
                              input.predictions.rows[static_cast<std::size_t>(found)].cam_from_obj);
    }
    return {};
  };
  const auto done = for_each_parallel(run.records.size(), job, "measuring distances", measure);
  return done ? Expected<SpacecraftRecords>(std::move(run)) : done.error();
}

Expected<SpacecraftRecords> spacecraft_records(const Dataset& dataset, const PoseResult& result,
                                               const JobContext& job) {
  const auto input = evaluation_input(dataset, result, job);
  return input ? spacecraft_records(**input, job) : input.error();
}

DepthLimits depth_limits(const SpacecraftRecords& records) {
  std::vector<double> depths;
  for (const SpacecraftRecord& record : records.records) {
    depths.push_back(record.depth);
  }
  if (depths.empty()) {
    return {};
  }
  const DepthBins bins = depth_bins(depths, kDepthLimitMargin);
  return {bins.edges[1], bins.edges[2]};
}

}  // namespace alidade
