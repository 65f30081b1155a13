// SPDX-License-Identifier: BSD-3-Clause
#include <QtTest>

#include "core/base/random.h"
#include "core/geometry/so3_statistics.h"
#include "tests/support/test_registry.h"
#include "views/base/map_densities.h"

using namespace alidade;

namespace {

RotationMap mapOfSeed(std::uint64_t seed, int count) {
  Random random(seed);
  RotationMap map;
  for (int i = 0; i < count; ++i) {
    map.samples.push_back(uniform_rotation(random.uniform(), random.uniform(), random.uniform()));
  }
  return map;
}

}  // namespace

class MapDensitiesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void anUnchangedInputIsNotComputedAgain() {
    MapDensities densities;
    RotationMap map = mapOfSeed(1, 30);
    const MapDensityOptions options{4, 0.5};
    const auto first = densities.of(map, options);
    QCOMPARE(first->relative, mapDensity(map, options)->relative);
    QCOMPARE(densities.of(mapOfSeed(1, 30), options), first);  // equal values, another object
    map.hue = CyclicMap::kHsv;
    map.marked = {3};
    QCOMPARE(densities.of(map, options), first);  // how dots look is no matter of the density
  }

  void everyInputCounts() {
    MapDensities densities;
    const RotationMap map = mapOfSeed(1, 30);
    const auto first = densities.of(map, {4, 0.5});
    RotationMap one_moved = map, turned = map, globe = map, other_convention = map;
    one_moved.samples[29] = one_moved.samples[28];
    turnCanonical(turned, 0.3, 0.0, 0.0);
    turnGlobe(globe, {0.0, 0.0}, {0.2, 0.1});
    other_convention.convention = SphereConvention::kGenPose;
    for (const RotationMap& changed : {one_moved, turned, globe, other_convention}) {
      const auto density = densities.of(changed, {4, 0.5});
      QVERIFY(density != first);
      QCOMPARE(density->relative, mapDensity(changed, {4, 0.5})->relative);
    }
    QVERIFY(densities.of(map, {5, 0.5}) != first);
    QVERIFY(densities.of(map, {4, 0.6}) != first);
    QCOMPARE(densities.of(map, {4, 0.5}), first);
  }

  void theOldestGoFirst() {
    MapDensities densities(100);
    const auto first = densities.of(mapOfSeed(1, 40), {4, 0.5});
    const auto second = densities.of(mapOfSeed(2, 40), {4, 0.5});
    QCOMPARE(densities.of(mapOfSeed(1, 40), {4, 0.5}), first);  // used again
    densities.of(mapOfSeed(3, 40), {4, 0.5});
    QCOMPARE(densities.of(mapOfSeed(1, 40), {4, 0.5}), first);
    QVERIFY(densities.of(mapOfSeed(2, 40), {4, 0.5}) != second);
    const auto large = densities.of(mapOfSeed(4, 500), {4, 0.5});
    QCOMPARE(densities.of(mapOfSeed(4, 500), {4, 0.5}), large);  // larger than all, and the newest
  }
};

ALIDADE_TEST(MapDensitiesTest)
#include "map_densities_test.moc"
