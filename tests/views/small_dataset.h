// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "core/base/constants.h"
#include "core/data/dataset.h"
#include "core/geometry/rotation.h"
#include "core/results/pose_result.h"

namespace alidade::test {

/// A dataset in memory: frame i has i % 4 + 1 instances, mugs and bowls in turn, and a plain color of its
/// own.
class SmallDataset : public Dataset {
 public:
  explicit SmallDataset(std::size_t frames) {
    for (const char* category : {"mug", "bowl"}) {
      ObjectModel model;
      model.id = static_cast<int>(models_.size()) + 1;
      model.name = std::string(category) + " 1";
      model.category = category;
      model.size = {0.1, 0.1, 0.1};
      models_.push_back(model);
    }
    for (std::size_t i = 0; i < frames; ++i) {
      FrameInfo info;
      info.name = "000001/" + std::to_string(100000 + i).substr(1);
      info.scene_id = 1;
      info.image_id = static_cast<int>(i);
      for (std::size_t k = 0; k < i % 4 + 1; ++k) {
        info.categories.push_back(models_[k % 2].category);
      }
      infos_.push_back(info);
    }
  }

  void addProblem(const std::string& message, std::size_t frame) {
    problems_.push_back({"scene.json", message, frame});
  }

  std::string name() const override { return "small"; }
  std::string format() const override { return "test"; }
  std::filesystem::path root() const override { return {}; }
  std::size_t num_frames() const override { return infos_.size(); }
  const FrameInfo& frame_info(std::size_t index) const override { return infos_[index]; }
  const std::vector<ObjectModel>& models() const override { return models_; }
  const std::vector<DatasetProblem>& problems() const override { return problems_; }
  const std::string& digest() const override { return digest_; }

  Expected<Frame> load(std::size_t index, const FrameLayers&) const override {
    Frame frame;
    frame.info = infos_[index];
    frame.index = index;
    frame.camera.fx = frame.camera.fy = 100.0;
    frame.camera.cx = 39.5;
    frame.camera.cy = 29.5;
    frame.camera.width = 80;
    frame.camera.height = 60;
    frame.color = ImageU8(80, 60, 3, static_cast<std::uint8_t>(40 + index % 200));
    frame.depth = ImageF(80, 60, 1, 1.0F);
    for (std::size_t k = 0; k < frame.info.categories.size(); ++k) {
      Instance instance;
      instance.index = static_cast<int>(k);
      instance.object_id = static_cast<int>(k % 2) + 1;
      instance.category = frame.info.categories[k];
      instance.cam_from_obj.t = {0.05 * static_cast<double>(k), 0.0, 1.0};
      instance.size = {0.1, 0.1, 0.1};
      instance.symmetry = no_symmetry();
      frame.instances.push_back(instance);
      frame.visible_masks.push_back(ImageU8(80, 60, 1, 255));
    }
    return frame;
  }

  Expected<std::shared_ptr<const Mesh>> mesh(int) const override {
    return Error{ErrorCode::kInput, "small: no meshes"};
  }

 private:
  std::vector<FrameInfo> infos_;
  std::vector<ObjectModel> models_;
  std::vector<DatasetProblem> problems_;
  std::string digest_ = "0";
};

/// One estimate per instance; frame i is off by i degrees about y.
inline std::shared_ptr<PoseResult> smallResult(const Dataset& dataset, const std::string& name) {
  auto result = std::make_shared<PoseResult>();
  result->name = name;
  for (std::size_t i = 0; i < dataset.num_frames(); ++i) {
    const Frame frame = *dataset.load(i, {});
    for (const Instance& instance : frame.instances) {
      PoseEstimate estimate;
      estimate.frame = i;
      estimate.frame_name = frame.info.name;
      estimate.instance = instance.index;
      estimate.object_id = instance.object_id;
      estimate.category = instance.category;
      estimate.symmetry = "none";
      estimate.cam_from_obj = instance.cam_from_obj;
      estimate.cam_from_obj.R =
          rotation_about(Eigen::Vector3d::UnitY(), static_cast<double>(i) * kRadiansPerDegree);
      estimate.size = instance.size;
      estimate.score = 1.0;
      estimate.hypotheses = {estimate.cam_from_obj};
      estimate.error.rotation_raw = estimate.error.rotation_reduced =
          static_cast<double>(i) * kRadiansPerDegree;
      result->estimates.push_back(estimate);
    }
  }
  return result;
}

}  // namespace alidade::test
