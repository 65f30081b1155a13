// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>

#include "core/results/object_samples.h"

namespace alidade {

/// Measures of a set of samples against the truth and its symmetry orbit (continuous axes in 36 parts). The
/// entropy is that of the samples' nearest orbit elements, divided by its largest possible value for this
/// number of samples; samples farther than 30 degrees from every element do not count.
SampleMeasures sample_measures(std::span<const Rigid3> samples, const Rigid3& truth,
                               const SymmetryGroup& symmetry);

/// Mean and population standard deviation of both errors.
SampleCurvePoint sample_curve_point(std::span<const Rigid3> samples, const Rigid3& truth,
                                    const SymmetryGroup& symmetry, double t, double sigma);

}  // namespace alidade
