// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/plain/set_files.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/data/procedural/depth_noise.h"
#include "core/io/image_file.h"
#include "core/io/ply.h"

namespace alidade {
namespace {

using nlohmann::ordered_json;

constexpr double kMillimetres = 1000.0;

std::string numbered(const char* format, int a, int b = 0) {
  char text[64];
  std::snprintf(text, sizeof text, format, a, b);
  return text;
}

Expected<void> write_encoded(const std::filesystem::path& path, const Expected<std::string>& bytes) {
  if (!bytes) {
    return bytes.error();
  }
  return write_new_file(path, *bytes);
}

/// Box (x, y, width, height) and number of the pixels that are set.
std::pair<std::array<int, 4>, std::int64_t> extent_of(const ImageU8& mask) {
  int x0 = mask.width, y0 = mask.height, x1 = -1, y1 = -1;
  std::int64_t count = 0;
  for (int y = 0; y < mask.height; ++y) {
    for (int x = 0; x < mask.width; ++x) {
      if (*mask.pixel(x, y) != 0) {
        x0 = std::min(x0, x), x1 = std::max(x1, x), y0 = std::min(y0, y), y1 = std::max(y1, y);
        ++count;
      }
    }
  }
  if (count == 0) {
    return {{-1, -1, -1, -1}, 0};
  }
  return {{x0, y0, x1 - x0 + 1, y1 - y0 + 1}, count};
}

std::int64_t measured_pixels(const ImageU8& mask, const ImageF& depth) {
  std::int64_t count = 0;
  for (std::size_t i = 0; i < mask.data.size(); ++i) {
    count += mask.data[i] != 0 && depth.data[i] > 0.0F;
  }
  return count;
}

ordered_json camera_json(const Frame& frame, double depth_unit_mm) {
  const auto& c = frame.camera;
  ordered_json json{{"cam_K", {c.fx, 0.0, c.cx, 0.0, c.fy, c.cy, 0.0, 0.0, 1.0}},
                    {"depth_scale", depth_unit_mm}};
  if (frame.info.time >= 0.0) {
    json["time"] = frame.info.time;
  }
  return json;
}

ordered_json pose_json(const Instance& instance) {
  ordered_json R = ordered_json::array(), t = ordered_json::array();
  for (int row = 0; row < 3; ++row) {
    for (int column = 0; column < 3; ++column) {
      R.push_back(instance.cam_from_obj.R(row, column));
    }
    t.push_back(instance.cam_from_obj.t[row] * kMillimetres);
  }
  ordered_json json{{"cam_R_m2c", R}, {"cam_t_m2c", t}, {"obj_id", instance.object_id}};
  if (instance.track_id >= 0) {
    json["track_id"] = instance.track_id;
  }
  return json;
}

ordered_json info_json(const Frame& frame, const FrameDetails& details, std::size_t i) {
  const auto [full_box, full_inside] = extent_of(details.full_masks[i]);
  const auto [visible_box, visible] = extent_of(frame.visible_masks[i]);
  return {{"bbox_obj", full_box},
          {"bbox_visib", visible_box},
          {"px_count_all", details.num_pixels[i]},
          {"px_count_valid", measured_pixels(details.full_masks[i], frame.depth)},
          {"px_count_visib", visible},
          {"visib_fract", frame.instances[i].visible_fraction},
          {"symmetric", !frame.instances[i].symmetry.trivial()}};
}

ordered_json axes_json(const SymmetryGroup& group) {
  ordered_json list = ordered_json::array();
  for (const auto& axis : group.axes) {
    list.push_back(
        {{"axis", {axis.axis.x(), axis.axis.y(), axis.axis.z()}},
         {"offset",
          {axis.offset.x() * kMillimetres, axis.offset.y() * kMillimetres, axis.offset.z() * kMillimetres}}});
  }
  return list;
}

/// The turns of a finite group without the identity, as row-major 4 x 4 matrices.
ordered_json turns_json(const SymmetryGroup& group) {
  ordered_json list = ordered_json::array();
  for (std::size_t i = 1; i < group.finite.size(); ++i) {
    ordered_json matrix = ordered_json::array();
    for (int row = 0; row < 3; ++row) {
      for (int column = 0; column < 3; ++column) {
        matrix.push_back(group.finite[i].R(row, column));
      }
      matrix.push_back(group.finite[i].t[row] * kMillimetres);
    }
    for (const double value : {0.0, 0.0, 0.0, 1.0}) {
      matrix.push_back(value);
    }
    list.push_back(std::move(matrix));
  }
  return list;
}

ordered_json model_json(const ObjectModel& model, const ShapeInstance& shape) {
  const Eigen::Vector3d size = model.size * kMillimetres;
  ordered_json json{{"diameter", model.diameter * kMillimetres},
                    {"min_x", -0.5 * size.x()},
                    {"min_y", -0.5 * size.y()},
                    {"min_z", -0.5 * size.z()},
                    {"size_x", size.x()},
                    {"size_y", size.y()},
                    {"size_z", size.z()}};
  if (!shape.symmetry.axes.empty()) {
    json["symmetries_continuous"] = axes_json(shape.symmetry);
  } else if (!shape.symmetry.trivial()) {
    json["symmetries_discrete"] = turns_json(shape.symmetry);
  } else if (!shape.symmetry_when_hidden.trivial()) {
    json["symmetries_when_hidden"] = axes_json(shape.symmetry_when_hidden);
  }
  json["category"] = model.category;
  json["name"] = model.name;
  return json;
}

Expected<void> write_images(const Frame& frame, const FrameDetails& details, const ProceduralSet& set,
                            const std::filesystem::path& scene) {
  const int id = frame.info.image_id;
  const auto units = quantize_depth(frame.depth, set.depth_unit_mm);
  for (const auto& written :
       {write_encoded(scene / "rgb" / numbered("%06d.jpg", id), encode_jpeg(frame.color, set.jpeg_quality)),
        write_encoded(scene / "depth" / numbered("%06d.png", id), encode_png(units)),
        write_encoded(scene / "nocs" / numbered("%06d.png", id), encode_png(frame.nocs))}) {
    if (!written) {
      return written;
    }
  }
  for (std::size_t i = 0; i < frame.instances.size(); ++i) {
    const std::string name = numbered("%06d_%06d.png", id, static_cast<int>(i));
    for (const auto& written :
         {write_encoded(scene / "mask" / name, encode_png(details.full_masks[i])),
          write_encoded(scene / "mask_visib" / name, encode_png(frame.visible_masks[i]))}) {
      if (!written) {
        return written;
      }
    }
  }
  return {};
}

}  // namespace

Expected<void> write_new_file(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) {
    return Error{ErrorCode::kFailed,
                 path.string() + ": could not be written; check free space and permissions."};
  }
  return {};
}

