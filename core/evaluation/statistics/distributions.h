// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace alidade {

/// P(X <= x) of the chi-square distribution with `degrees` >= 1 degrees of freedom; 0 for x <= 0.
double chi_square_probability(double x, int degrees);

/// The x with P(X <= x) = probability, which is in [0, 1); infinite for 1.
double chi_square_quantile(double probability, int degrees);

/// P(X <= x) of Fisher's F distribution with `numerator` and `denominator` degrees of freedom, both >= 1; 0
/// for x <= 0.
double fisher_probability(double x, double numerator, double denominator);

}  // namespace alidade
