// SPDX-License-Identifier: BSD-3-Clause
#include <utility>

#include "core/base/sha256.h"
#include "core/data/procedural/rooms/rooms.h"

namespace alidade {
namespace {

/// Generates on load.
class RoomsSet : public PointSceneSet {
 public:
  explicit RoomsSet(RoomsRecipe recipe)
      : recipe_(std::move(recipe)), digest_(sha256_hex("rooms 1 " + to_json(recipe_))) {
    for (int i = 0; i < recipe_.scenes; ++i) {
      infos_.push_back({rooms_scene_name(static_cast<std::size_t>(i)), recipe_.split, true});
    }
  }

  std::string name() const override { return rooms_set_name(recipe_); }
  std::string format() const override { return "Rooms (procedural)"; }
  std::filesystem::path root() const override { return {}; }
  const std::vector<std::string>& categories() const override { return rooms_categories(recipe_.source); }
  bool rotated_boxes() const override { return recipe_.source == RoomsRecipe::Source::kViews; }
  std::size_t num_scenes() const override { return infos_.size(); }
  const PointSceneInfo& scene_info(std::size_t index) const override { return infos_[index]; }
  const std::vector<DatasetProblem>& problems() const override { return problems_; }
  const std::string& digest() const override { return digest_; }

  Expected<std::vector<SceneBox>> boxes(std::size_t index) const override {
    auto scene = load(index);
    return scene ? Expected<std::vector<SceneBox>>(std::move(scene->boxes)) : scene.error();
  }
  Expected<PointScene> load(std::size_t index) const override {
    return index < infos_.size() ? Expected<PointScene>(make_rooms_scene(recipe_, index).scene)
                                 : no_scene(*this, index);
  }

 private:
  RoomsRecipe recipe_;
  std::string digest_;
  std::vector<PointSceneInfo> infos_;
  std::vector<DatasetProblem> problems_;
};

}  // namespace

std::shared_ptr<const PointSceneSet> make_rooms_set(const RoomsRecipe& recipe) {
  return std::make_shared<const RoomsSet>(recipe);
}

}  // namespace alidade
