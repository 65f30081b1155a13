// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/geometry/pose_modes.h"
#include "core/results/object_samples.h"

namespace alidade {

/// When a sample is said to be in a basin.
struct BasinRule {
  double capture = 0.523598775598298873;  ///< radians (30 degrees): nearest element at most this far away
  /// Noise level above which no state counts: there a column of the rotation is moved by more than its own
  /// length, so that a sample is near an element by chance. Used where the noise levels are known, that is
  /// where the samples have a curve.
  double most_sigma = 1.0;
  ModeBandwidth bandwidth;    ///< of the modes that stand in for a truth
  double least_share = 0.02;  ///< of the final samples that a mode must hold to be a basin
};

/// Basins of a sample set's rotations.
struct Basins {
  /// One rotation of each, in the order of the symmetry's finite elements, or highest mode first.
  std::vector<Eigen::Matrix3d> elements;
  bool of_truth = false;  ///< elements of the truth's symmetry orbit, not modes of the final samples
};

/// What became of one sample. Basins are numbers of Basins::elements; nothing = outside of all.
struct SampleBasin {
  int sample = 0;
  std::optional<int> first;           ///< the first basin it was in
  double first_time = 0.0;            ///< diffusion time of that state; without `first` meaningless
  std::optional<int> last;            ///< where it ended
  int changes = 0;                    ///< moves from one basin to another, and one out of all at the end
  std::optional<double> last_change;  ///< diffusion time of the first state after the last move

  /// It had a basin and ended elsewhere.
  bool left() const { return first && first != last; }
};

struct BasinReport {
  Basins basins;
  std::vector<SampleBasin> samples;  ///< in the order asked for
};

/// The basins of a set: with a truth, the connected parts of its symmetry orbit. Finite equivalents are a
/// basin each; a continuous symmetry joins all turns about its axis to one, since no barrier divides them.
/// Without a truth, the modes of the final rotations that hold enough of them (core/geometry/pose_modes; of
/// at most 1,000 samples, evenly picked).
Basins sample_basins_of(const ObjectSamples& samples, const BasinRule& rule = {});

/// Follows the samples with these numbers along their kept states. A state belongs to the basin whose element
/// is nearest when that is within the rule's angle and its noise level speaks of basins; states between two
/// basins belong to none and are passed over, unless the sample stays outside to the end. Without kept states
/// first and last are those of the final pose. Numbers that are out of range are left out.
BasinReport sample_basins(const ObjectSamples& samples, std::span<const int> numbers,
                          const BasinRule& rule = {});

}  // namespace alidade
