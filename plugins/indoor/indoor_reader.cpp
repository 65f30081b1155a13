// SPDX-License-Identifier: BSD-3-Clause
#include <memory>

#include "core/data/point_scene_reader.h"
#include "plugins/indoor/indoor_format.h"
#include "plugins/indoor/indoor_set.h"

namespace alidade {
namespace {

class IndoorReader : public PointSceneReader {
 public:
  std::string name() const override { return "ScanNet, SUN RGB-D, S3DIS and Rooms (mmdetection3d)"; }

  int can_read(const std::filesystem::path& path) const override {
    const auto files = indoor_info_files(path);
    return files.empty() ? 0 : indoor_format_of("", files.front()) != nullptr ? 90 : 20;
  }

  Expected<std::shared_ptr<const PointSceneSet>> open(const std::filesystem::path& path,
                                                      const JobContext& job) const override {
    return open_indoor_set(path, job);
  }
};

}  // namespace

std::unique_ptr<PointSceneReader> make_indoor_reader() {
  return std::make_unique<IndoorReader>();
}

}  // namespace alidade
