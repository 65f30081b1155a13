// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/bop/bop_models.h"

#include <algorithm>
#include <cstdio>
#include <system_error>

#include "core/base/constants.h"
#include "core/data/mesh_extent.h"
#include "core/io/json_file.h"
#include "core/io/mesh_file.h"
#include "core/io/ply.h"
#include "plugins/bop/bop_json.h"
#include "plugins/bop/bop_symmetry.h"

namespace alidade::bop {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string join(const std::vector<int>& ids) {
  std::string text;
  for (std::size_t i = 0; i < ids.size() && i < 12; ++i) {
    text += (i ? ", " : "") + std::to_string(ids[i]);
  }
  return text + (ids.size() > 12 ? ", ..." : "");
}

std::string text_or(const json& info, const char* key, const std::string& otherwise) {
  return info.contains(key) && info[key].is_string() ? info[key].get<std::string>().substr(0, 200)
                                                     : otherwise;
}

Model unknown_model(int id) {
  Model model;
  model.object.id = id;
  model.object.name = "obj " + std::to_string(id);
  model.object.category = model.object.name;
  model.object.symmetry = no_symmetry();
  return model;
}

void read_box(const json& info, const fs::path& file, ObjectModel& object, Problems& problems) {
  static constexpr const char* kMin[] = {"min_x", "min_y", "min_z"};
  static constexpr const char* kSize[] = {"size_x", "size_y", "size_z"};
  Eigen::Vector3d low, size;
  for (int k = 0; k < 3; ++k) {
    const auto min = number(info, kMin[k]);
    const auto extent = number(info, kSize[k]);
    if (!min || !extent || *extent < 0.0 || *extent > 1e7) {
      problems.add(file, "object " + std::to_string(object.id),
                   "expected min_x..min_z and size_x..size_z in millimetres",
                   "add them; the box is taken from the mesh");
      return;
    }
    low[k] = *min;
    size[k] = *extent;
  }
  object.size = size * kMetresPerMillimetre;
  object.center_obj = (low + size / 2) * kMetresPerMillimetre;
}

Model read_model(int id, const json& info, const fs::path& file, Problems& problems) {
  Model model = unknown_model(id);
  ObjectModel& object = model.object;
  const std::string where = "object " + std::to_string(id);
  object.name = text_or(info, "name", object.name);
  object.category = text_or(info, "category", object.name);
  object.diameter = std::max(0.0, number(info, "diameter").value_or(0.0)) * kMetresPerMillimetre;
  if (info.contains("diameter") && !(object.diameter > 0.0)) {
    problems.add_truth(file, where, "expected a diameter above 0 in millimetres",
                       "correct it; it is measured on the mesh");
  }
  read_box(info, file, object, problems);
  if (auto group = read_symmetry(info, "symmetries_continuous")) {
    object.symmetry = std::move(*group);
  } else {
    problems.add_truth(file, where, "its symmetries are not lists of 16 numbers or of axis and offset",
                       "correct them; none are used");
  }
  if (info.contains("symmetries_when_hidden")) {
    model.symmetry_when_hidden = read_symmetry(info, "symmetries_when_hidden");
    if (!model.symmetry_when_hidden) {
      problems.add_truth(file, where, "symmetries_when_hidden is not a list of axis and offset",
                         "correct it; it is not used");
    }
  }
  return model;
}

/// Entries of one models_info.json; nothing when the folder has no readable one.
std::map<int, Model> read_info(const fs::path& file, Problems& problems) {
  std::map<int, Model> models;
  const auto info = read_json(file, kMaxJsonBytes);
  if (!info) {
    problems.add(file, info.error(), ProblemKind::kGroundTruth);
    return models;
  }
  if (!info->is_object()) {
    problems.add_truth(file, "line 1", "expected an object with one entry per model",
                       "check that it is a models_info.json");
    return models;
  }
  for (const auto& [key, item] : info->items()) {
    const auto id = id_of(key);
    if (!id || !item.is_object()) {
      problems.add_truth(file, "\"" + key.substr(0, 40) + "\"", "expected a whole number as key of an object",
                         "correct the entry; it is left out");
      continue;
    }
    models.emplace(*id, read_model(*id, item, file, problems));
  }
  return models;
}

/// Mesh files obj_NNNNNN.{ply,obj} of a folder by object id.
std::map<int, fs::path> meshes_in(const fs::path& folder, Problems* problems) {
  std::map<int, fs::path> meshes;
  for (const auto& file : entries_of(folder, false, problems)) {
    const std::string stem = file.stem().string();
    const auto id = stem.starts_with("obj_") ? id_of(stem.substr(4)) : std::nullopt;
    if (id && (file.extension() == ".ply" || file.extension() == ".obj")) {
      meshes.emplace(*id, file);
    }
  }
  return meshes;
}

bool knows_one(const std::map<int, Model>& models, const std::map<int, fs::path>& meshes,
               const std::set<int>& annotated) {
  return annotated.empty() || std::any_of(annotated.begin(), annotated.end(),
                                          [&](int id) { return models.contains(id) || meshes.contains(id); });
}

/// Box and diameter from the vertices, for models that no file describes.
void measure_mesh(ObjectModel& object, Problems& problems) {
  const auto mesh = read_mesh(object.mesh_path, kMetresPerMillimetre);
  if (!mesh) {
    problems.add(object.mesh_path, mesh.error());
    return;
  }
  const MeshExtent extent = mesh_extent(*mesh);
  object.center_obj = extent.center;
  object.size = extent.size;
  object.diameter = object.diameter > 0.0 ? object.diameter : extent.diameter;
}

void check_texture(const ObjectModel& object, Problems& problems) {
  const std::string texture = ply_texture_file(object.mesh_path);
  std::error_code failure;
  if (!texture.empty() &&
      !fs::exists(object.mesh_path.parent_path() / fs::path(texture).filename(), failure)) {
    problems.add(object.mesh_path, "header", "the texture " + texture + " is missing",
                 "put it beside the mesh; the mesh is drawn without it");
  }
}

/// Takes the folder when it fits; meshes missing there are looked for in its sibling model folders.
bool take_folder(const fs::path& folder, const Layout& layout, const std::set<int>& annotated, Models& models,
                 Problems& problems) {
  Problems own;
  std::error_code failure;
  const fs::path info_file = folder / "models_info.json";
  const bool has_info = fs::exists(fs::symlink_status(info_file, failure));
  std::map<int, Model> described = has_info ? read_info(info_file, own) : std::map<int, Model>();
  std::map<int, fs::path> meshes = meshes_in(folder, &own);
  if ((described.empty() && meshes.empty()) || !knows_one(described, meshes, annotated)) {
    return false;
  }
  for (const auto& sibling : layout.model_folders) {
    if (sibling != folder && sibling.parent_path() == folder.parent_path()) {
      meshes.merge(meshes_in(sibling, nullptr));
    }
  }
  for (auto& problem : own.take()) {
    problems.add(std::move(problem));
  }
  if (!has_info) {
    problems.add(info_file, "", "the file is missing",
                 "add it; boxes are taken from the meshes and no symmetry is known");
  }
  models.info_file = has_info ? info_file : fs::path();
  models.by_id = std::move(described);
  for (const auto& [id, file] : meshes) {
    const auto at = models.by_id.emplace(id, unknown_model(id)).first;
    at->second.object.mesh_path = file;
  }
  return true;
}

/// A lone scene with obj.ply and one annotated object.
void take_single_object(const Layout& layout, const std::set<int>& annotated, Models& models,
                        Problems& problems) {
  std::error_code failure;
  if (layout.scenes.size() != 1 || annotated.size() != 1) {
    return;
  }
  const fs::path file = layout.scenes[0].path / "obj.ply";
  if (fs::is_regular_file(file, failure)) {
    Model model = unknown_model(*annotated.begin());
    model.object.mesh_path = file;
    models.by_id.emplace(model.object.id, std::move(model));
    problems.add(layout.scenes[0].path / "models", "", "there is no models folder",
                 "obj.ply is used for the only annotated object " + std::to_string(*annotated.begin()));
  }
}

}  // namespace

