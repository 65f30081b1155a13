// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/errors/bop_errors.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/geometry/rotation.h"

namespace alidade {
namespace {

constexpr std::size_t kProbes = 16;

/// The points at which a distance that grows outwards is probably greatest: the one farthest from the mean,
/// then always the one farthest from those chosen.
std::vector<std::size_t> extreme_points(const PointArrays& points) {
  const std::size_t count = points.size();
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  for (std::size_t i = 0; i < count; ++i) {
    mean += points.point(i) / static_cast<double>(count);
  }
  std::vector<double> distances(count);
  for (std::size_t i = 0; i < count; ++i) {
    distances[i] = (points.point(i) - mean).squaredNorm();
  }
  std::vector<std::size_t> chosen;
  while (chosen.size() < std::min(kProbes, count)) {
    const auto farthest =
        static_cast<std::size_t>(std::max_element(distances.begin(), distances.end()) - distances.begin());
    if (!chosen.empty() && distances[farthest] <= 0.0) {
      break;  // all others coincide with chosen ones
    }
    const bool first = chosen.empty();
    chosen.push_back(farthest);
    for (std::size_t i = 0; i < count; ++i) {
      const double squared = (points.point(i) - points.point(farthest)).squaredNorm();
      distances[i] = first ? squared : std::min(distances[i], squared);
    }
  }
  return chosen;
}

/// Visits 0 .. count - 1 by halving intervals, so that every beginning of the order is spread evenly.
std::vector<std::size_t> spread_order(std::size_t count) {
  std::vector<std::size_t> order;
  order.reserve(count);
  std::size_t bits = 0;
  while ((std::size_t{1} << bits) < count) {
    ++bits;
  }
  for (std::size_t i = 0; i < (std::size_t{1} << bits); ++i) {
    std::size_t reversed = 0;
    for (std::size_t b = 0; b < bits; ++b) {
      reversed |= ((i >> b) & 1U) << (bits - 1 - b);
    }
    if (reversed < count) {
      order.push_back(reversed);
    }
  }
  return order;
}

PointArrays spread(const PointArrays& points, const std::vector<std::size_t>& first) {
  PointArrays result;
  std::vector<bool> taken(points.size(), false);
  const auto take = [&](std::size_t i) {
    if (!taken[i]) {
      taken[i] = true;
      result.x.push_back(points.x[i]);
      result.y.push_back(points.y[i]);
      result.z.push_back(points.z[i]);
    }
  };
  std::for_each(first.begin(), first.end(), take);
  const std::vector<std::size_t> rest = spread_order(points.size());
  std::for_each(rest.begin(), rest.end(), take);
  return result;
}

}  // namespace

Expected<PreparedObject> PreparedObject::make(const ObjectGeometry& object, int symmetry_steps) {
  if (object.vertices.empty()) {
    return input_error("object " + object.name, "", "it has no vertices",
                       "give a model with at least one vertex");
  }
  for (std::size_t i = 0; i < object.vertices.size(); ++i) {
    if (!object.vertices[i].allFinite()) {
      return input_error("object " + object.name, "vertex " + std::to_string(i), "a coordinate is not finite",
                         "repair the model");
    }
  }
  PreparedObject prepared;
  prepared.name_ = object.name;
  prepared.diameter_ = object.diameter;
  prepared.tree_ = NearestVertex(object.vertices);
  const std::vector<std::size_t> probes = extreme_points(prepared.tree_.points());
  prepared.probes_ = probes.size();
  prepared.spread_ = spread(prepared.tree_.points(), probes);
  prepared.symmetries_ = enumerate_symmetries(object.symmetry, symmetry_steps);
  return prepared;
}

double add_error(const PreparedObject& object, const Rigid3& estimate, const Rigid3& truth) {
  const PointArrays& points = object.vertices();
  const Eigen::Matrix3d M = estimate.R - truth.R;
  const Eigen::Vector3d b = estimate.t - truth.t;
  constexpr std::size_t kLanes = 8;  // fixed, so that the sum does not depend on the machine
  double sums[kLanes] = {};
  const std::size_t count = points.size();
  const std::size_t whole = count - count % kLanes;
  const auto distance = [&](std::size_t i) {
    const double x = points.x[i], y = points.y[i], z = points.z[i];
    const double dx = M(0, 0) * x + M(0, 1) * y + M(0, 2) * z + b[0];
    const double dy = M(1, 0) * x + M(1, 1) * y + M(1, 2) * z + b[1];
    const double dz = M(2, 0) * x + M(2, 1) * y + M(2, 2) * z + b[2];
    return std::sqrt(dx * dx + dy * dy + dz * dz);
  };
  for (std::size_t i = 0; i < whole; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      sums[lane] += distance(i + lane);
    }
  }
  for (std::size_t i = whole; i < count; ++i) {
    sums[i - whole] += distance(i);
  }
  double sum = 0.0;
  for (const double lane : sums) {
    sum += lane;
  }
  return sum / static_cast<double>(count);
}

double adi_error(const PreparedObject& object, const Rigid3& estimate, const Rigid3& truth) {
  // In the object frame of the estimate: the tree stays, the vertices of the true pose move.
  return object.tree().mean_distance_after(estimate.inverse() * truth);
}

double adi_error_estimate_to_truth(const PreparedObject& object, const Rigid3& estimate,
                                   const Rigid3& truth) {
  return object.tree().mean_distance_after(truth.inverse() * estimate);
}

double bop_rotation_error(const Rigid3& estimate, const Rigid3& truth) {
  return geodesic_distance(estimate.R, truth.R);
}

double bop_translation_error(const Rigid3& estimate, const Rigid3& truth) {
  return (truth.t - estimate.t).norm();
}

}  // namespace alidade
