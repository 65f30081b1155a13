// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <vector>

#include "core/detection/rules.h"

namespace alidade {

/// Norm-based gradient harmonization (H2A2, NGH) of one shared tensor over K sources with gradient norms n_k.
struct GradientHarmony {
  double psi = 1.0;            ///< 1 / (K (K - 1)) sum over i != j of 2 n_i n_j / (n_i^2 + n_j^2 + epsilon)
  bool triggered = false;      ///< psi below the threshold
  double target = 0.0;         ///< the mean norm
  std::vector<double> scales;  ///< of each source's gradient: target / (n_k + epsilon); 1 unless triggered
};

/// `rules`: the published epsilon is absolute (1e-8) and calls equal norms of 1e-4 imbalanced; corrected,
/// there is none, two zeros are balanced and a zero gradient stays as it is. One source has psi 1. Directions
/// never change.
GradientHarmony harmonize(std::span<const double> norms, double threshold, DetectorRules rules);

}  // namespace alidade
