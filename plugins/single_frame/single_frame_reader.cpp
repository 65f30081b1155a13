// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/single_frame/single_frame_reader.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "core/base/constants.h"
#include "core/base/failure.h"
#include "core/base/file.h"
#include "core/data/depth_unit.h"
#include "core/data/mesh_extent.h"
#include "core/io/image_header.h"
#include "core/io/json_file.h"
#include "core/io/mesh_file.h"
#include "plugins/bop/bop_annotations.h"
#include "plugins/bop/bop_json.h"
#include "plugins/single_frame/single_frame_dataset.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;
using bop::Problems;
using nlohmann::json;
using single_frame::Content;
using single_frame::Layout;

constexpr const char* kCameraKeys = "fx, fy, cx, cy, width, height and depth_scale (millimetres per unit)";

/// A camera.json that is no flat BOP camera is named, never guessed from.
std::optional<json> read_flat_camera(const fs::path& file, Problems& problems) {
  auto content = read_json(file, bop::kMaxJsonBytes);
  if (!content) {
    problems.add(file, content.error());
    return std::nullopt;
  }
  if (content->is_object() && content->contains("rig")) {
    problems.add(file, "rig", "a camera rig with several cameras and distortion is not read",
                 std::string("write the color camera beside the image as ") + kCameraKeys);
    return std::nullopt;
  }
  if (!bop::number(*content, "fx") && !bop::number(*content, "depth_scale")) {
    problems.add(file, "", std::string("expected ") + kCameraKeys,
                 "write them with these keys; the file is not used");
    return std::nullopt;
  }
  return std::move(*content);
}

/// Intrinsics count only when all four are there and made for an image of this size.
void take_intrinsics(const json& camera, const fs::path& file, const fs::path& color, bop::CameraEntry& entry,
                     Problems& problems) {
  const auto fx = bop::number(camera, "fx"), fy = bop::number(camera, "fy");
  const auto cx = bop::number(camera, "cx"), cy = bop::number(camera, "cy");
  if (!fx || !fy || !cx || !cy || !(*fx > 0.0) || !(*fy > 0.0)) {
    problems.add(file, "", "expected fx, fy, cx, cy with focal lengths above 0",
                 "correct them; the intrinsics are not used", 0);
    return;
  }
  const auto width = bop::number(camera, "width"), height = bop::number(camera, "height");
  const auto header = read_image_header(color);
  if (header && ((width && *width != header->width) || (height && *height != header->height))) {
    problems.add(file, "width, height",
                 "the image has " + std::to_string(header->width) + " x " + std::to_string(header->height) +
                     " pixels, the camera another size",
                 "scale the intrinsics to the image; they are not used", 0);
    return;
  }
  entry.fx = *fx, entry.fy = *fy, entry.cx = *cx, entry.cy = *cy;
}

void read_camera(Content& content, Problems& problems) {
  bop::CameraEntry& entry = content.entry.camera;
  if (const auto& told = content.told) {
    entry.fx = told->fx, entry.fy = told->fy, entry.cx = told->cx, entry.cy = told->cy;
    entry.depth_scale = told->depth_scale;
  }
  for (const auto& file : content.layout.cameras) {
    if (content.told) {
      break;
    }
    if (const auto camera = read_flat_camera(file, problems)) {
      const double scale = bop::number(*camera, "depth_scale").value_or(0.0);
      entry.depth_scale = scale > 0.0 && scale < 1e6 ? scale : 0.0;
      take_intrinsics(*camera, file, content.layout.color, entry, problems);
      break;
    }
  }
  if (entry.fx == 0.0) {
    problems.add(content.layout.folder / "camera.json", "",
                 "the intrinsics are unknown, so overlays and the 3D view stay empty",
                 "set them in the window (File > Camera), or add camera.json with fx, fy, cx, cy", 0);
    content.entry.problems.push_back(
        "The camera's intrinsics are unknown; set them with Camera, or add camera.json with fx, fy, cx, cy.");
  }
}

void read_depth_path(Content& content, Problems& problems) {
  const fs::path& depth = content.layout.depth;
  if (depth.empty()) {
    problems.add(content.layout.folder / "depth.png", "", "there is no depth image",
                 "add it, or go on with color only", 0);
  } else if (content.entry.camera.depth_scale == 0.0) {
    const std::string sentence = "it is not shown: its unit is unknown";
    const std::string remedy = "add camera.json with depth_scale (0.1 for YCB-Video)";
    problems.add(depth, "", sentence, remedy, 0);
    content.entry.problems.push_back(
        unknown_depth_unit(depth.filename(), "set the depth scale with Camera, or " + remedy));
  } else {
    content.entry.depth_path = depth;
  }
}

ObjectModel unknown_model(int id) {
  ObjectModel model;
  model.id = id;
  model.name = "obj " + std::to_string(id);
  model.category = model.name;
  model.symmetry = no_symmetry();
  return model;
}

