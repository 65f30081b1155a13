// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/result_file.h"

#include <map>

#include <nlohmann/json.hpp>

#include "core/base/constants.h"
#include "core/io/npz.h"

namespace alidade {
namespace {

void append_matrix(const Rigid3& pose, std::vector<double>& out) {
  for (int row = 0; row < 3; ++row) {
    out.insert(out.end(), {pose.R(row, 0), pose.R(row, 1), pose.R(row, 2), pose.t[row]});
  }
  out.insert(out.end(), {0.0, 0.0, 0.0, 1.0});
}

struct ResultColumns {
  std::vector<std::string> image, category, symmetry;
  std::vector<std::int32_t> instance, object;
  std::vector<double> pose, size, center, score, raw, reduced, translation, iou, hypotheses, energy;
};

ResultColumns collect(const PoseResult& result) {
  ResultColumns c;
  for (const PoseEstimate& e : result.estimates) {
    c.image.push_back(e.frame_name);
    c.category.push_back(e.category);
    c.symmetry.push_back(e.symmetry);
    c.instance.push_back(e.instance);
    c.object.push_back(e.object_id);
    append_matrix(e.cam_from_obj, c.pose);
    c.size.insert(c.size.end(), e.size.data(), e.size.data() + 3);
    c.center.insert(c.center.end(), e.center_obj.data(), e.center_obj.data() + 3);
    c.score.push_back(e.score);
    c.raw.push_back(e.error.rotation_raw * kDegreesPerRadian);
    c.reduced.push_back(e.error.rotation_reduced * kDegreesPerRadian);
    c.translation.push_back(e.error.translation * 100.0);
    c.iou.push_back(e.error.iou);
    for (const Rigid3& hypothesis : e.hypotheses) {
      append_matrix(hypothesis, c.hypotheses);
    }
    for (const auto& pair : e.energies) {
      c.energy.insert(c.energy.end(), pair.begin(), pair.end());
    }
  }
  return c;
}

}  // namespace

Expected<void> write_pose_result(const PoseResult& result, const std::filesystem::path& path) {
  const ResultColumns c = collect(result);
  const std::size_t n = result.estimates.size();
  const std::size_t samples = n > 0 ? result.estimates.front().hypotheses.size() : 0;
  std::map<std::string, NpyArray> arrays;
  arrays["image"] = NpyArray::from(c.image);
  arrays["category"] = NpyArray::from(c.category);
  arrays["symmetry"] = NpyArray::from(c.symmetry);
  arrays["instance"] = NpyArray::from(c.instance);
  arrays["object"] = NpyArray::from(c.object);
  arrays["pose"] = NpyArray::from(c.pose, {n, 4, 4});
  arrays["size"] = NpyArray::from(c.size, {n, 3});
  arrays["center"] = NpyArray::from(c.center, {n, 3});
  arrays["score"] = NpyArray::from(c.score, {n});
  arrays["rotation_error_raw_deg"] = NpyArray::from(c.raw, {n});
  arrays["rotation_error_deg"] = NpyArray::from(c.reduced, {n});
  arrays["translation_error_cm"] = NpyArray::from(c.translation, {n});
  arrays["iou"] = NpyArray::from(c.iou, {n});
  arrays["hypotheses"] = NpyArray::from(c.hypotheses, {n, samples, 4, 4});
  if (n > 0 && c.energy.size() == 2 * n * samples) {
    arrays["energy"] = NpyArray::from(c.energy, {n, samples, 2});
  }
  arrays["images"] = NpyArray::from(result.images);
  arrays["name"] = NpyArray::from(std::vector<std::string>{result.name});
  arrays["skipped"] = NpyArray::from(result.skipped);
  arrays["provenance"] = NpyArray::from(std::vector<std::string>{to_json(result.provenance)});
  return write_npz(path, arrays);
}

std::string to_json(const Table& table) {
  auto rows = nlohmann::ordered_json::array();
  for (const auto& row : table.rows) {
    nlohmann::ordered_json object;
    for (std::size_t i = 0; i < row.size() && i < table.columns.size(); ++i) {
      auto& cell = object[table.columns[i]];
      if (const auto* number = std::get_if<double>(&row[i])) {
        cell = *number;
      } else if (const auto* text = std::get_if<std::string>(&row[i])) {
        cell = *text;
      }
    }
    rows.push_back(std::move(object));
  }
  return rows.dump();
}

}  // namespace alidade
