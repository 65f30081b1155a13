// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/object_estimator.h"

#include <algorithm>
#include <numbers>

#include "core/base/random.h"
#include "core/evaluation/pose_accuracy.h"
#include "core/geometry/symmetry.h"
#include "core/nn/object_points.h"
#include "core/nn/pose_diffusion/energy_network.h"
#include "core/studies/object_seed.h"

namespace alidade {
namespace {

/// Share of the hypotheses within 10 degrees (under the object's symmetry) and 2 cm of the estimate.
double agreement(const std::vector<Rigid3>& hypotheses, const Rigid3& estimate,
                 const SymmetryGroup& symmetry) {
  constexpr double kAngle = 10.0 * std::numbers::pi / 180.0, kDistance = 0.02;
  if (hypotheses.size() < 2) {
    return 1.0;
  }
  const auto close = std::count_if(hypotheses.begin(), hypotheses.end(), [&](const Rigid3& h) {
    return (h.t - estimate.t).norm() <= kDistance &&
           symmetric_rotation_distance(estimate.R, h.R, symmetry) <= kAngle;
  });
  return static_cast<double>(close) / static_cast<double>(hypotheses.size());
}

}  // namespace

Expected<EncodedObject> ObjectEstimator::encode(const Frame& frame, std::size_t position) {
  const Instance& instance = frame.instances[position];
  EncodedObject object;
  object.instance = &instance;
  object.seed = object_seed(options_.seed, frame.info.name, instance.index);
  const int num_points = options_.num_points > 0 ? options_.num_points : network_.config().num_points;
  auto points = object_points(frame, position, num_points, mix_seed(object.seed, kPointStream));
  if (!points) {
    return points.error();
  }
  object.points = std::move(*points);
  object.features = network_.encode(object.points);
  PoseEstimate& blank = object.blank;
  blank.frame = frame.index;
  blank.frame_name = frame.info.name;
  blank.instance = instance.index;
  blank.object_id = instance.object_id;
  blank.category = instance.category;
  blank.center_obj = instance.center_obj;
  blank.symmetry = instance.symmetry.name;
  return object;
}

Expected<PoseEstimate> ObjectEstimator::estimate(const EncodedObject& object, const SamplerOptions& sampler,
                                                 const Rigid3* start) {
  const Instance& instance = *object.instance;
  PoseEstimate out = object.blank;
  Rigid3 box = network_.regress(*object.features, &out.size);
  if (options_.aggregation != Aggregation::kRegression) {
    auto drawn = draw(object, sampler, start == nullptr && options_.from_regression ? &box : start);
    if (!drawn) {
      return drawn.error();
    }
    if (options_.aggregation == Aggregation::kRanked) {
      out.energies = options_.ranker->energies(object.points, *drawn);
    }
    box = aggregate(options_.aggregation, *drawn, mix_seed(object.seed, kSubsetStream), out.energies);
    for (const Rigid3& sample : *drawn) {
      out.hypotheses.push_back(object_pose(sample, instance.center_obj));
    }
  }
  out.cam_from_obj = object_pose(box, instance.center_obj);
  if (out.hypotheses.empty()) {
    out.hypotheses = {out.cam_from_obj};
  }
  out.score = agreement(out.hypotheses, out.cam_from_obj, instance.symmetry);
  out.error = pose_error(out.cam_from_obj, out.size, instance);
  return out;
}

Expected<std::vector<Rigid3>> ObjectEstimator::draw(const EncodedObject& object,
                                                    const SamplerOptions& sampler, const Rigid3* start) {
  const auto field = network_.score_field(object.features);
  const PoseStates states = network_.states(*object.features);
  const VeSde sde = network_.sde();
  SamplerOptions options = sampler;
  options.noise_seed = mix_seed(object.seed, kStepStream);
  auto begin = draw_start(sde, options.start_time, options_.num_samples, field->dimension(),
                          mix_seed(object.seed, kNoiseStream));
  if (start != nullptr) {
    const auto pose = states.encode(*start);
    for (std::size_t i = 0; i < begin.size(); ++i) {
      begin[i] += pose[i % pose.size()];
    }
  }
  const auto drawn = sample(*field, sde, options, std::move(begin), job_);
  if (!drawn) {
    return drawn.error();
  }
  if (drawn->first_bad_step >= 0) {
    return Error{ErrorCode::kFailed, "the sampler diverged at step " + std::to_string(drawn->first_bad_step) +
                                         "; use more steps or weaker guidance."};
  }
  return states.decode_all(drawn->states);
}

}  // namespace alidade
