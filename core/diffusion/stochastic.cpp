// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/random.h"
#include "core/diffusion/integrators.h"

namespace alidade {
namespace {

using Vector = std::vector<double>;

constexpr std::uint64_t kStepStream = 0x7374657073ULL;

double norm(const double* values, int count) {
  double sum = 0.0;
  for (int i = 0; i < count; ++i) {
    sum += values[i] * values[i];
  }
  return std::sqrt(sum);
}

// Mean of the rows' norms.
double mean_norm(const Vector& rows, int dimension) {
  double sum = 0.0;
  for (std::size_t i = 0; i < rows.size(); i += static_cast<std::size_t>(dimension)) {
    sum += norm(rows.data() + i, dimension);
  }
  return sum * dimension / static_cast<double>(rows.size());
}

class Stochastic {
 public:
  Stochastic(ScoreField& field, const VeSde& sde, const SamplerOptions& options, std::size_t size)
      : field_(field),
        sde_(sde),
        options_(options),
        random_(mix_seed(options.noise_seed, kStepStream)),
        scores_(size),
        noise_(size),
        corrected_(size) {}

  int step(int i, double t, double next_t, const Vector& states, Vector& next) {
    const bool corrects = options_.kind == SamplerKind::kPredictorCorrector;
    if (corrects) {
      langevin(t, states);
      if (!all_finite(corrected_)) {
        next = corrected_;
        return 1;
      }
    }
    predict(t, next_t, i + 1 == options_.steps, corrects ? corrected_ : states, next);
    return corrects ? 2 : 1;
  }

 private:
  void draw() {
    for (double& value : noise_) {
      value = random_.normal();
    }
  }

  // Song et al., Algorithm 5: the step that gives the update the wanted signal-to-noise ratio.
  void langevin(double t, const Vector& states) {
    field_.evaluate(states, t, scores_);
    draw();
    const int dimension = field_.dimension();
    const double w = options_.guidance(t);
    const double gradient = w * mean_norm(scores_, dimension);
    const double ratio = options_.langevin_snr * mean_norm(noise_, dimension) / std::max(gradient, 1e-12);
    const double size = 2.0 * ratio * ratio;
    for (std::size_t j = 0; j < states.size(); ++j) {
      corrected_[j] = states[j] + size * w * scores_[j] + std::sqrt(2.0 * size) * noise_[j];
    }
  }

  void predict(double t, double next_t, bool last, const Vector& states, Vector& next) {
    const double sigma = sde_.sigma(t), next_sigma = sde_.sigma(next_t);
    const double variance = sigma * sigma - next_sigma * next_sigma;
    const double gain = variance * options_.guidance(t);
    field_.evaluate(states, t, scores_);
    draw();
    for (std::size_t j = 0; j < states.size(); ++j) {
      next[j] = states[j] + gain * scores_[j] + (last ? 0.0 : std::sqrt(variance) * noise_[j]);
    }
  }

  ScoreField& field_;
  const VeSde& sde_;
  const SamplerOptions& options_;
  Random random_;
  Vector scores_, noise_, corrected_;
};

}  // namespace

Expected<SampleSet> integrate_stochastic(ScoreField& field, const VeSde& sde, const SamplerOptions& options,
                                         Vector start, const JobContext& job) {
  Stochastic method(field, sde, options, start.size());
  const auto step = [&method](int i, double t, double next_t, const Vector& states, Vector& next) {
    return method.step(i, t, next_t, states, next);
  };
  return drive_steps(sde, options, std::move(start), job, step);
}

}  // namespace alidade
