// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/data/camera_settings.h"
#include "core/data/dataset.h"
#include "plugins/single_frame/single_frame_content.h"

namespace alidade::single_frame {

/// A dataset of one frame.
class SingleFrameDataset : public Dataset, public CameraSettable {
 public:
  explicit SingleFrameDataset(Content content);

  std::string name() const override { return content_.layout.folder.filename().string(); }
  std::string format() const override { return "single RGB-D frame"; }
  std::filesystem::path root() const override { return content_.layout.folder; }
  std::size_t num_frames() const override { return 1; }
  const FrameInfo& frame_info(std::size_t index) const override;
  const std::vector<ObjectModel>& models() const override { return content_.models; }
  const std::vector<DatasetProblem>& problems() const override { return content_.problems; }
  const std::string& digest() const override;

  Expected<Frame> load(std::size_t index, const FrameLayers& layers) const override;
  Expected<std::shared_ptr<const Mesh>> mesh(int object_id) const override;

  CameraSettings camera_settings() const override;
  Expected<std::shared_ptr<const Dataset>> with_camera(const CameraSettings& settings,
                                                       const JobContext& job) const override;
  Expected<void> save_camera(const CameraSettings& settings) const override;

 private:
  void read_mask_into(Frame& frame) const;

  Content content_;
  mutable std::once_flag digest_once_;
  mutable std::string digest_;
  mutable std::mutex mesh_mutex_;
  mutable std::shared_ptr<const Mesh> mesh_;
};

}  // namespace alidade::single_frame
