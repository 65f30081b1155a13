// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/result_file.h"

#include <algorithm>

#include "core/base/constants.h"
#include "core/exchange/column_writer.h"
#include "core/exchange/pose_matrix.h"

namespace alidade {
namespace {

using Estimates = std::vector<PoseEstimate>;

void add_samples(ColumnWriter& file, const Estimates& rows) {
  const std::size_t samples = rows.empty() ? 0 : rows.front().hypotheses.size();
  file.add_numbers("hypotheses", rows, {samples, 4, 4}, [](const PoseEstimate& e, auto& out) {
    for (const Rigid3& hypothesis : e.hypotheses) {
      append_pose(hypothesis, out);
    }
  });
  const bool ranked = std::all_of(rows.begin(), rows.end(),
                                  [samples](const PoseEstimate& e) { return e.energies.size() == samples; });
  if (!rows.empty() && ranked) {
    file.add_numbers("energy", rows, {samples, 2}, [](const PoseEstimate& e, auto& out) {
      for (const auto& pair : e.energies) {
        out.insert(out.end(), pair.begin(), pair.end());
      }
    });
  }
}

void add_errors(ColumnWriter& file, const Estimates& rows) {
  file.add("rotation_error_raw_deg", rows,
           [](const PoseEstimate& e) { return e.error.rotation_raw * kDegreesPerRadian; });
  file.add("rotation_error_deg", rows,
           [](const PoseEstimate& e) { return e.error.rotation_reduced * kDegreesPerRadian; });
  file.add("translation_error_cm", rows, [](const PoseEstimate& e) { return e.error.translation * 100.0; });
  file.add("iou", rows, [](const PoseEstimate& e) { return e.error.iou; });
}

}  // namespace

Expected<void> write_pose_result(const PoseResult& result, const std::filesystem::path& path) {
  const Estimates& rows = result.estimates;
  ColumnWriter file;
  file.add("image", rows, &PoseEstimate::frame_name);
  file.add("category", rows, &PoseEstimate::category);
  file.add("symmetry", rows, &PoseEstimate::symmetry);
  file.add("instance", rows, &PoseEstimate::instance);
  file.add("object", rows, &PoseEstimate::object_id);
  file.add_numbers("pose", rows, {4, 4},
                   [](const PoseEstimate& e, auto& out) { append_pose(e.cam_from_obj, out); });
  file.add_numbers("size", rows, {3}, [](const PoseEstimate& e, auto& out) { append_vector(e.size, out); });
  file.add_numbers("center", rows, {3},
                   [](const PoseEstimate& e, auto& out) { append_vector(e.center_obj, out); });
  file.add("score", rows, &PoseEstimate::score);
  add_errors(file, rows);
  add_samples(file, rows);
  file.add_list("images", result.images);
  file.add_text("name", result.name);
  file.add_list("skipped", result.skipped);
  file.add_text("provenance", to_json(result.provenance));
  return file.write(path);
}

}  // namespace alidade
