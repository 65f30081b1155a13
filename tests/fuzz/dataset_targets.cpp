// SPDX-License-Identifier: BSD-3-Clause
// Parsers of the dataset formats: plugins/bop, plugins/single_frame.
#include <sstream>

#include <Eigen/LU>

#include "core/base/job.h"
#include "core/data/procedural/rooms/rooms_recipe.h"
#include "core/io/pickle.h"
#include "plugins/bop/bop_annotations.h"
#include "plugins/bop/bop_models.h"
#include "plugins/bop/bop_results.h"
#include "plugins/bop/bop_targets.h"
#include "plugins/indoor/indoor_infos.h"
#include "tests/fuzz/fuzz_target.h"

namespace alidade::fuzz {
namespace {

void check_problems(bop::Problems& problems) {
  for (const DatasetProblem& problem : problems.take()) {
    require(!problem.file.empty() && !problem.message.empty() && problem.message.back() == '.',
            "a problem is a sentence about a file");
  }
}

void check_annotations(const std::vector<bop::Annotation>& annotations) {
  for (const auto& annotation : annotations) {
    const auto& pose = annotation.cam_from_obj;
    require(pose.R.allFinite() && pose.t.allFinite(), "the pose of an annotation is finite");
    require((pose.R * pose.R.transpose() - Eigen::Matrix3d::Identity()).norm() < 1e-6 &&
                pose.R.determinant() > 0.0,
            "the rotation of an annotation is one");
  }
}

}  // namespace

ALIDADE_FUZZ_TARGET(scene_gt) {
  bop::Problems problems;
  const auto images = bop::read_annotations(as_file("scene_gt.json", bytes).parent_path(), problems);
  for (const auto& [id, annotations] : images) {
    check_annotations(annotations);
  }
  check_problems(problems);
  return !images.empty();
}

ALIDADE_FUZZ_TARGET(scene_gt_info) {
  as_file("scene_gt.json",
          R"({"0": [{"obj_id": 1, "cam_R_m2c": [1, 0, 0, 0, 1, 0, 0, 0, 1], "cam_t_m2c": [0, 0, 500]}]})");
  const auto path = as_file("scene_gt_info.json", bytes);
  bop::Problems problems;
  const auto images = bop::read_annotations(path.parent_path(), problems);
  std::filesystem::remove(path);
  require(images.size() == 1 && images.begin()->second.size() == 1, "visibilities take no annotation away");
  check_problems(problems);
  return images.begin()->second[0].visible_fraction >= 0.0;
}

ALIDADE_FUZZ_TARGET(scene_camera) {
  bop::Problems problems;
  const auto cameras = bop::read_cameras(as_file("scene_camera.json", bytes), problems);
  check_problems(problems);
  return !cameras.empty();
}

ALIDADE_FUZZ_TARGET(camera) {
  bop::Problems problems;
  const auto camera = bop::read_camera_file(as_file("camera.json", bytes), problems);
  check_problems(problems);
  return camera.has_value();
}

ALIDADE_FUZZ_TARGET(frame_annotations) {
  bop::Problems problems;
  const auto annotations = bop::read_frame_annotations(as_file("ground_truth.json", bytes), problems);
  check_annotations(annotations);
  check_problems(problems);
  return !annotations.empty();
}

ALIDADE_FUZZ_TARGET(models_info) {
  bop::Layout layout;
  layout.model_folders = {as_file("models_info.json", bytes).parent_path()};
  bop::Problems problems;
  const auto models = bop::read_models(layout, {}, problems);
  for (const auto& [id, model] : models.by_id) {
    require(model.object.size.allFinite() && model.object.center_obj.allFinite(),
            "the box of a model is finite");
    for (const auto& axis : model.object.symmetry.axes) {
      require(axis.axis.allFinite() && axis.offset.allFinite(), "the axis of a symmetry is finite");
    }
  }
  check_problems(problems);
  return !models.by_id.empty();
}

ALIDADE_FUZZ_TARGET(bop_targets) {
  return judge(bop::read_targets(as_file("targets.json", bytes)), "targets.json");
}

ALIDADE_FUZZ_TARGET(bop_results) {
  std::istringstream stream{std::string(bytes)};
  const auto results = bop::read_results(stream, "results.csv", {});
  if (judge(results, "results.csv")) {
    for (const auto& estimate : results->estimates) {
      require(estimate.cam_from_obj.R.allFinite() && estimate.cam_from_obj.t.allFinite(),
              "the pose of an estimate is finite");
    }
  }
  return static_cast<bool>(results);
}

ALIDADE_FUZZ_TARGET(bop_results_name) {
  return bop::split_results_name(std::string(bytes)).has_value();
}

ALIDADE_FUZZ_TARGET(indoor_infos) {
  const auto content = parse_pickle(bytes, "scannet_infos_train.pkl");
  if (!judge(content, "scannet_infos_train.pkl")) {
    return false;
  }
  const auto infos = parse_indoor_infos(*content, "scannet_infos_train.pkl");
  if (!judge(infos, "scannet_infos_train.pkl")) {
    return false;
  }
  for (const IndoorEntry& entry : infos->entries) {
    require(entry.points.is_relative(), "points lie below the folder");
    for (const SceneBox& box : entry.boxes) {
      require(box.box.center.allFinite() && box.box.size.minCoeff() > 0.0, "a box has a place and a size");
      require(box.category >= 0 && box.category < static_cast<int>(infos->categories.size()),
              "a box has a class of the list");
    }
  }
  for (const DatasetProblem& problem : infos->problems) {
    require(!problem.message.empty() && problem.message.back() == '.',
            "a problem is a sentence about a file");
  }
  return true;
}

ALIDADE_FUZZ_TARGET(rooms_recipe) {
  return judge(parse_rooms_recipe(std::string(bytes), "rooms.toml"), "rooms.toml");
}

}  // namespace alidade::fuzz
