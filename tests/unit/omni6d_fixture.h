// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "core/evaluation/omni6d/omni6d_metrics.h"
#include "core/evaluation/pose_set.h"
#include "tests/unit/geometry_fixture.h"

namespace alidade::test {

inline std::vector<PoseRow> omni6d_rows(const std::string& side) {
  const FixtureRows affine = fixture_rows("omni6d/" + side + "_affine.npy");
  const FixtureRows size = fixture_rows("omni6d/" + side + "_size.npy");
  std::vector<PoseRow> rows(affine.rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    double scale = 1.0;
    rows[i].cam_from_obj = affine.rigid(i, 0, &scale);
    rows[i].size = scale * size.vector3(i);
  }
  return rows;
}

/// The fixture's pairs, one image each; categories are named by their labels. `scores` adds the detection
/// scores and, as ground truths without prediction, what `gt_n_objects` counts beyond the pairs.
inline std::shared_ptr<EvaluationInput> omni6d_input(bool scores) {
  auto input = std::make_shared<EvaluationInput>();
  input->truth.rows = omni6d_rows("gt");
  input->predictions.rows = omni6d_rows("pred");
  input->truth.source = "gt";
  input->predictions.source = "pred";
  const FixtureRows labels = fixture_rows("omni6d/class_label.npy");
  const FixtureRows score = fixture_rows("omni6d/detect_scores.npy");
  const nlohmann::json groups = fixture_json("omni6d/symmetry_labels.json");
  std::map<int, std::size_t> counts;
  for (std::size_t i = 0; i < labels.rows; ++i) {
    ++counts[static_cast<int>(labels.at(i, 0))];
  }
  const auto index_of = [&](int label) {
    return static_cast<std::uint32_t>(std::distance(counts.begin(), counts.find(label)));
  };
  for (const auto& [label, count] : counts) {
    input->categories.push_back(std::to_string(label));
  }
  for (std::size_t i = 0; i < input->truth.rows.size(); ++i) {
    input->images.push_back({"image " + std::to_string(i), 0, static_cast<int>(i), {}, -1.0});
    PoseRow& truth = input->truth.rows[i];
    PoseRow& prediction = input->predictions.rows[i];
    truth.symmetry = *named_symmetry(groups[i].get<std::string>());
    truth.image = prediction.image = static_cast<std::uint32_t>(i);
    truth.instance = prediction.instance = 0;
    truth.category = prediction.category = index_of(static_cast<int>(labels.at(i, 0)));
    prediction.score = scores ? score.at(i, 0) : 1.0;
  }
  if (scores) {
    const nlohmann::json totals = fixture_json("omni6d/gt_n_objects.json");
    for (const auto& [label, objects] : totals.items()) {
      for (std::size_t i = counts[std::stoi(label)]; i < objects.get<std::size_t>(); ++i) {
        PoseRow missed = input->truth.rows.front();
        missed.category = index_of(std::stoi(label));
        missed.instance = 1000 + static_cast<int>(input->truth.rows.size());
        input->truth.rows.push_back(missed);
      }
    }
  }
  return input;
}

/// What the reference's block of one class, or of the means, says for a column; NaN where it says nothing.
inline double omni6d_expected(const nlohmann::json& block, const std::string& column) {
  static const std::map<std::string, std::pair<const char*, int>> places = {
      {"vus_5deg2cm", {"pose_auc", 0}},     {"vus_5deg5cm", {"pose_auc", 1}},
      {"vus_10deg2cm", {"pose_auc", 2}},    {"vus_10deg5cm", {"pose_auc", 3}},
      {"acc_5deg2cm", {"pose_acc", 0}},     {"acc_5deg5cm", {"pose_acc", 1}},
      {"acc_10deg2cm", {"pose_acc", 2}},    {"acc_10deg5cm", {"pose_acc", 3}},
      {"pose_ap_5deg2cm", {"pose_ap", 0}},  {"pose_ap_5deg5cm", {"pose_ap", 1}},
      {"pose_ap_10deg2cm", {"pose_ap", 2}}, {"pose_ap_10deg5cm", {"pose_ap", 3}},
      {"iou_acc_25", {"iou_acc", 0}},       {"iou_acc_50", {"iou_acc", 1}},
      {"iou_acc_75", {"iou_acc", 2}},       {"iou_auc_25", {"iou_auc", 0}},
      {"iou_auc_50", {"iou_auc", 1}},       {"iou_auc_75", {"iou_auc", 2}},
      {"iou_ap_25", {"iou_ap", 0}},         {"iou_ap_50", {"iou_ap", 1}},
      {"iou_ap_75", {"iou_ap", 2}}};
  const auto place = places.find(column);
  const nlohmann::json* value = nullptr;
  if (place == places.end()) {
    value = &block.at(column);
  } else {
    value = &block.at(place->second.first);
    value = value->is_array() ? &value->at(place->second.second) : value;
  }
  value = value->is_object() ? &value->at("auc") : value;
  return value->is_number() ? value->get<double>() : std::nan("");
}

}  // namespace alidade::test
