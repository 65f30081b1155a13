// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "core/base/constants.h"
#include "core/evaluation/errors/bop_errors.h"

namespace alidade {
namespace {

constexpr std::size_t kBlock = 64;  // vertices between two looks at the best so far

/// Projections in pixels from the principal point, which cancels in all differences. Not finite for a vertex
/// in the camera's plane.
struct Projections {
  std::vector<double> u, v;
};

/// Projects vertices `begin` .. `begin + count` into u, v.
void project(const PointArrays& points, std::size_t begin, std::size_t count, const Rigid3& pose,
             const PinholeCamera& camera, double* u, double* v) {
  const double* px = points.x.data() + begin;
  const double* py = points.y.data() + begin;
  const double* pz = points.z.data() + begin;
  const Eigen::Matrix3d& R = pose.R;
  const double r[9] = {R(0, 0), R(0, 1), R(0, 2), R(1, 0), R(1, 1), R(1, 2), R(2, 0), R(2, 1), R(2, 2)};
  const double t[3] = {pose.t[0], pose.t[1], pose.t[2]};
  const double fx = camera.fx, fy = camera.fy;
  for (std::size_t i = 0; i < count; ++i) {
    const double x = r[0] * px[i] + r[1] * py[i] + r[2] * pz[i] + t[0];
    const double y = r[3] * px[i] + r[4] * py[i] + r[5] * pz[i] + t[1];
    const double z = r[6] * px[i] + r[7] * py[i] + r[8] * pz[i] + t[2];
    const double inverse = 1.0 / z;
    u[i] = fx * x * inverse;
    v[i] = fy * y * inverse;
  }
}

Projections project_all(const PointArrays& points, const Rigid3& pose, const PinholeCamera& camera) {
  Projections result{std::vector<double>(points.size()), std::vector<double>(points.size())};
  project(points, 0, points.size(), pose, camera, result.u.data(), result.v.data());
  return result;
}

/// Squared distances between the estimate's projections and those under another pose, block by block.
class ProjectedDistance {
 public:
  ProjectedDistance(const PointArrays& points, const Projections& estimate, const PinholeCamera& camera)
      : points_(points), estimate_(estimate), camera_(camera) {}

  /// Those of vertices `begin` .. `begin + count`, count <= kBlock.
  void squared(const Rigid3& pose, std::size_t begin, std::size_t count, double* result) const {
    std::array<double, kBlock> u, v;
    project(points_, begin, count, pose, camera_, u.data(), v.data());
    for (std::size_t i = 0; i < count; ++i) {
      const double du = u[i] - estimate_.u[begin + i];
      const double dv = v[i] - estimate_.v[begin + i];
      result[i] = du * du + dv * dv;
    }
  }

  /// The greatest of them; `*where`, if asked for, becomes its vertex. Infinite, never NaN, when a vertex
  /// lies in the camera's plane.
  double greatest(const Rigid3& pose, std::size_t begin, std::size_t count,
                  std::size_t* where = nullptr) const {
    std::array<double, kBlock> distances{};
    squared(pose, begin, count, distances.data());
    const Eigen::Map<const Eigen::ArrayXd> all(distances.data(), static_cast<Eigen::Index>(count));
    if (!(all.sum() < kInfinity)) {
      return kInfinity;
    }
    const double most = all.maxCoeff();
    if (where != nullptr) {
      *where = begin + static_cast<std::size_t>(
                           std::find(distances.begin(), distances.begin() + count, most) - distances.begin());
    }
    return most;
  }

 private:
  const PointArrays& points_;
  const Projections& estimate_;
  const PinholeCamera& camera_;
};

/// Vertices that were the farthest for an earlier symmetry: the next one probably fails at one of them too.
class Telltales {
 public:
  void add(std::size_t vertex) {
    const auto used_end = vertices_.begin() + static_cast<std::ptrdiff_t>(used_);
    if (std::find(vertices_.begin(), used_end, vertex) == used_end) {
      vertices_[next_++ % vertices_.size()] = vertex;
      used_ = std::min(used_ + 1, vertices_.size());
    }
  }
  bool exceeds(const ProjectedDistance& distance, const Rigid3& pose, double limit) const {
    for (std::size_t i = 0; i < used_; ++i) {
      if (distance.greatest(pose, vertices_[i], 1) >= limit) {
        return true;
      }
    }
    return false;
  }

 private:
  std::array<std::size_t, 8> vertices_{};
  std::size_t next_ = 0;
  std::size_t used_ = 0;
};

struct Candidate {
  double bound;  // squared, from the probes
  Rigid3 pose;
  std::size_t symmetry;
};

std::vector<Candidate> sorted_candidates(const PreparedObject& object, const Rigid3& truth,
                                         const ProjectedDistance& distance) {
  std::vector<Candidate> candidates;
  candidates.reserve(object.symmetries().size());
  for (std::size_t s = 0; s < object.symmetries().size(); ++s) {
    const Rigid3 pose = truth * object.symmetries()[s];
    candidates.push_back({distance.greatest(pose, 0, object.probes()), pose, s});
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return a.bound != b.bound ? a.bound < b.bound : a.symmetry < b.symmetry;
  });
  return candidates;
}

}  // namespace

double mspd_error(const PreparedObject& object, const Rigid3& estimate, const Rigid3& truth,
                  const PinholeCamera& camera) {
  const PointArrays& points = object.spread_vertices();
  const Projections projected = project_all(points, estimate, camera);
  const ProjectedDistance distance(points, projected, camera);
  Telltales telltales;
  double best = kInfinity;
  for (const Candidate& candidate : sorted_candidates(object, truth, distance)) {
    if (candidate.bound >= best) {
      break;  // and so are all that follow
    }
    if (telltales.exceeds(distance, candidate.pose, best)) {
      continue;
    }
    double greatest = candidate.bound;
    std::size_t farthest = 0;
    for (std::size_t begin = 0; begin < points.size() && greatest < best; begin += kBlock) {
      std::size_t where = 0;
      const std::size_t count = std::min(kBlock, points.size() - begin);
      const double squared = distance.greatest(candidate.pose, begin, count, &where);
      if (squared >= greatest) {
        greatest = squared;
        farthest = where;
      }
    }
    telltales.add(farthest);
    best = std::min(best, greatest);
  }
  return std::sqrt(best);
}

double projection_error(const PreparedObject& object, const Rigid3& estimate, const Rigid3& truth,
                        const PinholeCamera& camera) {
  const Projections a = project_all(object.vertices(), estimate, camera);
  const Projections b = project_all(object.vertices(), truth, camera);
  double sum = 0.0;
  for (std::size_t i = 0; i < a.u.size(); ++i) {
    const double du = a.u[i] - b.u[i];
    const double dv = a.v[i] - b.v[i];
    const double squared = du * du + dv * dv;
    sum += squared < kInfinity ? std::sqrt(squared) : kInfinity;
  }
  return sum / static_cast<double>(a.u.size());
}

}  // namespace alidade
