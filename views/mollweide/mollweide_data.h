// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/provenance.h"
#include "core/data/dataset.h"
#include "core/results/object_samples.h"
#include "core/results/pose_result.h"
#include "views/base/rotation_map.h"
#include "views/mollweide/map_summary.h"

namespace alidade {

/// Everything a Mollweide figure shows.
struct MollweideData : RotationMap {
  std::optional<Rigid3> truth;  ///< cam_from_obj; errors are against it
  SymmetryGroup symmetry;
  std::optional<double> time;                 ///< diffusion time of the samples, where they have one
  std::shared_ptr<const MapSummary> summary;  ///< drawn over the samples; may be null

  std::string caption;  ///< above the map: "A · exp 1–15 · t = 0.40"
  std::string context;  ///< "mug 3 · K = 50"
  Provenance provenance;
};

/// Samples of an estimate (its hypotheses, or the estimate itself when it keeps none) and the equivalents of
/// its truth. `truth` may be null.
MollweideData mollweideData(const PoseEstimate& estimate, const Instance* truth,
                            const Provenance& provenance);

/// The kept state of `samples` nearest to diffusion time t; 0 when none was kept.
std::size_t stateNearest(const ObjectSamples& samples, double t);
/// The poses of that state: the final ones when none was kept.
const std::vector<Rigid3>& posesNearest(const ObjectSamples& samples, double t);
/// The samples at the kept state nearest to diffusion time t.
MollweideData mollweideData(const ObjectSamples& samples, double t);

/// The ways of the samples with these numbers, from noise to the end; of at most `most` of them, evenly
/// picked. Null when no states were kept or no sample is asked for.
std::shared_ptr<const std::vector<RotationPath>> pathsOf(const ObjectSamples& samples,
                                                         const std::vector<int>& numbers, std::size_t most);

}  // namespace alidade
