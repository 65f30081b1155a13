// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/point_scene.h"
#include "core/nn/sparse_detector/detector_sample.h"

namespace alidade {

/// Reads the first `scenes` scenes of a set (0 = all) into memory on two threads, in their order whatever the
/// threads do (15 bytes a point). Scenes that cannot be learned from are left out with a warning; kInput when
/// none is left. `seed` draws the points that are kept.
Expected<std::vector<DetectorSample>> collect_detector_samples(const PointSceneSet& set,
                                                               const DetectorSource& source, int scenes,
                                                               std::size_t most_points, std::uint64_t seed,
                                                               const JobContext& job);

/// The head of a source: its classes (`classes`, or all of the set), the form of its boxes, and for each
/// class the coarser level where the mean of the longest side over the first scenes is at least
/// `coarse_from_m`; with `coarse`, those. kInput for classes that the set does not have.
struct HeadChoice {
  std::vector<std::string> classes, coarse;
  bool automatic = true;
  double coarse_from_m = 1.2;
};
Expected<DetectorSource> detector_source_of(const PointSceneSet& set, const std::string& name,
                                            const HeadChoice& choice, const JobContext& job);

}  // namespace alidade
