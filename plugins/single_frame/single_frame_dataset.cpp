// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/single_frame/single_frame_dataset.h"

#include <stdexcept>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/constants.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/base/sha256.h"
#include "core/base/stop_scope.h"
#include "core/io/image_file.h"
#include "core/io/mesh_file.h"
#include "plugins/bop/bop_layers.h"

namespace alidade::single_frame {
namespace {

namespace fs = std::filesystem;

Instance make_instance(const bop::Annotation& annotation, const ObjectModel& model) {
  Instance instance;
  instance.index = annotation.index;
  instance.object_id = annotation.object_id;
  instance.category = model.category;
  instance.cam_from_obj = annotation.cam_from_obj;
  instance.center_obj = model.center_obj;
  instance.size = model.size;
  instance.symmetry = model.symmetry;
  return instance;
}

/// camera.json of what is known.
std::string camera_text(const CameraSettings& settings) {
  nlohmann::ordered_json camera;
  if (settings.fx > 0.0) {
    camera["fx"] = settings.fx;
    camera["fy"] = settings.fy;
    camera["cx"] = settings.cx;
    camera["cy"] = settings.cy;
  }
  if (settings.depth_scale > 0.0) {
    camera["depth_scale"] = settings.depth_scale;
  }
  return json_text(camera, 2) + "\n";
}

}  // namespace

SingleFrameDataset::SingleFrameDataset(Content content) : content_(std::move(content)) {
  for (const auto& annotation : content_.entry.annotations) {
    content_.entry.info.categories.push_back(model(annotation.object_id)->category);
  }
}

const FrameInfo& SingleFrameDataset::frame_info(std::size_t index) const {
  if (index != 0) {
    throw std::out_of_range(name() + " has one frame");
  }
  return content_.entry.info;
}

const std::string& SingleFrameDataset::digest() const {
  std::call_once(digest_once_, [this] {
    const StopScope whole{std::stop_token()};  // it is kept for as long as the dataset
    const Layout& layout = content_.layout;
    Sha256 sha;
    auto annotations = layout.cameras;
    annotations.push_back(layout.ground_truth);
    for (const auto& file : annotations) {
      if (!file.empty()) {
        const auto digest = sha256_file(file);
        sha.add(file.filename().string() + "\n" + (digest ? *digest : "unreadable") + "\n");
      }
    }
    auto images = layout.meshes;
    images.insert(images.end(), {layout.color, layout.depth, layout.mask});
    for (const auto& file : images) {
      std::error_code failure;
      const auto size = file.empty() ? 0 : fs::file_size(file, failure);
      sha.add(file.filename().string() + " " + (failure ? "?" : std::to_string(size)) + "\n");
    }
    if (content_.told) {
      sha.add("camera as told\n" + camera_text(*content_.told));
    }
    digest_ = sha.hex();
  });
  return digest_;
}

void SingleFrameDataset::read_mask_into(Frame& frame) const {
  frame.visible_masks.assign(frame.instances.size(), {});
  if (frame.instances.size() != 1 || content_.layout.mask.empty()) {
    return;
  }
  auto mask = read_mask(content_.layout.mask);
  if (!mask) {
    frame.problems.push_back(mask.error().message);
    return;
  }
  if (frame.camera.width == 0) {
    frame.camera.width = mask->width;
    frame.camera.height = mask->height;
  }
  if (mask->width != frame.camera.width || mask->height != frame.camera.height) {
    frame.problems.push_back(content_.layout.mask.string() +
                             ": its size differs from the image's; the mask is left out.");
    return;
  }
  for (auto& value : mask->data) {
    value = value ? 255 : 0;
  }
  frame.visible_masks[0] = std::move(*mask);
}

Expected<Frame> SingleFrameDataset::load(std::size_t index, const FrameLayers& layers) const {
  if (index != 0) {
    return Error{ErrorCode::kUsage,
                 name() + ": there is no frame " + std::to_string(index) + "; it has one, number 0."};
  }
  Frame frame;
  frame.info = content_.entry.info;
  frame.problems = content_.entry.problems;
  for (const auto& annotation : content_.entry.annotations) {
    frame.instances.push_back(make_instance(annotation, *model(annotation.object_id)));
  }
  bop::read_layers(content_.entry, {layers.color, layers.depth, false, false}, frame);
  if (layers.masks) {
    read_mask_into(frame);
  }
  return frame;
}

Expected<std::shared_ptr<const Mesh>> SingleFrameDataset::mesh(int object_id) const {
  const ObjectModel* object = model(object_id);
  if (!object || object->mesh_path.empty()) {
    return input_error(root().string(), "object " + std::to_string(object_id), "the folder has no mesh of it",
                       "add its obj_NNNNNN.ply");
  }
  const std::lock_guard lock(mesh_mutex_);
  if (!mesh_) {
    auto mesh = read_mesh(object->mesh_path, kMetresPerMillimetre);
    if (!mesh) {
      return mesh.error();
    }
    mesh_ = std::make_shared<const Mesh>(std::move(*mesh));
  }
  return mesh_;
}

CameraSettings SingleFrameDataset::camera_settings() const {
  const bop::CameraEntry& camera = content_.entry.camera;
  return {camera.fx, camera.fy, camera.cx, camera.cy, camera.depth_scale};
}

Expected<std::shared_ptr<const Dataset>> SingleFrameDataset::with_camera(const CameraSettings& settings,
                                                                         const JobContext& job) const {
  if (auto checked = check_camera_settings(settings); !checked) {
    return checked.error();
  }
  auto content = read_content(content_.layout.folder, settings, job);
  if (!content) {
    return content.error();
  }
  return std::shared_ptr<const Dataset>(std::make_shared<SingleFrameDataset>(std::move(*content)));
}

Expected<void> SingleFrameDataset::save_camera(const CameraSettings& settings) const {
  if (auto checked = check_camera_settings(settings); !checked) {
    return checked.error();
  }
  return write_file_atomically(content_.layout.folder / "camera.json", camera_text(settings));
}

}  // namespace alidade::single_frame
