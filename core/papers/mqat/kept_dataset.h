// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/data/dataset.h"

namespace alidade::mqat {

/// A dataset whose color images and masks stay in memory once they were read: dozens of networks are judged
/// by the same images, and rendering one takes about as long as estimating its pose.
class KeptDataset final : public Dataset {
 public:
  explicit KeptDataset(std::shared_ptr<const Dataset> data) : data_(std::move(data)) {}

  std::string name() const override { return data_->name(); }
  std::string format() const override { return data_->format(); }
  std::filesystem::path root() const override { return data_->root(); }
  std::size_t num_frames() const override { return data_->num_frames(); }
  const FrameInfo& frame_info(std::size_t index) const override { return data_->frame_info(index); }
  const std::vector<ObjectModel>& models() const override { return data_->models(); }
  const std::vector<DatasetProblem>& problems() const override { return data_->problems(); }
  const std::string& digest() const override { return data_->digest(); }
  Expected<std::shared_ptr<const Mesh>> mesh(int object_id) const override { return data_->mesh(object_id); }
  /// Depth and NOCS maps are not kept.
  Expected<Frame> load(std::size_t index, const FrameLayers& layers) const override;

 private:
  std::shared_ptr<const Dataset> data_;
  mutable std::mutex mutex_;
  mutable std::map<std::size_t, std::shared_ptr<const Frame>> frames_;
};

}  // namespace alidade::mqat
