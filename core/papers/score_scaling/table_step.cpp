// SPDX-License-Identifier: BSD-3-Clause
#include <numbers>

#include <nlohmann/json.hpp>

#include "core/base/random.h"
#include "core/geometry/so3_statistics.h"
#include "core/papers/score_scaling/steps.h"
#include "core/papers/score_scaling/study_objects.h"
#include "core/studies/aggregate.h"
#include "core/studies/infer.h"

namespace alidade::score_scaling {
namespace {

using nlohmann::ordered_json;

constexpr int kMany = 50, kSome = 20;
constexpr double kBestShare = 0.6;
constexpr int kSweepSteps[] = {5, 10, 20, 50};
constexpr std::uint64_t kMotionStream = 0x6d6f7665ULL;

SamplerOptions unguided_sampler() {
  SamplerOptions sampler = default_sampler();
  sampler.guidance = Guidance{};
  return sampler;
}

SamplerOptions tracking_sampler(SamplerOptions sampler) {
  sampler.start_time = kTrackingTime;
  sampler.steps = kTrackingSteps;
  return sampler;
}

/// What a tracker knows of the next frame: the last estimate, off by a small motion (2 degrees, 5 mm).
Rigid3 moved(const Rigid3& pose, std::uint64_t seed) {
  constexpr double kTurn = 2.0 * std::numbers::pi / 180.0, kShift_m = 0.005;
  Random random(mix_seed(seed, kMotionStream));
  const auto direction = [&random] {
    return Eigen::Vector3d(random.normal(), random.normal(), random.normal()).normalized();
  };
  const Eigen::Vector3d axis = direction();
  return {Eigen::AngleAxisd(kTurn, axis) * pose.R, pose.t + kShift_m * direction()};
}

std::vector<Rigid3> first(const std::vector<Rigid3>& poses, int count) {
  return {poses.begin(), poses.begin() + std::min<std::size_t>(count, poses.size())};
}

/// One way of Table 2: K samples, guided or not, and how they become one estimate.
struct Way {
  const char* name;
  bool guided;
  int count;
  enum { kFirst, kMean, kRanker } aggregation;
};

constexpr Way kWays[] = {
    {"unguided-1", false, 1, Way::kFirst},          {"unguided-20-mean", false, kSome, Way::kMean},
    {"unguided-50-mean", false, kMany, Way::kMean}, {"guided-1", true, 1, Way::kFirst},
    {"ranker-20", false, kSome, Way::kRanker},      {"ranker-50", false, kMany, Way::kRanker}};

class TableOfOne {
 public:
  TableOfOne(EnergyNetwork* ranker, bool has_head, AccuracyTally& tally, const JobContext& job)
      : ranker_(ranker), has_head_(has_head), tally_(tally), job_(job) {}

  Expected<bool> add(StudyObject& object) {
    const auto unguided = draw_poses(object, unguided_sampler(), kMany, {}, job_);
    const auto guided = draw_poses(object, default_sampler(), kMany, {}, job_);
    if (!unguided || !guided) {
      return unguided ? guided.error() : unguided.error();
    }
    if (has_head_) {
      tally_.add("regression", object, object.regressed);
    }
    add_sets(object, *unguided, *guided);
    for (const Way& way : kWays) {
      if (way.aggregation == Way::kRanker && ranker_ == nullptr) {
        continue;
      }
      const Rigid3 single = estimate(way, object, first(way.guided ? *guided : *unguided, way.count));
      tally_.add(way.name, object, single);
      const auto tracked =
          draw_poses(object, tracking_sampler(way.guided ? default_sampler() : unguided_sampler()), way.count,
                     moved(single, object.seed), job_);
      if (!tracked) {
        return tracked.error();
      }
      tally_.add(std::string("tracking-") + way.name, object, estimate(way, object, *tracked));
    }
    return true;
  }

