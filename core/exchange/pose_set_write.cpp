// SPDX-License-Identifier: BSD-3-Clause
#include <limits>

#include "core/exchange/pose_set_file.h"
#include "core/io/npz.h"

namespace alidade {
namespace {

struct Columns {
  std::vector<std::string> image, category, symmetry;
  std::vector<double> pose, size, center, bbox, visible;
  std::vector<std::int32_t> instance, object;
  std::vector<bool> handle;

  void add(const PoseTableRow& table_row) {
    const PoseRow& row = table_row.row;
    const Rigid3& p = row.cam_from_obj;
    image.push_back(table_row.image);
    category.push_back(table_row.category.text);
    symmetry.push_back(text_of_symmetry(row.symmetry).value_or("none"));
    for (int i = 0; i < 3; ++i) {
      pose.insert(pose.end(), {p.R(i, 0), p.R(i, 1), p.R(i, 2), p.t[i]});
      size.push_back(row.size[i]);
      center.push_back(row.center_obj[i]);
    }
    pose.insert(pose.end(), {0.0, 0.0, 0.0, 1.0});
    for (std::size_t i = 0; i < 4; ++i) {
      bbox.push_back(row.bbox ? (*row.bbox)[i] : std::numeric_limits<double>::quiet_NaN());
    }
    visible.push_back(row.visible_fraction);
    instance.push_back(row.instance);
    object.push_back(row.object_id);
    handle.push_back(row.handle_visible);
  }
};

}  // namespace

Expected<void> write_ground_truth(const PoseTable& truth, const std::filesystem::path& path) {
  Columns c;
  for (const PoseTableRow& row : truth.rows) {
    c.add(row);
  }
  const std::size_t n = truth.rows.size();
  std::map<std::string, NpyArray> arrays;
  arrays["image"] = NpyArray::from(c.image);
  arrays["category"] = NpyArray::from(c.category);
  arrays["symmetry"] = NpyArray::from(c.symmetry);
  arrays["instance"] = NpyArray::from(c.instance);
  arrays["object"] = NpyArray::from(c.object);
  arrays["pose"] = NpyArray::from(c.pose, {n, 4, 4});
  if (truth.has_sizes) {
    arrays["size"] = NpyArray::from(c.size, {n, 3});
  }
  arrays["center"] = NpyArray::from(c.center, {n, 3});
  arrays["bbox"] = NpyArray::from(c.bbox, {n, 4});
  arrays["visible_fraction"] = NpyArray::from(c.visible, {n});
  arrays["handle_visible"] = NpyArray::from(c.handle, {n});
  arrays["images"] = NpyArray::from(truth.images);
  arrays["categories"] = NpyArray::from(truth.categories);
  arrays["provenance"] = NpyArray::from(std::vector<std::string>{to_json(truth.provenance)});
  return write_npz(path, arrays);
}

}  // namespace alidade
