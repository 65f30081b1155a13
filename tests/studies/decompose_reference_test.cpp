// SPDX-License-Identifier: BSD-3-Clause
// The functions of the DecomPose network against the fixtures, in float64.
#include <cmath>

#include <QtTest>

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/geometry/canonical_rotation.h"
#include "core/geometry/rotation.h"
#include "core/nn/decompose/decompose_functions.h"
#include "core/training/cyclic_rate.h"
#include "tests/support/test_registry.h"

#include <nlohmann/json.hpp>

using namespace alidade;

namespace {

using nlohmann::json;

json decompose_fixture(const std::string& name) {
  return json::parse(*read_file(test::fixture("decompose_net/" + name), 1 << 24));
}

void flatten(const json& value, std::size_t depth, NumberArray& out) {
  if (!value.is_array()) {
    out.values.push_back(value.is_boolean() ? (value.get<bool>() ? 1.0 : 0.0) : value.get<double>());
    return;
  }
  if (depth == out.shape.size()) {
    out.shape.push_back(static_cast<std::int64_t>(value.size()));
  }
  for (const json& element : value) {
    flatten(element, depth + 1, out);
  }
}

NumberArray array_of(const json& value) {
  NumberArray out;
  flatten(value, 0, out);
  return out;
}

NumberArrays arrays_of(const json& object, const std::vector<std::string>& names) {
  NumberArrays out;
  for (const std::string& name : names) {
    out[name] = array_of(object.at(name));
  }
  return out;
}

double array_difference(const NumberArray& a, const NumberArray& b) {
  if (a.values.size() != b.values.size()) {
    return INFINITY;
  }
  double largest = 0.0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    const double difference = std::abs(a.values[i] - b.values[i]);
    largest = std::isfinite(difference) ? std::max(largest, difference) : INFINITY;
  }
  return largest;
}

DecomposeWeights fixture_weights(const json& losses) {
  DecomposeWeights weights;
  const json& w = losses.at("weights");
  weights.chamfer = w.at("cd");
  weights.diversity = w.at("div");
  weights.reconstruction = w.at("recon");
  weights.nocs = w.at("nocs");
  weights.main = losses.at("weight_main");
  weights.branch = losses.at("weight_branch");
  weights.margin_m = losses.at("margin");
  return weights;
}

Eigen::Matrix3d matrix_of(const json& rows) {
  Eigen::Matrix3d R;
  for (int i = 0; i < 9; ++i) {
    R(i / 3, i % 3) = rows[i / 3][i % 3];
  }
  return R;
}

}  // namespace

class DecomposeReferenceTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void losses() {
    const json file = decompose_fixture("losses.json");
    const DecomposeWeights weights = fixture_weights(file);
    for (const json& one : file.at("cases")) {
      const auto in = arrays_of(one, {"keypoints", "reconstruction", "nocs", "R", "t", "size", "points",
                                      "point_mask", "R_gt", "t_gt", "size_gt"});
      auto out = decompose_loss_numbers(in, weights);
      for (const char* name :
           {"cd", "div", "recon", "nocs", "rotation", "translation", "size", "main", "branch", "total"}) {
        QVERIFY2(std::abs(out[name].values[0] - one.at("values").at(name).get<double>()) < 1e-11, name);
      }
      QVERIFY(array_difference(out["nocs_target"], array_of(one.at("nocs_target"))) < 1e-11);
      for (const bool detached : {false, true}) {
        out = decompose_loss_numbers(in, weights, detached);
        for (const auto& [name, values] :
             one.at(detached ? "grad_total_detached_target" : "grad_total").items()) {
          QVERIFY2(array_difference(out["grad_" + name], array_of(values)) < 1e-11, name.c_str());
        }
      }
    }
  }

  void heatMap() {
    const json file = decompose_fixture("heat_map.json");
    auto out = pooled_keypoint_numbers(
        arrays_of(file, {"queries", "features", "points", "grad_keypoints", "grad_keypoint_features"}));
    for (const char* name : {"heat_map", "keypoints", "keypoint_features", "grad_queries", "grad_features"}) {
      QVERIFY2(array_difference(out[name], array_of(file.at(name))) < 1e-10, name);
    }
  }

  void rotations() {
    const json file = decompose_fixture("rotation_6d.json");
    auto out = rotation_numbers(arrays_of(file, {"six", "grad_R"}));
    QVERIFY(array_difference(out["R"], array_of(file.at("R"))) < 1e-10);
    QVERIFY(array_difference(out["grad_six"], array_of(file.at("grad_six"))) < 1e-10);
    // What decides nothing becomes a rotation all the same, with a gradient that is a number.
    out = rotation_numbers({{"six", array_of(file.at("degenerate"))}});
    const NumberArray& R = out["R"];
    for (std::size_t i = 0; i < R.values.size(); i += 9) {
      const Eigen::Map<const Eigen::Matrix3d> transposed(R.values.data() + i);
      QVERIFY((transposed * transposed.transpose() - Eigen::Matrix3d::Identity()).norm() < 1e-12);
      QVERIFY(std::abs(transposed.determinant() - 1.0) < 1e-12);
    }
    for (const double gradient : out["grad_six"].values) {
      QVERIFY(std::isfinite(gradient));
    }
  }

  void learningRate() {
    for (const json& one : decompose_fixture("cyclic_learning_rate.json")) {
      const CyclicRate rate{one.at("base"), one.at("maximum"), one.at("step_up"), one.at("step_down")};
      for (std::size_t i = 0; i < one.at("steps").size(); ++i) {
        const double expected = one.at("learning_rate")[i];
        QVERIFY(std::abs(rate.at(one.at("steps")[i]) - expected) <= 1e-15);
      }
    }
  }

  void canonicalRotation() {
    const json file = decompose_fixture("symmetric_canonical.json");
    const SymmetryGroup about_y = continuous_symmetry(Eigen::Vector3d::UnitY());
    for (const json& row : file.at("rows")) {
      const Eigen::Matrix3d R = canonical_rotation(matrix_of(row.at("R")), about_y);
      QVERIFY((R - matrix_of(row.at("R_canonical"))).cwiseAbs().maxCoeff() < 1e-12);
      QVERIFY(std::abs(R(0, 0) + R(2, 2) - row.at("maximum").get<double>()) < 1e-12);
    }
    const Eigen::Matrix3d reversed = matrix_of(file.at("degenerate").at("R"));
    QVERIFY((canonical_rotation(reversed, about_y) - reversed).cwiseAbs().maxCoeff() < 1e-9);
  }

  void canonicalRotationsOfFiniteGroups() {
    const SymmetryGroup box = *named_symmetry("box");
    const Eigen::Matrix3d R = rotation_about(Eigen::Vector3d(1, 2, 3).normalized(), 0.7);
    const Eigen::Matrix3d chosen = canonical_rotation(R, box);
    for (const Rigid3& element : box.finite) {
      QVERIFY((canonical_rotation(R * element.R, box) - chosen).norm() < 1e-12);
    }
    QCOMPARE(canonical_rotation(R, no_symmetry()), R);
  }
};

ALIDADE_TEST(DecomposeReferenceTest)

#include "decompose_reference_test.moc"
