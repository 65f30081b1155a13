// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/infer_result.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"

namespace alidade {
namespace {

std::string sampler_text(const InferOptions& options) {
  if (options.aggregation == Aggregation::kRegression) {
    return "regression head";
  }
  const bool guided = options.sampler.guidance.kind != GuidanceKind::kNone;
  return describe(options.sampler) + (guided ? "" : " · no guidance") +
         (options.from_regression ? " · from regression" : "") +
         " · K = " + std::to_string(options.num_samples) +
         (options.aggregation == Aggregation::kSingle ? "" : " " + to_text(options.aggregation));
}

Provenance provenance_of(const Dataset& dataset, const Model& model, std::uint64_t seed, std::string recipe) {
  Provenance provenance = current_provenance();
  provenance.recipe = std::move(recipe);
  provenance.seed = seed;
  provenance.checkpoint = model.checkpoint_name();
  provenance.checkpoint_sha256 = model.checkpoint_sha256();
  provenance.dataset = dataset.name();
  provenance.dataset_sha256 = dataset.digest();
  return provenance;
}

std::string named_by_checkpoint(const Model& model, const std::string& how) {
  return model.checkpoint_name().empty() ? how : model.checkpoint_name() + " · " + how;
}

std::string sampling_recipe(const InferOptions& options, const std::string& tracking) {
  nlohmann::ordered_json recipe;
  recipe["sampler"] = to_text(options.sampler.kind);
  recipe["steps"] = options.sampler.steps;
  if (options.sampler.kind == SamplerKind::kRk45) {
    recipe["rtol"] = options.sampler.rtol;
    recipe["atol"] = options.sampler.atol;
  }
  recipe["start_time"] = options.sampler.start_time;
  recipe["final_denoise"] = options.sampler.final_denoise;
  recipe["guidance"] = to_text(options.sampler.guidance);
  if (options.from_regression) {
    recipe["from_regression"] = true;
  }
  recipe["samples"] = options.num_samples;
  recipe["aggregation"] = to_text(options.aggregation);
  if (options.aggregation == Aggregation::kRanked) {
    recipe["ranker"] = options.ranker->checkpoint_name();
    recipe["ranker_sha256"] = options.ranker->checkpoint_sha256();
  }
  if (!tracking.empty()) {
    recipe["tracking"] = embedded_json(tracking);
  }
  return json_text(recipe);
}

/// True when a layer that an annotated object needs is not there.
bool is_lacking(const Frame& frame) {
  return !frame.instances.empty() && (!frame.camera.valid() || frame.depth.empty() ||
                                      std::any_of(frame.visible_masks.begin(), frame.visible_masks.end(),
                                                  [](const ImageU8& mask) { return mask.empty(); }));
}

/// Energies of another architecture would be those of other points.
Expected<void> check_ranker(const InferOptions& options, const ScoreModel& model) {
  if (options.aggregation != Aggregation::kRanked) {
    return {};
  }
  if (options.ranker == nullptr) {
    return Error{ErrorCode::kUsage, "ranking needs an energy network; name one with --ranker."};
  }
  if (options.ranker->configuration() != model.configuration() ||
      (options.num_points > 0 && options.num_points != model.num_points())) {
    return Error{ErrorCode::kUsage, options.ranker->checkpoint_name() +
                                        ": the ranker is of another architecture than the pose network."};
  }
  return {};
}

}  // namespace

Expected<void> check_infer_options(const InferOptions& options, const ScoreModel& model) {
  if (options.num_samples < 1 || options.num_samples > 100000) {
    return Error{ErrorCode::kUsage, "the number of samples K must lie between 1 and 100000."};
  }
  return check_ranker(options, model);
}

Expected<void> check_frames(const std::vector<std::size_t>& frames, const Dataset& dataset) {
  for (const std::size_t frame : frames) {
    if (frame >= dataset.num_frames()) {
      return Error{ErrorCode::kUsage, "frame " + std::to_string(frame) + " does not exist; the dataset has " +
                                          std::to_string(dataset.num_frames()) + "."};
    }
  }
  return {};
}

std::shared_ptr<PoseResult> begin_result(const Dataset& dataset, const ScoreModel& model,
                                         const InferOptions& options, const std::string& prefix,
                                         const std::string& tracking) {
  auto result = std::make_shared<PoseResult>();
  result->sampler = prefix + sampler_text(options);
  result->name = named_by_checkpoint(model, result->sampler);
  result->provenance = provenance_of(dataset, model, options.seed, sampling_recipe(options, tracking));
  return result;
}

std::shared_ptr<PoseResult> begin_direct_result(const Dataset& dataset, const Model& model,
                                                const std::string& estimator, const std::string& recipe,
                                                std::uint64_t seed) {
  auto result = std::make_shared<PoseResult>();
  result->sampler = estimator;
  result->name = named_by_checkpoint(model, estimator);
  result->provenance = provenance_of(dataset, model, seed, recipe);
  return result;
}

PoseEstimate blank_estimate(const Frame& frame, std::size_t position) {
  const Instance& instance = frame.instances[position];
  PoseEstimate blank;
  blank.frame = frame.index;
  blank.frame_name = frame.info.name;
  blank.instance = instance.index;
  blank.object_id = instance.object_id;
  blank.category = instance.category;
  blank.center_obj = instance.center_obj;
  blank.symmetry = instance.symmetry.name;
  return blank;
}

void add_frame(PoseResult& result, const Frame& frame) {
  result.frames.push_back(frame.index);
  result.images.push_back(frame.info.name);
  result.found.add(frame);
  if (!is_lacking(frame)) {
    return;
  }
  // A sentence about a file names that file itself.
  for (const std::string& problem : frame.problems) {
    result.problems.push_back(problem.starts_with('/') ? problem : frame.info.name + ": " + problem);
  }
}

Expected<void> add_estimate(PoseResult& result, Expected<PoseEstimate> estimate) {
  if (estimate) {
    result.estimates.push_back(std::move(*estimate));
  } else if (estimate.error().code == ErrorCode::kInput || estimate.error().code == ErrorCode::kFailed) {
    result.skipped.push_back(estimate.error().message);
  } else {
    return estimate.error();
  }
  return {};
}

}  // namespace alidade
