// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "core/diffusion/integrators.h"
#include "core/diffusion/rk45_tableau.h"

namespace alidade {
namespace {

using namespace rk45;

using Vector = std::vector<double>;

// Integrates downwards from start_time to epsilon. `h` is signed (negative) everywhere; `step_` is its size.
class Rk45 {
 public:
  Rk45(ScoreField& field, const VeSde& sde, const SamplerOptions& options, Vector start)
      : field_(field),
        sde_(sde),
        options_(options),
        t_(options.start_time),
        y_(std::move(start)),
        y_new_(y_.size()) {
    rtol_ = std::max(options.rtol, 100.0 * std::numeric_limits<double>::epsilon());
    for (auto& stage : k_) {
      stage.resize(y_.size());
    }
  }

  Expected<SampleSet> run(const JobContext& job);

 private:
  enum class Attempt { kAccepted, kRejected, kNotFinite };

  void derivative(double t, const Vector& y, Vector& out);
  double initial_step();
  double scaled_error(double h) const;
  Attempt attempt(double h);
  Expected<bool> advance(const JobContext& job);
  Expected<void> keep_step(double t_old);
  Vector interpolate(double t, double t_old, double h) const;
  double point_time(std::size_t index) const;

  ScoreField& field_;
  const VeSde& sde_;
  const SamplerOptions& options_;
  double rtol_;
  double t_;
  double step_ = 0.0;
  int attempts_ = 0;
  double error_ = 0.0;
  Vector y_, y_new_;
  std::array<Vector, kStages + 1> k_;
  SampleSet set_;
};

void Rk45::derivative(double t, const Vector& y, Vector& out) {
  field_.evaluate(y, t, out);
  ++set_.evaluations;
  const double gain = -0.5 * sde_.diffusion_squared(t) * options_.guidance(t);
  for (double& value : out) {
    value *= gain;
  }
}

// The whole batch has one norm, as SciPy has it.
double Rk45::initial_step() {
  const std::size_t size = y_.size();
  const auto scale = [&](std::size_t i) { return options_.atol + std::abs(y_[i]) * rtol_; };
  const Vector& f0 = k_[0];
  const double d0 = rms(size, [&](std::size_t i) { return y_[i] / scale(i); });
  const double d1 = rms(size, [&](std::size_t i) { return f0[i] / scale(i); });
  const double h0 = trial_step(d0, d1);
  for (std::size_t i = 0; i < size; ++i) {
    y_new_[i] = y_[i] - h0 * f0[i];
  }
  Vector& f1 = k_[1];
  derivative(t_ - h0, y_new_, f1);
  const double d2 = rms(size, [&](std::size_t i) { return (f1[i] - f0[i]) / scale(i); }) / h0;
  return first_step(h0, d1, d2);
}

double Rk45::scaled_error(double h) const {
  return rms(y_.size(), [&](std::size_t i) {
    double sum = 0.0;
    for (int s = 0; s <= kStages; ++s) {
      sum += k_[s][i] * kE[s];
    }
    return sum * h / (options_.atol + std::max(std::abs(y_[i]), std::abs(y_new_[i])) * rtol_);
  });
}

// Tries one step of signed size h from (t_, y_); k_[0] already holds the derivative there (first same as
// last).
Rk45::Attempt Rk45::attempt(double h) {
  for (int s = 1; s <= kStages; ++s) {
    const double* weights = s < kStages ? kA[s] : kB;
    for (std::size_t i = 0; i < y_.size(); ++i) {
      double sum = 0.0;
      for (int j = 0; j < s; ++j) {
        sum += k_[j][i] * weights[j];
      }
      y_new_[i] = y_[i] + sum * h;
    }
    derivative(s < kStages ? t_ + kC[s] * h : t_ + h, y_new_, k_[s]);
  }
  error_ = scaled_error(h);
  if (!std::isfinite(error_) || !all_finite(y_new_) || !all_finite(k_[kStages])) {
    return Attempt::kNotFinite;
  }
  return error_ < 1.0 ? Attempt::kAccepted : Attempt::kRejected;
}

// One accepted step; false when only non-finite values are left however small the step.
Expected<bool> Rk45::advance(const JobContext& job) {
  const double least = 10.0 * std::abs(std::nextafter(t_, -std::numeric_limits<double>::infinity()) - t_);
  step_ = std::max(step_, least);
  bool rejected = false;
  bool finite = true;
  while (true) {
    if (job.stopped()) {
      return cancelled_error();
    }
    if (step_ < least || ++attempts_ > kMostAttempts) {
      if (!finite) {
        return false;
      }
      return Error{ErrorCode::kFailed, "rk45 cannot reach the tolerance at t = " + std::to_string(t_) +
                                           "; loosen it or use a fixed-step sampler."};
    }
    const double t_new = std::max(t_ - step_, sde_.epsilon);
    const double h = t_new - t_;
    step_ = std::abs(h);
    const Attempt outcome = attempt(h);
    const double factor = kSafety * std::pow(error_, kErrorExponent);
    if (outcome == Attempt::kAccepted) {
      step_ *= std::min(rejected ? 1.0 : kMostFactor, error_ == 0.0 ? kMostFactor : factor);
      t_ = t_new;
      return true;
    }
    finite = outcome == Attempt::kRejected;
    step_ *= finite ? std::max(kLeastFactor, factor) : kLeastFactor;
    rejected = true;
  }
}

double Rk45::point_time(std::size_t index) const {
  const int last = options_.trajectory_points - 1;
  const int i = static_cast<int>(index);
  return i == last ? sde_.epsilon : options_.start_time + (sde_.epsilon - options_.start_time) * i / last;
}

// The state at t inside the step that began at t_old and just ended (y_ is still the old state).
Vector Rk45::interpolate(double t, double t_old, double h) const {
  const double x = (t - t_old) / h;
  double weights[kStages + 1];
  interpolant_weights(x, weights);
  Vector state(y_);
  for (std::size_t i = 0; i < state.size(); ++i) {
    double sum = 0.0;
    for (int s = 0; s <= kStages; ++s) {
      sum += k_[s][i] * weights[s];
    }
    state[i] += h * sum;
  }
  return state;
}

// Called after an accepted step with y_ and k_ still those of the step's start.
Expected<void> Rk45::keep_step(double t_old) {
  if (!options_.keep_trajectory) {
    return {};
  }
  const std::size_t points = static_cast<std::size_t>(options_.trajectory_points);
  if (points == 0) {
    set_.times.push_back(t_);
    set_.trajectory.push_back(y_new_);
    return check_trajectory_memory(set_.times.size(), y_.size());
  }
  while (set_.times.size() < points && point_time(set_.times.size()) >= t_) {
    const double t = point_time(set_.times.size());
    set_.trajectory.push_back(t == t_ ? y_new_ : interpolate(t, t_old, t_ - t_old));
    set_.times.push_back(t);
  }
  return {};
}

Expected<SampleSet> Rk45::run(const JobContext& job) {
  if (options_.keep_trajectory) {
    set_.times.push_back(t_);
    set_.trajectory.push_back(y_);
  }
  derivative(t_, y_, k_[0]);
  if (!all_finite(y_) || !all_finite(k_[0])) {
    set_.first_bad_step = 0;
  } else {
    step_ = initial_step();
    step_ = std::isfinite(step_) ? step_ : options_.start_time - sde_.epsilon;
  }
  while (set_.first_bad_step < 0 && t_ > sde_.epsilon) {
    const double t_old = t_;
    const auto advanced = advance(job);
    if (!advanced) {
      return advanced.error();
    }
    if (!*advanced) {
      set_.first_bad_step = set_.steps;
      break;
    }
    if (const auto kept = keep_step(t_old); !kept) {
      return kept.error();
    }
    ++set_.steps;
    y_.swap(y_new_);
    k_[0].swap(k_[kStages]);
  }
  set_.states = std::move(y_);
  return std::move(set_);
}

}  // namespace

Expected<SampleSet> integrate_rk45(ScoreField& field, const VeSde& sde, const SamplerOptions& options,
                                   std::vector<double> start, const JobContext& job) {
  return Rk45(field, sde, options, std::move(start)).run(job);
}

}  // namespace alidade
