// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/mesh_extent.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace alidade {
namespace {

/// Points far from the center first: a pair whose two radii do not reach the best distance ends the search.
double exact_diameter(const Mesh& mesh, const Eigen::Vector3d& center) {
  std::vector<std::pair<double, Eigen::Vector3d>> points;
  points.reserve(mesh.vertices.size());
  for (const auto& vertex : mesh.vertices) {
    const Eigen::Vector3d point = vertex.cast<double>();
    points.emplace_back((point - center).norm(), point);
  }
  std::sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  double best = 0.0;
  for (std::size_t i = 0; i < points.size() && 2 * points[i].first > best; ++i) {
    for (std::size_t j = i + 1; j < points.size() && points[i].first + points[j].first > best; ++j) {
      best = std::max(best, (points[i].second - points[j].second).norm());
    }
  }
  return best;
}

}  // namespace

MeshExtent mesh_extent(const Mesh& mesh) {
  MeshExtent extent;
  if (mesh.vertices.empty()) {
    return extent;
  }
  Eigen::Vector3f low = mesh.vertices[0], high = mesh.vertices[0];
  for (const auto& vertex : mesh.vertices) {
    low = low.cwiseMin(vertex);
    high = high.cwiseMax(vertex);
  }
  extent.center = (low.cast<double>() + high.cast<double>()) / 2;
  extent.size = high.cast<double>() - low.cast<double>();
  extent.diameter = exact_diameter(mesh, extent.center);
  return extent;
}

}  // namespace alidade
