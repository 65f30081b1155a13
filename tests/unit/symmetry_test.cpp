// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/symmetry.h"

#include <algorithm>
#include <cmath>

#include "core/base/constants.h"
#include "core/geometry/rotation.h"
#include "tests/unit/geometry_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

const char* const kNames[] = {"none",
                              "any",
                              "cube",
                              "box",
                              "x-flip",
                              "y-flip",
                              "z-flip",
                              "x-square-tube",
                              "y-square-tube",
                              "z-square-tube",
                              "x-square-pyramid",
                              "y-square-pyramid",
                              "z-square-pyramid",
                              "x-cylinder",
                              "y-cylinder",
                              "z-cylinder",
                              "x-cone",
                              "y-cone",
                              "z-cone"};

double brute_force_distance(const Eigen::Matrix3d& A, const Eigen::Matrix3d& B, const SymmetryGroup& group,
                            int steps) {
  double best = kPi;
  for (const Rigid3& element : enumerate_symmetries(group, steps)) {
    best = std::min(best, geodesic_distance(A, B * element.R));
  }
  return best;
}

bool contains(const std::vector<Rigid3>& group, const Eigen::Matrix3d& R) {
  return std::any_of(group.begin(), group.end(), [&](const Rigid3& g) { return (g.R - R).norm() < 1e-9; });
}

/// A group whose finite part is not aligned with its axis: a half turn about a slanted axis, and an offset.
SymmetryGroup slanted_group(Random& random) {
  SymmetryGroup group = continuous_symmetry(Eigen::Vector3d(0.2, 1.0, -0.4));
  group.axes[0].offset = {0.03, -0.02, 0.01};
  const Eigen::Matrix3d turn = rotation_about(random_vector(random, -1.0, 1.0).normalized(), kPi);
  group.finite.push_back({turn, random_vector(random, -0.1, 0.1)});
  group.finite.push_back({random_rotation(random), random_vector(random, -0.1, 0.1)});
  return group;
}

/// The symmetry of a model of BOP's models_info in millimetres, as its reader builds it.
SymmetryGroup bop_group(const nlohmann::json& model) {
  SymmetryGroup group;
  for (const auto& matrix : model.value("symmetries_discrete", nlohmann::json::array())) {
    Rigid3 element;
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) {
        element.R(i, j) = matrix[4 * i + j].get<double>();
      }
      element.t[i] = matrix[4 * i + 3].get<double>();
    }
    group.finite.push_back(element);
  }
  for (const auto& entry : model.value("symmetries_continuous", nlohmann::json::array())) {
    SymmetryAxis axis;
    for (int i = 0; i < 3; ++i) {
      axis.axis[i] = entry["axis"][i].get<double>();
      axis.offset[i] = entry["offset"][i].get<double>();
    }
    group.axes.push_back(axis);
  }
  return group;
}

}  // namespace

class SymmetryTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void namedGroupsMatchOmni6D() {
    const nlohmann::json groups = fixture_json("omni6d/symmetry_groups.json");
    QVERIFY(groups.is_object() && !groups.empty());
    for (const auto& [name, rows] : groups.items()) {
      const Expected<SymmetryGroup> group = named_symmetry(name);
      QVERIFY2(bool(group), name.c_str());
      QCOMPARE(group->finite.size(), rows.size());
      for (const auto& row : rows) {
        Eigen::Matrix3d R;
        for (int i = 0; i < 9; ++i) {
          R(i / 3, i % 3) = row[i].get<double>();
        }
        QVERIFY2(contains(group->finite, R), name.c_str());
      }
    }
  }

  void namedGroupsAreGroups() {
    for (const char* name : kNames) {
      const Expected<SymmetryGroup> group = named_symmetry(name);
      QVERIFY2(bool(group), name);
      QVERIFY(group->finite.front().R.isIdentity(0.0));
      for (const Rigid3& g : group->finite) {
        QVERIFY(contains(group->finite, g.R.transpose()));
        for (const Rigid3& h : group->finite) {
          QVERIFY2(contains(group->finite, g.R * h.R), name);
        }
      }
      QCOMPARE(group->trivial(), std::string(name) == "none");
    }
    const Expected<SymmetryGroup> unknown = named_symmetry("w-cone");
    QVERIFY(!unknown);
    QVERIFY(unknown.error().code == ErrorCode::kInput);
    QVERIFY(unknown.error().message.find("w-cone") != std::string::npos);
  }

  void distanceMatchesOmni6D() {
    const FixtureRows pairs = fixture_rows("omni6d/rotation_pairs.npy");
    const nlohmann::json labels = fixture_json("omni6d/rotation_pairs_labels.json");
    QCOMPARE(pairs.rows, labels.size());
    QVERIFY(pairs.rows > 0);
    for (std::size_t i = 0; i < pairs.rows; ++i) {
      const Expected<SymmetryGroup> group = named_symmetry(labels[i].get<std::string>());
      QVERIFY(bool(group));
      const Eigen::Matrix3d A = pairs.matrix3(i, 0), B = pairs.matrix3(i, 9);
      const double analytic = symmetric_rotation_distance(A, B, *group) * 180.0 / kPi;
      ALIDADE_NEAR(analytic, pairs.at(i, 19), pairs.at(i, 19) < 1.0 ? 1e-5 : 1e-9);
      const double enumerated = group->any ? 0.0 : brute_force_distance(A, B, *group, 100) * 180.0 / kPi;
      ALIDADE_NEAR(enumerated, pairs.at(i, 18), pairs.at(i, 18) < 1.0 ? 1e-5 : 1e-9);
    }
  }

  void distanceEqualsBruteForce() {
    Random random(21);
    for (int i = 0; i < 40; ++i) {
      SymmetryGroup group = slanted_group(random);
      if (i % 2 == 1) {
        group.axes.push_back(
            {random_vector(random, -1.0, 1.0).normalized(), random_vector(random, -0.1, 0.1)});
      }
      const Eigen::Matrix3d A = random_rotation(random), B = random_rotation(random);
      const double distance = symmetric_rotation_distance(A, B, group);
      constexpr int kSteps = 3600;
      const double enumerated = brute_force_distance(A, B, group, kSteps);
      QVERIFY(distance <= enumerated + 1e-12);
      QVERIFY(enumerated <= distance + kPi / kSteps);
      ALIDADE_NEAR(geodesic_distance(A, nearest_equivalent({A, {}}, {B, {}}, group).R), distance, 1e-12);
    }
  }

  void distanceIsInvariantUnderTheGroup() {
    Random random(22);
    for (const char* name : kNames) {
      const SymmetryGroup group = *named_symmetry(name);
      const Eigen::Matrix3d A = random_rotation(random), B = random_rotation(random),
                            Q = random_rotation(random);
      const double distance = symmetric_rotation_distance(A, B, group);
      ALIDADE_NEAR(symmetric_rotation_distance(Q * A, Q * B, group), distance, 1e-12);
      ALIDADE_NEAR(symmetric_rotation_distance(B, A, group), distance, 1e-12);
      for (const Rigid3& element : enumerate_symmetries(group, 7)) {
        ALIDADE_NEAR(symmetric_rotation_distance(A, B * element.R, group), distance, 1e-12);
        ALIDADE_NEAR(symmetric_rotation_distance(A * element.R, B, group), distance, 1e-12);
      }
    }
  }

  void coneComparesAxesAndCylinderBothWays() {
    Random random(23);
    for (int i = 0; i < 50; ++i) {
      const Eigen::Matrix3d A = random_rotation(random), B = random_rotation(random);
      const double between = std::acos(std::clamp(A.col(1).dot(B.col(1)), -1.0, 1.0));
      ALIDADE_NEAR(symmetric_rotation_distance(A, B, *named_symmetry("y-cone")), between, 1e-7);
      ALIDADE_NEAR(symmetric_rotation_distance(A, B, *named_symmetry("y-cylinder")),
                   std::min(between, kPi - between), 1e-7);
    }
  }

  void nearestEquivalentIsAnElementOfTheOrbit() {
    Random random(24);
    for (int i = 0; i < 40; ++i) {
      const SymmetryGroup group = slanted_group(random);
      const Rigid3 reference{random_rotation(random), random_vector(random, -1.0, 1.0)};
      const Rigid3 B{random_rotation(random), random_vector(random, -1.0, 1.0)};
      const Rigid3 element = B.inverse() * nearest_equivalent(reference, B, group);
      // element = T_c T_d: for one of the finite ones the rest fixes every point of the axis.
      double best = 1.0;
      for (const Rigid3& finite : group.finite) {
        const Rigid3 turn = element * finite.inverse();
        const SymmetryAxis& axis = group.axes[0];
        const Eigen::Vector3d on_axis = axis.offset + 0.37 * axis.axis;
        best = std::min(best, (turn * axis.offset - axis.offset).norm() + (turn * on_axis - on_axis).norm());
      }
      QVERIFY(best < 1e-12);
    }
  }

  void nearestEquivalentKeepsWhatIsAlreadyNearest() {
    Random random(25);
    const Rigid3 B{random_rotation(random), random_vector(random, -1.0, 1.0)};
    for (const char* name : kNames) {
      const Rigid3 same = nearest_equivalent(B, B, *named_symmetry(name));
      QVERIFY((same.R - B.R).norm() < 1e-14);
      QVERIFY((same.t - B.t).norm() < 1e-14);
    }
    const Rigid3 other{random_rotation(random), Eigen::Vector3d::Zero()};
    const Rigid3 sphere = nearest_equivalent(other, B, *named_symmetry("any"));
    QVERIFY((sphere.R - other.R).norm() < 1e-14);
    QVERIFY((sphere.t - B.t).norm() < 1e-14);
  }

  void halfTurnSwingHasAFiniteAnswer() {
    const SymmetryGroup group = continuous_symmetry(Eigen::Vector3d::UnitY());
    const Eigen::Matrix3d flipped = Eigen::Vector3d(1.0, -1.0, -1.0).asDiagonal();
    ALIDADE_NEAR(symmetric_rotation_distance(flipped, Eigen::Matrix3d::Identity(), group), kPi, 1e-15);
    const Rigid3 nearest = nearest_equivalent({flipped, {}}, Rigid3{}, group);
    QVERIFY(nearest.R.allFinite());
    ALIDADE_NEAR(geodesic_distance(flipped, nearest.R), kPi, 1e-15);
  }

  void enumerationMatchesBop() {
    const nlohmann::json models = fixture_json("bop/models_info.json");
    const nlohmann::json counts = fixture_json("bop/symmetry_counts.json");
    const nlohmann::json samples = fixture_json("bop/symmetry_samples.json");
    QVERIFY(models.is_object() && !counts.empty());
    for (const auto& [id, count] : counts.items()) {
      const std::vector<Rigid3> elements = enumerate_symmetries(bop_group(models[id]), 315);
      QCOMPARE(elements.size(), count.get<std::size_t>());
      for (const auto& sample : samples[id]) {
        const Rigid3& element = elements.at(sample["index"].get<std::size_t>());
        for (int i = 0; i < 3; ++i) {
          for (int j = 0; j < 3; ++j) {
            ALIDADE_NEAR(element.R(i, j), sample["R"][i][j].get<double>(), 1e-12);
          }
          ALIDADE_NEAR(element.t[i], sample["t"][i].get<double>(), 1e-12);
        }
      }
    }
  }
};

ALIDADE_TEST(SymmetryTest)
#include "symmetry_test.moc"
