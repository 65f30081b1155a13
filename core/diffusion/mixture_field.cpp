// SPDX-License-Identifier: BSD-3-Clause
#include "core/diffusion/mixture_field.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace alidade {
namespace {

bool well_formed(const MixtureComponent& component, std::size_t dimension) {
  const auto finite = [](double value) { return std::isfinite(value); };
  const auto variance = [](double value) { return std::isfinite(value) && value >= 0.0; };
  return component.mean.size() == dimension && component.variance.size() == dimension &&
         std::isfinite(component.weight) && component.weight > 0.0 &&
         std::all_of(component.mean.begin(), component.mean.end(), finite) &&
         std::all_of(component.variance.begin(), component.variance.end(), variance);
}

// Turns log terms into normalized responsibilities and returns the log of their sum.
double normalize_log_terms(std::vector<double>& terms) {
  const double largest = *std::max_element(terms.begin(), terms.end());
  double sum = 0.0;
  for (double& term : terms) {
    term = std::exp(term - largest);
    sum += term;
  }
  for (double& term : terms) {
    term /= sum;
  }
  return largest + std::log(sum);
}

}  // namespace

Expected<MixtureField> MixtureField::make(std::vector<MixtureComponent> components, const VeSde& sde) {
  const std::size_t dimension = components.empty() ? 0 : components.front().mean.size();
  double total = 0.0;
  for (const auto& component : components) {
    if (!well_formed(component, dimension)) {
      return Error{ErrorCode::kUsage,
                   "a mixture needs components of one dimension with finite means, variances of at least 0 "
                   "and weights "
                   "above 0."};
    }
    total += component.weight;
  }
  if (dimension == 0) {
    return Error{ErrorCode::kUsage, "a mixture needs at least one component of at least one dimension."};
  }
  for (auto& component : components) {
    component.weight /= total;
  }
  return MixtureField(std::move(components), sde);
}

MixtureField::MixtureField(std::vector<MixtureComponent> components, const VeSde& sde)
    : components_(std::move(components)),
      sde_(sde),
      dimension_(static_cast<int>(components_.front().mean.size())) {}

MixtureField::Scaled MixtureField::scaled(double sigma_squared) const {
  Scaled at;
  for (const auto& component : components_) {
    double log_volume = 0.0;
    for (const double variance : component.variance) {
      at.precision.push_back(1.0 / (variance + sigma_squared));
      log_volume += std::log(2.0 * std::numbers::pi * (variance + sigma_squared));
    }
    at.log_peak.push_back(std::log(component.weight) - 0.5 * log_volume);
  }
  return at;
}

void MixtureField::fill_log_terms(std::span<const double> state, const Scaled& at,
                                  std::vector<double>& terms) const {
  terms.resize(components_.size());
  for (std::size_t c = 0; c < components_.size(); ++c) {
    const double* mean = components_[c].mean.data();
    const double* precision = at.precision.data() + c * static_cast<std::size_t>(dimension_);
    double exponent = 0.0;
    for (int d = 0; d < dimension_; ++d) {
      const double difference = state[d] - mean[d];
      exponent += difference * difference * precision[d];
    }
    terms[c] = at.log_peak[c] - 0.5 * exponent;
  }
}

void MixtureField::evaluate(std::span<const double> states, double t, std::span<double> scores) {
  const double sigma = sde_.sigma(t);
  const Scaled at = scaled(sigma * sigma);
  std::vector<double> terms;
  for (std::size_t first = 0; first + dimension_ <= states.size(); first += dimension_) {
    const auto state = states.subspan(first, dimension_);
    const auto score = scores.subspan(first, dimension_);
    fill_log_terms(state, at, terms);
    normalize_log_terms(terms);
    std::fill(score.begin(), score.end(), 0.0);
    for (std::size_t c = 0; c < components_.size(); ++c) {
      const double* mean = components_[c].mean.data();
      const double* precision = at.precision.data() + c * static_cast<std::size_t>(dimension_);
      for (int d = 0; d < dimension_; ++d) {
        score[d] += terms[c] * (mean[d] - state[d]) * precision[d];
      }
    }
  }
}

double MixtureField::log_density(std::span<const double> state, double t) const {
  const double sigma = sde_.sigma(t);
  std::vector<double> terms;
  fill_log_terms(state, scaled(sigma * sigma), terms);
  return normalize_log_terms(terms);
}

}  // namespace alidade
