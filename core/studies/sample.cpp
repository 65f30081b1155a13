// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/sample.h"

#include <chrono>
#include <numbers>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/evaluation/errors/sample_measures.h"
#include "core/studies/object_seed.h"

namespace alidade {
namespace {

constexpr int kAnalyticOrbitSteps = 36;
constexpr double kAnalyticRotation = 3.0 * std::numbers::pi / 180.0;
constexpr double kAnalyticTranslation_m = 0.003;

ObjectSamples blank_for(const Instance& instance, const std::string& frame_name, std::size_t frame) {
  ObjectSamples blank;
  blank.frame_name = frame_name;
  blank.frame = frame;
  blank.instance = instance.index;
  blank.category = instance.category;
  blank.symmetry = instance.symmetry;
  blank.truth = instance.cam_from_obj;
  blank.center_obj = instance.center_obj;
  if ((instance.size.array() > 0.0).all()) {
    blank.size = instance.size;
  }
  blank.provenance = current_provenance();
  return blank;
}

/// Samples as object poses.
std::vector<Rigid3> object_poses(const SampleSubject& subject, const std::vector<double>& states) {
  std::vector<Rigid3> poses = subject.states.decode_all(states);
  for (Rigid3& pose : poses) {
    pose = object_pose(pose, subject.center_obj);
  }
  return poses;
}

DrawOptions draw_options(const SampleSubject& subject, const SampleOptions& options) {
  DrawOptions draw{options.sampler, options.num_samples,
                   object_seed(options.seed, subject.blank.frame_name, subject.blank.instance)};
  if (options.start) {
    draw.start = Rigid3{options.start->R, *options.start * subject.center_obj};
  }
  return draw;
}

/// Kept paths are poses in the end; said in the words of who chose them: K and steps.
Expected<void> check_path_memory(const SampleOptions& options) {
  const SamplerOptions& sampler = options.sampler;
  const bool adaptive = sampler.kind == SamplerKind::kRk45;
  const std::int64_t states = adaptive ? sampler.trajectory_points : std::int64_t{sampler.steps} + 1;
  if (!sampler.keep_trajectory || states < 1) {
    return {};  // nothing is kept, or the sampler itself watches how much
  }
  const std::size_t most = kTrajectoryLimitBytes / sizeof(Rigid3);
  const auto kept = static_cast<std::size_t>(states), count = static_cast<std::size_t>(options.num_samples);
  if (kept * count <= most) {
    return {};
  }
  std::string message = "K = " + std::to_string(count) + " with " + std::to_string(states) +
                        " kept states needs more than " + std::to_string(kTrajectoryLimitBytes >> 20) +
                        " MB; K = " + std::to_string(most / kept) + " fits with these states";
  if (most / count >= 2) {
    message += ", " + std::to_string(most / count - 1) + " steps fit with this K";
  }
  return Error{ErrorCode::kUsage, message + "."};
}

std::string recipe_of(const SampleOptions& options) {
  nlohmann::ordered_json json;
  json["sampler"] = describe(options.sampler);
  json["guidance"] = embedded_json(to_json(options.sampler.guidance));
  json["samples"] = options.num_samples;
  json["warm_start"] = options.start.has_value();
  return json_text(json);
}

void take_paths(const SampleSubject& subject, const SampleSet& set, ObjectSamples& out) {
  out.times = set.times;
  for (std::size_t i = 0; i < set.times.size(); ++i) {
    out.trajectory.push_back(object_poses(subject, set.trajectory[i]));
    if (out.truth) {
      out.curve.push_back(sample_curve_point(out.trajectory.back(), *out.truth, out.symmetry, set.times[i],
                                             subject.sde.sigma(set.times[i])));
    }
  }
}

}  // namespace

SampleSubject sample_subject(EncodedObject object) {
  const Instance& instance = object.instance();
  ScoredObject& scored = object.scored;
  SampleSubject subject{std::move(scored.field), scored.sde, scored.states, instance.center_obj,
                        blank_for(instance, object.frame->info.name, object.frame->index)};
  subject.regressed = object_pose(scored.regressed, instance.center_obj);
  return subject;
}

Expected<SampleSubject> sample_subject(const Frame& frame, std::size_t position, ScoreModel& model,
                                       std::uint64_t seed) {
  auto object = encode_object(frame, position, model, 0, seed);
  if (!object) {
    return object.error();
  }
  SampleSubject subject = sample_subject(std::move(*object));
  subject.blank.provenance.checkpoint = model.checkpoint_name();
  subject.blank.provenance.checkpoint_sha256 = model.checkpoint_sha256();
  return subject;
}

Expected<SampleSubject> analytic_subject(const Instance& instance, const std::string& frame_name,
                                         std::size_t frame) {
  const Rigid3 box{instance.cam_from_obj.R, instance.cam_from_obj * instance.center_obj};
  PoseStates states;
  states.centroid = box.t;
  std::vector<Rigid3> modes;
  for (const Rigid3& element : enumerate_symmetries(instance.symmetry, kAnalyticOrbitSteps)) {
    modes.push_back({box.R * element.R, box.t});
  }
  const VeSde sde;
  auto field = pose_mixture(modes, states, kAnalyticRotation, kAnalyticTranslation_m, sde);
  if (!field) {
    return field.error();
  }
  SampleSubject subject{std::make_unique<MixtureField>(std::move(*field)), sde, states, instance.center_obj,
                        blank_for(instance, frame_name, frame)};
  subject.blank.analytic = true;
  return subject;
}

Expected<std::shared_ptr<const ObjectSamples>> draw_samples(SampleSubject& subject,
                                                            const SampleOptions& options,
                                                            const JobContext& job) {
  if (options.num_samples < 1 || options.num_samples > 100000) {
    return Error{ErrorCode::kUsage, "the number of samples K must lie between 1 and 100000."};
  }
  if (const auto fits = check_path_memory(options); !fits) {
    return fits.error();
  }
  const auto begin = std::chrono::steady_clock::now();
  const auto set =
      draw_states(*subject.field, subject.sde, subject.states, draw_options(subject, options), job);
  const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - begin;
  if (!set) {
    return set.error();
  }
  auto out = std::make_shared<ObjectSamples>(subject.blank);
  out->name = describe(options.sampler.guidance);
  out->sampler = describe(options.sampler) + " \u00b7 K = " + std::to_string(options.num_samples);
  out->samples = object_poses(subject, set->states);
  take_paths(subject, *set, *out);
  if (out->truth) {
    out->measures = sample_measures(out->samples, *out->truth, out->symmetry);
  }
  out->evaluations = set->evaluations;
  out->steps = set->steps;
  out->first_bad_step = set->first_bad_step;
  out->milliseconds = elapsed.count();
  out->provenance.recipe = recipe_of(options);
  out->provenance.seed = options.seed;
  return std::shared_ptr<const ObjectSamples>(std::move(out));
}

}  // namespace alidade
