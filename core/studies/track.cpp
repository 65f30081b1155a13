// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/track.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/base/text_table.h"
#include "core/nn/compute.h"
#include "core/studies/infer_result.h"
#include "core/studies/object_seed.h"
#include "core/studies/sampling_estimator.h"

namespace alidade {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kWork = "tracking";

/// What the next frame knows of an object.
struct PreviousPose {
  Rigid3 box;  ///< camera frame
  Eigen::Vector3d size;
};
using PreviousPoses = std::map<InstanceIdentity, PreviousPose>;

PreviousPose previous_of(const PoseEstimate& estimate) {
  return {object_pose(estimate.cam_from_obj, -estimate.center_obj), estimate.size};
}

Expected<void> check(const TrackOptions& options, const Dataset& dataset, const ScoreModel& model) {
  for (const auto& checked :
       {check_infer_options(options.infer, model), check_frames(options.infer.frames, dataset)}) {
    if (!checked) {
      return checked;
    }
  }
  if (options.infer.aggregation == Aggregation::kRegression) {
    return Error{ErrorCode::kUsage, "the regression head samples nothing, so it cannot track."};
  }
  if (!(options.start_time > model.sde().epsilon && options.start_time <= 1.0)) {
    return Error{ErrorCode::kUsage, "tracking starts at a diffusion time above " +
                                        fixed_text(model.sde().epsilon, 5) + " and up to 1."};
  }
  if (options.steps < 1 || options.steps > 100000) {
    return Error{ErrorCode::kUsage, "the number of tracking steps must lie between 1 and 100000."};
  }
  return {};
}

/// The sequences without frames that were not asked for.
Expected<std::vector<FrameSequence>> chosen_sequences(const Dataset& dataset,
                                                      const std::vector<std::size_t>& frames) {
  std::vector<FrameSequence> sequences = dataset.sequences();
  if (sequences.empty()) {
    return input_error(dataset.name(), "", "expected a sequence to track through, found only stills",
                       "open scenes in the BOP layout, or make a Tabletop set with sequence_frames");
  }
  const std::set<std::size_t> wanted(frames.begin(), frames.end());
  for (FrameSequence& sequence : sequences) {
    std::erase_if(sequence.frames, [&](std::size_t i) { return !wanted.empty() && !wanted.contains(i); });
  }
  return sequences;
}

/// Results are ordered by frame; sequences need not be.
void sort_by_frame(PoseResult& result) {
  std::stable_sort(result.estimates.begin(), result.estimates.end(),
                   [](const PoseEstimate& a, const PoseEstimate& b) { return a.frame < b.frame; });
  std::vector<std::pair<std::size_t, std::string>> frames;
  for (std::size_t i = 0; i < result.frames.size(); ++i) {
    frames.emplace_back(result.frames[i], std::move(result.images[i]));
  }
  std::sort(frames.begin(), frames.end());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    result.frames[i] = frames[i].first;
    result.images[i] = std::move(frames[i].second);
  }
}

/// One pass over the frames.
class Tracker {
 public:
  Tracker(const Dataset& dataset, ScoreModel& model, const TrackOptions& options, const JobContext& job)
      : options_(options), job_(job), estimator_(model, options.infer), warm_(options.infer.sampler) {
    warm_.start_time = options.start_time;
    warm_.steps = options.steps;
    const nlohmann::ordered_json settings{{"start_time", options.start_time}, {"steps", options.steps}};
    tracking_ = begin_result(dataset, model, options.infer, "tracking · ", json_text(settings));
    if (options.compare) {
      single_ = estimator_.begin(dataset);
    }
  }

  void begin_sequence() { previous_.clear(); }

  void miss_frame(const std::string& problem) {
    previous_.clear();
    tracking_->problems.push_back(problem);
    if (single_) {
      single_->problems.push_back(problem);
    }
  }

  /// Single frames and tracking take turns at going first: neither has the warmer cache.
  Expected<void> add(const Frame& frame) {
    TrackedFrame entry;
    entry.frame = frame.index;
    entry.sequence = frame.info.sequence;
    entry.time = frame.info.time;
    const bool tracking_first = done_.size() % 2 == 1;
    for (const bool tracking : {tracking_first, !tracking_first}) {
      if (!tracking && !single_) {
        continue;
      }
      const auto begin = Clock::now();
      if (auto done = tracking ? track(frame, entry) : estimate(frame); !done) {
        return done;
      }
      (tracking ? entry.seconds : entry.single_seconds) =
          std::chrono::duration<double>(Clock::now() - begin).count();
    }
    done_.push_back(entry);
    if (options_.on_frame) {
      options_.on_frame(*tracking_);
    }
    return {};
  }

