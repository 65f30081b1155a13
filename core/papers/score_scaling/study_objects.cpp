// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/score_scaling/study_objects.h"

#include <algorithm>
#include <numbers>

#include <nlohmann/json.hpp>

#include "core/base/random.h"
#include "core/evaluation/errors/pose_accuracy.h"
#include "core/nn/compute.h"
#include "core/nn/object_points.h"
#include "core/studies/aggregate.h"
#include "core/studies/object_seed.h"
#include "core/studies/training_data.h"

namespace alidade::score_scaling {

Expected<StudyObject> study_object(const Frame& frame, std::size_t position, PoseNetwork& network,
                                   std::uint64_t seed) {
  const Instance& instance = frame.instances[position];
  const std::uint64_t own = object_seed(seed, frame.info.name, instance.index);
  auto points = object_points(frame, position, network.config().num_points, mix_seed(own, kPointStream));
  if (!points) {
    return points.error();
  }
  const auto features = network.encode(*points);
  Eigen::Vector3d size;
  const Rigid3 regressed = network.regress(*features, &size);
  ObjectSamples blank;
  blank.frame_name = frame.info.name;
  blank.frame = frame.index;
  blank.instance = instance.index;
  blank.category = instance.category;
  blank.symmetry = instance.symmetry;
  blank.truth = instance.cam_from_obj;
  SampleSubject subject{network.score_field(features), network.sde(), network.states(*features),
                        instance.center_obj, std::move(blank)};
  return StudyObject{std::move(subject), std::move(*points), regressed, box_pose(instance), own};
}

Expected<VisitedObjects> visit_objects(const Dataset& dataset, int frames, bool symmetric,
                                       PoseNetwork& network, std::uint64_t seed, const JobContext& job,
                                       const ObjectVisitor& visit) {
  bind_compute_thread();
  VisitedObjects visited;
  const std::size_t count =
      frames > 0 ? std::min<std::size_t>(frames, dataset.num_frames()) : dataset.num_frames();
  for (std::size_t index = 0; index < count; ++index) {
    const auto frame = dataset.load(index, {.color = false, .depth = true, .masks = true, .nocs = false});
    if (!frame) {
      return frame.error();
    }
    for (std::size_t i = 0; i < frame->instances.size(); ++i) {
      if (job.stopped()) {
        return Error{ErrorCode::kCancelled, "stopped."};
      }
      if (symmetric && frame->instances[i].symmetry.axes.empty()) {
        continue;
      }
      auto object = study_object(*frame, i, network, seed);
      if (!object) {
        ++visited.skipped;
        continue;
      }
      const auto more = visit(*object);
      if (!more) {
        return more.error();
      }
      ++visited.objects;
      if (!*more) {
        return visited;
      }
    }
    job.report("test objects", static_cast<std::int64_t>(index) + 1, static_cast<std::int64_t>(count));
  }
  return visited;
}

Expected<std::vector<Rigid3>> draw_poses(StudyObject& object, const SamplerOptions& sampler, int count,
                                         const std::optional<Rigid3>& start, const JobContext& job) {
  SamplerOptions options = sampler;
  options.noise_seed = mix_seed(object.seed, kStepStream);
  SampleSubject& subject = object.subject;
  const int dimension = subject.field->dimension();
  auto states =
      draw_start(subject.sde, options.start_time, count, dimension, mix_seed(object.seed, kNoiseStream));
  if (start) {
    const auto pose = subject.states.encode(*start);
    for (std::size_t i = 0; i < states.size(); ++i) {
      states[i] += pose[i % pose.size()];
    }
  }
  const auto drawn = sample(*subject.field, subject.sde, options, std::move(states), job);
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
    const AccuracyRow all = accuracy_table(result).back();
    json[setting] = {
        {"5deg2cm", all.acc_5deg_2cm}, {"10deg2cm", all.acc_10deg_2cm}, {"10deg5cm", all.acc_10deg_5cm}};
  }
  return json;
}

}  // namespace alidade::score_scaling
