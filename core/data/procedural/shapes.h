// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "core/data/mesh.h"
#include "core/data/procedural/surface_print.h"
#include "core/geometry/symmetry.h"

namespace alidade {

/// One parametric object: a colored mesh, closed to the eye, whose axis-aligned box is centered at the
/// origin, y up, metres.
struct ShapeInstance {
  Mesh mesh;                                       ///< with normals and colors
  Eigen::Vector3d size = Eigen::Vector3d::Zero();  ///< full side lengths of the box
  SymmetryGroup symmetry;                          ///< of the whole object: none for mug and cup
  /// Of a mug or cup whose handle cannot be seen: any turn about the axis of its body. Equal to `symmetry`
  /// for all others.
  SymmetryGroup symmetry_when_hidden;
  std::string category;
  /// Faces from this index on are the handle of a mug or cup; mesh.faces.size() for all others.
  std::size_t first_handle_face = 0;
  /// Faces before this index may be printed on: neither handles nor laces, keys or caps.
  std::size_t num_printable_faces = 0;
  SurfacePrint print;  ///< empty unless print_surface() was asked for one
  double gloss = 0.3;  ///< strength of the specular highlight, 0..1
};

/// The six categories in alphabetical order: bottle, bowl, camera, can, laptop, mug (as in NOCS).
const std::vector<std::string>& shape_categories();
/// Ten categories of the household, in the order of HouseCat6D: box, bottle, can, cup, remote, teapot,
/// cutlery, glass, shoe, tube.
const std::vector<std::string>& household_categories();
/// All that make_shape() knows, in alphabetical order.
const std::vector<std::string>& all_shape_categories();

/// An object of `category`, one of all_shape_categories(); equal arguments give equal bytes. Sizes lie
/// between 5 and 36 cm. Bottle, bowl, can and glass are surfaces of revolution about y; mug and cup have
/// their handle on +x, where also points what is long: the spout of a teapot, the toe of a shoe, the front of
/// a remote control, the head of cutlery, the cap of a tube. Symmetries are those of the shape, whatever is
/// printed on it: all half turns for a carton, the one about y for a box with a lid, the one about x for a
/// tube.
ShapeInstance make_shape(const std::string& category, std::uint64_t seed);

/// Gives an object a print that suits its category: labels, stripes, checks, dots, lines of text, speckle.
/// It changes neither the mesh nor the symmetries; equal arguments give an equal print.
void print_surface(ShapeInstance& shape, std::uint64_t seed);

/// A carton, book, post, ball or cone that belongs to no category; without `cartons` a post in place of one.
ShapeInstance make_clutter(std::uint64_t seed, bool cartons = true);

}  // namespace alidade
