// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace alidade::rk45 {

// Dormand-Prince 5(4) with the quartic interpolant of SciPy (Shampine 1986), and SciPy 1.10's step control.
inline constexpr int kStages = 6;
inline constexpr double kC[kStages] = {0.0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1.0};
inline constexpr double kA[kStages][5] = {
    {},
    {1.0 / 5},
    {3.0 / 40, 9.0 / 40},
    {44.0 / 45, -56.0 / 15, 32.0 / 9},
    {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
    {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
};
inline constexpr double kB[kStages] = {35.0 / 384, 0.0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84};
inline constexpr double kE[kStages + 1] = {-71.0 / 57600,    0.0,         71.0 / 16695, -71.0 / 1920,
                                           17253.0 / 339200, -22.0 / 525, 1.0 / 40};
inline constexpr double kP[kStages + 1][4] = {
    {1.0, -8048581381.0 / 2820520608, 8663915743.0 / 2820520608, -12715105075.0 / 11282082432},
    {0.0, 0.0, 0.0, 0.0},
    {0.0, 131558114200.0 / 32700410799, -68118460800.0 / 10900136933, 87487479700.0 / 32700410799},
    {0.0, -1754552775.0 / 470086768, 14199869525.0 / 1410260304, -10690763975.0 / 1880347072},
    {0.0, 127303824393.0 / 49829197408, -318862633887.0 / 49829197408, 701980252875.0 / 199316789632},
    {0.0, -282668133.0 / 205662961, 2019193451.0 / 616988883, -1453857185.0 / 822651844},
    {0.0, 40617522.0 / 29380423, -110615467.0 / 29380423, 69997945.0 / 29380423},
};
inline constexpr double kSafety = 0.9;
inline constexpr double kLeastFactor = 0.2;
inline constexpr double kMostFactor = 10.0;
inline constexpr double kErrorExponent = -1.0 / 5;
inline constexpr int kMostAttempts = 100000;

/// Root of the mean square of value(0) .. value(size - 1).
template <class Value>
double rms(std::size_t size, Value value) {
  double sum = 0.0;
  for (std::size_t i = 0; i < size; ++i) {
    const double v = value(i);
    sum += v * v;
  }
  return std::sqrt(sum / static_cast<double>(size));
}

/// Hairer, Norsett, Wanner: Solving Ordinary Differential Equations I, II.4, without a bound by the interval:
/// the first trial step from the norms of the state and of its derivative.
inline double trial_step(double d0, double d1) {
  return d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : 0.01 * d0 / d1;
}
/// The step from the trial step h0 and the norm of the second derivative.
inline double first_step(double h0, double d1, double d2) {
  const double h1 = d1 <= 1e-15 && d2 <= 1e-15 ? std::max(1e-6, h0 * 1e-3)
                                               : std::pow(0.01 / std::max(d1, d2), -kErrorExponent);
  return std::min(100.0 * h0, h1);
}

/// Weights of the stages at the share x of a step.
inline void interpolant_weights(double x, double* weights) {
  for (int s = 0; s <= kStages; ++s) {
    weights[s] = x * (kP[s][0] + x * (kP[s][1] + x * (kP[s][2] + x * kP[s][3])));
  }
}

}  // namespace alidade::rk45
