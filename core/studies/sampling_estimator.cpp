// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/sampling_estimator.h"

#include <algorithm>
#include <numbers>
#include <utility>

#include "core/base/random.h"
#include "core/evaluation/errors/pose_accuracy.h"
#include "core/geometry/symmetry.h"
#include "core/studies/infer_result.h"
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

SamplingEstimator::SamplingEstimator(ScoreModel& model, InferOptions options)
    : model_(model), options_(std::move(options)) {}

SamplingEstimator::SamplingEstimator(std::shared_ptr<ScoreModel> model, InferOptions options)
    : owned_(std::move(model)), model_(*owned_), options_(std::move(options)) {}

std::shared_ptr<PoseResult> SamplingEstimator::begin(const Dataset& dataset) const {
  return begin_result(dataset, model_, options_);
}

Expected<void> SamplingEstimator::estimate(const Frame& frame, PoseResult& result, const JobContext& job) {
  return estimate_each(frame, result, "inference", job, [&](const EncodedObject& object) {
    return estimate_object(object, options_.sampler, job);
  });
}

Expected<void> SamplingEstimator::estimate_each(const Frame& frame, PoseResult& result,
                                                const std::string& work, const JobContext& job,
                                                const EstimateOne& estimate_one) {
  for (std::size_t i = 0; i < frame.instances.size(); ++i) {
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, work + " was stopped; nothing was written."};
    }
    const auto object = encode(frame, i);
    auto estimate = object ? estimate_one(*object) : object.error();
    if (auto added = add_estimate(result, std::move(estimate)); !added) {
      return added;
    }
  }
  return {};
}

Expected<EncodedObject> SamplingEstimator::encode(const Frame& frame, std::size_t position) {
  return encode_object(frame, position, model_, options_.num_points, options_.seed);
}

Expected<PoseEstimate> SamplingEstimator::estimate_object(const EncodedObject& object,
                                                          const SamplerOptions& sampler,
                                                          const JobContext& job, const Rigid3* start) {
  const Instance& instance = object.instance();
  PoseEstimate out = blank_estimate(*object.frame, object.position);
  out.size = object.scored.size;
  Rigid3 box = object.scored.regressed;
  if (options_.aggregation != Aggregation::kRegression) {
    auto drawn = draw(object, sampler, start == nullptr && options_.from_regression ? &box : start, job);
    if (!drawn) {
      return drawn.error();
    }
    if (options_.aggregation == Aggregation::kRanked) {
      out.energies = options_.ranker->energies(object.scored.points, *drawn);
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

Expected<std::vector<Rigid3>> SamplingEstimator::draw(const EncodedObject& object,
                                                      const SamplerOptions& sampler, const Rigid3* start,
                                                      const JobContext& job) {
  const ScoredObject& scored = object.scored;
  DrawOptions options{sampler, options_.num_samples, object.seed};
  if (start != nullptr) {
    options.start = *start;
  }
  const auto drawn = draw_states(*scored.field, scored.sde, scored.states, options, job);
  if (!drawn) {
    return drawn.error();
  }
  if (drawn->first_bad_step >= 0) {
    return Error{ErrorCode::kFailed, "the sampler diverged at step " + std::to_string(drawn->first_bad_step) +
                                         "; use more steps or weaker guidance."};
  }
  return scored.states.decode_all(drawn->states);
}

}  // namespace alidade