Models read_models(const Layout& layout, const std::set<int>& annotated, Problems& problems) {
  Models models;
  const bool found = std::any_of(
      layout.model_folders.begin(), layout.model_folders.end(),
      [&](const fs::path& folder) { return take_folder(folder, layout, annotated, models, problems); });
  if (!found) {
    take_single_object(layout, annotated, models, problems);
  }
  std::vector<int> unknown, without_mesh;
  for (const int id : annotated) {
    if (models.by_id.emplace(id, unknown_model(id)).second) {
      unknown.push_back(id);
    }
  }
  for (auto& [id, model] : models.by_id) {
    if (model.object.mesh_path.empty()) {
      without_mesh.push_back(id);
      continue;
    }
    check_texture(model.object, problems);
    if (model.object.size.isZero()) {
      measure_mesh(model.object, problems);
    }
  }
  if (!unknown.empty()) {
    problems.add(layout.root, "models", "nothing is known of the annotated objects " + join(unknown),
                 "put models_info.json into the folder models; these objects are shown as axes only");
  }
  if (without_mesh.size() > unknown.size()) {
    problems.add(models.info_file.parent_path(), "",
                 std::to_string(without_mesh.size()) + " of " + std::to_string(models.by_id.size()) +
                     " models have no mesh (objects " + join(without_mesh) + ")",
                 "add obj_NNNNNN.ply; boxes are shown instead");
  }
  return models;
}

}  // namespace alidade::bop
