// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "core/diffusion/integrators.h"

namespace alidade {
namespace {

// Dormand-Prince 5(4) with the quartic interpolant of SciPy (Shampine 1986).
constexpr int kStages = 6;
constexpr double kC[kStages] = {0.0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1.0};
constexpr double kA[kStages][5] = {
    {},
    {1.0 / 5},
    {3.0 / 40, 9.0 / 40},
    {44.0 / 45, -56.0 / 15, 32.0 / 9},
    {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
    {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
};
constexpr double kB[kStages] = {35.0 / 384, 0.0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84};
constexpr double kE[kStages + 1] = {-71.0 / 57600,    0.0,         71.0 / 16695, -71.0 / 1920,
                                    17253.0 / 339200, -22.0 / 525, 1.0 / 40};
constexpr double kP[kStages + 1][4] = {
    {1.0, -8048581381.0 / 2820520608, 8663915743.0 / 2820520608, -12715105075.0 / 11282082432},
    {0.0, 0.0, 0.0, 0.0},
    {0.0, 131558114200.0 / 32700410799, -68118460800.0 / 10900136933, 87487479700.0 / 32700410799},
    {0.0, -1754552775.0 / 470086768, 14199869525.0 / 1410260304, -10690763975.0 / 1880347072},
    {0.0, 127303824393.0 / 49829197408, -318862633887.0 / 49829197408, 701980252875.0 / 199316789632},
    {0.0, -282668133.0 / 205662961, 2019193451.0 / 616988883, -1453857185.0 / 822651844},
    {0.0, 40617522.0 / 29380423, -110615467.0 / 29380423, 69997945.0 / 29380423},
};
constexpr double kSafety = 0.9;
constexpr double kLeastFactor = 0.2;
constexpr double kMostFactor = 10.0;
constexpr double kErrorExponent = -1.0 / 5;
constexpr int kMostAttempts = 100000;

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

// Root of the mean square of value(i) over the whole batch.
template <class Value>
double rms(std::size_t size, Value value) {
  double sum = 0.0;
  for (std::size_t i = 0; i < size; ++i) {
    const double v = value(i);
    sum += v * v;
  }
  return std::sqrt(sum / static_cast<double>(size));
}

// Hairer, Norsett, Wanner: Solving Ordinary Differential Equations I, II.4, without a bound by the interval.
double Rk45::initial_step() {
  const std::size_t size = y_.size();
  const auto scale = [&](std::size_t i) { return options_.atol + std::abs(y_[i]) * rtol_; };
  const Vector& f0 = k_[0];
  const double d0 = rms(size, [&](std::size_t i) { return y_[i] / scale(i); });
  const double d1 = rms(size, [&](std::size_t i) { return f0[i] / scale(i); });
  const double h0 = d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : 0.01 * d0 / d1;
  for (std::size_t i = 0; i < size; ++i) {
    y_new_[i] = y_[i] - h0 * f0[i];
  }
  Vector& f1 = k_[1];
  derivative(t_ - h0, y_new_, f1);
  const double d2 = rms(size, [&](std::size_t i) { return (f1[i] - f0[i]) / scale(i); }) / h0;
  const double h1 = d1 <= 1e-15 && d2 <= 1e-15 ? std::max(1e-6, h0 * 1e-3)
                                               : std::pow(0.01 / std::max(d1, d2), -kErrorExponent);
  return std::min(100.0 * h0, h1);
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
  for (int s = 0; s <= kStages; ++s) {
    weights[s] = x * (kP[s][0] + x * (kP[s][1] + x * (kP[s][2] + x * kP[s][3])));
  }
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
