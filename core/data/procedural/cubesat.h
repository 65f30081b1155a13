// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "core/data/procedural/cubesat_recipe.h"
#include "core/data/procedural/procedural_generator.h"

namespace alidade {

/// The attitude from which CubesatRecipe::max_rotation_deg counts, cam_from_obj: the satellite upright, its
/// front (+z) towards the camera and turned so that its right side and its top show as well.
Eigen::Matrix3d cubesat_reference_attitude();

/// Name and files of a recipe's set: "cubesat-test", "probe-train-occluded", "cubesat-test-unseen-light".
ProceduralSet procedural_set(const CubesatRecipe& recipe);

/// Cubesat: a satellite before stars and the Earth, in sunlight, with exact ground truth. Every frame has one
/// instance of object 1, which no symmetry maps onto itself. Frame i depends on the recipe's split, seed and
/// choices and on i alone, not on the number of frames.
class CubesatGenerator : public ProceduralGenerator {
 public:
  /// The recipe must have passed check_cubesat_recipe().
  explicit CubesatGenerator(const CubesatRecipe& recipe);
  ~CubesatGenerator() override;

  const CubesatRecipe& recipe() const;
  const ProceduralSet& set() const override;
  FrameInfo frame_info(std::size_t index) const override;
  const std::vector<ObjectModel>& models() const override;
  std::shared_ptr<const ShapeInstance> shape(int object_id) const override;
  std::shared_ptr<const Mesh> mesh(int object_id) const override;
  /// Depth is exact but for its step, and 0 behind the satellite and the debris.
  Frame frame(std::size_t index, const FrameLayers& layers = {},
              FrameDetails* details = nullptr) const override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Format "Cubesat (procedural)". The recipe must have passed check_cubesat_recipe().
std::shared_ptr<const Dataset> make_procedural_dataset(const CubesatRecipe& recipe);

}  // namespace alidade
