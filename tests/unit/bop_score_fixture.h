// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "core/evaluation/pose_set.h"
#include "plugins/bop/bop_results.h"
#include "plugins/bop/bop_symmetry.h"
#include "tests/unit/geometry_fixture.h"

namespace alidade::test {

inline Rigid3 pose_of(const nlohmann::json& item) {
  Rigid3 pose;
  for (int i = 0; i < 9; ++i) {
    pose.R(i / 3, i % 3) = item.at("cam_R_m2c")[i].get<double>();
  }
  for (int i = 0; i < 3; ++i) {
    pose.t[i] = item.at("cam_t_m2c")[i].get<double>() * 1e-3;
  }
  return pose;
}

inline std::string object_file(int id, const char* what) {
  char name[64];
  std::snprintf(name, sizeof name, "bop/obj_%06d_%s.npy", id, what);
  return name;
}

/// The models of the fixture in metres.
inline std::map<int, ObjectGeometry> bop_score_objects() {
  std::map<int, ObjectGeometry> objects;
  const auto infos = fixture_json("bop/models_info.json");
  for (const auto& [key, info] : infos.items()) {
    const int id = std::stoi(key);
    ObjectGeometry& object = objects[id];
    object.name = "obj " + key;
    object.diameter = info.at("diameter").get<double>() * 1e-3;
    object.symmetry = bop::read_symmetry(info, "symmetries_continuous").value();
    const auto vertices = fixture_rows(object_file(id, "vertices"));
    for (std::size_t i = 0; i < vertices.rows; ++i) {
      object.vertices.push_back(vertices.vector3(i) * 1e-3);
    }
    const auto faces = fixture_rows(object_file(id, "faces"));
    for (std::size_t i = 0; i < faces.rows; ++i) {
      object.triangles.push_back(faces.vector3(i).cast<int>());
    }
  }
  return objects;
}

/// Scenes, targets and results of the fixture's benchmark as evaluation input, without depth.
inline std::shared_ptr<EvaluationInput> bop_fixture_input() {
  auto input = std::make_shared<EvaluationInput>();
  input->name = "fixture";
  input->objects = bop_score_objects();
  std::map<int, std::uint32_t> categories;
  for (const auto& [id, object] : input->objects) {
    categories[id] = static_cast<std::uint32_t>(input->categories.size());
    input->categories.push_back(object.name);
  }
  const auto K = fixture_rows("bop/K.npy");
  std::map<std::pair<int, int>, std::uint32_t> images;
  const auto targets = fixture_json("bop/bench_test_targets_bop19.json");
  std::set<int> scenes;
  for (const auto& target : targets) {
    scenes.insert(target.at("scene_id").get<int>());
  }
  for (const int scene : scenes) {
    char base[64];
    std::snprintf(base, sizeof base, "bop/bench_scene_%06d_gt", scene);
    const auto truth = fixture_json(std::string(base) + ".json");
    const auto info = fixture_json(std::string(base) + "_info.json");
    std::map<int, std::string> keys;
    for (const auto& [key, list] : truth.items()) {
      keys[std::stoi(key)] = key;
    }
    for (const auto& [image, key] : keys) {
      const auto index = static_cast<std::uint32_t>(input->images.size());
      images[{scene, image}] = index;
      ImageInfo entry;
      entry.name = std::to_string(scene) + "/" + key;
      entry.scene_id = scene;
      entry.image_id = image;
      entry.camera = {640, 480, K.at(0, 0), K.at(1, 1), K.at(0, 2), K.at(1, 2)};
      input->images.push_back(entry);
      for (std::size_t i = 0; i < truth.at(key).size(); ++i) {
        PoseRow row;
        row.image = index;
        row.object_id = truth.at(key)[i].at("obj_id").get<int>();
        row.category = categories.at(row.object_id);
        row.instance = static_cast<int>(i);
        row.cam_from_obj = pose_of(truth.at(key)[i]);
        row.visible_fraction = info.at(key)[i].at("visib_fract").get<double>();
        input->truth.rows.push_back(row);
      }
    }
  }
  for (const auto& target : targets) {
    input->targets.push_back({images.at({target.at("scene_id").get<int>(), target.at("im_id").get<int>()}),
                              target.at("obj_id").get<int>(), target.at("inst_count").get<int>()});
  }
  const auto results = bop::read_results(std::filesystem::path(fixture("bop/bench_results.csv")), {});
  for (const auto& estimate : results ? results->estimates : std::vector<bop::Estimate>{}) {
    PoseRow row;
    row.image = images.at({estimate.scene_id, estimate.image_id});
    row.object_id = estimate.object_id;
    row.category = categories.at(row.object_id);
    row.cam_from_obj = estimate.cam_from_obj;
    row.score = estimate.score;
    row.seconds = estimate.seconds;
    input->predictions.rows.push_back(row);
  }
  return input;
}

}  // namespace alidade::test
