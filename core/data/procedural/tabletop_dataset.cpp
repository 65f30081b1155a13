// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/sha256.h"
#include "core/data/procedural/tabletop.h"

namespace alidade {
namespace {

/// Generates on load. FrameInfo::categories stays empty: what is visible is known only after drawing.
class ProceduralDataset : public Dataset {
 public:
  explicit ProceduralDataset(const TabletopRecipe& recipe)
      : generator_(recipe), digest_(sha256_hex("tabletop 1 " + to_json(recipe))) {
    for (int i = 0; i < recipe.frames; ++i) {
      infos_.push_back(tabletop_frame_info(recipe, static_cast<std::size_t>(i)));
    }
  }

  std::string name() const override { return "tabletop-" + generator_.recipe().split; }
  std::string format() const override { return "Tabletop (procedural)"; }
  std::filesystem::path root() const override { return {}; }
  std::size_t num_frames() const override { return infos_.size(); }
  const FrameInfo& frame_info(std::size_t index) const override { return infos_[index]; }
  const std::vector<ObjectModel>& models() const override { return generator_.models(); }
  const std::vector<DatasetProblem>& problems() const override { return problems_; }
  const std::string& digest() const override { return digest_; }

  Expected<Frame> load(std::size_t index, const FrameLayers& layers) const override {
    if (index >= infos_.size()) {
      return Error{ErrorCode::kUsage, "There is no frame " + std::to_string(index) + " in " + name() + "."};
    }
    return generator_.frame(index, layers);
  }

  Expected<std::shared_ptr<const Mesh>> mesh(int object_id) const override {
    auto mesh = generator_.mesh(object_id);
    if (mesh == nullptr) {
      return Error{ErrorCode::kUsage,
                   "There is no model " + std::to_string(object_id) + " in " + name() + "."};
    }
    return mesh;
  }

 private:
  TabletopGenerator generator_;
  std::string digest_;
  std::vector<FrameInfo> infos_;
  std::vector<DatasetProblem> problems_;
};

}  // namespace

std::shared_ptr<const Dataset> make_procedural_dataset(const TabletopRecipe& recipe) {
  return std::make_shared<const ProceduralDataset>(recipe);
}

}  // namespace alidade
