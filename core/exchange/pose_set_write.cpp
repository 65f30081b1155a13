// SPDX-License-Identifier: BSD-3-Clause
#include <limits>

#include "core/exchange/column_writer.h"
#include "core/exchange/pose_matrix.h"
#include "core/exchange/pose_set_file.h"

namespace alidade {
namespace {

void append_box(const PoseRow& r, std::vector<double>& out) {
  for (std::size_t i = 0; i < 4; ++i) {
    out.push_back(r.bbox ? (*r.bbox)[i] : std::numeric_limits<double>::quiet_NaN());
  }
}

}  // namespace

Expected<void> write_ground_truth(const PoseTable& truth, const std::filesystem::path& path) {
  using Row = PoseRow;
  const auto& rows = truth.rows;
  ColumnWriter file;
  file.add("image", rows, [&](const Row& r) { return truth.image_of(r); });
  file.add("category", rows, [&](const Row& r) { return truth.label_of(r).text; });
  file.add("symmetry", rows, [](const Row& r) { return text_of_symmetry(r.symmetry).value_or("none"); });
  file.add("instance", rows, [](const Row& r) { return r.instance; });
  file.add("object", rows, [](const Row& r) { return r.object_id; });
  file.add_numbers("pose", rows, {4, 4}, [](const Row& r, auto& out) { append_pose(r.cam_from_obj, out); });
  if (truth.has_sizes) {
    file.add_numbers("size", rows, {3}, [](const Row& r, auto& out) { append_vector(r.size, out); });
  }
  file.add_numbers("center", rows, {3}, [](const Row& r, auto& out) { append_vector(r.center_obj, out); });
  file.add_numbers("bbox", rows, {4}, append_box);
  file.add("visible_fraction", rows, [](const Row& r) { return r.visibility_known ? r.visible_fraction : -1.0; });
  file.add("handle_visible", rows, [](const Row& r) { return r.handle_visible; });
  file.add_list("images", truth.images);
  file.add_list("categories", truth.categories);
  file.add_text("provenance", to_json(truth.provenance));
  return file.write(path);
}

}  // namespace alidade
