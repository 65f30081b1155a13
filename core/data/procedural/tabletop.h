// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/data/dataset.h"
#include "core/data/procedural/shapes.h"
#include "core/data/procedural/tabletop_recipe.h"

namespace alidade {

/// What the files of a frame need beyond Frame; one entry per instance.
struct TabletopDetails {
  std::vector<ImageU8> full_masks;       ///< silhouette without occluders, 255 = object
  std::vector<std::int64_t> num_pixels;  ///< of the whole silhouette, also outside the image
  std::vector<bool> handle_hidden;       ///< the instance carries ShapeInstance::symmetry_when_hidden
};

/// Names and numbers of frame `index`: stills are the images of one scene, a sequence is a scene of its own.
FrameInfo tabletop_frame_info(const TabletopRecipe& recipe, std::size_t index);

/// Tabletop: objects of a recipe's categories among clutter on a table, with exact ground truth. Frame i is a
/// pure function of the recipe and i. All methods may be called from several threads at once.
class TabletopGenerator {
 public:
  /// The recipe must have passed check_tabletop_recipe().
  explicit TabletopGenerator(const TabletopRecipe& recipe);
  ~TabletopGenerator();

  const TabletopRecipe& recipe() const;
  /// Every object of the pool, ids from 1; `models_per_category` of each category.
  const std::vector<ObjectModel>& models() const;
  /// The shape of a model, built on first use; null for an unknown id.
  std::shared_ptr<const ShapeInstance> shape(int object_id) const;
  /// The mesh of a model; null for an unknown id. With a print its vertices carry it, in finer faces of the
  /// same surface.
  std::shared_ptr<const Mesh> mesh(int object_id) const;

  /// A complete frame: depth already carries sensor noise and the rounding of its 16-bit file; instances
  /// without a visible pixel are left out. Without `color` it is about three times faster; all other layers
  /// stay the same.
  Frame frame(std::size_t index, const FrameLayers& layers = {}, TabletopDetails* details = nullptr) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A dataset that generates its frames when they are loaded; format "Tabletop (procedural)". The recipe must
/// have passed check_tabletop_recipe().
std::shared_ptr<const Dataset> make_procedural_dataset(const TabletopRecipe& recipe);

}  // namespace alidade
