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

/// One state on its own way down: its time, its step, the stages of the step that it tries.
struct Path {
  std::size_t row = 0;  ///< in the batch
  double t = 0.0, t_new = 0.0, step = 0.0, h = 0.0;
  bool rejected = false, finite = true;
  int attempts = 0, accepted = 0, evaluations = 0;
  std::size_t kept = 0;  ///< kept times so far
  double d1 = 0.0, h0 = 0.0;
  Vector y, y_new;
  std::array<Vector, kStages + 1> k;

  double scale(std::size_t i, double atol, double rtol) const { return atol + std::abs(y[i]) * rtol; }
  double least_step() const {
    return 10.0 * std::abs(std::nextafter(t, -std::numeric_limits<double>::infinity()) - t);
  }
};

/// The states share nothing but the calls of the field: all that are under way evaluate one stage together.
/// A stage takes the same number of calls for every state, so that nobody waits.
class Rk45Each {
 public:
  Rk45Each(ScoreField& field, const VeSde& sde, const SamplerOptions& options, Vector start)
      : field_(field), sde_(sde), options_(options), states_(std::move(start)) {
    size_ = static_cast<std::size_t>(field.dimension());
    rtol_ = std::max(options.rtol, 100.0 * std::numeric_limits<double>::epsilon());
    keep_first();
    paths_.resize(states_.size() / size_);
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      Path& path = paths_[i];
      path.row = i;
      path.t = options.start_time;
      path.y.assign(row(states_, i), row(states_, i) + size_);
      path.y_new = path.y;
      for (auto& stage : path.k) {
        stage.resize(size_);
      }
    }
  }

  Expected<SampleSet> run(const JobContext& job);

 private:
  double* row(Vector& batch, std::size_t i) const { return batch.data() + i * size_; }
  template <class Time>
  void derivatives(int stage, Time time);
  void start_steps();
  void propose(Path& path) const;
  void fill_stage(Path& path, int s) const;
  Expected<void> judge(Path& path);
  void retire();
  void keep_first();
  void keep(Path& path, double t_old);
  double point_time(std::size_t index) const;

  ScoreField& field_;
  const VeSde& sde_;
  const SamplerOptions& options_;
  double rtol_ = 0.0;
  std::size_t size_ = 0;
  Vector states_;            ///< where each state is
  std::vector<Path> paths_;  ///< those under way
  Vector batch_, times_, scores_;
  SampleSet set_;
};

/// k[stage] of every path under way at y_new and its own time.
template <class Time>
void Rk45Each::derivatives(int stage, Time time) {
  batch_.resize(paths_.size() * size_);
  scores_.resize(batch_.size());
  times_.resize(paths_.size());
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    std::copy(paths_[i].y_new.begin(), paths_[i].y_new.end(), row(batch_, i));
    times_[i] = time(paths_[i]);
  }
  field_.evaluate_each(batch_, times_, scores_);
  ++set_.evaluations;
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    const double gain = -0.5 * sde_.diffusion_squared(times_[i]) * options_.guidance(times_[i]);
    std::transform(row(scores_, i), row(scores_, i) + size_, paths_[i].k[stage].begin(),
                   [gain](double score) { return gain * score; });
    ++paths_[i].evaluations;
  }
}

// Two calls give every state its first step.
void Rk45Each::start_steps() {
  derivatives(0, [](const Path& path) { return path.t; });
  for (Path& p : paths_) {
    const auto scale = [&](std::size_t i) { return p.scale(i, options_.atol, rtol_); };
    p.d1 = rms(size_, [&](std::size_t i) { return p.k[0][i] / scale(i); });
    p.h0 = trial_step(rms(size_, [&](std::size_t i) { return p.y[i] / scale(i); }), p.d1);
    for (std::size_t i = 0; i < size_; ++i) {
      p.y_new[i] = p.y[i] - p.h0 * p.k[0][i];
    }
  }
  derivatives(1, [](const Path& path) { return path.t - path.h0; });
  for (Path& p : paths_) {
    const double d2 =
        rms(size_,
            [&](std::size_t i) { return (p.k[1][i] - p.k[0][i]) / p.scale(i, options_.atol, rtol_); }) /
        p.h0;
    p.step = first_step(p.h0, p.d1, d2);
    p.step = std::max(std::isfinite(p.step) ? p.step : options_.start_time - sde_.epsilon, p.least_step());
    p.finite = all_finite(p.y) && all_finite(p.k[0]);
  }
}

void Rk45Each::propose(Path& path) const {
  path.t_new = std::max(path.t - path.step, sde_.epsilon);
  path.h = path.t_new - path.t;
  path.step = std::abs(path.h);
  ++path.attempts;
}

void Rk45Each::fill_stage(Path& path, int s) const {
  const double* weights = s < kStages ? kA[s] : kB;
  for (std::size_t i = 0; i < size_; ++i) {
    double sum = 0.0;
    for (int j = 0; j < s; ++j) {
      sum += path.k[j][i] * weights[j];
    }
    path.y_new[i] = path.y[i] + sum * path.h;
  }
}

