// SPDX-License-Identifier: BSD-3-Clause
#include <functional>
#include <numbers>

#include <QtTest>

#include "core/base/random.h"
#include "core/evaluation/indoor/indoor_misfit.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

constexpr std::size_t kScenes = 15;
const std::vector<std::string> kNames{"bed", "chair", "table"};

std::vector<IndoorObject> rooms() {
  Random random(4);
  std::vector<IndoorObject> objects;
  for (std::uint32_t scene = 0; scene < kScenes; ++scene) {
    for (std::uint32_t i = 0; i < 6; ++i) {
      IndoorObject object{scene, i % 3, 1.0, {}};
      object.box.center = {4.0 * i, random.uniform(1.0, 4.0), random.uniform(0.3, 0.8)};
      object.box.size = {random.uniform(1.4, 2.0), random.uniform(0.4, 0.6), random.uniform(0.5, 1.0)};
      object.box.yaw = random.uniform(0.5, 1.1) * (random.uniform() < 0.5 ? -1.0 : 1.0);
      objects.push_back(object);
    }
  }
  return objects;
}

/// The rooms as a detector tells them that is right but for what `change` does to each box.
std::vector<IndoorObject> told(const std::function<void(IndoorObject&)>& change) {
  std::vector<IndoorObject> objects = rooms();
  Random random(5);
  for (IndoorObject& object : objects) {
    object.box.center += Eigen::Vector3d(random.normal(), random.normal(), random.normal()) * 0.02;
    object.score = random.uniform(0.3, 0.9);
    change(object);
  }
  return objects;
}

std::vector<IndoorMisfit> misfits(const std::vector<IndoorObject>& detections) {
  return *indoor_misfits(rooms(), detections, kNames, kScenes, {});
}

}  // namespace

class IndoorMisfitTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void what_fits_is_not_doubted() {
    QVERIFY(misfits(told([](IndoorObject&) {})).empty());
  }

  void every_convention_is_found_data() {
    QTest::addColumn<int>("change");
    QTest::addColumn<QString>("cause");
    const char* causes[] = {"other way round",  "another axis", "half sides",
                            "axes of a camera", "times 0.001",  "another order"};
    for (int i = 0; i < 6; ++i) {
      QTest::newRow(causes[i]) << i << QString(causes[i]);
    }
  }

  void every_convention_is_found() {
    QFETCH(int, change);
    QFETCH(QString, cause);
    const std::function<void(IndoorObject&)> changes[] = {
        [](IndoorObject& o) { o.box.yaw = -o.box.yaw; },
        [](IndoorObject& o) { o.box.yaw -= std::numbers::pi / 2; },
        [](IndoorObject& o) { o.box.size /= 2.0; },
        [](IndoorObject& o) {
          o.box.center = {o.box.center.x(), -o.box.center.z(), o.box.center.y()};
          o.box.size = {o.box.size.x(), o.box.size.z(), o.box.size.y()};
        },
        [](IndoorObject& o) {
          o.box.center *= 1000.0;
          o.box.size *= 1000.0;
        },
        [](IndoorObject& o) { o.category = (o.category + 1) % 3; }};
    const auto found = misfits(told(changes[change]));
    QVERIFY(!found.empty());
    QVERIFY2(found.front().sentence().find(cause.toStdString()) != std::string::npos,
             found.front().sentence().c_str());
    QVERIFY(found.front().after > 0.8);
  }

  /// A box lowered by half its height still overlaps by a third, so that single objects pass 0.25; with noise
  /// they do not.
  void centers_of_the_bottom() {
    const auto found = misfits(told([](IndoorObject& o) {
      o.box.center.z() -= o.box.size.z() / 2;
      o.box.size.z() *= 0.9;
      o.box.center.y() += 0.2;
    }));
    QVERIFY(!found.empty());
    QVERIFY2(found.front().cause.find("bottom") != std::string::npos, found.front().cause.c_str());
  }

  void names_of_another_list_are_named_for_what_they_are() {
    const auto found = misfits(told([](IndoorObject& o) { o.category = (o.category + 1) % 3; }));
    QVERIFY2(found.front().cause.find("chair lies on bed") != std::string::npos, found.front().cause.c_str());
  }

  /// Every box under every class with scores that mean nothing: all is found, nothing is known.
  void high_recall_without_precision_has_a_name() {
    std::vector<IndoorObject> detections;
    Random random(6);
    for (int copy = 0; copy < 3; ++copy) {
      for (IndoorObject object : told([](IndoorObject&) {})) {
        object.category = static_cast<std::uint32_t>(copy);
        object.score = random.uniform();
        detections.push_back(object);
        for (int i = 0; i < 6; ++i) {
          object.box.center.y() += 7.0;
          detections.push_back(object);
        }
      }
    }
    const auto found = misfits(detections);
    QVERIFY(!found.empty());
    QVERIFY2(found.back().sentence().find("of the objects are found") != std::string::npos,
             found.back().sentence().c_str());
  }

  void nothing_is_said_of_nothing() { QVERIFY(misfits({}).empty()); }
};

ALIDADE_TEST(IndoorMisfitTest)
#include "indoor_misfit_test.moc"
