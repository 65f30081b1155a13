// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "core/data/mesh.h"
#include "core/geometry/rigid.h"

namespace alidade {

using Rgb = std::array<std::uint8_t, 3>;

/// Color of hue, saturation and value, all in [0, 1] (hue wraps).
Rgb rgb_from_hsv(double hue, double saturation, double value);

/// A stretch of a profile in the (radius, height) half plane, walked so that the outside lies to the right:
/// upwards on the outer wall, inwards on a lid. Within a stretch normals are smooth; between stretches there
/// is a crease.
struct ProfilePiece {
  std::vector<Eigen::Vector2d> points;  ///< at least two; metres
  Rgb color{};
};

/// One closed ring of a loft. It runs so that its direction, crossed with the one towards the next ring,
/// points outwards: counter-clockwise seen from the last ring.
struct LoftRing {
  std::vector<Eigen::Vector3d> points;
  Rgb color{};
};

/// Appends parts to one mesh; each part is placed by `place`.
class MeshBuilder {
 public:
  /// Every following part is moved by this.
  void place(const Rigid3& mesh_from_part) { place_ = mesh_from_part; }

  /// Turns a profile about y.
  void revolve(const std::vector<ProfilePiece>& pieces, int segments);
  /// A box with edges rounded by `bevel` metres (0 = sharp), centered at `center`.
  void box(const Eigen::Vector3d& center, const Eigen::Vector3d& size, double bevel, const Rgb& color);
  /// A flat rectangle spanned by two half axes; faces along half_u x half_v.
  void rectangle(const Eigen::Vector3d& center, const Eigen::Vector3d& half_u, const Eigen::Vector3d& half_v,
                 const Rgb& color);
  /// A tube of elliptic section along `path` (open ended), in the xy plane: `radius_in` lies in the plane,
  /// `radius_z` across.
  void tube(const std::vector<Eigen::Vector2d>& path, double radius_in, double radius_z, int sides,
            const Rgb& color);

  /// A skin over rings of equally many points (three or more), smooth along and around; where asked for, a
  /// flat fan closes an end. A ring may shrink to one point.
  void loft(const std::vector<LoftRing>& rings, bool cap_first, bool cap_last);
  /// A flat convex face; its corners run counter-clockwise seen from outside.
  void polygon(const std::vector<Eigen::Vector3d>& corners, const Rgb& color);

  std::size_t num_faces() const { return mesh_.faces.size(); }
  /// The mesh moved so that its box is centered; `size` receives the box, `moved_center` where its center
  /// was.
  Mesh finish(Eigen::Vector3d& size, Eigen::Vector3d* moved_center = nullptr);

 private:
  std::uint32_t vertex(const Eigen::Vector3d& position, const Eigen::Vector3d& normal, const Rgb& color);
  void face(std::uint32_t a, std::uint32_t b, std::uint32_t c);

  Mesh mesh_;
  Rigid3 place_;
};

}  // namespace alidade
