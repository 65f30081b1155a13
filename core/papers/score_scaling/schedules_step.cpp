// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <chrono>
#include <functional>

#include <nlohmann/json.hpp>

#include "core/papers/score_scaling/steps.h"
#include "core/papers/score_scaling/study_objects.h"
#include "core/studies/infer.h"

namespace alidade::score_scaling {
namespace {

using nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr int kSamples = 50;

/// The schedules in the text form of parse_guidance: each of Fig. 8's shapes, weak and strong.
constexpr const char* kSchedules[] = {
    "none",        "constant:1.5",    "constant:3",      "linear:1:3",
    "linear:1:15", "exponential:1:3", "exponential:1:8", "exponential:1:15"};

/// Sums over objects of what one schedule gave.
struct ScheduleSums {
  std::size_t objects = 0, diverged = 0;
  SampleMeasures measures;
  std::vector<SampleCurvePoint> curve;

  void add(const ObjectSamples& drawn);
  ordered_json json(const std::string& guidance) const;
};

constexpr double SampleMeasures::*kMeasures[] = {
    &SampleMeasures::coverage, &SampleMeasures::entropy,         &SampleMeasures::outliers,
    &SampleMeasures::spread,   &SampleMeasures::rotation_median, &SampleMeasures::translation_median};
constexpr const char* kMeasureNames[] = {"coverage", "entropy",         "outliers",
                                         "spread",   "rotation_median", "translation_median"};
constexpr double SampleCurvePoint::*kErrors[] = {
    &SampleCurvePoint::rotation_mean, &SampleCurvePoint::rotation_std, &SampleCurvePoint::translation_mean,
    &SampleCurvePoint::translation_std};
constexpr const char* kErrorNames[] = {"rotation_mean", "rotation_std", "translation_mean",
                                       "translation_std"};

void ScheduleSums::add(const ObjectSamples& drawn) {
  if (drawn.first_bad_step >= 0 || !drawn.measures) {
    ++diverged;
    return;
  }
  ++objects;
  for (const auto measure : kMeasures) {
    measures.*measure += (*drawn.measures).*measure;
  }
  if (curve.empty()) {
    curve = drawn.curve;
    return;
  }
  for (std::size_t i = 0; i < curve.size(); ++i) {
    for (const auto error : kErrors) {
      curve[i].*error += drawn.curve[i].*error;
    }
  }
}

ordered_json ScheduleSums::json(const std::string& guidance) const {
  ordered_json json{{"guidance", guidance}, {"objects", objects}, {"diverged", diverged}};
  if (objects == 0) {
    return json;
  }
  const double count = static_cast<double>(objects);
  for (std::size_t i = 0; i < std::size(kMeasures); ++i) {
    json[kMeasureNames[i]] = measures.*kMeasures[i] / count;
  }
  json["curve"] = ordered_json::array();
  for (const SampleCurvePoint& point : curve) {
    ordered_json entry{{"t", point.t}, {"sigma", point.sigma}};
    for (std::size_t i = 0; i < std::size(kErrors); ++i) {
      entry[kErrorNames[i]] = point.*kErrors[i] / count;
    }
    json["curve"].push_back(std::move(entry));
  }
  return json;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0.0 : values[values.size() / 2];
}

/// One way to estimate, timed.
struct TimedWay {
  const char* name;
  int count;
  bool guided, ranked;
};
constexpr TimedWay kTimedWays[] = {
    {"unguided-1", 1, false, false},        {"unguided-20-mean", 20, false, false},
    {"unguided-50-mean", 50, false, false}, {"ranker-20", 20, false, true},
    {"ranker-50", 50, false, true},         {"guided-1", 1, true, false}};

/// Milliseconds of everything after the encoder.
Expected<double> timed(const TimedWay& way, bool tracking, StudyObject& object, EnergyNetwork* ranker,
                       const JobContext& job) {
  SamplerOptions sampler = default_sampler();
  if (!way.guided) {
    sampler.guidance = Guidance{};
  }
  std::optional<Rigid3> start;
  if (tracking) {
    sampler.start_time = kTrackingTime;
    sampler.steps = kTrackingSteps;
    start = object.truth;  // where does not matter for the time
  }
  const auto begin = Clock::now();
  const auto drawn = draw_poses(object, sampler, way.count, start, job);
  if (!drawn) {
    return drawn.error();
  }
  if (way.ranked) {
    ranked_mean(*ranker, object.points, *drawn);
  } else if (way.count > 1) {
    mean_of_random(*drawn, object.seed);
  }
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

/// Milliseconds of the encoder alone, points at hand.
double encoder_milliseconds(PoseNetwork& network, const ObjectPoints& points) {
  const auto begin = Clock::now();
  network.encode(points);
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

}  // namespace

Expected<ordered_json> run_schedules(ReproduceWork& work, const ReproduceStep& step, const JobContext& job) {
  const auto network = PoseNetwork::load(work.checkpoint(step.arm, step.seed));
  const auto test = work.test_data(job);
  if (!network || !test) {
    return network ? test.error() : network.error();
  }
  std::array<ScheduleSums, std::size(kSchedules)> sums;
  int objects = 0;
  const auto visit = [&](StudyObject& object) -> Expected<bool> {
    for (std::size_t i = 0; i < std::size(kSchedules); ++i) {
      SampleOptions options;
      options.sampler = default_sampler();
      options.sampler.guidance = *parse_guidance(kSchedules[i]);
      options.sampler.keep_trajectory = true;
      options.num_samples = kSamples;
      options.seed = static_cast<std::uint64_t>(step.seed);
      const auto drawn = draw_samples(object.subject, options, job);
      if (!drawn) {
        return drawn.error();
      }
      sums[i].add(**drawn);
    }
    job.report("symmetric objects", ++objects, work.sizes.schedule_objects);
    return objects < work.sizes.schedule_objects;
  };
  const auto visited = visit_objects(**test, 0, true, **network, static_cast<std::uint64_t>(step.seed),
                                     JobContext{job.stop, {}}, visit);
  if (!visited) {
    return visited.error();
  }
  ordered_json json{{"objects", visited->objects}, {"schedules", ordered_json::array()}};
  for (std::size_t i = 0; i < std::size(kSchedules); ++i) {
    json["schedules"].push_back(sums[i].json(kSchedules[i]));
  }
  return json;
}

Expected<ordered_json> run_timing(ReproduceWork& work, const JobContext& job) {
  const auto network = PoseNetwork::load(work.checkpoint(kReproduceArms[0], 1));
  const auto test = work.test_data(job);
  if (!network || !test) {
    return network ? test.error() : network.error();
  }
  std::unique_ptr<EnergyNetwork> ranker;
  if (work.sizes.ranker_steps > 0) {
    auto loaded = EnergyNetwork::load(work.ranker(1));
    if (!loaded) {
      return loaded.error();
    }
    ranker = std::move(*loaded);
  }
  std::vector<double> encoder;
  std::map<std::string, std::vector<double>> times;
  const auto visit = [&](StudyObject& object) -> Expected<bool> {
    encoder.push_back(encoder_milliseconds(**network, object.points));
    for (const TimedWay& way : kTimedWays) {
      for (const bool tracking : {false, true}) {
        if (way.ranked && !ranker) {
          continue;
        }
        const auto time = timed(way, tracking, object, ranker.get(), job);
        if (!time) {
          return time.error();
        }
        times[(tracking ? "tracking-" : "") + std::string(way.name)].push_back(*time);
      }
    }
    return static_cast<int>(encoder.size()) < work.sizes.timing_objects;
  };
  const auto visited = visit_objects(**test, 0, false, **network, 1, JobContext{job.stop, {}}, visit);
  if (!visited) {
    return visited.error();
  }
  ordered_json json{{"encoder_ms", median(encoder)},
                    {"parameters", (*network)->num_parameters()},
                    {"ranker_parameters", ranker ? ranker->num_parameters() : 0}};
  for (const auto& [name, values] : times) {
    json["after_encoder_ms"][name] = median(values);
  }
  return json;
}

}  // namespace alidade::score_scaling
