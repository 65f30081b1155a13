// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>

#include <Eigen/Core>

namespace alidade {

/// A convex polyhedron that starts as a hexahedron and is cut by coordinate planes. Corners are shared by
/// index between the faces, so that each corner is judged once per plane: the surface stays closed whatever
/// rounding does, and the volume of faces that almost lie in the cutting plane stays accurate. No heap.
class ClippedHexahedron {
 public:
  /// The image of the cube |y_j| <= 1 under x = `map` y + `center`; `map` must keep orientation.
  ClippedHexahedron(const Eigen::Matrix3d& map, const Eigen::Vector3d& center);

  /// Keeps the part with side * x[axis] <= 1; `side` is +1 or -1.
  void clip(int axis, double side);

  bool empty() const { return face_count_ == 0; }
  /// Volume by the divergence theorem, taken about one of the corners.
  double volume() const;

 private:
  static constexpr int kMaxCorners = 192;
  static constexpr int kMaxFaces = 24;
  static constexpr int kMaxFaceCorners = 24;

  /// Corner indices, counter-clockwise seen from outside.
  struct Face {
    std::array<std::uint8_t, kMaxFaceCorners> corners;
    int count = 0;

    bool add(int corner);
  };
  struct Cut;

  void keep_inside(const Face& face, Cut* cut);
  int cut_corner(int inside, int outside, Cut* cut);
  void add_caps(Cut* cut) const;

  std::array<Eigen::Vector3d, kMaxCorners> corners_;
  std::array<Face, kMaxFaces> faces_;
  int corner_count_ = 0;
  int face_count_ = 0;
};

}  // namespace alidade
