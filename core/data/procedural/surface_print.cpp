// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/surface_print.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <optional>
#include <utility>

#include "core/data/procedural/value_noise.h"

namespace alidade {
namespace {

/// A point of a chart: in metres, and in shares of the chart.
struct ChartPoint {
  Eigen::Vector2d metres, share;
};

/// Unrolls about `axis`, seen from outside; nothing on inner walls, floors and lids.
std::optional<ChartPoint> unroll(const Eigen::Vector3d& p, const Eigen::Vector3d& normal, int axis,
                                 const Eigen::Vector3d& half) {
  const int a = (axis + 1) % 3, b = (axis + 2) % 3;
  if (normal[a] * p[a] + normal[b] * p[b] < 0.05 * std::hypot(p[a], p[b])) {
    return std::nullopt;
  }
  const double turn = std::atan2(p[b], p[a]);
  return ChartPoint{{turn * std::max(half[a], half[b]), p[axis]},
                    {turn / std::numbers::pi, p[axis] / half[axis]}};
}

std::optional<ChartPoint> project(const Eigen::Vector3d& p, const Eigen::Vector3d& normal,
                                  const PrintLayer& layer, const Eigen::Vector3d& half) {
  Eigen::Index side = 0;
  normal.cwiseAbs().maxCoeff(&side);
  if ((layer.sides & (1U << side)) == 0) {
    return std::nullopt;
  }
  // u to the right and v up for who looks at the side from outside.
  const double sign = normal[side] < 0.0 ? -1.0 : 1.0;
  const int across = side == 0 ? 2 : 0, up = side == 1 ? 2 : 1;
  const double u = (side == 0   ? -sign
                    : side == 1 ? 1.0
                                : sign) *
                   p[across],
               v = (side == 1 ? -sign : 1.0) * p[up];
  return ChartPoint{{u, v}, {u / half[across], v / half[up]}};
}

std::optional<ChartPoint> chart_point(const PrintLayer& layer, const Eigen::Vector3d& p,
                                      const Eigen::Vector3d& normal, const Eigen::Vector3d& half) {
  switch (layer.chart) {
    case PrintLayer::Chart::kAroundY:
      return unroll(p, normal, 1, half);
    case PrintLayer::Chart::kAroundX:
      return unroll(p, normal, 0, half);
    case PrintLayer::Chart::kSides:
      return project(p, normal, layer, half);
    default:
      return ChartPoint{{0.0, 0.0}, {0.0, 0.0}};
  }
}

double fraction(double x) {
  return x - std::floor(x);
}

std::int32_t cell(double x) {
  return static_cast<std::int32_t>(std::floor(x));
}

/// How much of the pattern's color is there, 0..1; (u, v) in repetitions, `across` the place in the region
/// from -1 to 1.
double pattern_at(const PrintLayer& layer, double u, double v, double across, const Eigen::Vector3d& p) {
  switch (layer.pattern) {
    case PrintLayer::Pattern::kStripes:
      return fraction(u + v) < 0.5 ? 1.0 : 0.0;
    case PrintLayer::Pattern::kChecks:
      return ((cell(u) + cell(v)) & 1) == 0 ? 1.0 : 0.0;
    case PrintLayer::Pattern::kDots: {
      const double x = fraction(u + 0.5 * (cell(v) & 1)) - 0.5, y = fraction(v) - 0.5;
      return x * x + y * y < 0.09 ? 1.0 : 0.0;
    }
    case PrintLayer::Pattern::kLines: {
      // Rows of words: most cells are letters, and a row ends where it likes.
      const double end = 0.35 + 0.75 * lattice_noise(cell(v), 11, layer.seed);
      const bool letter = lattice_noise(cell(u), cell(v), layer.seed + 1) < 0.8;
      return letter && 0.5 * (across + 1.0) < end && fraction(v) < 0.55 ? 1.0 : 0.0;
    }
    case PrintLayer::Pattern::kBars:
      return lattice_noise(cell(u), 3, layer.seed) < 0.5 ? 1.0 : 0.0;
    case PrintLayer::Pattern::kSpeckle: {
      const double a = value_noise(p.x() * layer.frequency.x(), p.y() * layer.frequency.x(), layer.seed);
      const double b =
          value_noise(p.z() * layer.frequency.x(), (p.x() + p.y()) * layer.frequency.x(), layer.seed + 1);
      return std::clamp(0.5 * (a + b) * 2.4 - 0.7, 0.0, 1.0);
    }
    default:
      return 1.0;
  }
}

/// A face cut at its long edges, in the order of the mesh.
class MeshCutter {
 public:
  MeshCutter(Mesh mesh, double longest) : mesh_(std::move(mesh)), longest_(longest) {}

