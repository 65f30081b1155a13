// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace alidade {

/// The continued fraction of the incomplete beta function I_x(a, b), evaluated by Lentz's method (Press et
/// al., Numerical Recipes, 6.4): I_x(a, b) = x^a (1 - x)^b / (a B(a, b)) times it. Converges fast for
/// x < (a + 1) / (a + b + 2).
double beta_fraction(double a, double b, double x);

}  // namespace alidade
