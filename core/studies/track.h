// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/nn/score_model.h"
#include "core/results/pose_result.h"
#include "core/studies/infer_options.h"

namespace alidade {

/// Tracking, as GenPose does it: sampling starts at this noise about the previous frame's estimate.
inline constexpr double kTrackingTime = 0.15;
inline constexpr int kTrackingSteps = 3;  ///< the grid of 20 steps, from there on

struct TrackOptions {
  /// How an object without a previous frame is estimated (`sampler`: from noise at its own start time), and
  /// K, guidance, aggregation and seed of all objects. `frames` empty = all frames of all sequences.
  InferOptions infer;
  double start_time = kTrackingTime;  ///< T0 of an object with a previous frame
  int steps = kTrackingSteps;         ///< its steps (fixed-step samplers)
  bool compare = true;                ///< also estimate every frame by itself, timed in turn with tracking
  /// Gets what tracking has so far, after each frame; may be empty.
  std::function<void(const PoseResult& so_far)> on_frame{};
};

/// What tracking did in one frame.
struct TrackedFrame {
  std::size_t frame = 0;        ///< index in the dataset
  int sequence = 0;             ///< FrameInfo::sequence
  double time = -1.0;           ///< FrameInfo::time, seconds
  double seconds = 0.0;         ///< computing time of tracking, reading the frame not included
  double single_seconds = 0.0;  ///< the same for every object by itself; 0 unless compared
  std::size_t tracked = 0;      ///< objects that started from the previous frame
  std::size_t begun = 0;        ///< objects that were not estimated in the previous frame
  std::size_t lost = 0;         ///< objects that were, but whose pose had left the points
};

/// Speed over all frames that have objects.
struct FrameRates {
  double frames_per_second = 0.0, objects_per_second = 0.0;
};

struct TrackResult {
  std::shared_ptr<const PoseResult> tracking;
  std::shared_ptr<const PoseResult> single;  ///< null unless compared
  std::vector<TrackedFrame> frames;          ///< in the order they were gone through

  FrameRates tracking_rates() const;
  FrameRates single_rates() const;
};

/// Which object an instance is, equal in all frames of a sequence: its track id (-1 where the format has
/// none), its object id, and the how manieth with these two it is in the annotation list.
using InstanceIdentity = std::array<int, 3>;
std::vector<InstanceIdentity> instance_identities(const Frame& frame);

/// True when a previous estimate is of no use: the mean of the object's points in the new frame lies outside
/// the ball about the box (camera frame), or the box is not finite.
bool has_left_points(const Rigid3& box, const Eigen::Vector3d& size, const ObjectPoints& points);

/// Goes over the dataset's sequences in the order of time. An object that was estimated in the frame before
/// starts about that estimate, taken as it is in the camera frame, with noise of T0; all others, and those
/// whose estimate has left their points, start as single frames do, from the same noise. Objects that cannot
/// be estimated are skipped and begin anew when they can be. kUsage for options that make no sense, kInput
/// for a dataset without sequences. Frames that belong to no sequence are left out.
Expected<TrackResult> track_poses(const Dataset& dataset, ScoreModel& model, const TrackOptions& options,
                                  const JobContext& job);

}  // namespace alidade
