// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "core/results/training_history.h"

namespace alidade {

/// What a joint training logged of the gradients of one group of shared tensors.
struct GroupNorms {
  std::string name;                         ///< "stage1"
  std::vector<double> steps;                ///< rising
  std::vector<std::vector<double>> norms;   ///< [sources][steps] n_k before harmonization
  std::vector<std::vector<double>> scaled;  ///< [sources][steps] after it; empty where the log lacks it
  std::vector<double> psi;                  ///< [steps] mean over the tensors
  std::vector<double> triggered;            ///< [steps] share of the tensors that were rescaled
};

/// Gradient norms of a training on several sources (H2A2, NGH).
struct GradientNorms {
  std::vector<std::string> sources;
  std::vector<GroupNorms> groups;
  double threshold = 0.0;  ///< of Psi; NaN where the log lacks it

  bool empty() const { return groups.empty(); }
};

/// From the series "norm GROUP SOURCE", "scaled GROUP SOURCE", "psi GROUP", "triggered GROUP" and "psi
/// threshold" of a log. Groups without all of norms, Psi and triggers are left out; gaps of single series are
/// NaN.
GradientNorms gradient_norms_of(const TrainingHistory& history);

/// Whether a series is one of those.
bool is_gradient_norm_series(const std::string& name);

/// Share of each source in the sum of norms, [sources][steps]; NaN where the sum is zero or unknown.
std::vector<std::vector<double>> norm_shares(const std::vector<std::vector<double>>& norms);

}  // namespace alidade
