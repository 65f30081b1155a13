// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "core/data/mesh.h"
#include "core/geometry/symmetry.h"

namespace alidade {

/// One parametric object: a colored mesh, closed to the eye, whose axis-aligned box is centered at the
/// origin, y up, metres.
struct ShapeInstance {
  Mesh mesh;                                       ///< with normals and colors
  Eigen::Vector3d size = Eigen::Vector3d::Zero();  ///< full side lengths of the box
  SymmetryGroup symmetry;                          ///< of the whole object: none for a mug
  /// Of a mug whose handle cannot be seen: any turn about the axis of its body. Equal to `symmetry` for all
  /// others.
  SymmetryGroup symmetry_when_hidden;
  std::string category;
  /// Faces from this index on are the handle of a mug; mesh.faces.size() for all others.
  std::size_t first_handle_face = 0;
  double gloss = 0.3;  ///< strength of the specular highlight, 0..1
};

/// The six categories in alphabetical order: bottle, bowl, camera, can, laptop, mug (as in NOCS).
const std::vector<std::string>& shape_categories();

/// An object of `category`; equal arguments give equal bytes. Sizes lie between 5 and 36 cm. Bottle, bowl and
/// can are surfaces of revolution about y; a mug has its handle on +x. The category must be one of
/// shape_categories().
ShapeInstance make_shape(const std::string& category, std::uint64_t seed);

/// A box, cylinder, ball or cone that belongs to no category.
ShapeInstance make_clutter(std::uint64_t seed);

}  // namespace alidade
