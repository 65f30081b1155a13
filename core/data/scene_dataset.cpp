// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/scene_dataset.h"

#include <cmath>
#include <utility>

#include "core/data/scene_picture.h"

namespace alidade {
namespace {

Instance instance_of(const SceneBox& box, const std::string& category, int index) {
  Instance instance;
  instance.index = index;
  instance.category = category;
  const double c = std::cos(box.box.yaw), s = std::sin(box.box.yaw);
  instance.cam_from_obj.R << c, -s, 0, s, c, 0, 0, 0, 1;
  instance.cam_from_obj.t = box.box.center;
  instance.size = box.box.size;
  return instance;
}

class ScenesAsFrames final : public PointSceneDataset {
 public:
  explicit ScenesAsFrames(std::shared_ptr<const PointSceneSet> scenes)
      : scenes_(std::move(scenes)), problems_(scenes_->problems()) {}

  Expected<void> read_infos(const JobContext& job) {
    for (std::size_t i = 0; i < scenes_->num_scenes(); ++i) {
      if (job.stopped()) {
        return Error{ErrorCode::kCancelled, scenes_->name() + ": opening was stopped."};
      }
      add_info(i);
      job.report("Scenes", static_cast<std::int64_t>(i + 1),
                 static_cast<std::int64_t>(scenes_->num_scenes()));
    }
    return {};
  }

  const std::shared_ptr<const PointSceneSet>& scenes() const override { return scenes_; }
  std::string name() const override { return scenes_->name(); }
  std::string format() const override { return scenes_->format(); }
  std::filesystem::path root() const override { return scenes_->root(); }
  std::size_t num_frames() const override { return infos_.size(); }
  const FrameInfo& frame_info(std::size_t index) const override { return infos_[index]; }
  const std::vector<ObjectModel>& models() const override { return models_; }
  const std::vector<DatasetProblem>& problems() const override { return problems_; }
  const std::string& digest() const override { return scenes_->digest(); }
  Expected<Frame> load(std::size_t index, const FrameLayers& layers) const override;
  Expected<std::shared_ptr<const Mesh>> mesh(int) const override {
    return input_error(name(), "", "scenes of points have no meshes", "open a dataset of objects");
  }

 private:
  void add_info(std::size_t index) {
    const PointSceneInfo& scene = scenes_->scene_info(index);
    FrameInfo info;
    info.name = scene.name;
    info.scene_id = info.image_id = static_cast<int>(index);
    info.annotated = scene.annotated;
    const auto boxes =
        scene.annotated ? scenes_->boxes(index) : Expected<std::vector<SceneBox>>(std::vector<SceneBox>{});
    if (!boxes) {
      problems_.push_back({scene.name, boxes.error().message, index, true, ProblemKind::kGroundTruth});
    } else {
      for (const SceneBox& box : *boxes) {
        info.categories.push_back(scenes_->categories()[static_cast<std::size_t>(box.category)]);
      }
    }
    infos_.push_back(std::move(info));
  }

  std::shared_ptr<const PointSceneSet> scenes_;
  std::vector<FrameInfo> infos_;
  std::vector<ObjectModel> models_;
  std::vector<DatasetProblem> problems_;
};

/// The points are read for the picture alone: who shows them in space asks the set.
Expected<Frame> ScenesAsFrames::load(std::size_t index, const FrameLayers& layers) const {
  if (index >= infos_.size()) {
    return no_scene(*scenes_, index);
  }
  Frame frame;
  frame.info = infos_[index];
  frame.index = index;
  std::vector<SceneBox> boxes;
  if (layers.color) {
    auto scene = scenes_->load(index);
    if (!scene) {
      return scene.error();
    }
    frame.color = scene_picture(*scene, kScenePictureWidth, kScenePictureHeight);
    frame.problems = std::move(scene->problems);
    frame.remarks = std::move(scene->remarks);
    boxes = std::move(scene->boxes);
  } else {
    auto read = scenes_->boxes(index);
    if (!read) {
      return read.error();
    }
    boxes = std::move(*read);
  }
  for (const SceneBox& box : boxes) {
    frame.instances.push_back(instance_of(box, scenes_->categories()[static_cast<std::size_t>(box.category)],
                                          static_cast<int>(frame.instances.size())));
  }
  frame.visible_masks.resize(frame.instances.size());
  return frame;
}

}  // namespace

Expected<std::shared_ptr<const Dataset>> scene_dataset(std::shared_ptr<const PointSceneSet> scenes,
                                                       const JobContext& job) {
  auto dataset = std::make_shared<ScenesAsFrames>(std::move(scenes));
  if (auto read = dataset->read_infos(job); !read) {
    return read.error();
  }
  return std::shared_ptr<const Dataset>(std::move(dataset));
}

std::shared_ptr<const PointSceneSet> scenes_of(const Dataset* dataset) {
  const auto* scenes = dynamic_cast<const PointSceneDataset*>(dataset);
  return scenes != nullptr ? scenes->scenes() : nullptr;
}

}  // namespace alidade
