// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/data/dataset.h"
#include "core/data/procedural/procedural_generator.h"
#include "core/data/procedural/shapes.h"
#include "core/data/procedural/tabletop_recipe.h"

namespace alidade {

/// Name and files of a recipe's set.
ProceduralSet procedural_set(const TabletopRecipe& recipe);

/// Tabletop: objects of a recipe's categories among clutter on a table, with exact ground truth. Frame i is a
/// pure function of the recipe and i. All methods may be called from several threads at once.
class TabletopGenerator : public ProceduralGenerator {
 public:
  /// The recipe must have passed check_tabletop_recipe().
  explicit TabletopGenerator(const TabletopRecipe& recipe);
  ~TabletopGenerator() override;

  const TabletopRecipe& recipe() const;
  const ProceduralSet& set() const override;
  /// Without categories: what is visible is known only after drawing.
  FrameInfo frame_info(std::size_t index) const override;
  /// `models_per_category` of each category.
  const std::vector<ObjectModel>& models() const override;
  /// Built on first use.
  std::shared_ptr<const ShapeInstance> shape(int object_id) const override;
  /// With a print its vertices carry it, in finer faces of the same surface.
  std::shared_ptr<const Mesh> mesh(int object_id) const override;
  /// Depth already carries sensor noise. Without `color` it is about three times faster.
  Frame frame(std::size_t index, const FrameLayers& layers = {},
              FrameDetails* details = nullptr) const override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Format "Tabletop (procedural)". The recipe must have passed check_tabletop_recipe().
std::shared_ptr<const Dataset> make_procedural_dataset(const TabletopRecipe& recipe);

}  // namespace alidade
