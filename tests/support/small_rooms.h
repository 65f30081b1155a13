// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/data/point_scene.h"
#include "core/results/detection_result.h"

namespace alidade::test {

/// Rooms of 4 m x 4 m x 2.5 m with a gray floor at z = 0, a white ceiling, and a red table (center (1, 1,
/// 0.4), sides 1, 1, 0.8) that the ground truth knows beside a turned chair at (-1, -1, 0.5). The last room
/// is not annotated, and its points cannot be read where `broken`.
class SmallRooms : public PointSceneSet {
 public:
  explicit SmallRooms(std::size_t rooms = 3, std::size_t points = 20000, bool broken = false)
      : points_(points), broken_(broken) {
    for (std::size_t i = 0; i < rooms; ++i) {
      infos_.push_back({"room " + std::to_string(i), "test", i + 1 < rooms || rooms == 1});
    }
  }

  std::string name() const override { return "small-rooms"; }
  std::string format() const override { return "test"; }
  std::filesystem::path root() const override { return {}; }
  const std::vector<std::string>& categories() const override { return categories_; }
  bool rotated_boxes() const override { return true; }
  std::size_t num_scenes() const override { return infos_.size(); }
  const PointSceneInfo& scene_info(std::size_t index) const override { return infos_[index]; }
  const std::vector<DatasetProblem>& problems() const override { return problems_; }
  const std::string& digest() const override { return digest_; }

  Expected<std::vector<SceneBox>> boxes(std::size_t index) const override {
    return infos_[index].annotated ? truth() : std::vector<SceneBox>{};
  }

  Expected<PointScene> load(std::size_t index) const override {
    if (broken_ && index + 1 == infos_.size()) {
      return input_error("broken.bin", "", "its points are missing", "copy the file again");
    }
    PointScene scene;
    scene.name = infos_[index].name;
    scene.boxes = *boxes(index);
    const auto side = static_cast<std::size_t>(std::sqrt(static_cast<double>(points_) / 3.0));
    for (std::size_t i = 0; i < side; ++i) {
      for (std::size_t j = 0; j < side; ++j) {
        const float u = static_cast<float>(i) / static_cast<float>(side - 1);
        const float v = static_cast<float>(j) / static_cast<float>(side - 1);
        add(scene, {4.0F * u - 2.0F, 4.0F * v - 2.0F, 0.0F}, {0.4F, 0.4F, 0.4F});
        add(scene, {4.0F * u - 2.0F, 4.0F * v - 2.0F, 2.5F}, {1.0F, 1.0F, 1.0F});
        add(scene, {0.5F + u, 0.5F + v, 0.8F}, {0.9F, 0.1F, 0.1F});
      }
    }
    return scene;
  }

  static std::vector<SceneBox> truth() {
    return {{0, {{1.0, 1.0, 0.4}, {1.0, 1.0, 0.8}, 0.0}}, {1, {{-1.0, -1.0, 0.5}, {0.6, 0.5, 1.0}, 0.5}}};
  }

 private:
  static void add(PointScene& scene, std::vector<float> point, std::vector<float> color) {
    scene.points.insert(scene.points.end(), point.begin(), point.end());
    scene.colors.insert(scene.colors.end(), color.begin(), color.end());
  }

  std::size_t points_;
  bool broken_;
  std::vector<PointSceneInfo> infos_;
  std::vector<std::string> categories_{"table", "chair"};
  std::vector<DatasetProblem> problems_;
  std::string digest_ = "0";
};

/// In the first room the table almost where it is (0.9) and a chair elsewhere (0.4), in the second one both
/// where they are (0.8, 0.7).
inline std::shared_ptr<const DetectionResult> smallDetections() {
  auto result = std::make_shared<DetectionResult>();
  result->dataset = "small-rooms";
  result->dataset_sha256 = "0";
  result->source = "rooms";
  result->categories = {"table", "chair"};
  const auto truth = SmallRooms::truth();
  UprightBox moved = truth[0].box;
  moved.center.x() += 0.1;
  result->scenes = {{0, "room 0", {{moved, 0, 0.9}, {{{1.0, -1.5, 0.5}, {0.5, 0.5, 1.0}, 0.3}, 1, 0.4}}, 0.5},
                    {1, "room 1", {{truth[0].box, 0, 0.8}, {truth[1].box, 1, 0.7}}, 0.25}};
  result->provenance.checkpoint = "tiny.safetensors";
  return result;
}

}  // namespace alidade::test