  Mesh cut(std::size_t num_faces) {
    const auto faces = std::move(mesh_.faces);
    mesh_.faces.clear();
    for (std::size_t i = 0; i < faces.size(); ++i) {
      i < num_faces ? add(faces[i], 0) : mesh_.faces.push_back(faces[i]);
    }
    return std::move(mesh_);
  }

 private:
  using Face = std::array<std::uint32_t, 3>;

  float length(std::uint32_t a, std::uint32_t b) const {
    return (mesh_.vertices[a] - mesh_.vertices[b]).norm();
  }

  /// Halves the longest edge until it is short enough: what two faces share is cut alike in both.
  void add(const Face& face, int depth) {
    int at = 0;
    for (int i = 1; i < 3; ++i) {
      if (length(face[i], face[(i + 1) % 3]) > length(face[at], face[(at + 1) % 3])) {
        at = i;
      }
    }
    const std::uint32_t a = face[at], b = face[(at + 1) % 3], c = face[(at + 2) % 3];
    constexpr int kMostCuts = 12;
    if (depth == kMostCuts || length(a, b) <= longest_) {
      mesh_.faces.push_back(face);
      return;
    }
    const std::uint32_t middle = halfway(a, b);
    add({a, middle, c}, depth + 1);
    add({middle, b, c}, depth + 1);
  }

  std::uint32_t halfway(std::uint32_t a, std::uint32_t b) {
    const auto [at, is_new] =
        middles_.try_emplace(std::minmax(a, b), static_cast<std::uint32_t>(mesh_.vertices.size()));
    if (is_new) {
      mesh_.vertices.push_back(0.5F * (mesh_.vertices[a] + mesh_.vertices[b]));
      mesh_.normals.push_back((mesh_.normals[a] + mesh_.normals[b]).normalized());
      std::array<std::uint8_t, 3> color{};
      for (int i = 0; i < 3; ++i) {
        color[i] = static_cast<std::uint8_t>((mesh_.colors[a][i] + mesh_.colors[b][i] + 1) / 2);
      }
      mesh_.colors.push_back(color);
    }
    return at->second;
  }

  Mesh mesh_;
  double longest_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> middles_;
};

}  // namespace

Eigen::Vector3d SurfacePrint::color(const Eigen::Vector3d& point, const Eigen::Vector3d& normal,
                                    const Eigen::Vector3d& base) const {
  Eigen::Vector3d result = base;
  for (const auto& layer : layers) {
    const auto at = chart_point(layer, point, normal, half);
    if (!at) {
      continue;
    }
    const Eigen::Vector2d offset = (at->share - layer.center).cwiseQuotient(layer.half);
    if (layer.oval ? offset.squaredNorm() > 1.0 : offset.cwiseAbs().maxCoeff() > 1.0) {
      continue;
    }
    const Eigen::Vector2d repeated = at->metres.cwiseProduct(layer.frequency);
    const double share = layer.cover * pattern_at(layer, repeated.x(), repeated.y(), offset.x(), point);
    result += share * (layer.color - result);
  }
  return result;
}

Mesh printed_mesh(const Mesh& mesh, const SurfacePrint& print, double longest) {
  Mesh cut = MeshCutter(mesh, longest).cut(print.num_faces);
  std::vector<bool> printed(cut.vertices.size(), true);
  for (std::size_t i = print.num_faces; i < mesh.faces.size(); ++i) {
    for (const auto vertex : mesh.faces[i]) {
      printed[vertex] = false;
    }
  }
  for (std::size_t i = 0; i < cut.vertices.size(); ++i) {
    if (!printed[i]) {
      continue;
    }
    const Eigen::Vector3d base =
        Eigen::Vector3d(cut.colors[i][0], cut.colors[i][1], cut.colors[i][2]) / 255.0;
    const Eigen::Vector3d color =
        print.color(cut.vertices[i].cast<double>(), cut.normals[i].cast<double>(), base);
    for (int c = 0; c < 3; ++c) {
      cut.colors[i][c] = static_cast<std::uint8_t>(std::lround(255.0 * std::clamp(color[c], 0.0, 1.0)));
    }
  }
  return cut;
}

}  // namespace alidade
