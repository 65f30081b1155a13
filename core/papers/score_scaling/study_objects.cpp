// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/score_scaling/study_objects.h"

#include <algorithm>
#include <numbers>

#include <nlohmann/json.hpp>

#include "core/base/random.h"
#include "core/evaluation/errors/pose_accuracy.h"
#include "core/nn/compute.h"
#include "core/studies/aggregate.h"
#include "core/studies/encoded_object.h"
#include "core/studies/measure.h"
#include "core/studies/object_seed.h"
#include "core/studies/object_walk.h"
#include "core/studies/training_data.h"

namespace alidade::score_scaling {

Expected<VisitedObjects> visit_objects(const Dataset& dataset, int frames, bool symmetric,
                                       PoseNetwork& network, std::uint64_t seed, const JobContext& job,
                                       const ObjectVisitor& visit) {
  bind_compute_thread();
  VisitedObjects visited;
  const auto visit_one = [&](const Frame& frame, std::size_t position) -> Expected<bool> {
    const Instance& instance = frame.instances[position];
    if (symmetric && instance.symmetry.axes.empty()) {
      return true;
    }
    auto encoded = encode_object(frame, position, network, 0, seed);
    if (!encoded) {
      ++visited.skipped;
      return true;
    }
    StudyObject object{
        {}, std::move(encoded->scored.points), encoded->scored.regressed, box_pose(instance), encoded->seed};
    object.subject = sample_subject(std::move(*encoded));
    const auto more = visit(object);
    visited.objects += more ? 1 : 0;
    return more;
  };
  const auto walked = walk_objects(dataset, frames, network.needs(), "test objects", job, visit_one);
  if (!walked) {
    return walked.error();
  }
  return visited;
}

Expected<std::vector<Rigid3>> draw_poses(StudyObject& object, const SamplerOptions& sampler, int count,
                                         const std::optional<Rigid3>& start, const JobContext& job) {
  SampleSubject& subject = object.subject;
  const auto drawn =
      draw_states(*subject.field, subject.sde, subject.states, {sampler, count, object.seed, start}, job);
  if (!drawn) {
    return drawn.error();
  }
  return subject.states.decode_all(drawn->states);
}

Rigid3 mean_of_random(std::span<const Rigid3> poses, std::uint64_t seed) {
  return aggregate(Aggregation::kMean, poses, mix_seed(seed, kSubsetStream), {});
}

std::vector<Rigid3> ranked_by_truth(const StudyObject& object, std::vector<Rigid3> poses) {
  constexpr double kAngle = 10.0 * std::numbers::pi / 180.0, kDistance_m = 0.05;
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < poses.size(); ++i) {
    const double rotation =
        symmetric_rotation_distance(object.truth.R, poses[i].R, object.subject.blank.symmetry);
    order.emplace_back(rotation / kAngle + (poses[i].t - object.truth.t).norm() / kDistance_m, i);
  }
  std::sort(order.begin(), order.end());
  std::vector<Rigid3> ranked;
  for (const auto& [error, i] : order) {
    ranked.push_back(poses[i]);
  }
  return ranked;
}

void AccuracyTally::add(const std::string& setting, const StudyObject& object, const Rigid3& pose) {
  PoseEstimate estimate;
  estimate.category = object.subject.blank.category;
  estimate.error.rotation_reduced =
      symmetric_rotation_distance(object.truth.R, pose.R, object.subject.blank.symmetry);
  estimate.error.translation = (pose.t - object.truth.t).norm();
  results_[setting].estimates.push_back(std::move(estimate));
}

nlohmann::ordered_json AccuracyTally::json() const {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const auto& [setting, result] : results_) {
    json[setting] = accuracy_shares(accuracy_table(result).back());
  }
  return json;
}

}  // namespace alidade::score_scaling
