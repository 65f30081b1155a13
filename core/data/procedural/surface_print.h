// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "core/data/mesh.h"

namespace alidade {

/// One thing printed on a surface: where it is (a region of a chart), what it is (a pattern), its color.
struct PrintLayer {
  /// How a point of the object becomes a point (u, v) in metres. kAroundY and kAroundX unroll the outside of
  /// what turns about that axis; kSides projects onto the side of the box that the normal points to; kSolid
  /// has no chart: its region is everything, and only kSpeckle makes sense.
  enum class Chart { kAroundY, kAroundX, kSides, kSolid };
  /// kLines looks like lines of text, kBars like a bar code, kSpeckle is smooth noise.
  enum class Pattern { kFill, kStripes, kChecks, kDots, kLines, kBars, kSpeckle };

  Chart chart = Chart::kAroundY;
  Pattern pattern = Pattern::kFill;
  /// The region, in shares of the chart from -1 to 1: of a half turn and the half height, or of the half
  /// sides.
  Eigen::Vector2d center = Eigen::Vector2d::Zero(), half = Eigen::Vector2d::Ones();
  bool oval = false;   ///< the region is an ellipse, not a rectangle
  unsigned sides = 7;  ///< of kSides: 1 = x, 2 = y, 4 = z
  Eigen::Vector2d frequency = Eigen::Vector2d::Constant(100.0);  ///< repetitions per metre along u and v
  Eigen::Vector3d color = Eigen::Vector3d::Zero();               ///< RGB, 0..1
  double cover = 1.0;                                            ///< how opaque, 0..1
  std::uint32_t seed = 0;                                        ///< of kLines, kBars and kSpeckle
};

/// What is printed on an object, as a function of the point: sharp at every resolution, and the same bytes
/// everywhere.
struct SurfacePrint {
  std::vector<PrintLayer> layers;                  ///< later ones lie on top
  std::size_t num_faces = 0;                       ///< faces before this index carry the print
  Eigen::Vector3d half = Eigen::Vector3d::Ones();  ///< half the box of the object, metres

  bool empty() const { return layers.empty(); }
  /// The color at a point with a normal (unit), all in the object frame; `base` without print. RGB, 0..1.
  Eigen::Vector3d color(const Eigen::Vector3d& point, const Eigen::Vector3d& normal,
                        const Eigen::Vector3d& base) const;
};

/// The same surface with the print in the colors of its vertices, for what knows no print: faces that carry
/// it are cut until no edge is longer than `longest` metres. `mesh` has normals and colors.
Mesh printed_mesh(const Mesh& mesh, const SurfacePrint& print, double longest);

}  // namespace alidade
