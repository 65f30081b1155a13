// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/h2a2/scene_shelf.h"

#include <cctype>
#include <string_view>
#include <utility>

#include "core/studies/detector_data.h"
#include "core/studies/plain/open_data.h"

namespace alidade::h2a2 {
namespace {

/// Draws the points that are kept of a scene, for all that measures alike.
constexpr std::uint64_t kPointSeed = 1;

/// A set whose scenes stay.
class KeptScenes final : public PointSceneSet {
 public:
  explicit KeptScenes(std::shared_ptr<const PointSceneSet> set) : set_(std::move(set)) {}

  std::string name() const override { return set_->name(); }
  std::string format() const override { return set_->format(); }
  std::filesystem::path root() const override { return set_->root(); }
  const std::vector<std::string>& categories() const override { return set_->categories(); }
  bool rotated_boxes() const override { return set_->rotated_boxes(); }
  std::size_t num_scenes() const override { return set_->num_scenes(); }
  const PointSceneInfo& scene_info(std::size_t index) const override { return set_->scene_info(index); }
  const std::vector<DatasetProblem>& problems() const override { return set_->problems(); }
  const std::string& digest() const override { return set_->digest(); }
  Expected<std::vector<SceneBox>> boxes(std::size_t index) const override {
    const auto scene = kept(index);
    return scene ? Expected<std::vector<SceneBox>>((*scene)->boxes)
                 : Expected<std::vector<SceneBox>>(scene.error());
  }
  Expected<PointScene> load(std::size_t index) const override {
    const auto scene = kept(index);
    return scene ? Expected<PointScene>(**scene) : Expected<PointScene>(scene.error());
  }

 private:
  /// Two threads that want the same scene at a time both make it; it is the same.
  Expected<std::shared_ptr<const PointScene>> kept(std::size_t index) const {
    {
      const std::lock_guard lock(mutex_);
      if (const auto found = scenes_.find(index); found != scenes_.end()) {
        return found->second;
      }
    }
    auto made = set_->load(index);
    if (!made) {
      return made.error();
    }
    auto scene = std::make_shared<const PointScene>(std::move(*made));
    const std::lock_guard lock(mutex_);
    return scenes_.emplace(index, std::move(scene)).first->second;
  }

  std::shared_ptr<const PointSceneSet> set_;
  mutable std::mutex mutex_;
  mutable std::map<std::size_t, std::shared_ptr<const PointScene>> scenes_;
};

}  // namespace

Expected<std::shared_ptr<const PointSceneSet>> SceneShelf::open(const std::filesystem::path& path,
                                                                const JobContext& job) {
  const std::lock_guard lock(mutex_);
  if (const auto found = sets_.find(path); found != sets_.end()) {
    return found->second;
  }
  static const PointSceneReaders none;
  auto set = open_scenes(path, none, job);
  if (!set) {
    return set.error();
  }
  return sets_.emplace(path, std::make_shared<const KeptScenes>(std::move(*set))).first->second;
}

Expected<std::vector<DetectorSample>> SceneShelf::samples(const std::filesystem::path& path,
                                                          const DetectorSource& source, int scenes,
                                                          int points, const JobContext& job) {
  const auto set = open(path, job);
  return set ? collect_detector_samples(**set, source, scenes, static_cast<std::size_t>(points), kPointSeed,
                                        job)
             : Expected<std::vector<DetectorSample>>(set.error());
}

Expected<std::unique_ptr<DetectorNetwork>> open_detector(const std::filesystem::path& checkpoint) {
  const auto file = read_checkpoint(checkpoint, DetectorNetwork::kArchitecture);
  return file ? DetectorNetwork::open(*file) : Expected<std::unique_ptr<DetectorNetwork>>(file.error());
}

bool is_exclusive_tensor(const std::string& name) {
  constexpr std::string_view kPart = ".source";
  const auto at = name.find(kPart);
  return at != std::string::npos && at + kPart.size() < name.size() &&
         std::isdigit(static_cast<unsigned char>(name[at + kPart.size()])) != 0;
}

}  // namespace alidade::h2a2
