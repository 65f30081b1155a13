// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/ranking_accuracy.h"

#include <algorithm>
#include <array>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/base/constants.h"
#include "core/evaluation/statistics/rank_correlation.h"
#include "core/studies/aggregate.h"
#include "core/studies/object_seed.h"
#include "core/studies/object_walk.h"
#include "core/studies/sampling_estimator.h"
#include "core/studies/training_data.h"

namespace alidade {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMaxObjects = 256;

InferOptions drawing_options(std::uint64_t seed) {
  InferOptions options;
  options.sampler.steps = 10;
  options.num_samples = 20;
  options.seed = seed;
  return options;
}

RankingSubject subject_of(const EncodedObject& object, const PoseEstimate& estimate) {
  RankingSubject subject;
  subject.points = object.scored.points;
  subject.truth = box_pose(object.instance());
  subject.symmetry = object.instance().symmetry;
  for (const Rigid3& pose : estimate.hypotheses) {
    subject.poses.push_back(object_pose(pose, -estimate.center_obj));
  }
  subject.errors = hypothesis_errors(subject.poses, subject.truth, subject.symmetry);
  return subject;
}

/// Shares of objects below the thresholds that the paper's tables have.
struct Shares {
  std::array<std::size_t, 3> hits{};

  void add(double rotation, double translation) {
    hits[0] += rotation <= 5.0 * kRadiansPerDegree && translation <= 0.02;
    hits[1] += rotation <= 10.0 * kRadiansPerDegree && translation <= 0.02;
    hits[2] += rotation <= 10.0 * kRadiansPerDegree && translation <= 0.05;
  }
  ordered_json json(std::size_t count) const {
    const auto share = [&](int i) { return static_cast<double>(hits[i]) / static_cast<double>(count); };
    return {{"5deg2cm", share(0)}, {"10deg2cm", share(1)}, {"10deg5cm", share(2)}};
  }
};

/// Mean over the objects that have a correlation.
struct MeanCorrelation {
  double sum = 0.0;
  std::size_t count = 0;

  void add(std::span<const std::array<double, 2>> energies, int which, const std::vector<double>& errors) {
    std::vector<double> energy, quality;
    for (std::size_t i = 0; i < errors.size(); ++i) {
      energy.push_back(energies[i][which]);
      quality.push_back(-errors[i]);
    }
    if (const auto value = rank_correlation(energy, quality)) {
      sum += *value;
      ++count;
    }
  }
  ordered_json json() const { return count > 0 ? ordered_json(sum / static_cast<double>(count)) : nullptr; }
};

/// The sample nearest to the truth: by rotation error over 10 degrees plus translation error over 5 cm.
std::size_t nearest_of(const HypothesisErrors& errors) {
  const auto cost = [&](std::size_t i) {
    return errors.rotation[i] / (10.0 * kRadiansPerDegree) + errors.translation[i] / 0.05;
  };
  std::size_t best = 0;
  for (std::size_t i = 1; i < errors.rotation.size(); ++i) {
    best = cost(i) < cost(best) ? i : best;
  }
  return best;
}

}  // namespace

Expected<std::vector<RankingSubject>> ranking_subjects(const Dataset& dataset, int frames,
                                                       ScoreModel& network, std::uint64_t seed,
                                                       const JobContext& job) {
  const InferOptions options = drawing_options(seed);
  SamplingEstimator estimator(network, options);
  std::vector<RankingSubject> subjects;
  const auto add = [&](const Frame& frame, std::size_t position) -> Expected<bool> {
    const auto object = estimator.encode(frame, position);
    if (!object) {
      return true;
    }
    const auto estimate = estimator.estimate_object(*object, options.sampler, job);
    if (estimate) {
      subjects.push_back(subject_of(*object, *estimate));
    } else if (estimate.error().code != ErrorCode::kFailed) {
      return estimate.error();
    }
    return subjects.size() < kMaxObjects;
  };
  const auto walked = walk_objects(dataset, frames, network.needs(), "validation objects", job, add);
  if (!walked) {
    return walked.error();
  }
  return subjects;
}

Expected<ordered_json> measure_ranking(const std::vector<RankingSubject>& subjects, RankingModel& network,
                                       const JobContext& job) {
  Shares best, average, first, nearest;
  MeanCorrelation rotation, translation;
  for (const RankingSubject& subject : subjects) {
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, "stopped."};
    }
    const auto energies = network.energies(subject.points, subject.poses);
    rotation.add(energies, 0, subject.errors.rotation);
    translation.add(energies, 1, subject.errors.translation);
    const std::array<Rigid3, 2> chosen{rank_hypotheses(subject.poses, energies).poses.front(),
                                       aggregate(Aggregation::kRanked, subject.poses, 0, energies)};
    const HypothesisErrors errors = hypothesis_errors(chosen, subject.truth, subject.symmetry);
    best.add(errors.rotation[0], errors.translation[0]);
    average.add(errors.rotation[1], errors.translation[1]);
    first.add(subject.errors.rotation[0], subject.errors.translation[0]);
    const std::size_t n = nearest_of(subject.errors);
    nearest.add(subject.errors.rotation[n], subject.errors.translation[n]);
  }
  const std::size_t count = std::max<std::size_t>(1, subjects.size());
  return ordered_json{{"ranking", {{"rotation", rotation.json()}, {"translation", translation.json()}}},
                      {"accuracy",
                       {{"best_ranked", best.json(count)},
                        {"ranked_mean", average.json(count)},
                        {"first", first.json(count)},
                        {"nearest", nearest.json(count)}}}};
}

}  // namespace alidade
