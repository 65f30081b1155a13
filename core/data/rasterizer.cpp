// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/rasterizer.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Geometry>

namespace alidade {
namespace {

// Two faces that share an edge round it differently; this closes the seam.
constexpr double kEdgeSlack = 1e-12;

struct PixelBounds {
  int x0, x1, y0, y1;  // inclusive
  bool empty() const { return x0 > x1 || y0 > y1; }
};

int clamped_pixel(double value, int low, int high) {
  return static_cast<int>(std::clamp(value, static_cast<double>(low), static_cast<double>(high)));
}

PixelBounds face_bounds(const PinholeCamera& camera, double near, const Eigen::Vector3d* corners[3]) {
  PixelBounds whole{0, camera.width - 1, 0, camera.height - 1};
  double u0 = 1e30, u1 = -1e30, v0 = 1e30, v1 = -1e30;
  bool any_in_front = false, all_in_front = true;
  for (int i = 0; i < 3; ++i) {
    const auto& p = *corners[i];
    if (p.z() <= near) {
      all_in_front = false;
      continue;
    }
    any_in_front = true;
    const double u = camera.fx * p.x() / p.z() + camera.cx;
    const double v = camera.fy * p.y() / p.z() + camera.cy;
    u0 = std::min(u0, u), u1 = std::max(u1, u), v0 = std::min(v0, v), v1 = std::max(v1, v);
  }
  if (!any_in_front) {
    return {0, -1, 0, -1};
  }
  if (!all_in_front) {
    return whole;
  }
  return {clamped_pixel(std::ceil(u0 - 1e-9), 0, camera.width),
          clamped_pixel(std::floor(u1 + 1e-9), -1, whole.x1),
          clamped_pixel(std::ceil(v0 - 1e-9), 0, camera.height),
          clamped_pixel(std::floor(v1 + 1e-9), -1, whole.y1)};
}

// E(u, v) = edge . ((u - cx) / fx, (v - cy) / fy, 1) as coefficients of (u, v, 1).
Eigen::Vector3d pixel_coefficients(const PinholeCamera& camera, const Eigen::Vector3d& edge) {
  const double du = edge.x() / camera.fx;
  const double dv = edge.y() / camera.fy;
  return {du, dv, edge.z() - du * camera.cx - dv * camera.cy};
}

}  // namespace

Rasterizer::Rasterizer(const PinholeCamera& camera, double near) : camera_(camera), near_(near) {}

void Rasterizer::draw(std::span<const RasterItem> items) {
  const auto pixels = static_cast<std::size_t>(camera_.width) * camera_.height;
  inverse_depth_.assign(pixels, 0.0F);
  face_ids_.assign(pixels, -1);
  faces_.clear();
  items_ = items;
  for (std::size_t i = 0; i < items.size(); ++i) {
    draw_item(static_cast<int>(i), items[i]);
  }
}

void Rasterizer::draw_item(int index, const RasterItem& item) {
  const auto& mesh = *item.mesh;
  vertices_cam_.resize(mesh.vertices.size());
  for (std::size_t i = 0; i < mesh.vertices.size(); ++i) {
    vertices_cam_[i] = item.cam_from_mesh * mesh.vertices[i].cast<double>();
  }
  for (std::size_t f = 0; f < mesh.faces.size(); ++f) {
    const auto& corner = mesh.faces[f];
    const Eigen::Vector3d* p[3] = {&vertices_cam_[corner[0]], &vertices_cam_[corner[1]],
                                   &vertices_cam_[corner[2]]};
    const Eigen::Vector3d opposite = p[1]->cross(*p[2]);
    const double det = p[0]->dot(opposite);
    if (det > -1e-18 && !(item.two_sided && det > 1e-18)) {  // seen from behind, or edge-on
      continue;
    }
    const PixelBounds bounds = face_bounds(camera_, near_, p);
    if (bounds.empty()) {
      continue;
    }
    Face face;
    face.edges.row(0) = pixel_coefficients(camera_, opposite / det);
    face.edges.row(1) = pixel_coefficients(camera_, p[2]->cross(*p[0]) / det);
    face.edges.row(2) = pixel_coefficients(camera_, p[0]->cross(*p[1]) / det);
    face.item = index;
    face.face = static_cast<std::int32_t>(f);
    const auto id = static_cast<std::int32_t>(faces_.size());
    faces_.push_back(face);
    fill(face, id, bounds.x0, bounds.x1, bounds.y0, bounds.y1);
  }
}

void Rasterizer::fill(const Face& face, std::int32_t id, int x0, int x1, int y0, int y1) {
  const double step[3] = {face.edges(0, 0), face.edges(1, 0), face.edges(2, 0)};
  const double nearest = 1.0 / near_;
  for (int y = y0; y <= y1; ++y) {
    double e[3];
    for (int i = 0; i < 3; ++i) {
      e[i] = step[i] * x0 + face.edges(i, 1) * y + face.edges(i, 2);
    }
    const std::size_t row = static_cast<std::size_t>(y) * camera_.width;
    for (int x = x0; x <= x1; ++x, e[0] += step[0], e[1] += step[1], e[2] += step[2]) {
      if (e[0] < -kEdgeSlack || e[1] < -kEdgeSlack || e[2] < -kEdgeSlack) {
        continue;
      }
      const double inverse = e[0] + e[1] + e[2];
      const auto stored = static_cast<float>(inverse);
      if (inverse <= nearest && stored > inverse_depth_[row + x]) {
        inverse_depth_[row + x] = stored;
        face_ids_[row + x] = id;
      }
    }
  }
}

const Rasterizer::Face* Rasterizer::face_at(int x, int y) const {
  const auto id = face_ids_[static_cast<std::size_t>(y) * camera_.width + x];
  return id < 0 ? nullptr : &faces_[id];
}

Eigen::Vector3d Rasterizer::weights(const Face& face, int x, int y) const {
  return face.edges * Eigen::Vector3d(x, y, 1.0);
}

// The vector n with n . (x, y, 1) = 1 / z for the ray (x, y, 1): the normal of the face, away from the
// camera.
Eigen::Vector3d Rasterizer::plane(const Face& face) const {
  const Eigen::Vector3d sum = face.edges.colwise().sum();
  return {sum.x() * camera_.fx, sum.y() * camera_.fy, sum.z() + sum.x() * camera_.cx + sum.y() * camera_.cy};
}

Fragment Rasterizer::fragment(int x, int y) const {
  const Face* face = face_at(x, y);
  if (face == nullptr) {
    return {};
  }
  return {face->item, face->face, 1.0 / weights(*face, x, y).sum()};
}

Eigen::Vector3d Rasterizer::barycentric(int x, int y) const {
  const Face* face = face_at(x, y);
  if (face == nullptr) {
    return Eigen::Vector3d::Zero();
  }
  const Eigen::Vector3d w = weights(*face, x, y);
  return w / w.sum();
}

Eigen::Vector3d Rasterizer::point_cam(int x, int y) const {
  const Fragment seen = fragment(x, y);
  return camera_.unproject(x, y, seen.z);
}

Eigen::Vector3d Rasterizer::point_mesh(int x, int y) const {
  const Fragment seen = fragment(x, y);
  if (seen.item < 0) {
    return Eigen::Vector3d::Zero();
  }
  const Rigid3& pose = items_[seen.item].cam_from_mesh;
  return pose.R.transpose() * (camera_.unproject(x, y, seen.z) - pose.t);
}

Eigen::Vector3d Rasterizer::face_normal_cam(int x, int y) const {
  const Face* face = face_at(x, y);
  if (face == nullptr) {
    return Eigen::Vector3d::Zero();
  }
  return -plane(*face).normalized();
}

double Rasterizer::incidence_cosine(int x, int y) const {
  const Face* face = face_at(x, y);
  if (face == nullptr) {
    return 0.0;
  }
  const Eigen::Vector3d ray = camera_.unproject(x, y, 1.0);
  const Eigen::Vector3d normal = plane(*face);
  return normal.dot(ray) / std::sqrt(normal.squaredNorm() * ray.squaredNorm());
}

Eigen::Vector3d Rasterizer::normal_cam(int x, int y) const {
  const Face* face = face_at(x, y);
  if (face == nullptr || items_[face->item].mesh->normals.empty()) {
    return face_normal_cam(x, y);
  }
  const auto& mesh = *items_[face->item].mesh;
  const auto& corner = mesh.faces[face->face];
  const Eigen::Vector3d w = weights(*face, x, y);
  const Eigen::Vector3d normal = w[0] * mesh.normals[corner[0]].cast<double>() +
                                 w[1] * mesh.normals[corner[1]].cast<double>() +
                                 w[2] * mesh.normals[corner[2]].cast<double>();
  return items_[face->item].cam_from_mesh.R * normal.normalized();
}

Eigen::Vector3d Rasterizer::albedo(int x, int y) const {
  const Face* face = face_at(x, y);
  if (face == nullptr || items_[face->item].mesh->colors.empty()) {
    return Eigen::Vector3d::Ones();
  }
  const auto& mesh = *items_[face->item].mesh;
  const auto& corner = mesh.faces[face->face];
  const Eigen::Vector3d w = weights(*face, x, y);
  Eigen::Vector3d color = Eigen::Vector3d::Zero();
  for (int i = 0; i < 3; ++i) {
    const auto& rgb = mesh.colors[corner[i]];
    color += w[i] * Eigen::Vector3d(rgb[0], rgb[1], rgb[2]);
  }
  return color / (255.0 * w.sum());
}

}  // namespace alidade
