// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/mesh_builder.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Geometry>

namespace alidade {
namespace {

// Unit normals at the points of a profile; outside lies to the right of the walk.
std::vector<Eigen::Vector2d> profile_normals(const std::vector<Eigen::Vector2d>& points) {
  std::vector<Eigen::Vector2d> normals(points.size(), Eigen::Vector2d::Zero());
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const Eigen::Vector2d along = (points[i + 1] - points[i]).normalized();
    const Eigen::Vector2d outward(along.y(), -along.x());
    normals[i] += outward;
    normals[i + 1] += outward;
  }
  for (auto& normal : normals) {
    normal.normalize();
  }
  return normals;
}

Eigen::Vector3d centroid(const std::vector<Eigen::Vector3d>& points) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (const auto& point : points) {
    sum += point;
  }
  return sum / static_cast<double>(points.size());
}

// Unit normal at a point of a loft: around crossed with along. The tip of a ring that has shrunk to a point
// looks away from its neighbor.
Eigen::Vector3d loft_normal(const std::vector<LoftRing>& rings, std::size_t i, std::size_t s) {
  const auto& ring = rings[i].points;
  const std::size_t sides = ring.size(), before = i == 0 ? 0 : i - 1,
                    after = std::min(i + 1, rings.size() - 1);
  const Eigen::Vector3d around = ring[(s + 1) % sides] - ring[(s + sides - 1) % sides];
  const Eigen::Vector3d along = rings[after].points[s] - rings[before].points[s];
  const Eigen::Vector3d normal = around.cross(along);
  if (normal.norm() > 1e-14) {
    return normal.normalized();
  }
  const auto& neighbor = rings[i == 0 ? after : before].points;
  return (centroid(ring) - centroid(neighbor)).normalized();
}

}  // namespace

Rgb rgb_from_hsv(double hue, double saturation, double value) {
  const double sector = (hue - std::floor(hue)) * 6.0;
  const auto channel = [&](double shift) {
    const double k = std::fmod(shift + sector, 6.0);
    const double c = value - value * saturation * std::clamp(std::min(k, 4.0 - k), 0.0, 1.0);
    return static_cast<std::uint8_t>(std::lround(255.0 * std::clamp(c, 0.0, 1.0)));
  };
  return {channel(5.0), channel(3.0), channel(1.0)};
}

std::uint32_t MeshBuilder::vertex(const Eigen::Vector3d& position, const Eigen::Vector3d& normal,
                                  const Rgb& color) {
  mesh_.vertices.push_back((place_ * position).cast<float>());
  mesh_.normals.push_back((place_.R * normal).cast<float>());
  mesh_.colors.push_back(color);
  return static_cast<std::uint32_t>(mesh_.vertices.size() - 1);
}

void MeshBuilder::face(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
  const Eigen::Vector3f &p = mesh_.vertices[a], &q = mesh_.vertices[b], &r = mesh_.vertices[c];
  if ((q - p).cross(r - p).norm() > 1e-12F) {  // the pole of a surface of revolution gives empty faces
    mesh_.faces.push_back({a, b, c});
  }
}

void MeshBuilder::revolve(const std::vector<ProfilePiece>& pieces, int segments) {
  for (const auto& piece : pieces) {
    const auto normals = profile_normals(piece.points);
    const auto rows = static_cast<std::uint32_t>(piece.points.size());
    const auto first = static_cast<std::uint32_t>(mesh_.vertices.size());
    for (int s = 0; s < segments; ++s) {
      const double angle = 2.0 * std::numbers::pi * s / segments;
      const double c = std::cos(angle), sn = std::sin(angle);
      for (std::uint32_t i = 0; i < rows; ++i) {
        const auto &p = piece.points[i], &n = normals[i];
        vertex({p.x() * c, p.y(), p.x() * sn}, {n.x() * c, n.y(), n.x() * sn}, piece.color);
      }
    }
    for (int s = 0; s < segments; ++s) {
      const std::uint32_t here = first + s * rows, next = first + (s + 1) % segments * rows;
      for (std::uint32_t i = 0; i + 1 < rows; ++i) {
        face(here + i, here + i + 1, next + i + 1);
        face(here + i, next + i + 1, next + i);
      }
    }
  }
}

void MeshBuilder::rectangle(const Eigen::Vector3d& center, const Eigen::Vector3d& half_u,
                            const Eigen::Vector3d& half_v, const Rgb& color) {
  const Eigen::Vector3d normal = half_u.cross(half_v).normalized();
  const auto a = vertex(center - half_u - half_v, normal, color);
  const auto b = vertex(center + half_u - half_v, normal, color);
  const auto c = vertex(center + half_u + half_v, normal, color);
  const auto d = vertex(center - half_u + half_v, normal, color);
  face(a, b, c);
  face(a, c, d);
}

