// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/bop/bop_dataset.h"

#include <set>
#include <system_error>
#include <utility>

#include "core/base/constants.h"
#include "core/base/sha256.h"
#include "core/base/stop_scope.h"
#include "core/io/mesh_file.h"
#include "plugins/bop/bop_json.h"
#include "plugins/bop/bop_layers.h"
#include "plugins/bop/bop_symmetry.h"

namespace alidade::bop {
namespace {

namespace fs = std::filesystem;

void add_file(Sha256& sha, const fs::path& file, const std::string& name) {
  const auto digest = sha256_file(file, kMaxJsonBytes);
  sha.add(name + "\n" + (digest ? *digest : "unreadable") + "\n");
}

void add_names_and_sizes(Sha256& sha, const fs::path& folder, const std::string& name) {
  for (const std::string& file : names_in(folder, false, nullptr)) {
    std::error_code failure;
    const auto size = fs::file_size(folder / file, failure);
    sha.add(name + "/" + file + " " + (failure ? "?" : std::to_string(size)) + "\n");
  }
}

}  // namespace

BopDataset::BopDataset(Content content) : content_(std::move(content)) {
  for (const auto& [id, model] : content_.models.by_id) {
    models_.push_back(model.object);
  }
  for (auto& frame : content_.frames) {
    for (const auto& annotation : frame.annotations) {
      frame.info.categories.push_back(content_.models.by_id.at(annotation.object_id).object.category);
    }
  }
}

const std::string& BopDataset::digest() const {
  std::call_once(digest_once_, [this] {
    const StopScope whole{std::stop_token()};  // it is kept for as long as the dataset
    Sha256 sha;
    if (!content_.models.info_file.empty()) {
      add_file(sha, content_.models.info_file, "models_info.json");
    }
    for (const auto& model : models_) {
      std::error_code failure;
      const auto size = model.mesh_path.empty() ? 0 : fs::file_size(model.mesh_path, failure);
      sha.add("model " + std::to_string(model.id) + " " + std::to_string(failure ? 0 : size) + "\n");
    }
    for (const auto& scene : content_.layout.scenes) {
      for (const char* file : {"scene_camera.json", "scene_gt.json", "scene_gt_info.json"}) {
        add_file(sha, scene.path / file, scene.name + "/" + file);
      }
      for (const char* folder : {"rgb", "gray", "depth", "mask", "mask_visib", "nocs"}) {
        add_names_and_sizes(sha, scene.path / folder, scene.name + "/" + folder);
      }
    }
    digest_ = sha.hex();
  });
  return digest_;
}

Instance BopDataset::make_instance(const Annotation& annotation) const {
  const Model& model = content_.models.by_id.at(annotation.object_id);
  Instance instance;
  instance.index = annotation.index;
  instance.object_id = annotation.object_id;
  instance.category = model.object.category;
  instance.cam_from_obj = annotation.cam_from_obj;
  instance.center_obj = model.object.center_obj;
  instance.size = model.object.size;
  instance.symmetry = model.object.symmetry;
  instance.visible_fraction = annotation.visible_fraction;
  instance.track_id = annotation.track_id;
  if (annotation.symmetric == true && model.symmetry_when_hidden) {
    instance.symmetry = *model.symmetry_when_hidden;
  } else if (annotation.symmetric == false && !instance.symmetry.axes.empty()) {
    instance.symmetry.axes.clear();
    instance.symmetry.name = symmetry_name(instance.symmetry);
  }
  return instance;
}

Expected<Frame> BopDataset::load(std::size_t index, const FrameLayers& layers) const {
  if (index >= content_.frames.size()) {
    return Error{ErrorCode::kUsage, name() + ": there is no frame " + std::to_string(index) +
                                        "; choose one below " + std::to_string(content_.frames.size()) + "."};
  }
  const FrameEntry& entry = content_.frames[index];
  Frame frame;
  frame.info = entry.info;
  frame.index = index;
  frame.problems = entry.problems;
  for (const auto& annotation : entry.annotations) {
    frame.instances.push_back(make_instance(annotation));
  }
  read_layers(entry, layers, frame);
  return frame;
}

Expected<std::shared_ptr<const Mesh>> BopDataset::mesh(int object_id) const {
  const std::lock_guard lock(mesh_mutex_);
  if (const auto held = meshes_.find(object_id); held != meshes_.end()) {
    return held->second;
  }
  const ObjectModel* object = model(object_id);
  if (!object || object->mesh_path.empty()) {
    return input_error(root().string(), "object " + std::to_string(object_id),
                       "the dataset has no mesh of it", "add its obj_NNNNNN.ply to the folder models");
  }
  auto mesh = read_mesh(object->mesh_path, kMetresPerMillimetre);
  if (!mesh) {
    return mesh.error();
  }
  return meshes_[object_id] = std::make_shared<const Mesh>(std::move(*mesh));
}

}  // namespace alidade::bop
