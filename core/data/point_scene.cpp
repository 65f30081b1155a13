// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/point_scene.h"

#include <set>
#include <utility>

#include "core/base/sha256.h"

namespace alidade {
namespace {

/// Some scenes of another set.
class SceneSubset : public PointSceneSet {
 public:
  SceneSubset(std::shared_ptr<const PointSceneSet> whole, std::vector<std::size_t> scenes, std::string digest)
      : whole_(std::move(whole)), scenes_(std::move(scenes)), digest_(std::move(digest)) {}

  std::string name() const override { return whole_->name(); }
  std::string format() const override { return whole_->format(); }
  std::filesystem::path root() const override { return whole_->root(); }
  const std::vector<std::string>& categories() const override { return whole_->categories(); }
  bool rotated_boxes() const override { return whole_->rotated_boxes(); }
  std::size_t num_scenes() const override { return scenes_.size(); }
  const PointSceneInfo& scene_info(std::size_t index) const override {
    return whole_->scene_info(scenes_[index]);
  }
  const std::vector<DatasetProblem>& problems() const override { return whole_->problems(); }
  const std::string& digest() const override { return digest_; }
  Expected<std::vector<SceneBox>> boxes(std::size_t index) const override {
    return index < scenes_.size() ? whole_->boxes(scenes_[index]) : no_scene(*this, index);
  }
  Expected<PointScene> load(std::size_t index) const override {
    return index < scenes_.size() ? whole_->load(scenes_[index]) : no_scene(*this, index);
  }

 private:
  std::shared_ptr<const PointSceneSet> whole_;
  std::vector<std::size_t> scenes_;
  std::string digest_;
};

}  // namespace

Error no_scene(const PointSceneSet& set, std::size_t index) {
  return usage_error("There is no scene " + std::to_string(index) + " in " + set.name() + ", which has " +
                     std::to_string(set.num_scenes()) + ".");
}

std::string PointSceneSet::split() const {
  for (std::size_t i = 1; i < num_scenes(); ++i) {
    if (scene_info(i).split != scene_info(0).split) {
      return {};
    }
  }
  return num_scenes() == 0 ? std::string() : scene_info(0).split;
}

Expected<std::shared_ptr<const PointSceneSet>> split_of(std::shared_ptr<const PointSceneSet> set,
                                                        const std::string& split) {
  std::vector<std::size_t> scenes;
  std::set<std::string> splits;
  for (std::size_t i = 0; i < set->num_scenes(); ++i) {
    splits.insert(set->scene_info(i).split);
    if (set->scene_info(i).split == split) {
      scenes.push_back(i);
    }
  }
  if (scenes.empty()) {
    std::string known;
    for (const std::string& name : splits) {
      known += (known.empty() ? "" : ", ") + (name.empty() ? "no name" : "\"" + name + "\"");
    }
    return input_error(set->name(), "", "it has no split \"" + split + "\"",
                       known.empty() ? "name another set; this one is empty" : "choose one of " + known);
  }
  if (scenes.size() == set->num_scenes()) {
    return set;
  }
  std::string digest = sha256_hex(set->digest() + " " + split);
  return std::shared_ptr<const PointSceneSet>(
      std::make_shared<const SceneSubset>(std::move(set), std::move(scenes), std::move(digest)));
}

}  // namespace alidade