// Accepts or rejects the step that a path tried.
Expected<void> Rk45Each::judge(Path& p) {
  const double error = rms(size_, [&](std::size_t i) {
    double sum = 0.0;
    for (int s = 0; s <= kStages; ++s) {
      sum += p.k[s][i] * kE[s];
    }
    return sum * p.h / (options_.atol + std::max(std::abs(p.y[i]), std::abs(p.y_new[i])) * rtol_);
  });
  p.finite = std::isfinite(error) && all_finite(p.y_new) && all_finite(p.k[kStages]);
  const double factor = kSafety * std::pow(error, kErrorExponent);
  if (p.finite && error < 1.0) {
    p.step *= std::min(p.rejected ? 1.0 : kMostFactor, error == 0.0 ? kMostFactor : factor);
    p.rejected = false;
    const double t_old = p.t;
    p.t = p.t_new;
    keep(p, t_old);
    p.y.swap(p.y_new);
    p.k[0].swap(p.k[kStages]);
    ++p.accepted;
    p.attempts = 0;
    p.step = std::max(p.step, p.least_step());
    return {};
  }
  p.step *= p.finite ? std::max(kLeastFactor, factor) : kLeastFactor;
  p.rejected = true;
  if (p.finite && (p.step < p.least_step() || p.attempts > kMostAttempts)) {
    return Error{ErrorCode::kFailed, "rk45 cannot reach the tolerance at t = " + std::to_string(p.t) +
                                         "; loosen it or use a fixed-step sampler."};
  }
  return {};
}

// Takes out the paths that have arrived, and those whose values stay non-finite however small the step.
void Rk45Each::retire() {
  const auto done = [this](Path& p) {
    const bool lost =
        !p.finite && (p.accepted + p.attempts == 0 || p.step < p.least_step() || p.attempts > kMostAttempts);
    if (!lost && p.t > sde_.epsilon) {
      return false;
    }
    std::copy(p.y.begin(), p.y.end(), row(states_, p.row));
    set_.steps = std::max(set_.steps, p.accepted);
    set_.state_evaluations += p.evaluations;
    if (lost) {
      set_.first_bad_step = set_.first_bad_step < 0 ? p.accepted : std::min(set_.first_bad_step, p.accepted);
      for (std::size_t i = p.kept; i < set_.trajectory.size(); ++i) {
        std::copy(p.y.begin(), p.y.end(), row(set_.trajectory[i], p.row));
      }
    }
    return true;
  };
  paths_.erase(std::remove_if(paths_.begin(), paths_.end(), done), paths_.end());
}

double Rk45Each::point_time(std::size_t index) const {
  const int last = options_.trajectory_points - 1;
  const int i = static_cast<int>(index);
  return i == last ? sde_.epsilon : options_.start_time + (sde_.epsilon - options_.start_time) * i / last;
}

void Rk45Each::keep_first() {
  if (!options_.keep_trajectory) {
    return;
  }
  for (int i = 0; i < options_.trajectory_points; ++i) {
    set_.times.push_back(point_time(static_cast<std::size_t>(i)));
    set_.trajectory.push_back(states_);
  }
}

// Called after an accepted step with y and k still those of the step's start; the first time is the start.
void Rk45Each::keep(Path& p, double t_old) {
  p.kept = std::max<std::size_t>(p.kept, 1);
  for (; p.kept < set_.times.size() && set_.times[p.kept] >= p.t; ++p.kept) {
    double weights[kStages + 1];
    interpolant_weights((set_.times[p.kept] - t_old) / (p.t - t_old), weights);
    double* out = row(set_.trajectory[p.kept], p.row);
    for (std::size_t i = 0; i < size_; ++i) {
      double sum = 0.0;
      for (int s = 0; s <= kStages; ++s) {
        sum += p.k[s][i] * weights[s];
      }
      out[i] = set_.times[p.kept] == p.t ? p.y_new[i] : p.y[i] + (p.t - t_old) * sum;
    }
  }
}

Expected<SampleSet> Rk45Each::run(const JobContext& job) {
  start_steps();
  retire();
  while (!paths_.empty()) {
    if (job.stopped()) {
      return cancelled_error();
    }
    for (Path& path : paths_) {
      propose(path);
    }
    for (int s = 1; s <= kStages; ++s) {
      for (Path& path : paths_) {
        fill_stage(path, s);
      }
      derivatives(s, [s](const Path& path) { return path.t + (s < kStages ? kC[s] : 1.0) * path.h; });
    }
    for (Path& path : paths_) {
      if (auto judged = judge(path); !judged) {
        return judged.error();
      }
    }
    retire();
  }
  set_.states = std::move(states_);
  return std::move(set_);
}

}  // namespace

Expected<SampleSet> integrate_rk45_each(ScoreField& field, const VeSde& sde, const SamplerOptions& options,
                                        std::vector<double> start, const JobContext& job) {
  return Rk45Each(field, sde, options, std::move(start)).run(job);
}

}  // namespace alidade
