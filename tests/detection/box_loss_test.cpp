// SPDX-License-Identifier: BSD-3-Clause
#include <QTest>

#include "core/detection/box_decode.h"
#include "core/detection/diou_loss.h"
#include "core/detection/focal_loss.h"
#include "tests/detection/detection_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

DetectorRules rules_of(const std::string& name) {
  return name == "reference" ? DetectorRules::kReference : DetectorRules::kCorrected;
}

BoxGradient gradient_of(const nlohmann::json& json) {
  BoxGradient gradient{};
  for (std::size_t i = 0; i < json.size(); ++i) {
    gradient[i] = json.at(i).get<double>();
  }
  return gradient;
}

UprightBox moved(UprightBox box, std::size_t number, double step) {
  double* numbers[] = {&box.center[0], &box.center[1], &box.center[2], &box.size[0],
                       &box.size[1],   &box.size[2],   &box.yaw};
  *numbers[number] += step;
  return box;
}

}  // namespace

/// Boxes of a head and their losses against the oracles (fixture detector).
class BoxLossTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void decodes_as_the_oracle() {
    const auto json = fixture_json("detector/decode.json");
    const double voxel = json.at("voxel_size").get<double>();
    for (const auto& [kind, name] : {std::pair{"aligned", "standard"}, std::pair{"rotated", "reference"},
                                     std::pair{"rotated", "corrected"}}) {
      const BoxForm form = std::string(kind) == "aligned" ? BoxForm::kAligned : BoxForm::kRotated;
      const auto& block = json.at(kind);
      for (std::size_t i = 0; i < block.at("raw").size(); ++i) {
        const auto raw = block.at("raw").at(i).get<std::vector<double>>();
        const auto at = json.at("coords").at(i).get<std::vector<double>>();
        const Eigen::Vector3d location(at[0] * voxel, at[1] * voxel, at[2] * voxel);
        const UprightBox box = decode_box(raw, location, form, rules_of(name));
        QVERIFY(largest_gap(box_numbers(box), flat_numbers(block.at(name).at("boxes").at(i))) < 1e-12);
        const auto gradient =
            decode_gradient(raw, form, rules_of(name), gradient_of(block.at(name).at("grad_out").at(i)));
        QVERIFY(largest_gap(gradient, flat_numbers(block.at(name).at("grad_raw").at(i))) < 1e-11);
      }
    }
  }

  void decodes_what_has_no_direction() {
    const auto json = fixture_json("detector/decode.json").at("forward_only");
    for (const char* name : {"reference", "corrected"}) {
      for (std::size_t i = 0; i < json.at("raw").size(); ++i) {
        const auto raw = json.at("raw").at(i).get<std::vector<double>>();
        const auto at = json.at("location").at(i).get<std::vector<double>>();
        const UprightBox box = decode_box(raw, {at[0], at[1], at[2]}, BoxForm::kRotated, rules_of(name));
        QVERIFY(largest_gap(box_numbers(box), flat_numbers(json.at(std::string("boxes_") + name).at(i))) <
                1e-12);
        for (const double g :
             decode_gradient(raw, BoxForm::kRotated, rules_of(name), {1, 1, 1, 1, 1, 1, 1})) {
          QVERIFY(std::isfinite(g));
        }
      }
    }
  }

  void focal_loss_is_the_oracles() {
    const auto json = fixture_json("detector/focal.json");
    double sum = 0.0;
    const double positives = json.at("n_positive").get<double>();
    for (std::size_t i = 0; i < json.at("logits").size(); ++i) {
      for (std::size_t c = 0; c < json.at("logits").at(i).size(); ++c) {
        const bool there = json.at("targets").at(i).get<std::size_t>() == c;
        const LossValue one = focal_loss(json.at("logits").at(i).at(c).get<double>(), there);
        const double expected = json.at("loss").at(i).at(c).get<double>();
        QVERIFY(std::abs(one.loss - expected) <= 1e-12 * std::max(1.0, std::abs(expected)));
        const double gradient = json.at("grad_logits_of_normalized").at(i).at(c).get<double>();
        QVERIFY(std::abs(one.gradient / positives - gradient) < 1e-12);
        sum += one.loss;
      }
    }
    QVERIFY(std::abs(sum - json.at("sum").get<double>()) < 1e-10);
  }

  void diou_is_the_oracles() {
    const auto json = fixture_json("detector/diou.json");
    const std::vector<std::pair<const char*, const char*>> kinds = {
        {"aligned", "standard"}, {"rotated", "reference"}, {"rotated", "corrected"}};
    for (const auto& [kind, name] : kinds) {
      const BoxForm form = std::string(kind) == "aligned" ? BoxForm::kAligned : BoxForm::kRotated;
      for (const auto& one : json.at(kind)) {
        const BoxLoss loss =
            diou_loss(box_of(one.at("pred")), box_of(one.at("target")), form, rules_of(name));
        QVERIFY(std::abs(loss.iou - one.at("iou").get<double>()) < 1e-9);
        QVERIFY(std::abs(loss.loss - one.at(std::string("loss_") + name).get<double>()) < 1e-9);
        const auto& gradient = one.at(std::string("grad_pred_") + name);
        if (!gradient.is_null()) {
          QVERIFY2(largest_gap(loss.gradient, flat_numbers(gradient)) < 1e-7, one.at("kind").dump().c_str());
        }
      }
    }
  }

  void diou_gradient_is_the_difference() {
    const UprightBox box{{0.1, -0.2, 0.3}, {1.1, 0.7, 0.9}, 0.4},
        truth{{0.0, 0.1, 0.2}, {1.0, 0.9, 1.2}, -0.3};
    constexpr double kStep = 1e-6;
    for (const DetectorRules rules : {DetectorRules::kReference, DetectorRules::kCorrected}) {
      const BoxLoss loss = diou_loss(box, truth, BoxForm::kRotated, rules);
      for (std::size_t i = 0; i < 7; ++i) {
        const double up = diou_loss(moved(box, i, kStep), truth, BoxForm::kRotated, rules).loss;
        const double down = diou_loss(moved(box, i, -kStep), truth, BoxForm::kRotated, rules).loss;
        QVERIFY(std::abs((up - down) / (2.0 * kStep) - loss.gradient[i]) < 1e-8);
      }
    }
  }

  void boxes_without_volume_have_a_loss() {
    const UprightBox flat{{0.0, 0.0, 0.0}, {0.0, 0.0, 0.0}, 0.0};
    for (const BoxForm form : {BoxForm::kAligned, BoxForm::kRotated}) {
      const BoxLoss loss = diou_loss(flat, flat, form, DetectorRules::kCorrected);
      QCOMPARE(loss.iou, 0.0);
      QCOMPARE(loss.loss, 1.0);
    }
  }
};

ALIDADE_TEST(BoxLossTest)
#include "box_loss_test.moc"