  TrackResult finish() {
    for (const auto& result : {tracking_, single_}) {
      if (result) {
        sort_by_frame(*result);
      }
    }
    for (const TrackedFrame& frame : done_) {
      tracking_->seconds += frame.seconds;
      if (single_) {
        single_->seconds += frame.single_seconds;
      }
    }
    return {tracking_, single_, std::move(done_)};
  }

 private:
  Expected<void> estimate(const Frame& frame) {
    add_frame(*single_, frame);
    return estimator_.estimate_each(frame, *single_, kWork, job_, [&](const EncodedObject& object) {
      return estimator_.estimate_object(object, options_.infer.sampler, job_);
    });
  }

  Expected<void> track(const Frame& frame, TrackedFrame& entry) {
    add_frame(*tracking_, frame);
    const auto identities = instance_identities(frame);
    PreviousPoses now;
    const auto done = estimator_.estimate_each(frame, *tracking_, kWork, job_,
                                               [&](const EncodedObject& object) -> Expected<PoseEstimate> {
                                                 const auto& identity = identities[object.position];
                                                 auto estimate = follow(object, identity, entry);
                                                 if (estimate) {
                                                   now.emplace(identity, previous_of(*estimate));
                                                 }
                                                 return estimate;
                                               });
    if (done) {
      previous_ = std::move(now);
    }
    return done;
  }

  Expected<PoseEstimate> follow(const EncodedObject& object, const InstanceIdentity& identity,
                                TrackedFrame& entry) {
    const auto found = previous_.find(identity);
    const bool known = found != previous_.end();
    const bool left = known && has_left_points(found->second.box, found->second.size, object.scored.points);
    entry.begun += !known;
    entry.lost += left;
    if (!known || left) {
      return estimator_.estimate_object(object, options_.infer.sampler, job_);
    }
    ++entry.tracked;
    return estimator_.estimate_object(object, warm_, job_, &found->second.box);
  }

  const TrackOptions& options_;
  const JobContext& job_;
  SamplingEstimator estimator_;
  SamplerOptions warm_;
  PreviousPoses previous_;
  std::shared_ptr<PoseResult> tracking_, single_;
  std::vector<TrackedFrame> done_;
};

FrameRates rates_of(const std::vector<TrackedFrame>& frames, double TrackedFrame::*seconds) {
  std::size_t count = 0, objects = 0;
  double total = 0.0;
  for (const TrackedFrame& frame : frames) {
    const std::size_t here = frame.tracked + frame.begun + frame.lost;
    count += here > 0;
    objects += here;
    total += frame.*seconds;
  }
  return total > 0.0 ? FrameRates{count / total, objects / total} : FrameRates{};
}

}  // namespace

FrameRates TrackResult::tracking_rates() const {
  return rates_of(frames, &TrackedFrame::seconds);
}

FrameRates TrackResult::single_rates() const {
  return rates_of(frames, &TrackedFrame::single_seconds);
}

std::vector<InstanceIdentity> instance_identities(const Frame& frame) {
  std::map<std::pair<int, int>, int> counts;
  std::vector<InstanceIdentity> identities;
  for (const Instance& instance : frame.instances) {
    const int number = counts[{instance.track_id, instance.object_id}]++;
    identities.push_back({instance.track_id, instance.object_id, number});
  }
  return identities;
}

bool has_left_points(const Rigid3& box, const Eigen::Vector3d& size, const ObjectPoints& points) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (const Eigen::Vector3f& point : points) {
    sum += point.cast<double>();
  }
  const double distance = (sum / static_cast<double>(points.size()) - box.t).norm();
  return !(box.R.allFinite() && distance <= 0.5 * size.norm());  // also true for a NaN
}

Expected<TrackResult> track_poses(const Dataset& dataset, ScoreModel& model, const TrackOptions& options,
                                  const JobContext& job) {
  if (auto checked = check(options, dataset, model); !checked) {
    return checked.error();
  }
  const auto sequences = chosen_sequences(dataset, options.infer.frames);
  if (!sequences) {
    return sequences.error();
  }
  bind_compute_thread();
  std::int64_t total = 0, done = 0;
  for (const FrameSequence& sequence : *sequences) {
    total += static_cast<std::int64_t>(sequence.frames.size());
  }
  Tracker tracker(dataset, model, options, job);
  for (const FrameSequence& sequence : *sequences) {
    tracker.begin_sequence();
    for (const std::size_t index : sequence.frames) {
      const auto frame = dataset.load(index, model.needs());
      if (!frame && frame.error().code == ErrorCode::kCancelled) {
        return frame.error();
      }
      if (!frame) {
        tracker.miss_frame(frame.error().message);
      } else if (auto added = tracker.add(*frame); !added) {
        return added.error();
      }
      job.report("tracking", ++done, total);
    }
  }
  return tracker.finish();
}

}  // namespace alidade
