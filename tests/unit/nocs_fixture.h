// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>

#include "core/evaluation/nocs/nocs_sweep.h"
#include "tests/unit/geometry_fixture.h"

namespace alidade::test {

inline std::vector<PoseRow> nocs_rows(const std::string& prefix, bool truth) {
  const std::string stem = "nocs/" + prefix + (truth ? "_gt_" : "_pred_");
  const FixtureRows image = fixture_rows(stem + "image.npy");
  const FixtureRows category = fixture_rows(stem + "class_ids.npy");
  const FixtureRows pose = fixture_rows(stem + "RTs.npy");
  const FixtureRows size = fixture_rows(stem + "scales.npy");
  const FixtureRows bbox = fixture_rows(stem + "bboxes.npy");
  const FixtureRows scores = truth ? FixtureRows{} : fixture_rows(stem + "scores.npy");
  const FixtureRows handle = truth ? fixture_rows(stem + "handle_visibility.npy") : FixtureRows{};
  std::vector<PoseRow> rows(pose.rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    double scale = 1.0;
    rows[i].image = static_cast<std::uint32_t>(image.at(i, 0));
    rows[i].category = static_cast<std::uint32_t>(category.at(i, 0)) - 1;
    rows[i].cam_from_obj = pose.rigid(i, 0, &scale);
    rows[i].size = size.vector3(i) * scale;
    rows[i].bbox = {bbox.at(i, 0), bbox.at(i, 1), bbox.at(i, 2), bbox.at(i, 3)};
    rows[i].score = truth ? 1.0 : scores.at(i, 0);
    rows[i].handle_visible = !truth || handle.at(i, 0) != 0.0;
  }
  return rows;
}

/// One of the input sets: "nocs", "housecat" or "edge". Without rows when unreadable.
inline EvaluationInput nocs_input(const std::string& prefix) {
  EvaluationInput input;
  input.name = prefix;
  const bool housecat = prefix == "housecat";
  const nlohmann::json expected =
      fixture_json(housecat ? "nocs/housecat_expected.json" : "nocs/nocs_expected.json");
  if (!expected.is_object()) {
    return input;
  }
  input.categories = expected["classes"].get<std::vector<std::string>>();
  input.truth = {"gt", nocs_rows(prefix, true)};
  input.predictions = {"pred", nocs_rows(prefix, false)};
  std::size_t images = fixture_json("nocs/" + prefix + "_expected.json")["n_images"].get<std::size_t>();
  for (std::size_t i = 0; i < images; ++i) {
    input.images.emplace_back();
    input.images.back().name = std::to_string(i);
  }
  return input;
}

}  // namespace alidade::test