Expected<FrameAnnotation> write_set_frame(const ProceduralGenerator& generator, std::size_t index,
                                          const std::filesystem::path& scene) {
  FrameDetails details;
  const Frame frame = generator.frame(index, {}, &details);
  if (auto written = write_images(frame, details, generator.set(), scene); !written) {
    return written.error();
  }
  ordered_json poses = ordered_json::array(), infos = ordered_json::array();
  FrameAnnotation annotation;
  for (std::size_t i = 0; i < frame.instances.size(); ++i) {
    poses.push_back(pose_json(frame.instances[i]));
    infos.push_back(info_json(frame, details, i));
    annotation.object_ids.insert(frame.instances[i].object_id);
  }
  annotation.camera = json_text(camera_json(frame, generator.set().depth_unit_mm));
  annotation.ground_truth = json_text(poses);
  annotation.ground_truth_info = json_text(infos);
  annotation.instances = frame.instances.size();
  return annotation;
}

Expected<void> write_set_models(const ProceduralGenerator& generator, const std::set<int>& object_ids,
                                const std::filesystem::path& folder) {
  ordered_json info = ordered_json::object();
  for (const int id : object_ids) {
    const auto shape = generator.shape(id);
    info[std::to_string(id)] = model_json(generator.models()[static_cast<std::size_t>(id) - 1], *shape);
    const auto path = folder / numbered("obj_%06d.ply", id);
    if (auto written = write_new_file(path, to_ply_bytes(*generator.mesh(id), kMillimetres)); !written) {
      return written;
    }
  }
  return write_new_file(folder / "models_info.json", json_text(info, 1) + "\n");
}

}  // namespace alidade
