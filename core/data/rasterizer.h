// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/data/mesh.h"
#include "core/geometry/camera.h"
#include "core/geometry/rigid.h"

namespace alidade {

/// One mesh placed in front of the camera. Faces are counter-clockwise seen from outside; back faces are
/// drawn only if asked for.
struct RasterItem {
  const Mesh* mesh = nullptr;
  Rigid3 cam_from_mesh;
  bool two_sided = false;  ///< draw back faces too
};

/// What one pixel shows.
struct Fragment {
  std::int32_t item = -1;  ///< index into the items; -1 = background
  std::int32_t face = -1;
  double z = 0.0;  ///< depth in metres; 0 for the background
};

/// Software z-buffer: which face of which item is nearest along the ray of each pixel center (integer
/// coordinates). Uses homogeneous edge functions (Olano and Greer, 1997), so that faces which cross the
/// camera plane need no clipping and z is exactly the depth of the face's plane.
class Rasterizer {
 public:
  /// `near` in metres: what is closer is not drawn.
  explicit Rasterizer(const PinholeCamera& camera, double near = 0.02);

  /// Draws all items into a cleared buffer. The items must outlive the calls below.
  void draw(std::span<const RasterItem> items);

  const PinholeCamera& camera() const { return camera_; }
  /// Depth, item and face at a pixel.
  Fragment fragment(int x, int y) const;
  /// Weights of the face's three vertices at a pixel, perspective-correct, summing to 1.
  Eigen::Vector3d barycentric(int x, int y) const;
  /// The seen point in the camera frame; zero for the background.
  Eigen::Vector3d point_cam(int x, int y) const;
  /// The seen point in the frame of its mesh; zero for the background.
  Eigen::Vector3d point_mesh(int x, int y) const;
  /// Unit normal of the face, camera frame, towards the camera; zero for the background.
  Eigen::Vector3d face_normal_cam(int x, int y) const;
  /// Cosine between the viewing ray and the face's normal, 0..1; 0 for the background.
  double incidence_cosine(int x, int y) const;
  /// Interpolated vertex normal in the camera frame, unit (face normal when the mesh has none).
  Eigen::Vector3d normal_cam(int x, int y) const;
  /// Interpolated vertex color, 0..1 (white when the mesh has none).
  Eigen::Vector3d albedo(int x, int y) const;
  /// Depth of the surface at a pixel as it was drawn; 0 = background. Faster than fragment().
  float depth(int x, int y) const {
    const float inverse = inverse_depth_[static_cast<std::size_t>(y) * camera_.width + x];
    return inverse > 0.0F ? 1.0F / inverse : 0.0F;
  }

 private:
  struct Face {
    Eigen::Matrix3d edges;  ///< row i: E_i as (u, v, 1) coefficients, divided by det, so that z = 1 / sum E_i
    std::int32_t item;
    std::int32_t face;
  };

  void draw_item(int index, const RasterItem& item);
  void fill(const Face& face, std::int32_t id, int x0, int x1, int y0, int y1);
  const Face* face_at(int x, int y) const;
  Eigen::Vector3d weights(const Face& face, int x, int y) const;
  Eigen::Vector3d plane(const Face& face) const;

  PinholeCamera camera_;
  double near_;
  std::span<const RasterItem> items_;
  std::vector<float> inverse_depth_;
  std::vector<std::int32_t> face_ids_;
  std::vector<Face> faces_;
  std::vector<Eigen::Vector3d> vertices_cam_;
};

}  // namespace alidade