void MeshBuilder::box(const Eigen::Vector3d& center, const Eigen::Vector3d& size, double bevel,
                      const Rgb& color) {
  const Eigen::Vector3d half = 0.5 * size;
  const double r = std::min(bevel, 0.45 * size.minCoeff());
  // The 3 x 2 flat sides; their corners are shared by normal and position with the strips in between.
  for (int axis = 0; axis < 3; ++axis) {
    const int u = (axis + 1) % 3, v = (axis + 2) % 3;
    for (int sign = -1; sign <= 1; sign += 2) {
      Eigen::Vector3d offset = Eigen::Vector3d::Zero(), half_u = offset, half_v = offset;
      offset[axis] = sign * half[axis];
      half_u[u] = sign * (half[u] - r);
      half_v[v] = half[v] - r;
      rectangle(center + offset, half_u, half_v, color);
    }
  }
  if (r <= 0.0) {
    return;
  }
  const Eigen::Vector3d inner = half - Eigen::Vector3d::Constant(r);
  const auto corner = [&](const Eigen::Vector3d& sign, int axis) {
    Eigen::Vector3d normal = Eigen::Vector3d::Zero();
    normal[axis] = sign[axis];
    return vertex(center + sign.cwiseProduct(inner) + r * normal, normal, color);
  };
  for (int bits = 0; bits < 8; ++bits) {
    const Eigen::Vector3d sign(bits & 1 ? 1 : -1, bits & 2 ? 1 : -1, bits & 4 ? 1 : -1);
    const bool even = sign.prod() > 0.0;
    const auto a = corner(sign, 0), b = corner(sign, even ? 1 : 2), c = corner(sign, even ? 2 : 1);
    face(a, b, c);
    for (int axis = 0; axis < 3; ++axis) {  // the strip along `axis`, from its negative end
      if (sign[axis] > 0.0) {
        continue;
      }
      const int u = (axis + 1) % 3, v = (axis + 2) % 3;
      Eigen::Vector3d far = sign;
      far[axis] = 1.0;
      const bool forward = sign[u] * sign[v] > 0.0;
      const auto p = corner(sign, u), q = corner(far, u), s = corner(far, v), t = corner(sign, v);
      forward ? (face(p, s, q), face(p, t, s)) : (face(p, q, s), face(p, s, t));
    }
  }
}

void MeshBuilder::tube(const std::vector<Eigen::Vector2d>& path, double radius_in, double radius_z, int sides,
                       const Rgb& color) {
  const auto first = static_cast<std::uint32_t>(mesh_.vertices.size());
  const auto count = static_cast<std::uint32_t>(path.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    const Eigen::Vector2d along = (path[std::min(i + 1, count - 1)] - path[i == 0 ? 0 : i - 1]).normalized();
    const Eigen::Vector3d across(along.y(), -along.x(), 0.0);
    for (int s = 0; s < sides; ++s) {
      const double angle = 2.0 * std::numbers::pi * s / sides;
      const double c = std::cos(angle), sn = std::sin(angle);
      const Eigen::Vector3d position(path[i].x() + radius_in * c * across.x(),
                                     path[i].y() + radius_in * c * across.y(), radius_z * sn);
      const Eigen::Vector3d normal = c / radius_in * across + Eigen::Vector3d(0.0, 0.0, sn / radius_z);
      vertex(position, normal.normalized(), color);
    }
  }
  for (std::uint32_t i = 0; i + 1 < count; ++i) {
    for (int s = 0; s < sides; ++s) {
      const std::uint32_t t = (s + 1) % sides, here = first + i * sides, next = here + sides;
      face(here + s, next + s, next + t);
      face(here + s, next + t, here + t);
    }
  }
}

void MeshBuilder::loft(const std::vector<LoftRing>& rings, bool cap_first, bool cap_last) {
  const auto first = static_cast<std::uint32_t>(mesh_.vertices.size());
  const std::size_t count = rings.size(), sides = rings.front().points.size();
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t s = 0; s < sides; ++s) {
      vertex(rings[i].points[s], loft_normal(rings, i, s), rings[i].color);
    }
  }
  for (std::uint32_t i = 0; i + 1 < count; ++i) {
    for (std::uint32_t s = 0; s < sides; ++s) {
      const auto here = first + i * static_cast<std::uint32_t>(sides);
      const auto up = here + static_cast<std::uint32_t>(sides);
      const auto next = (s + 1) % static_cast<std::uint32_t>(sides);
      face(here + s, here + next, up + next);
      face(here + s, up + next, up + s);
    }
  }
  if (cap_first) {
    std::vector<Eigen::Vector3d> turned(rings.front().points.rbegin(), rings.front().points.rend());
    polygon(turned, rings.front().color);
  }
  if (cap_last) {
    polygon(rings.back().points, rings.back().color);
  }
}

void MeshBuilder::polygon(const std::vector<Eigen::Vector3d>& corners, const Rgb& color) {
  const Eigen::Vector3d center = centroid(corners);
  Eigen::Vector3d normal = Eigen::Vector3d::Zero();
  for (std::size_t i = 0; i < corners.size(); ++i) {
    normal += (corners[i] - center).cross(corners[(i + 1) % corners.size()] - center);
  }
  normal.normalize();
  const auto middle = vertex(center, normal, color);
  for (const auto& corner : corners) {
    vertex(corner, normal, color);
  }
  const auto count = static_cast<std::uint32_t>(corners.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    face(middle, middle + 1 + i, middle + 1 + (i + 1) % count);
  }
}

Mesh MeshBuilder::finish(Eigen::Vector3d& size, Eigen::Vector3d* moved_center) {
  Eigen::Vector3f low = Eigen::Vector3f::Constant(1e30F), high = -low;
  for (const auto& p : mesh_.vertices) {
    low = low.cwiseMin(p);
    high = high.cwiseMax(p);
  }
  const Eigen::Vector3f center = 0.5F * (low + high);
  for (auto& p : mesh_.vertices) {
    p -= center;
  }
  size = (high - low).cast<double>();
  if (moved_center != nullptr) {
    *moved_center = center.cast<double>();
  }
  return std::move(mesh_);
}

}  // namespace alidade
