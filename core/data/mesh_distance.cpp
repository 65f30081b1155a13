// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/mesh_distance.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <Eigen/Geometry>

namespace alidade {
namespace {

constexpr std::size_t kLeafFaces = 6;
constexpr std::size_t kDeepestStack = 128;  // halving 2^32 faces needs a quarter of it

/// Squared distance of p to the triangle, by the region of its plane that p lies above (Ericson, Real-Time
/// Collision Detection, 2005, section 5.1.5). Triangles without area are their corners and edges.
double squared_to_triangle(const Eigen::Vector3d& p, const Eigen::Vector3d& a, const Eigen::Vector3d& b,
                           const Eigen::Vector3d& c) {
  const Eigen::Vector3d ab = b - a, ac = c - a, ap = p - a;
  const double d1 = ab.dot(ap), d2 = ac.dot(ap);
  if (d1 <= 0.0 && d2 <= 0.0) {
    return ap.squaredNorm();
  }
  const Eigen::Vector3d bp = p - b;
  const double d3 = ab.dot(bp), d4 = ac.dot(bp);
  if (d3 >= 0.0 && d4 <= d3) {
    return bp.squaredNorm();
  }
  const double vc = d1 * d4 - d3 * d2;
  if (vc <= 0.0 && d1 >= 0.0 && d3 <= 0.0 && d1 > d3) {
    return (ap - d1 / (d1 - d3) * ab).squaredNorm();
  }
  const Eigen::Vector3d cp = p - c;
  const double d5 = ab.dot(cp), d6 = ac.dot(cp);
  if (d6 >= 0.0 && d5 <= d6) {
    return cp.squaredNorm();
  }
  const double vb = d5 * d2 - d1 * d6;
  if (vb <= 0.0 && d2 >= 0.0 && d6 <= 0.0 && d2 > d6) {
    return (ap - d2 / (d2 - d6) * ac).squaredNorm();
  }
  const double va = d3 * d6 - d5 * d4;
  const double along = d4 - d3, back = d5 - d6;
  if (va <= 0.0 && along >= 0.0 && back >= 0.0 && along + back > 0.0) {
    return (bp - along / (along + back) * (c - b)).squaredNorm();
  }
  const double sum = va + vb + vc;
  if (!(sum > 0.0)) {
    return std::min({ap.squaredNorm(), bp.squaredNorm(), cp.squaredNorm()});
  }
  return (ap - vb / sum * ab - vc / sum * ac).squaredNorm();
}

double squared_to_box(const Eigen::Vector3d& p, const Eigen::Vector3f& low, const Eigen::Vector3f& high) {
  const Eigen::Array3d below = low.cast<double>() - p;
  const Eigen::Array3d above = p - high.cast<double>();
  return below.max(above).max(0.0).matrix().squaredNorm();
}

}  // namespace

MeshDistance::MeshDistance(const Mesh& mesh) {
  const auto finite = [](const Triangle& triangle) {
    return triangle[0].allFinite() && triangle[1].allFinite() && triangle[2].allFinite();
  };
  const auto add = [&](const Triangle& triangle) {
    if (finite(triangle)) {
      triangles_.push_back(triangle);
    }
  };
  for (const auto& face : mesh.faces) {
    add({mesh.vertices[face[0]], mesh.vertices[face[1]], mesh.vertices[face[2]]});
  }
  for (std::size_t i = 0; i < mesh.vertices.size() && mesh.faces.empty(); ++i) {
    add({mesh.vertices[i], mesh.vertices[i], mesh.vertices[i]});
  }
  if (!triangles_.empty()) {
    nodes_.reserve(2 * triangles_.size() / kLeafFaces + 2);
    nodes_.emplace_back();
    build(0, 0, triangles_.size());
  }
}

void MeshDistance::build(std::size_t node, std::size_t first, std::size_t count) {
  Eigen::AlignedBox3f box;
  for (std::size_t i = first; i < first + count; ++i) {
    for (const Eigen::Vector3f& corner : triangles_[i]) {
      box.extend(corner);
    }
  }
  nodes_[node].low = box.min();
  nodes_[node].high = box.max();
  if (count <= kLeafFaces) {
    nodes_[node].first = static_cast<std::uint32_t>(first);
    nodes_[node].count = static_cast<std::uint32_t>(count);
    return;
  }
  int axis = 0;
  box.sizes().maxCoeff(&axis);
  const std::size_t half = count / 2;
  const auto begin = triangles_.begin() + static_cast<std::ptrdiff_t>(first);
  std::nth_element(begin, begin + static_cast<std::ptrdiff_t>(half),
                   begin + static_cast<std::ptrdiff_t>(count), [axis](const Triangle& a, const Triangle& b) {
                     return a[0][axis] + a[1][axis] + a[2][axis] < b[0][axis] + b[1][axis] + b[2][axis];
                   });
  const std::size_t children = nodes_.size();
  nodes_.resize(children + 2);
  nodes_[node].first = static_cast<std::uint32_t>(children);
  build(children, first, half);
  build(children + 1, first + half, count - half);
}

double MeshDistance::distance(const Eigen::Vector3d& point, double most) const {
  const double beyond = most * most;
  double best = beyond;
  if (nodes_.empty()) {
    return std::numeric_limits<double>::infinity();
  }
  std::array<std::uint32_t, kDeepestStack> stack;
  std::size_t depth = 0;
  stack[depth++] = 0;
  while (depth > 0) {
    const Node& node = nodes_[stack[--depth]];
    if (squared_to_box(point, node.low, node.high) >= best) {
      continue;
    }
    for (std::uint32_t i = 0; i < node.count; ++i) {
      const Triangle& t = triangles_[node.first + i];
      best = std::min(best, squared_to_triangle(point, t[0].cast<double>(), t[1].cast<double>(),
                                                t[2].cast<double>()));
    }
    if (node.count == 0) {
      const auto to_box = [&](std::uint32_t child) {
        return squared_to_box(point, nodes_[child].low, nodes_[child].high);
      };
      // The nearer child is looked at first: it lies on top.
      const bool left_first = to_box(node.first) <= to_box(node.first + 1);
      stack[depth++] = node.first + (left_first ? 1 : 0);
      stack[depth++] = node.first + (left_first ? 0 : 1);
    }
  }
  return best < beyond ? std::sqrt(best) : most;
}

ImageF model_distances(const ImageF& depth, const PinholeCamera& camera, std::span<const PlacedMesh> meshes,
                       double most) {
  if (depth.empty() || depth.channels != 1 || !camera.valid()) {
    return {};
  }
  constexpr float kBeyond = std::numeric_limits<float>::infinity();
  std::map<const Mesh*, MeshDistance> trees;
  struct Model {
    const MeshDistance* tree;
    Rigid3 mesh_from_cam;
  };
  std::vector<Model> models;
  for (const PlacedMesh& placed : meshes) {
    if (placed.mesh && placed.cam_from_mesh.R.allFinite() && placed.cam_from_mesh.t.allFinite()) {
      const MeshDistance& tree = trees.try_emplace(placed.mesh.get(), *placed.mesh).first->second;
      models.push_back({&tree, placed.cam_from_mesh.inverse()});
    }
  }
  ImageF distances(depth.width, depth.height, 1, std::numeric_limits<float>::quiet_NaN());
  for (int y = 0; y < depth.height; ++y) {
    for (int x = 0; x < depth.width; ++x) {
      const float z = *depth.pixel(x, y);
      if (!(z > 0.0F) || !std::isfinite(z)) {
        continue;
      }
      const Eigen::Vector3d point = camera.unproject(x, y, z);
      double nearest = most;
      for (const Model& model : models) {
        nearest = std::min(nearest, model.tree->distance(model.mesh_from_cam * point, nearest));
      }
      *distances.pixel(x, y) = nearest < most ? static_cast<float>(nearest) : kBeyond;
    }
  }
  return distances;
}

}  // namespace alidade
