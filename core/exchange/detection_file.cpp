// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/detection_file.h"

#include <algorithm>
#include <utility>

#include "core/exchange/column_reader.h"
#include "core/exchange/column_writer.h"
#include "core/exchange/pose_matrix.h"
#include "core/exchange/pose_set_file.h"
#include "core/exchange/upright_row.h"

namespace alidade {
namespace {

constexpr const char* kSection = "Detections";

/// Seconds per scene, where the file has them.
Expected<std::vector<double>> scene_seconds(ColumnReader& columns) {
  if (!columns.has("seconds")) {
    return std::vector<double>{};
  }
  if (auto counted = columns.count_by("seconds"); !counted) {
    return counted.error();
  }
  auto seconds = columns.numbers("seconds", {});
  if (auto counted = columns.count_by("pose"); !counted) {
    return counted.error();
  }
  return seconds;
}

/// The class of a row within the list, which gets it where it is new.
int category_in(std::vector<std::string>& categories, const ColumnLabel& label) {
  if (label.is_number && label.number >= 1 && label.number <= static_cast<std::int64_t>(categories.size())) {
    return static_cast<int>(label.number) - 1;
  }
  const auto found = std::find(categories.begin(), categories.end(), label.text);
  const auto index = static_cast<int>(found - categories.begin());
  if (found == categories.end()) {
    categories.push_back(label.text);
  }
  return index;
}

/// All scenes that the file lists, then those that only its rows name.
NameList scene_names(const PoseTable& table) {
  NameList names;
  for (const std::string& name : table.images) {
    names.add(name);
  }
  for (const std::string& name : table.row_images.names()) {
    names.add(name);
  }
  return names;
}

/// The boxes of the rows, into their scenes.
Expected<void> add_boxes(const PoseTable& table, const NameList& names, DetectionResult& result) {
  std::vector<int> categories;
  for (const ColumnLabel& label : table.row_labels) {
    categories.push_back(category_in(result.categories, label));
  }
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const PoseRow& row = table.rows[i];
    if (!stands_upright(row) || row.size.minCoeff() <= 0.0) {
      return input_error(table.source, "pose[" + std::to_string(i) + "]",
                         "expected a box that stands upright and has a size, as indoor detection knows them",
                         "open the dataset that the poses belong to");
    }
    const auto scene = names.find(table.image_of(row));
    result.scenes[*scene].boxes.push_back({upright_box_of_row(row), categories[row.category], row.score});
  }
  for (SceneDetections& scene : result.scenes) {
    std::stable_sort(scene.boxes.begin(), scene.boxes.end(),
                     [](const DetectedBox& a, const DetectedBox& b) { return a.score > b.score; });
  }
  return {};
}

}  // namespace

std::string run_name(const DetectionResult& result) {
  const std::string& checkpoint = result.provenance.checkpoint;
  return checkpoint.empty()      ? result.source
         : result.source.empty() ? checkpoint
                                 : checkpoint + " \u00b7 " + result.source;
}

PoseTable detection_table(const DetectionResult& result) {
  PoseTable table;
  table.source = "detections on " + result.dataset;
  table.name = run_name(result);
  table.categories = result.categories;
  table.skipped = result.skipped;
  table.provenance = result.provenance;
  for (const SceneDetections& scene : result.scenes) {
    table.images.push_back(scene.name);
    for (const DetectedBox& found : scene.boxes) {
      PoseRow row = row_of(found.box);
      row.score = found.score;
      row.seconds = scene.seconds;
      table.add(scene.name, result.categories[static_cast<std::size_t>(found.category)], std::move(row));
    }
  }
  return table;
}

Expected<void> write_detections(const DetectionResult& result, const std::filesystem::path& path) {
  const PoseTable table = detection_table(result);
  using Row = PoseRow;
  ColumnWriter file;
  file.add("image", table.rows, [&](const Row& r) { return table.image_of(r); });
  file.add("category", table.rows, [&](const Row& r) { return table.label_of(r).text; });
  file.add_numbers("pose", table.rows, {4, 4},
                   [](const Row& r, auto& out) { append_pose(r.cam_from_obj, out); });
  file.add_numbers("size", table.rows, {3}, [](const Row& r, auto& out) { append_vector(r.size, out); });
  file.add("score", table.rows, &Row::score);
  file.add("seconds", result.scenes, &SceneDetections::seconds);
  file.add_list("images", table.images);
  file.add_list("categories", table.categories);
  file.add_text("name", table.name);
  file.add_text("source", result.source);
  file.add_list("skipped", result.skipped);
  file.add_text("provenance", to_json(result.provenance));
  file.add_text("detections", kDetectionFormat);
  return file.write(path);
}

Expected<DetectionResult> read_detections(const std::filesystem::path& path) {
  auto columns = ColumnReader::read(path, {"image", "pose"}, kSection);
  if (!columns) {
    return columns.error();
  }
  const std::string format = columns->single_text("detections");
  if (!format.empty() && format != kDetectionFormat) {
    return columns->key_error("detections", "expected \"" + std::string(kDetectionFormat) + "\", found \"" +
                                                shortened(format, 60) + "\"");
  }
  const auto seconds = scene_seconds(*columns);
  if (!seconds) {
    return seconds.error();
  }
  const std::string source = columns->single_text("source");
  auto table = pose_table_of(*columns, path, PoseRole::kPredictions);
  if (!table) {
    return table.error();
  }
  const NameList names = scene_names(*table);
  if (!seconds->empty() && seconds->size() != names.names().size()) {
    return columns->key_error("seconds", "expected one number per scene of \"images\"");
  }
  DetectionResult result;
  result.dataset = table->provenance.dataset;
  result.dataset_sha256 = table->provenance.dataset_sha256;
  result.source = source.empty() ? table->name : source;
  result.categories = table->categories;
  result.skipped = table->skipped;
  result.provenance = table->provenance;
  for (std::size_t i = 0; i < names.names().size(); ++i) {
    result.scenes.push_back({i, names.names()[i], {}, seconds->empty() ? 0.0 : (*seconds)[i]});
  }
  if (auto added = add_boxes(*table, names, result); !added) {
    return added.error();
  }
  return result;
}

bool looks_like_detections(const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), "detections") != names.end() &&
         std::find(names.begin(), names.end(), "pose") != names.end();
}

}  // namespace alidade
