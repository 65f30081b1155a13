// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/nn/pose_diffusion/pose_network.h"
#include "core/results/pose_result.h"
#include "core/studies/sample.h"

namespace alidade::score_scaling {

/// An annotated object, encoded once, from the points that `alidade infer` takes; all its poses are of the
/// box in the camera frame.
struct StudyObject {
  SampleSubject subject;
  ObjectPoints points;
  Rigid3 regressed;  ///< the regression head's
  Rigid3 truth;
  std::uint64_t seed = 0;  ///< that of `alidade infer` for this object
};

/// Called for each object; false = enough.
using ObjectVisitor = std::function<Expected<bool>(StudyObject&)>;

struct VisitedObjects {
  std::size_t objects = 0, skipped = 0;
};

/// Visits the objects of the first `frames` frames in order. Objects that cannot be estimated are skipped;
/// with `symmetric` also those without a continuous symmetry, which are not counted.
Expected<VisitedObjects> visit_objects(const Dataset& dataset, int frames, bool symmetric,
                                       PoseNetwork& network, std::uint64_t seed, const JobContext& job,
                                       const ObjectVisitor& visit);

/// Draws K poses with the noise of `alidade infer`; with `start` about that pose. The last finite ones when
/// the sampler diverges.
Expected<std::vector<Rigid3>> draw_poses(StudyObject& object, const SamplerOptions& sampler, int count,
                                         const std::optional<Rigid3>& start, const JobContext& job);

/// The chordal mean of a random 60 % (GenPose without its ranker); the choice of `alidade infer`.
Rigid3 mean_of_random(std::span<const Rigid3> poses, std::uint64_t seed);

/// The poses from the nearest to the farthest: by rotation error (10 degrees) plus translation error (5 cm).
std::vector<Rigid3> ranked_by_truth(const StudyObject& object, std::vector<Rigid3> poses);

/// Counts estimates per setting and gives their accuracy as `alidade infer` prints it: category means.
class AccuracyTally {
 public:
  void add(const std::string& setting, const StudyObject& object, const Rigid3& pose);
  /// {"SETTING": {"5deg2cm": 0.52, "10deg2cm": .., "10deg5cm": ..}}: shares.
  nlohmann::ordered_json json() const;

 private:
  std::map<std::string, PoseResult> results_;
};

}  // namespace alidade::score_scaling
