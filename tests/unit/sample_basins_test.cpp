// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numeric>

#include <QtTest>

#include "core/base/constants.h"
#include "core/base/random.h"
#include "core/evaluation/errors/sample_basins.h"
#include "core/geometry/rotation.h"
#include "core/geometry/so3_statistics.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

/// A set of samples whose states are given: one list of rotations per sample, times falling evenly to 0.
ObjectSamples walked(const std::vector<std::vector<Eigen::Matrix3d>>& ways, const SymmetryGroup& symmetry) {
  ObjectSamples samples;
  samples.symmetry = symmetry;
  samples.truth = Rigid3{};
  const std::size_t states = ways.front().size();
  for (std::size_t state = 0; state < states; ++state) {
    samples.times.push_back(1.0 - static_cast<double>(state) / static_cast<double>(states - 1));
    auto& poses = samples.trajectory.emplace_back();
    for (const auto& way : ways) {
      poses.push_back({way[state], Eigen::Vector3d::Zero()});
    }
  }
  samples.samples = samples.trajectory.back();
  return samples;
}

Eigen::Matrix3d basin_about_y(double degrees) {
  return rotation_about(Eigen::Vector3d::UnitY(), degrees * kRadiansPerDegree);
}

Eigen::Matrix3d basin_about_x(double degrees) {
  return rotation_about(Eigen::Vector3d::UnitX(), degrees * kRadiansPerDegree);
}

SymmetryGroup half_turn_about_y() {
  SymmetryGroup group;
  group.name = "C2 y";
  group.finite.push_back({basin_about_y(180.0), Eigen::Vector3d::Zero()});
  return group;
}

SampleBasin only(const ObjectSamples& samples, const BasinRule& rule = {}) {
  const int number = 0;
  return sample_basins(samples, {&number, 1}, rule).samples.at(0);
}

}  // namespace

class SampleBasinsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aSampleThatStaysHasNotLeft() {
    const auto samples = walked(
        {{basin_about_y(90), basin_about_y(170), basin_about_y(178), basin_about_y(181), basin_about_y(180)}},
        half_turn_about_y());
    const SampleBasin basin = only(samples);
    QCOMPARE(*basin.first, 1);
    QCOMPARE(*basin.last, 1);
    QCOMPARE(basin.first_time, 0.75);
    QCOMPARE(basin.changes, 0);
    QVERIFY(!basin.last_change && !basin.left());
  }

  void aChangeHasItsTime() {
    // From 0 to 180 degrees over 90, where it belongs to neither.
    const auto samples = walked(
        {{basin_about_y(5), basin_about_y(10), basin_about_y(90), basin_about_y(160), basin_about_y(180)}},
        half_turn_about_y());
    const SampleBasin basin = only(samples);
    QCOMPARE(*basin.first, 0);
    QCOMPARE(basin.first_time, 1.0);
    QCOMPARE(*basin.last, 1);
    QCOMPARE(basin.changes, 1);
    QCOMPARE(*basin.last_change, 0.25);
    QVERIFY(basin.left());
  }

  void thereAndBackAreTwoChanges() {
    const auto samples = walked(
        {{basin_about_y(5), basin_about_y(175), basin_about_y(80), basin_about_y(20), basin_about_y(0)}},
        half_turn_about_y());
    const SampleBasin basin = only(samples);
    QCOMPARE(basin.changes, 2);
    QCOMPARE(*basin.last_change, 0.25);
    QVERIFY(!basin.left());  // it ended where it began
  }

  void outsideAtTheEndIsAChangeAndOutsideInBetweenIsNot() {
    const auto lost = walked(
        {{basin_about_y(5), basin_about_x(20), basin_about_x(50), basin_about_x(70), basin_about_x(90)}},
        half_turn_about_y());
    const SampleBasin basin = only(lost);
    QVERIFY(basin.first && !basin.last && basin.left());
    QCOMPARE(basin.changes, 1);
    QCOMPARE(*basin.last_change, 0.5);
    const auto back = walked(
        {{basin_about_y(5), basin_about_x(50), basin_about_x(70), basin_about_x(20), basin_about_x(0)}},
        half_turn_about_y());
    QCOMPARE(only(back).changes, 0);
    const auto never =
        walked({{basin_about_x(90), basin_about_x(100), basin_about_x(80)}}, half_turn_about_y());
    QVERIFY(!only(never).first && !only(never).last && !only(never).left());
  }

  void theAngleIsTheStatedOne() {
    BasinRule rule;
    rule.capture = 20.0 * kRadiansPerDegree;
    QVERIFY(only(walked({{basin_about_x(19.9), basin_about_x(19.9)}}, no_symmetry()), rule).first);
    QVERIFY(!only(walked({{basin_about_x(20.1), basin_about_x(20.1)}}, no_symmetry()), rule).first);
  }

  void noisyStatesDoNotCount() {
    auto samples = walked(
        {{basin_about_y(0), basin_about_y(0), basin_about_y(180), basin_about_y(180), basin_about_y(180)}},
        half_turn_about_y());
    QCOMPARE(only(samples).changes, 1);
    for (std::size_t i = 0; i < samples.times.size(); ++i) {
      SampleCurvePoint point;
      point.t = samples.times[i];
      point.sigma = i < 2 ? 30.0 : 0.5;
      samples.curve.push_back(point);
    }
    const SampleBasin basin = only(samples);
    QCOMPARE(basin.changes, 0);
    QCOMPARE(*basin.first, 1);
    QCOMPARE(basin.first_time, 0.5);
  }

  void aContinuousSymmetryIsOneBasinAndItsFlipAnother() {
    const auto turning =
        walked({{basin_about_y(0), basin_about_y(90), basin_about_y(200), basin_about_y(300)}},
               continuous_symmetry({0, 1, 0}));
    QCOMPARE(sample_basins_of(turning).elements.size(), std::size_t{1});
    QCOMPARE(only(turning).changes, 0);
    const SymmetryGroup cylinder = continuous_symmetry({0, 1, 0}, true);
    const auto flipping =
        walked({{basin_about_y(0), basin_about_y(90), basin_about_y(130) * basin_about_x(100),
                 basin_about_y(40) * basin_about_x(180)}},
               cylinder);
    QCOMPARE(sample_basins_of(flipping).elements.size(), std::size_t{2});
    const SampleBasin basin = only(flipping);
    QCOMPARE(basin.changes, 1);
    QVERIFY(basin.left());
    // A half turn about the axis is on the same curve.
    SymmetryGroup doubled = continuous_symmetry({0, 1, 0});
    doubled.finite.push_back({basin_about_y(180), Eigen::Vector3d::Zero()});
    QCOMPARE(sample_basins_of(walked({{basin_about_y(0), basin_about_y(1)}}, doubled)).elements.size(),
             std::size_t{1});
    SymmetryGroup sphere;
    sphere.any = true;
    QCOMPARE(only(walked({{basin_about_y(0), basin_about_x(90), basin_about_y(50)}}, sphere)).changes, 0);
  }

  void everyElementOfAFiniteGroupIsABasin() {
    const SymmetryGroup box = *named_symmetry("box");
    Random random(4);
    const Rigid3 truth{uniform_rotation(random.uniform(), random.uniform(), random.uniform()),
                       Eigen::Vector3d(0, 0, 1)};
    std::vector<std::vector<Eigen::Matrix3d>> ways;
    for (const Rigid3& element : box.finite) {
      ways.push_back({truth.R * element.R * basin_about_x(9.0), truth.R * element.R});
    }
    ObjectSamples samples = walked(ways, box);
    samples.truth = truth;
    std::vector<int> all(ways.size());
    std::iota(all.begin(), all.end(), 0);
    const BasinReport report = sample_basins(samples, all);
    QCOMPARE(report.basins.elements.size(), box.finite.size());
    QVERIFY(report.basins.of_truth);
    for (const int i : all) {
      QCOMPARE(*report.samples[static_cast<std::size_t>(i)].last, i);
    }
  }

  void withoutATruthTheModesAreTheBasins() {
    Random random(8);
    std::vector<std::vector<Eigen::Matrix3d>> ways;
    for (int i = 0; i < 60; ++i) {
      const double place = i % 3 == 0 ? 120.0 : 0.0;
      const double shake = random.uniform(-4.0, 4.0);
      ways.push_back({basin_about_y(i == 0 ? 0.0 : place), basin_about_y(place + shake)});
    }
    ObjectSamples samples = walked(ways, half_turn_about_y());
    samples.truth.reset();
    std::vector<int> all(60);
    std::iota(all.begin(), all.end(), 0);
    const BasinReport report = sample_basins(samples, all);
    QVERIFY(!report.basins.of_truth);
    QCOMPARE(report.basins.elements.size(), std::size_t{2});
    QVERIFY(geodesic_distance(report.basins.elements[0], basin_about_y(0)) < 3.0 * kRadiansPerDegree);
    QVERIFY(geodesic_distance(report.basins.elements[1], basin_about_y(120)) < 3.0 * kRadiansPerDegree);
    QVERIFY(report.samples[0].left());
    for (std::size_t i = 1; i < 60; ++i) {
      QVERIFY(!report.samples[i].left());
      QCOMPARE(*report.samples[i].last, i % 3 == 0 ? 1 : 0);
    }
  }

  void withoutStatesOnlyTheEndSpeaks() {
    ObjectSamples samples = walked({{basin_about_y(0), basin_about_y(180)}}, half_turn_about_y());
    samples.trajectory.clear();
    samples.times.clear();
    const SampleBasin basin = only(samples);
    QCOMPARE(*basin.first, 1);
    QCOMPARE(*basin.last, 1);
    const std::vector<int> strange{-1, 7, 0};
    QCOMPARE(sample_basins(samples, strange).samples.size(), std::size_t{1});
    QVERIFY(sample_basins(ObjectSamples{}, strange).samples.empty());
  }
};

ALIDADE_TEST(SampleBasinsTest)
#include "sample_basins_test.moc"
