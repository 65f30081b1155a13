// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "core/data/procedural/cubesat_recipe.h"
#include "core/data/procedural/mesh_builder.h"
#include "core/data/procedural/shapes.h"

namespace alidade {

/// How a face takes the light: matt paint, crinkled insulation foil, the glass of solar cells.
enum class Finish : std::uint8_t { kPaint, kFoil, kGlass };

/// A body in space and the finish of each of its faces.
struct Spacecraft {
  ShapeInstance shape;
  std::vector<Finish> finishes;
};

/// Builds a body from parts with finishes.
class SpacecraftBuilder {
 public:
  MeshBuilder parts;

  /// The faces added since the last call have this finish.
  void finish_as(Finish finish) { finishes_.resize(parts.num_faces(), finish); }
  /// A flat mark a millimetre above the point `center` of a face with this normal (along an axis of the
  /// part): half sizes across and up, where up is +y, and +z on tops and bottoms.
  void mark(const Eigen::Vector3d& center, const Eigen::Vector3d& normal, const Eigen::Vector2d& half,
            const Rgb& color);
  /// Solar cells in columns and rows over a region, in two shades.
  void cells(const Eigen::Vector3d& center, const Eigen::Vector3d& normal, const Eigen::Vector2d& half,
             int columns, int rows, const Rgb& color);
  /// A dish about y that opens upwards, with its feed; the vertex is the part's origin.
  void dish(double radius, double depth, const Rgb& inside, const Rgb& outside);

  Spacecraft finish(const std::string& name);

 private:
  std::vector<Finish> finishes_;
};

/// The satellite of a recipe, always the same. +y is up, +z its front; neither shape nor colors have any
/// symmetry.
Spacecraft make_satellite(CubesatRecipe::Satellite satellite);
Spacecraft make_cubesat();
Spacecraft make_probe();

/// A torn panel, a girder or a lump of metal of about this radius (metres).
Spacecraft make_debris(std::uint64_t seed, double radius);

}  // namespace alidade
