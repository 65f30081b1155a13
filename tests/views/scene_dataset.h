// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>

#include "core/data/dataset.h"
#include "tests/views/synthetic_scene.h"

namespace alidade::test {

/// Three frames of the synthetic scene; the last one has neither depth nor intrinsics. Object 7 has a mesh, a
/// cube.
class SceneDataset : public Dataset {
 public:
  SceneDataset() {
    for (auto& info : infos_) {
      info = syntheticFrame()->info;
      info.categories = {"mug", "can"};
    }
  }

  std::string name() const override { return "synthetic"; }
  std::string format() const override { return "test"; }
  std::filesystem::path root() const override { return {}; }
  std::size_t num_frames() const override { return infos_.size(); }
  const FrameInfo& frame_info(std::size_t index) const override { return infos_[index]; }
  const std::vector<ObjectModel>& models() const override { return models_; }
  const std::vector<DatasetProblem>& problems() const override { return problems_; }
  const std::string& digest() const override { return digest_; }

  Expected<Frame> load(std::size_t index, const FrameLayers&) const override {
    Frame frame = *syntheticFrame();
    frame.index = index;
    if (index == 2) {
      frame.depth = {};
      frame.camera = {};
    }
    return frame;
  }

  Expected<std::shared_ptr<const Mesh>> mesh(int object_id) const override {
    if (object_id != 7) {
      return Error{ErrorCode::kInput, "There is no mesh."};
    }
    auto mesh = std::make_shared<Mesh>();
    for (int i = 0; i < 8; ++i) {
      mesh->vertices.emplace_back((i & 1 ? 0.1F : -0.1F), (i & 2 ? 0.1F : -0.1F), (i & 4 ? 0.1F : -0.1F));
    }
    mesh->faces = {{0, 2, 1}, {1, 2, 3}, {4, 5, 6}, {5, 7, 6}, {0, 1, 4}, {1, 5, 4},
                   {2, 6, 3}, {3, 6, 7}, {0, 4, 2}, {2, 4, 6}, {1, 3, 5}, {3, 7, 5}};
    return std::shared_ptr<const Mesh>(mesh);
  }

 private:
  std::array<FrameInfo, 3> infos_;
  std::vector<ObjectModel> models_;
  std::vector<DatasetProblem> problems_;
  std::string digest_ = "0";
};

}  // namespace alidade::test