 private:
  /// What needs no further sampling.
  void add_sets(const StudyObject& object, const std::vector<Rigid3>& unguided,
                const std::vector<Rigid3>& guided) {
    tally_.add("unguided-50-mode", object, aggregate(Aggregation::kMode, unguided, 0, {}));
    tally_.add("guided-50-mean", object, mean_of_random(guided, object.seed));
    tally_.add("guided-50-mode", object, aggregate(Aggregation::kMode, guided, 0, {}));
    const auto ranked = ranked_by_truth(object, unguided);
    tally_.add("oracle-50-best", object, ranked.front());
    tally_.add("oracle-50-mean", object,
               mean_pose(first(ranked, static_cast<int>(kBestShare * static_cast<double>(ranked.size())))));
  }

  Rigid3 estimate(const Way& way, const StudyObject& object, const std::vector<Rigid3>& poses) const {
    switch (way.aggregation) {
      case Way::kMean:
        return mean_of_random(poses, object.seed);
      case Way::kRanker:
        return ranked_mean(*ranker_, object.points, poses);
      case Way::kFirst:
        break;
    }
    return poses.front();
  }

  EnergyNetwork* ranker_;
  bool has_head_;
  AccuracyTally& tally_;
  const JobContext& job_;
};

ordered_json counted(const VisitedObjects& visited, const AccuracyTally& tally) {
  return {{"objects", visited.objects}, {"skipped", visited.skipped}, {"accuracy", tally.json()}};
}

}  // namespace

Rigid3 ranked_mean(EnergyNetwork& ranker, const ObjectPoints& points, const std::vector<Rigid3>& poses) {
  return aggregate(Aggregation::kRanked, poses, 0, ranker.energies(points, poses));
}

Expected<ordered_json> run_table(ReproduceWork& work, const ReproduceStep& step, const JobContext& job) {
  const auto network = PoseNetwork::load(work.checkpoint(step.arm, step.seed));
  const auto test = work.test_data(job);
  const auto recipe = work.recipe(step.arm, step.seed);
  if (!network || !test || !recipe) {
    return !network ? network.error() : !test ? test.error() : recipe.error();
  }
  std::unique_ptr<EnergyNetwork> ranker;
  if (work.sizes.ranker_steps > 0 && step.arm == kReproduceArms[2]) {
    auto loaded = EnergyNetwork::load(work.ranker(step.seed));
    if (!loaded) {
      return loaded.error();
    }
    ranker = std::move(*loaded);
  }
  const TrainerOptions& trainer = recipe->trainer;
  const bool has_head = trainer.pretrain_steps() > 0 || trainer.joint_regression_weight > 0.0;
  AccuracyTally tally;
  TableOfOne table(ranker.get(), has_head, tally, job);
  const auto visited =
      visit_objects(**test, work.sizes.test_frames, false, **network, static_cast<std::uint64_t>(step.seed),
                    job, [&table](StudyObject& object) { return table.add(object); });
  if (!visited) {
    return visited.error();
  }
  return counted(*visited, tally);
}

Expected<ordered_json> run_sweep(ReproduceWork& work, const ReproduceStep& step, const JobContext& job) {
  const auto network = PoseNetwork::load(work.checkpoint(step.arm, step.seed));
  const auto test = work.test_data(job);
  if (!network || !test) {
    return network ? test.error() : network.error();
  }
  struct Mode {
    const char* name;
    SamplerKind kind;
    bool guided;
  };
  constexpr Mode kModes[] = {{"unguided", SamplerKind::kDdimExponential, false},
                             {"guided", SamplerKind::kDdimExponential, true},
                             {"guided-naive", SamplerKind::kDdim, true}};
  AccuracyTally tally;
  const auto visit = [&](StudyObject& object) -> Expected<bool> {
    for (const Mode& mode : kModes) {
      for (const int steps : kSweepSteps) {
        SamplerOptions sampler = mode.guided ? default_sampler() : unguided_sampler();
        sampler.kind = mode.kind;
        sampler.steps = steps;
        const auto drawn = draw_poses(object, sampler, 1, {}, job);
        if (!drawn) {
          return drawn.error();
        }
        tally.add(std::string(mode.name) + "-" + std::to_string(steps), object, drawn->front());
      }
    }
    return true;
  };
  const auto visited = visit_objects(**test, work.sizes.sweep_frames, false, **network,
                                     static_cast<std::uint64_t>(step.seed), job, visit);
  if (!visited) {
    return visited.error();
  }
  return counted(*visited, tally);
}

}  // namespace alidade::score_scaling
