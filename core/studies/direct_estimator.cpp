// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/direct_estimator.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/base/random.h"
#include "core/evaluation/errors/pose_accuracy.h"
#include "core/studies/infer_result.h"
#include "core/studies/object_seed.h"

namespace alidade {

DirectEstimator::DirectEstimator(std::shared_ptr<DirectModel> model, DirectOptions options)
    : model_(std::move(model)), options_(std::move(options)) {}

std::shared_ptr<PoseResult> DirectEstimator::begin(const Dataset& dataset) const {
  nlohmann::ordered_json recipe{{"estimator", "direct"}};
  if (!options_.taken_for.empty()) {
    recipe["taken_for"] = options_.taken_for;
  }
  const std::string suffix = options_.taken_for.empty() ? "" : " · taken for " + options_.taken_for;
  return begin_direct_result(dataset, *model_, "direct" + suffix, json_text(recipe), options_.seed);
}

Expected<void> DirectEstimator::estimate(const Frame& frame, PoseResult& result, const JobContext& job) {
  for (std::size_t i = 0; i < frame.instances.size(); ++i) {
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, "inference was stopped; nothing was written."};
    }
    if (auto added = add_estimate(result, estimate_object(frame, i)); !added) {
      return added;
    }
  }
  return {};
}

Expected<PoseEstimate> DirectEstimator::estimate_object(const Frame& frame, std::size_t position) {
  const Instance& instance = frame.instances[position];
  const std::uint64_t own = object_seed(options_.seed, frame.info.name, instance.index);
  const auto found = model_->estimate(frame, position, mix_seed(own, kPointStream), options_.taken_for);
  if (!found) {
    return found.error();
  }
  PoseEstimate out = blank_estimate(frame, position);
  out.size = found->size;
  out.cam_from_obj = object_pose(found->box, instance.center_obj);
  out.hypotheses = {out.cam_from_obj};
  out.score = 1.0;
  out.error = pose_error(out.cam_from_obj, out.size, instance);
  return out;
}

}  // namespace alidade
