// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/errors/sample_measures.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/constants.h"
#include "core/evaluation/errors/hypothesis_set.h"
#include "core/geometry/rotation.h"
#include "core/geometry/so3_statistics.h"

namespace alidade {
namespace {

constexpr double kSampleModeRadius = 10.0 * kRadiansPerDegree;
constexpr double kOutlierRadius = 30.0 * kRadiansPerDegree;
constexpr int kOrbitSteps = 36;

/// Shannon entropy of the counts over its largest value; 1 for a single bin.
double normalized_entropy(const std::vector<int>& counts, int total) {
  const double most = std::log(std::min<double>(static_cast<double>(counts.size()), total));
  double entropy = 0.0;
  for (const int count : counts) {
    if (count > 0) {
      const double p = static_cast<double>(count) / total;
      entropy -= p * std::log(p);
    }
  }
  return most > 0.0 ? entropy / most : 1.0;
}

double orbit_entropy(std::span<const Rigid3> samples, const Rigid3& truth, const SymmetryGroup& symmetry) {
  std::vector<Eigen::Matrix3d> orbit;
  for (const Rigid3& element : enumerate_symmetries(symmetry, kOrbitSteps)) {
    orbit.push_back(truth.R * element.R);
  }
  std::vector<int> counts(orbit.size(), 0);
  int total = 0;
  for (const Rigid3& sample : samples) {
    if (symmetric_rotation_distance(truth.R, sample.R, symmetry) > kOutlierRadius) {
      continue;
    }
    // The smallest angle is the largest trace of the relative rotation.
    const auto nearest =
        std::max_element(orbit.begin(), orbit.end(), [&](const Eigen::Matrix3d& a, const Eigen::Matrix3d& b) {
          return a.cwiseProduct(sample.R).sum() < b.cwiseProduct(sample.R).sum();
        });
    ++counts[static_cast<std::size_t>(nearest - orbit.begin())];
    ++total;
  }
  return total == 0 ? 0.0 : normalized_entropy(counts, total);
}

void mean_and_deviation(const std::vector<double>& values, double* mean, double* deviation) {
  double sum = 0.0, squares = 0.0;
  for (const double value : values) {
    sum += value;
  }
  *mean = values.empty() ? 0.0 : sum / static_cast<double>(values.size());
  // In units of the largest difference where a diverging path is so far away that its squares overflow.
  double farthest = 0.0;
  for (const double value : values) {
    farthest = std::max(farthest, std::abs(value - *mean));
  }
  const double unit = farthest > 1e100 ? farthest : 1.0;
  for (const double value : values) {
    const double difference = (value - *mean) / unit;
    squares += difference * difference;
  }
  *deviation = values.empty() ? 0.0 : unit * std::sqrt(squares / static_cast<double>(values.size()));
}

}  // namespace

SampleMeasures sample_measures(std::span<const Rigid3> samples, const Rigid3& truth,
                               const SymmetryGroup& symmetry) {
  SampleMeasures measures;
  if (samples.empty()) {
    return measures;
  }
  const HypothesisErrors errors = hypothesis_errors(samples, truth, symmetry);
  measures.coverage = mode_coverage(samples, truth, symmetry, kOrbitSteps, kSampleModeRadius);
  measures.entropy = orbit_entropy(samples, truth, symmetry);
  measures.outliers = outlier_share(samples, truth, symmetry, kOutlierRadius);
  measures.spread = rotation_spread(samples, mean_pose(samples).R, no_symmetry());
  measures.rotation_median = summarize(errors.rotation).median;
  measures.translation_median = summarize(errors.translation).median;
  return measures;
}

SampleCurvePoint sample_curve_point(std::span<const Rigid3> samples, const Rigid3& truth,
                                    const SymmetryGroup& symmetry, double t, double sigma) {
  SampleCurvePoint point;
  point.t = t;
  point.sigma = sigma;
  const HypothesisErrors errors = hypothesis_errors(samples, truth, symmetry);
  mean_and_deviation(errors.rotation, &point.rotation_mean, &point.rotation_std);
  mean_and_deviation(errors.translation, &point.translation_mean, &point.translation_std);
  return point;
}

}  // namespace alidade
