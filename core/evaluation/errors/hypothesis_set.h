// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "core/geometry/rigid.h"
#include "core/geometry/symmetry.h"

namespace alidade {

/// Errors of K samples against one pose.
struct HypothesisErrors {
  std::vector<double> rotation;     ///< radians, smallest over the symmetry group
  std::vector<double> translation;  ///< metres
};
HypothesisErrors hypothesis_errors(std::span<const Rigid3> samples, const Rigid3& truth,
                                   const SymmetryGroup& symmetry);

/// Mean, median (of the two middle ones for an even count) and smallest; of at least one number.
struct ErrorSummary {
  double mean = 0.0, median = 0.0, smallest = 0.0;
};
ErrorSummary summarize(std::vector<double> errors);

/// Share of samples with both errors at most the thresholds (radians, metres).
double share_within(const HypothesisErrors& errors, double rotation, double translation);

/// Energy scores E|X - y| - 0.5 E|X - X'| (Gneiting and Raftery, JASA 2007), the expectations over the
/// samples as they are (all K x K pairs): 0 when all samples hit, the error itself for one sample. The
/// distance is metres for translations and the angle under the symmetry group for rotations. For translations
/// the score is strictly proper; the angle on SO(3) is not of negative type, so that the rotation's column is
/// a summary of accuracy and spread, not a proper score.
struct EnergyScores {
  double rotation = 0.0;     ///< radians
  double translation = 0.0;  ///< metres
};
EnergyScores energy_scores(std::span<const Rigid3> samples, const Rigid3& truth,
                           const SymmetryGroup& symmetry);

/// GenPose's ranking: rotations by falling rotation energy, translations by falling translation energy,
/// recombined by rank; equal energies stay in their order. One energy pair per sample.
struct RankedHypotheses {
  std::vector<Rigid3> poses;
  std::vector<std::array<double, 2>> energies;
};
RankedHypotheses rank_hypotheses(std::span<const Rigid3> samples,
                                 std::span<const std::array<double, 2>> energies);

/// GenPose's average of the first int(ratio * K), at least one: quaternion average and mean translation.
Rigid3 average_of_best(std::span<const Rigid3> ranked, double ratio);

}  // namespace alidade