void measure(ObjectModel& model, Problems& problems) {
  const auto mesh = read_mesh(model.mesh_path, kMetresPerMillimetre);
  if (!mesh) {
    problems.add(model.mesh_path, mesh.error());
    return;
  }
  const MeshExtent extent = mesh_extent(*mesh);
  model.center_obj = extent.center;
  model.size = extent.size;
  model.diameter = extent.diameter;
  if (extent.diameter < 0.005 || extent.diameter > 10.0) {
    problems.add(model.mesh_path, "",
                 "read as millimetres the object measures " + std::to_string(extent.diameter) + " m",
                 "scale the mesh to millimetres");
  }
}

void read_model(Content& content, Problems& problems) {
  const auto& meshes = content.layout.meshes;
  if (meshes.size() == 1) {
    const std::string stem = meshes[0].stem().string();
    ObjectModel model = unknown_model(stem.starts_with("obj_") ? bop::id_of(stem.substr(4)).value_or(1) : 1);
    model.mesh_path = meshes[0];
    measure(model, problems);
    content.models.push_back(std::move(model));
  } else {
    problems.add(content.layout.folder, "",
                 meshes.empty() ? "there is no mesh (.ply, .obj)"
                                : std::to_string(meshes.size()) + " meshes lie here, expected one",
                 "leave exactly one obj_NNNNNN.ply in the folder; no model is shown");
  }
}

void read_ground_truth(Content& content, Problems& problems) {
  const Layout& layout = content.layout;
  if (!layout.ground_truth.empty()) {
    content.entry.annotations = bop::read_frame_annotations(layout.ground_truth, problems);
  } else {
    content.entry.info.annotated = false;
    problems.add_truth(
        layout.folder / "ground_truth.json", "", "there is no ground truth, so the frame has no objects",
        "add it as a list like one entry of BOP's scene_gt.json, or look at the image alone", 0);
  }
  for (const auto& annotation : content.entry.annotations) {
    const auto known = [&](const ObjectModel& model) { return model.id == annotation.object_id; };
    if (std::none_of(content.models.begin(), content.models.end(), known)) {
      problems.add(layout.ground_truth, "object " + std::to_string(annotation.object_id),
                   "the folder has no mesh of it",
                   "name its mesh obj_NNNNNN.ply by the obj_id; it is shown as axes only", 0);
      content.models.push_back(unknown_model(annotation.object_id));
    }
  }
  if (!layout.mask.empty() && content.entry.annotations.size() != 1) {
    problems.add(layout.mask, "",
                 "it is not shown: a mask belongs to one object with a pose, the frame has " +
                     std::to_string(content.entry.annotations.size()),
                 "give ground_truth.json exactly one entry", 0);
  }
}

}  // namespace

Expected<Content> single_frame::read_content(const fs::path& opened,
                                             const std::optional<CameraSettings>& told,
                                             const JobContext& job) {
  try {
    job.report("reading the frame", 0, 1);
    Content content;
    content.layout = find_layout(opened);
    if (!content.layout.found()) {
      return input_error(opened.string(), "",
                         "there is no color image (rgb.png, color.png, image.png or one .jpg)",
                         "open a folder with one RGB-D frame");
    }
    Problems problems;
    content.told = told;
    content.entry.folder = content.layout.folder;
    content.entry.info.name = content.layout.color.stem().string();
    content.entry.info.color_path = content.layout.color;
    read_camera(content, problems);
    read_depth_path(content, problems);
    read_model(content, problems);
    read_ground_truth(content, problems);
    content.problems = problems.take();
    return content;
  } catch (const std::exception& failure) {
    return Error{ErrorCode::kFailed, opened.string() + ": " + error_of(failure).message};
  }
}

namespace {

class SingleFrameReader : public DatasetReader {
 public:
  std::string name() const override { return "single RGB-D frame"; }

  int can_read(const fs::path& path) const override {
    try {
      const Layout layout = single_frame::find_layout(path);
      const bool more = !layout.depth.empty() || !layout.cameras.empty() || !layout.ground_truth.empty();
      return !layout.found() ? 0 : more ? 30 : 20;
    } catch (const std::exception&) {
      return 0;
    }
  }

  Expected<std::shared_ptr<const Dataset>> open(const fs::path& path, const JobContext& job) const override {
    auto content = single_frame::read_content(path, std::nullopt, job);
    if (!content) {
      return content.error();
    }
    return std::shared_ptr<const Dataset>(
        std::make_shared<single_frame::SingleFrameDataset>(std::move(*content)));
  }
};

}  // namespace

std::unique_ptr<DatasetReader> make_single_frame_reader() {
  return std::make_unique<SingleFrameReader>();
}

}  // namespace alidade
