// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/infer.h"

#include <algorithm>
#include <chrono>
#include <numbers>
#include <numeric>

#include <nlohmann/json.hpp>

#include "core/base/random.h"
#include "core/evaluation/pose_accuracy.h"
#include "core/geometry/symmetry.h"
#include "core/nn/energy_network.h"
#include "core/nn/object_points.h"
#include "core/nn/pose_network.h"
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

class Estimator {
 public:
  Estimator(PoseNetwork& network, const InferOptions& options, const JobContext& job)
      : network_(network), options_(options), job_(job) {}

  Expected<PoseEstimate> estimate(const Frame& frame, std::size_t position) {
    const Instance& instance = frame.instances[position];
    const std::uint64_t seed = object_seed(options_.seed, frame.info.name, instance.index);
    const int num_points = options_.num_points > 0 ? options_.num_points : network_.config().num_points;
    const auto points = object_points(frame, position, num_points, mix_seed(seed, kPointStream));
    if (!points) {
      return points.error();
    }
    PoseEstimate out;
    out.frame = frame.index;
    out.frame_name = frame.info.name;
    out.instance = instance.index;
    out.object_id = instance.object_id;
    out.category = instance.category;
    out.center_obj = instance.center_obj;
    out.symmetry = instance.symmetry.name;
    const auto features = network_.encode(*points);
    Rigid3 box = network_.regress(*features, &out.size);
    if (options_.aggregation != Aggregation::kRegression) {
      auto drawn = draw(features, seed);
      if (!drawn) {
        return drawn.error();
      }
      std::vector<std::array<double, 2>> energies;
      if (options_.aggregation == Aggregation::kRanked) {
        energies = options_.ranker->energies(*points, *drawn);
      }
      box = aggregate(options_.aggregation, *drawn, mix_seed(seed, kSubsetStream), energies);
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

 private:
  Expected<std::vector<Rigid3>> draw(const std::shared_ptr<const PoseNetwork::Features>& features,
                                     std::uint64_t seed) {
    const auto field = network_.score_field(features);
    const VeSde sde = network_.sde();
    SamplerOptions sampler = options_.sampler;
    sampler.noise_seed = mix_seed(seed, kStepStream);
    auto start = draw_start(sde, options_.sampler.start_time, options_.num_samples, field->dimension(),
                            mix_seed(seed, kNoiseStream));
    const auto drawn = sample(*field, sde, sampler, std::move(start), job_);
    if (!drawn) {
      return drawn.error();
    }
    if (drawn->first_bad_step >= 0) {
      return Error{ErrorCode::kFailed, "the sampler diverged at step " +
                                           std::to_string(drawn->first_bad_step) +
                                           "; use more steps or weaker guidance."};
    }
    return network_.states(*features).decode_all(drawn->states);
  }

  PoseNetwork& network_;
  const InferOptions& options_;
  const JobContext& job_;
};

std::string sampler_text(const InferOptions& options) {
  if (options.aggregation == Aggregation::kRegression) {
    return "regression head";
  }
  const bool guided = options.sampler.guidance.kind != GuidanceKind::kNone;
  return describe(options.sampler) + (guided ? "" : " · no guidance") +
         " · K = " + std::to_string(options.num_samples) +
         (options.aggregation == Aggregation::kSingle ? "" : " " + to_text(options.aggregation));
}

Provenance provenance_of(const Dataset& dataset, const PoseNetwork& network, const InferOptions& options) {
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
  recipe["samples"] = options.num_samples;
  recipe["aggregation"] = to_text(options.aggregation);
  if (options.aggregation == Aggregation::kRanked) {
    recipe["ranker"] = options.ranker->checkpoint_name();
    recipe["ranker_sha256"] = options.ranker->checkpoint_sha256();
  }
  Provenance provenance = current_provenance();
  provenance.recipe = recipe.dump();
  provenance.seed = options.seed;
  provenance.checkpoint = network.checkpoint_name();
  provenance.checkpoint_sha256 = network.checkpoint_sha256();
  provenance.dataset = dataset.name();
  provenance.dataset_sha256 = dataset.digest();
  return provenance;
}

/// True when a layer that an annotated object needs is not there.
bool is_lacking(const Frame& frame) {
  return !frame.instances.empty() && (!frame.camera.valid() || frame.depth.empty() ||
                                      std::any_of(frame.visible_masks.begin(), frame.visible_masks.end(),
                                                  [](const ImageU8& mask) { return mask.empty(); }));
}

/// What the frame says is wrong with it; a sentence about a file names that file itself.
void add_problems(const Frame& frame, std::vector<std::string>& problems) {
  for (const std::string& problem : frame.problems) {
    problems.push_back(problem.starts_with('/') ? problem : frame.info.name + ": " + problem);
  }
}

/// Energies of another architecture would be those of other points.
Expected<void> check_ranker(const InferOptions& options, const PoseNetwork& network) {
  if (options.aggregation != Aggregation::kRanked) {
    return {};
  }
  if (options.ranker == nullptr) {
    return Error{ErrorCode::kUsage, "ranking needs an energy network; name one with --ranker."};
  }
  const PoseNetworkConfig& config = options.ranker->config();
  if (!(config == network.config()) || (options.num_points > 0 && options.num_points != config.num_points)) {
    return Error{ErrorCode::kUsage, options.ranker->checkpoint_name() +
                                        ": the ranker is of another architecture than the pose network."};
  }
  return {};
}

Expected<void> check(const InferOptions& options, const Dataset& dataset) {
  if (options.num_samples < 1 || options.num_samples > 100000) {
    return Error{ErrorCode::kUsage, "the number of samples K must lie between 1 and 100000."};
  }
  for (const std::size_t frame : options.frames) {
    if (frame >= dataset.num_frames()) {
      return Error{ErrorCode::kUsage, "frame " + std::to_string(frame) + " does not exist; the dataset has " +
                                          std::to_string(dataset.num_frames()) + "."};
    }
  }
  return {};
}

}  // namespace

SamplerOptions default_sampler() {
  SamplerOptions sampler;
  sampler.guidance = {GuidanceKind::kExponential, 1.0, 15.0};
  return sampler;
}

InferOptions default_infer_options() {
  InferOptions options;
  options.sampler = default_sampler();
  options.num_samples = 50;
  return options;
}

Expected<std::shared_ptr<const PoseResult>> infer_poses(const Dataset& dataset, PoseNetwork& network,
                                                        const InferOptions& options, const JobContext& job) {
  if (auto checked = check(options, dataset); !checked) {
    return checked.error();
  }
  if (auto checked = check_ranker(options, network); !checked) {
    return checked.error();
  }
  bind_compute_thread();
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::size_t> frames = options.frames;
  if (frames.empty()) {
    frames.resize(dataset.num_frames());
    std::iota(frames.begin(), frames.end(), std::size_t{0});
  }
  auto result = std::make_shared<PoseResult>();
  result->sampler = sampler_text(options);
  result->name = network.checkpoint_name().empty() ? result->sampler
                                                   : network.checkpoint_name() + " · " + result->sampler;
  result->provenance = provenance_of(dataset, network, options);
  Estimator estimator(network, options, job);
  std::int64_t done = 0;
  for (const std::size_t index : frames) {
    const auto frame = dataset.load(index, {.color = false, .depth = true, .masks = true, .nocs = false});
    if (!frame) {
      result->problems.push_back(frame.error().message);
      continue;
    }
    result->frames.push_back(index);
    result->images.push_back(frame->info.name);
    if (is_lacking(*frame)) {
      add_problems(*frame, result->problems);
    }
    for (std::size_t i = 0; i < frame->instances.size(); ++i) {
      if (job.stopped()) {
        return Error{ErrorCode::kCancelled, "inference was stopped; nothing was written."};
      }
      auto estimate = estimator.estimate(*frame, i);
      if (estimate) {
        result->estimates.push_back(std::move(*estimate));
      } else if (estimate.error().code == ErrorCode::kInput || estimate.error().code == ErrorCode::kFailed) {
        result->skipped.push_back(estimate.error().message);
      } else {
        return estimate.error();
      }
    }
    job.report("estimating poses", ++done, static_cast<std::int64_t>(frames.size()));
  }
  result->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return std::shared_ptr<const PoseResult>(std::move(result));
}

}  // namespace alidade
