// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "core/base/expected.h"
#include "core/diffusion/score_field.h"
#include "core/diffusion/ve_sde.h"

namespace alidade {

/// One Gaussian with a diagonal covariance; `mean` and `variance` hold one value per dimension.
struct MixtureComponent {
  double weight = 1.0;
  std::vector<double> mean;
  std::vector<double> variance;
};

/// Exact score of a Gaussian mixture under the variance-exploding SDE: at time t every component has the
/// variance variance + sigma(t)^2. Stands in for a trained network where the truth has to be known.
class MixtureField final : public ScoreField {
 public:
  /// Weights are normalized. ErrorCode::kUsage unless there is a component, all have the same dimension > 0,
  /// finite means, variances >= 0 and weights > 0.
  static Expected<MixtureField> make(std::vector<MixtureComponent> components, const VeSde& sde);

  int dimension() const override { return dimension_; }
  void evaluate(std::span<const double> states, double t, std::span<double> scores) override;
  /// log p_t of one state (dimension() values).
  double log_density(std::span<const double> state, double t) const;

 private:
  /// What the states of one time have in common: 1 / variance per component and dimension, and the log of
  /// each component's weighted peak.
  struct Scaled {
    std::vector<double> precision;
    std::vector<double> log_peak;
  };

  MixtureField(std::vector<MixtureComponent> components, const VeSde& sde);
  Scaled scaled(double sigma_squared) const;
  void fill_log_terms(std::span<const double> state, const Scaled& at, std::vector<double>& terms) const;

  std::vector<MixtureComponent> components_;
  VeSde sde_;
  int dimension_ = 0;
};

}  // namespace alidade
