// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "plugins/bop/bop_models.h"
#include "plugins/bop/bop_scene.h"

namespace alidade::bop {

/// What the reader found when it opened the dataset.
struct Content {
  Layout layout;
  Models models;
  std::vector<FrameEntry> frames;
  std::vector<DatasetProblem> problems;
};

/// A dataset in the BOP layout, scenewise.
class BopDataset : public Dataset {
 public:
  explicit BopDataset(Content content);

  std::string name() const override { return content_.layout.root.filename().string(); }
  std::string format() const override { return "BOP scenewise"; }
  std::filesystem::path root() const override { return content_.layout.root; }
  std::size_t num_frames() const override { return content_.frames.size(); }
  const FrameInfo& frame_info(std::size_t index) const override { return content_.frames.at(index).info; }
  const std::vector<ObjectModel>& models() const override { return models_; }
  const std::vector<DatasetProblem>& problems() const override { return content_.problems; }
  /// Computed at the first call: every annotation file's bytes, every image's name and size.
  const std::string& digest() const override;

  Expected<Frame> load(std::size_t index, const FrameLayers& layers) const override;
  Expected<std::shared_ptr<const Mesh>> mesh(int object_id) const override;

 private:
  Instance make_instance(const Annotation& annotation) const;

  Content content_;
  std::vector<ObjectModel> models_;
  mutable std::once_flag digest_once_;
  mutable std::string digest_;
  mutable std::mutex mesh_mutex_;
  mutable std::map<int, std::shared_ptr<const Mesh>> meshes_;
};

}  // namespace alidade::bop
