// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/errors/bop_errors.h"

#include <algorithm>
#include <cmath>

#include "core/base/constants.h"
#include "core/geometry/rotation.h"
#include "tests/unit/bop_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

const PinholeCamera kCamera{640, 480, 572.4, 573.6, 325.3, 242.0};

/// The formulas word for word.
struct BruteForce {
  const ObjectGeometry& object;
  Rigid3 estimate, truth;

  double mean(auto&& distance) const {
    double sum = 0.0;
    for (const Eigen::Vector3d& x : object.vertices) {
      sum += distance(x);
    }
    return sum / static_cast<double>(object.vertices.size());
  }
  double add() const {
    return mean([&](const auto& x) { return (estimate * x - truth * x).norm(); });
  }
  double nearest(const Rigid3& from, const Rigid3& to) const {
    return mean([&](const auto& x) {
      double best = kInfinity;
      for (const Eigen::Vector3d& other : object.vertices) {
        best = std::min(best, (to * other - from * x).norm());
      }
      return best;
    });
  }
  static Eigen::Vector2d project(const Eigen::Vector3d& p) {
    return {kCamera.fx * p.x() / p.z() + kCamera.cx, kCamera.fy * p.y() / p.z() + kCamera.cy};
  }
  double proj() const {
    return mean([&](const auto& x) { return (project(estimate * x) - project(truth * x)).norm(); });
  }
  double least(int steps, bool projected) const {
    double best = kInfinity;
    for (const Rigid3& symmetry : enumerate_symmetries(object.symmetry, steps)) {
      const Rigid3 pose = truth * symmetry;
      double greatest = 0.0;
      for (const Eigen::Vector3d& x : object.vertices) {
        const Eigen::Vector3d a = estimate * x;
        const Eigen::Vector3d b = pose * x;
        greatest = std::max(greatest, projected ? (project(a) - project(b)).norm() : (a - b).norm());
      }
      best = std::min(best, greatest);
    }
    return best;
  }
};

/// Clouds of every awkward kind: solid, on a sphere, flat, on a line, doubled, a single point.
std::vector<ObjectGeometry> clouds(Random& random) {
  std::vector<ObjectGeometry> result(7);
  for (int i = 0; i < 300; ++i) {
    const Eigen::Vector3d p = random_vector(random, -0.05, 0.05);
    result[0].vertices.push_back(p);
    result[1].vertices.push_back(0.06 * p.normalized());
    result[2].vertices.emplace_back(p.x(), p.y(), 0.01);
    result[3].vertices.emplace_back(0.02, p.y(), 0.01);
    result[4].vertices.push_back(result[0].vertices[static_cast<std::size_t>(i) / 5]);
    result[6].vertices.emplace_back(0.01 * (i % 7), 0.01 * (i / 7 % 7), 0.01 * (i / 49));  // ties
  }
  result[5].vertices.emplace_back(0.01, -0.02, 0.03);
  result[1].symmetry = continuous_symmetry(Eigen::Vector3d(0.3, -1.0, 0.2), true);
  result[1].symmetry.axes[0].offset = {0.004, 0.0, -0.002};
  result[2].symmetry = *named_symmetry("z-square-tube");
  result[4].symmetry = continuous_symmetry(Eigen::Vector3d::UnitZ());
  result[5].symmetry = continuous_symmetry(Eigen::Vector3d::UnitX());
  result[6].symmetry = *named_symmetry("cube");
  return result;
}

}  // namespace

class BopErrorsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void pairsEqualTheToolkit() {
    std::map<int, PreparedObject> objects;
    for (const auto& [id, object] : bop_fixture_objects()) {
      auto prepared = PreparedObject::make(object);
      QVERIFY2(bool(prepared), object.name.c_str());
      objects.emplace(id, *std::move(prepared));
    }
    const FixtureRows ids = fixture_rows("bop/pairs_obj_id.npy");
    const FixtureRows expected = fixture_rows("bop/pairs_expected.npy");
    const FixtureRows opposite = fixture_rows("bop/pairs_adi_est_to_gt.npy");
    const FixtureRows K = fixture_rows("bop/K.npy");
    const FixtureRows R[2] = {fixture_rows("bop/pairs_R_est.npy"), fixture_rows("bop/pairs_R_gt.npy")};
    const FixtureRows t[2] = {fixture_rows("bop/pairs_t_est.npy"), fixture_rows("bop/pairs_t_gt.npy")};
    QVERIFY(ids.rows > 0 && expected.rows == ids.rows && expected.width == 7 && opposite.rows == ids.rows);
    QVERIFY(K.values.size() == 9);
    const PinholeCamera camera = camera_of(FixtureRows{K.values, 1, 9}.matrix3(0), 640, 480);
    for (std::size_t i = 0; i < ids.rows; ++i) {
      const Rigid3 estimate{R[0].matrix3(i), t[0].vector3(i) * kMetresPerMm};
      const Rigid3 truth{R[1].matrix3(i), t[1].vector3(i) * kMetresPerMm};
      const PreparedObject& object = objects.at(static_cast<int>(ids.at(i, 0)));
      const double mm = 1.0 / kMetresPerMm;
      ALIDADE_NEAR(mm * add_error(object, estimate, truth), expected.at(i, 0), 1e-8);
      ALIDADE_NEAR(mm * adi_error(object, estimate, truth), expected.at(i, 1), 1e-8);
      ALIDADE_NEAR(mm * mssd_error(object, estimate, truth), expected.at(i, 2), 1e-8);
      ALIDADE_NEAR(mspd_error(object, estimate, truth, camera), expected.at(i, 3), 1e-8);
      ALIDADE_NEAR(kDegreesPerRadian * bop_rotation_error(estimate, truth), expected.at(i, 4), 1e-5);
      ALIDADE_NEAR(mm * bop_translation_error(estimate, truth), expected.at(i, 5), 1e-8);
      ALIDADE_NEAR(projection_error(object, estimate, truth, camera), expected.at(i, 6), 1e-8);
      ALIDADE_NEAR(mm * adi_error_estimate_to_truth(object, estimate, truth), opposite.at(i, 0), 1e-8);
    }
  }

  void symmetriesEqualTheToolkit() {
    const auto objects = bop_fixture_objects();
    const nlohmann::json counts = fixture_json("bop/symmetry_counts.json");
    const nlohmann::json samples = fixture_json("bop/symmetry_samples.json");
    QVERIFY(counts.is_object() && !counts.empty() && samples.is_object() && !samples.empty());
    for (const auto& [id, count] : counts.items()) {
      const auto prepared = PreparedObject::make(objects.at(std::stoi(id)));
      QVERIFY(bool(prepared));
      const std::vector<Rigid3>& symmetries = prepared->symmetries();
      QCOMPARE(symmetries.size(), count.get<std::size_t>());
      for (const auto& sample : samples.at(id)) {
        const Rigid3& element = symmetries.at(sample.at("index").get<std::size_t>());
        for (int i = 0; i < 3; ++i) {
          const auto& t = sample.at("t")[i];
          const double expected = t.is_array() ? t[0].get<double>() : t.get<double>();
          ALIDADE_NEAR(element.t[i] / kMetresPerMm, expected, 1e-11);
          for (int j = 0; j < 3; ++j) {
            ALIDADE_NEAR(element.R(i, j), sample.at("R")[i][j].get<double>(), 1e-13);
          }
        }
      }
    }
  }

  void equalBruteForceOnAwkwardClouds() {
    Random random(11);
    constexpr int kSteps = 20;
    for (const ObjectGeometry& object : clouds(random)) {
      const auto prepared = PreparedObject::make(object, kSteps);
      QVERIFY(bool(prepared));
      for (const double turn : {0.0, 1e-7, 0.05, 3.0}) {
        for (const double shift : {0.0, 1e-9, 0.01, 0.2}) {
          const Rigid3 truth{random_rotation(random), {0.05, -0.03, 0.8}};
          const Rigid3 estimate = random_pose(random, turn, shift, truth);
          const BruteForce slow{object, estimate, truth};
          ALIDADE_NEAR(add_error(*prepared, estimate, truth), slow.add(), 1e-14);
          ALIDADE_NEAR(adi_error(*prepared, estimate, truth), slow.nearest(truth, estimate), 1e-14);
          ALIDADE_NEAR(adi_error_estimate_to_truth(*prepared, estimate, truth), slow.nearest(estimate, truth),
                       1e-14);
          ALIDADE_NEAR(mssd_error(*prepared, estimate, truth), slow.least(kSteps, false), 1e-14);
          ALIDADE_NEAR(mspd_error(*prepared, estimate, truth, kCamera), slow.least(kSteps, true), 1e-10);
          ALIDADE_NEAR(projection_error(*prepared, estimate, truth, kCamera), slow.proj(), 1e-10);
        }
      }
    }
  }

  void symmetriesThatAreNotQuiteRotations() {
    // Symmetries come from files; pruning must not trust them to be rigid.
    Random random(12);
    ObjectGeometry object = clouds(random)[0];
    for (int i = 0; i < 5; ++i) {
      Rigid3 element{random_rotation(random) * random.uniform(0.7, 1.4), random_vector(random, -0.02, 0.02)};
      object.symmetry.finite.push_back(element);
    }
    const auto prepared = PreparedObject::make(object);
    for (int i = 0; i < 50; ++i) {
      const Rigid3 truth{random_rotation(random), {0.05, -0.03, 0.8}};
      const Rigid3 estimate = random_pose(random, 3.0, 0.05, truth);
      const BruteForce slow{object, estimate, truth};
      ALIDADE_NEAR(mssd_error(*prepared, estimate, truth), slow.least(1, false), 1e-14);
      ALIDADE_NEAR(mspd_error(*prepared, estimate, truth, kCamera), slow.least(1, true), 1e-10);
    }
  }

  void equalPosesHaveNoError() {
    Random random(13);
    for (const ObjectGeometry& object : clouds(random)) {
      const auto prepared = PreparedObject::make(object, 36);
      const Rigid3 pose{random_rotation(random), random_vector(random, 0.5, 1.0)};
      QCOMPARE(add_error(*prepared, pose, pose), 0.0);
      QVERIFY(adi_error(*prepared, pose, pose) < 1e-15);
      QVERIFY(mssd_error(*prepared, pose, pose) < 1e-15);
      QVERIFY(mspd_error(*prepared, pose, pose, kCamera) < 1e-12);
      QCOMPARE(projection_error(*prepared, pose, pose, kCamera), 0.0);
      QVERIFY(bop_rotation_error(pose, pose) < 1e-15);
      QCOMPARE(bop_translation_error(pose, pose), 0.0);
    }
  }

  void symmetricPosesHaveNoSymmetricError() {
    for (const auto& [id, object] : bop_fixture_objects()) {
      const auto prepared = PreparedObject::make(object);
      Random random(14);
      const Rigid3 truth{random_rotation(random), {0.0, 0.1, 0.9}};
      const auto count = static_cast<std::uint32_t>(prepared->symmetries().size());
      for (int i = 0; i < 10; ++i) {
        const Rigid3 estimate = truth * prepared->symmetries()[random.index(count)];
        QVERIFY(mssd_error(*prepared, estimate, truth) < 1e-14);
        QVERIFY(mspd_error(*prepared, estimate, truth, kCamera) < 1e-10);
      }
    }
  }

  void aCommonMotionChangesNoLength() {
    Random random(15);
    for (const ObjectGeometry& object : clouds(random)) {
      const auto prepared = PreparedObject::make(object, 36);
      const Rigid3 truth{random_rotation(random), random_vector(random, -0.5, 0.5)};
      const Rigid3 estimate = random_pose(random, 0.3, 0.03, truth);
      const Rigid3 motion{random_rotation(random), random_vector(random, -1.0, 1.0)};
      for (const auto error : {add_error, adi_error, adi_error_estimate_to_truth, mssd_error}) {
        ALIDADE_NEAR(error(*prepared, motion * estimate, motion * truth), error(*prepared, estimate, truth),
                     1e-14);
      }
      ALIDADE_NEAR(bop_rotation_error(motion * estimate, motion * truth), bop_rotation_error(estimate, truth),
                   1e-14);
      ALIDADE_NEAR(adi_error(*prepared, truth, estimate),
                   adi_error_estimate_to_truth(*prepared, estimate, truth), 1e-14);
      QVERIFY(adi_error(*prepared, estimate, truth) <= add_error(*prepared, estimate, truth) + 1e-15);
    }
  }

  void smallAnglesKeepTheirDigits() {
    Rigid3 truth;
    for (const double angle : {1e-12, 1e-9, 1e-5, 3.1}) {
      const Rigid3 estimate{rotation_about(Eigen::Vector3d::UnitX(), angle), Eigen::Vector3d::Zero()};
      ALIDADE_NEAR(bop_rotation_error(estimate, truth), angle, 1e-15 + 1e-12 * angle);
    }
  }

  void theCamerasPlaneIsInfinitelyFar() {
    ObjectGeometry object;
    object.vertices = {{0.0, 0.0, 0.0}, {0.01, 0.0, 0.0}, {0.0, 0.0, 0.5}};
    const auto prepared = PreparedObject::make(object);
    const Rigid3 in_plane{Eigen::Matrix3d::Identity(), {0.1, 0.0, 0.0}};
    const Rigid3 in_front{Eigen::Matrix3d::Identity(), {0.1, 0.0, 1.0}};
    for (const auto& [a, b] : {std::pair{in_plane, in_front}, {in_front, in_plane}, {in_plane, in_plane}}) {
      QCOMPARE(mspd_error(*prepared, a, b, kCamera), kInfinity);
      QCOMPARE(projection_error(*prepared, a, b, kCamera), kInfinity);
    }
  }

  void unusableObjectsAreNamed() {
    ObjectGeometry object;
    object.name = "cup";
    const auto empty = PreparedObject::make(object);
    QVERIFY(!empty && empty.error().message.find("cup") != std::string::npos);
    object.vertices = {{0.0, 0.0, 0.0}, {0.0, std::nan(""), 0.0}};
    const auto broken = PreparedObject::make(object);
    QVERIFY(!broken && broken.error().message.find("vertex 1") != std::string::npos);
  }
};

ALIDADE_TEST(BopErrorsTest)
#include "bop_errors_test.moc"
