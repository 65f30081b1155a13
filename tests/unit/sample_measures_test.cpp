// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <vector>

#include <QtTest>

#include "core/base/constants.h"
#include "core/base/random.h"
#include "core/evaluation/errors/sample_measures.h"
#include "core/geometry/rotation.h"
#include "core/geometry/so3_statistics.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

std::vector<Rigid3> near(const Rigid3& truth, const SymmetryGroup& symmetry, int count, double angle) {
  Random random(4);
  const auto elements = enumerate_symmetries(symmetry, 36);
  std::vector<Rigid3> poses;
  for (int i = 0; i < count; ++i) {
    const auto& element = elements[static_cast<std::size_t>(random.uniform() * elements.size())];
    const Eigen::Vector3d axis =
        Eigen::Vector3d(random.normal(), random.normal(), random.normal()).normalized();
    poses.push_back({truth.R * element.R * rotation_about(axis, angle * random.uniform()), truth.t});
  }
  return poses;
}

}  // namespace

class SampleMeasuresTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void entropyIsThatOfTheNearestElements() {
    const Rigid3 truth{rotation_about(Eigen::Vector3d(1, 2, 3).normalized(), 0.7), {0.1, 0.0, 0.8}};
    for (const SymmetryGroup& symmetry :
         {*named_symmetry("box"), *named_symmetry("cube"), continuous_symmetry(Eigen::Vector3d::UnitY())}) {
      const auto poses = near(truth, symmetry, 60, 20.0 * kRadiansPerDegree);
      const auto elements = enumerate_symmetries(symmetry, 36);
      std::vector<int> counts(elements.size());
      for (const Rigid3& pose : poses) {
        std::size_t best = 0;
        for (std::size_t e = 1; e < elements.size(); ++e) {
          const auto angle = [&](std::size_t i) {
            return geodesic_distance(truth.R * elements[i].R, pose.R);
          };
          best = angle(e) < angle(best) ? e : best;
        }
        ++counts[best];
      }
      double entropy = 0.0;
      for (const int count : counts) {
        const double p = count / 60.0;
        entropy -= count > 0 ? p * std::log(p) : 0.0;
      }
      entropy /= std::log(std::min<double>(60.0, static_cast<double>(elements.size())));
      QVERIFY(std::abs(sample_measures(poses, truth, symmetry).entropy - entropy) < 1e-9);
    }
  }

  void oneModeHasNoEntropyAndNoiseIsOutlying() {
    const Rigid3 truth;
    const SymmetryGroup symmetry = *named_symmetry("cube");
    const std::vector<Rigid3> collapsed(50, truth);
    const SampleMeasures one = sample_measures(collapsed, truth, symmetry);
    QCOMPARE(one.entropy, 0.0);
    QCOMPARE(one.outliers, 0.0);
    QVERIFY(std::abs(one.coverage * static_cast<double>(symmetry.finite.size()) - 1.0) < 1e-12);
  }

  void farPosesOfADivergingPathStayFinite() {
    const Rigid3 truth;
    std::vector<Rigid3> poses(4, truth);
    for (std::size_t i = 0; i < poses.size(); ++i) {
      poses[i].t = Eigen::Vector3d(i % 2 == 0 ? 3e200 : -1e200, 1.0, 0.0);
    }
    const SampleCurvePoint point = sample_curve_point(poses, truth, no_symmetry(), 0.5, 1.0);
    QVERIFY(std::abs(point.translation_mean / 2e200 - 1.0) < 1e-12);
    QVERIFY(std::abs(point.translation_std / 1e200 - 1.0) < 1e-12);
    const SampleMeasures measures = sample_measures(poses, truth, no_symmetry());
    QVERIFY(std::abs(measures.translation_median / 2e200 - 1.0) < 1e-12);
    QVERIFY(std::isfinite(measures.rotation_median) && std::isfinite(measures.spread));
  }

  void deviationsAreThoseOfTheFormula() {
    const Rigid3 truth;
    std::vector<Rigid3> poses(3, truth);
    poses[1].t.x() = 0.03;
    poses[2].t.y() = -0.06;
    const SampleCurvePoint point = sample_curve_point(poses, truth, no_symmetry(), 0.5, 1.0);
    QVERIFY(std::abs(point.translation_mean - 0.03) < 1e-15);
    QVERIFY(std::abs(point.translation_std - std::sqrt(0.0018 / 3.0)) < 1e-15);
    QCOMPARE(point.rotation_mean, 0.0);
  }
};

ALIDADE_TEST(SampleMeasuresTest)
#include "sample_measures_test.moc"
