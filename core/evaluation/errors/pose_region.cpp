// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/errors/pose_region.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <Eigen/Cholesky>

#include "core/evaluation/errors/pose_hills.h"
#include "core/evaluation/statistics/distributions.h"
#include "core/geometry/symmetry_center.h"

namespace alidade {
namespace {

constexpr double kSharpestTurn = 1e-5;   // radians: samples that all agree still have a width
constexpr double kSharpestShift = 1e-6;  // metres
constexpr int kOwnCovariance = 3;        // times d samples

using Directions = Eigen::Matrix<double, 6, Eigen::Dynamic>;

/// The directions of a step that an object's symmetry leaves visible: translations, then rotations.
Directions directions_of(const SymmetryGroup& symmetry, bool translation, bool rotation) {
  const auto turns = visible_turns(symmetry);
  const Eigen::Index shifts = translation ? 3 : 0;
  Directions directions = Directions::Zero(6, shifts + (rotation ? turns.cols() : 0));
  if (translation) {
    directions.topLeftCorner<3, 3>().setIdentity();
  }
  if (rotation) {
    directions.bottomRightCorner(3, turns.cols()) = turns;
  }
  return directions;
}

PoseCovariance sharpest() {
  PoseStep floor;
  floor << Eigen::Vector3d::Constant(kSharpestShift * kSharpestShift),
      Eigen::Vector3d::Constant(kSharpestTurn * kSharpestTurn);
  return floor.asDiagonal();
}

/// Modes of the samples with what their regions need.
struct Modes {
  std::vector<PoseHill> hills;
  PoseCovariance pooled = PoseCovariance::Zero();
  double pooled_degrees = 0.0;  ///< of freedom
};

Modes modes_of(std::span<const Rigid3> samples, const SymmetryGroup& symmetry) {
  Modes modes{pose_hills(samples, symmetry, symmetry_center(symmetry)), PoseCovariance::Zero(), 0.0};
  for (const PoseHill& hill : modes.hills) {
    const double degrees = static_cast<double>(hill.members.size()) - 1.0;
    modes.pooled += degrees * hill.gaussian.covariance;
    modes.pooled_degrees += degrees;
  }
  modes.pooled /= std::max(1.0, modes.pooled_degrees);
  return modes;
}

/// P(T^2 <= that of the truth) for a new draw of the mode.
double level_in(const Modes& modes, const PoseHill& hill, const PoseStep& step,
                const Directions& directions) {
  const auto d = static_cast<double>(directions.cols());
  const auto n = static_cast<double>(hill.members.size());
  const bool own = n >= kOwnCovariance * d || modes.hills.size() == 1;
  const double degrees = own ? n - 1.0 : modes.pooled_degrees;
  const PoseCovariance covariance = (own ? hill.gaussian.covariance : modes.pooled) + sharpest();
  const Eigen::MatrixXd visible = directions.transpose() * covariance * directions;
  const Eigen::VectorXd away = directions.transpose() * step;
  const double squared = away.dot(visible.ldlt().solve(away));
  const double rest = degrees - d + 1.0;
  const double fisher = squared * n / (n + 1.0) * rest / (degrees * d);
  return std::isfinite(fisher) && rest > 0.0 ? fisher_probability(fisher, d, rest) : 1.0;
}

PoseLevels ellipsoid_levels(std::span<const Rigid3> samples, const Rigid3& truth,
                            const SymmetryGroup& symmetry, bool heaviest) {
  const Modes modes = modes_of(samples, symmetry);
  const Directions all = directions_of(symmetry, true, true), turns = directions_of(symmetry, false, true),
                   shifts = directions_of(symmetry, true, false);
  const auto point_level = [](double level) { return RegionLevel{level, level}; };
  PoseLevels levels;
  const std::size_t asked = heaviest ? 1 : modes.hills.size();
  for (std::size_t i = 0; i < asked; ++i) {
    const PoseHill& hill = modes.hills[i];
    const Eigen::Vector3d& point = hill.gaussian.point;
    const PoseStep step =
        pose_step(hill.gaussian.mean, folded_pose(hill.gaussian.mean, truth, symmetry, point), point);
    const RegionLevel level = point_level(level_in(modes, hill, step, all));
    if (i > 0 && level.low >= levels.pose.low) {
      continue;
    }
    levels.pose = level;
    levels.translation = point_level(level_in(modes, hill, step, shifts));
    if (turns.cols() > 0) {
      levels.rotation = point_level(level_in(modes, hill, step, turns));
    }
  }
  levels.modes = modes.hills.size();
  levels.rotation_spread = std::sqrt(modes.pooled.bottomRightCorner<3, 3>().trace());
  levels.translation_spread = std::sqrt(modes.pooled.topLeftCorner<3, 3>().trace());
  return levels;
}

/// Distances between all pairs of poses, the truth last.
class PairDistances {
 public:
  PairDistances(const std::vector<Rigid3>& poses, const SymmetryGroup& symmetry)
      : count_(poses.size()), angles_(count_ * count_, 0.0), lengths_(count_ * count_, 0.0) {
    const Eigen::Vector3d point = symmetry_center(symmetry);
    for (std::size_t i = 0; i < count_; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        angles_[i * count_ + j] = angles_[j * count_ + i] =
            symmetric_rotation_distance(poses[i].R, poses[j].R, symmetry);
        lengths_[i * count_ + j] = lengths_[j * count_ + i] = (poses[i] * point - poses[j] * point).norm();
      }
    }
    angle_unit_ = unit(angles_, kSharpestTurn);
    length_unit_ = unit(lengths_, kSharpestShift);
  }

  RegionLevel level_of_last(bool translation, bool rotation) const {
    std::vector<double> density(count_, 0.0);
    for (std::size_t i = 0; i < count_; ++i) {
      for (std::size_t j = 0; j < count_; ++j) {
        const double angle = rotation ? angles_[i * count_ + j] / angle_unit_ : 0.0;
        const double length = translation ? lengths_[i * count_ + j] / length_unit_ : 0.0;
        density[i] += i == j ? 0.0 : std::exp(-0.5 * (angle * angle + length * length));
      }
    }
    double higher = 0.0, equal = 0.0;
    for (const double other : density) {
      higher += other > density.back() ? 1.0 : 0.0;
      equal += other == density.back() ? 1.0 : 0.0;
    }
    const auto all = static_cast<double>(count_);
    return {higher / all, (higher + equal) / all};
  }

 private:
  /// Half the lower quartile of the distances between different poses.
  double unit(const std::vector<double>& distances, double least) const {
    std::vector<double> pairs;
    for (std::size_t i = 0; i < count_; ++i) {
      pairs.insert(pairs.end(), distances.begin() + static_cast<std::ptrdiff_t>(i * count_),
                   distances.begin() + static_cast<std::ptrdiff_t>(i * count_ + i));
    }
    const auto quartile = pairs.begin() + static_cast<std::ptrdiff_t>(pairs.size() / 4);
    std::nth_element(pairs.begin(), quartile, pairs.end());
    return std::max(0.5 * *quartile, least);
  }

  std::size_t count_;
  std::vector<double> angles_, lengths_;
  double angle_unit_ = 1.0, length_unit_ = 1.0;
};

PoseLevels density_levels(std::span<const Rigid3> samples, const Rigid3& truth,
                          const SymmetryGroup& symmetry) {
  constexpr std::size_t kMostRanked = 300;
  std::vector<Rigid3> poses;
  const std::size_t count = std::min(samples.size(), kMostRanked);
  for (std::size_t i = 0; i < count; ++i) {
    poses.push_back(samples[i * samples.size() / count]);
  }
  poses.push_back(truth);
  const PairDistances distances(poses, symmetry);
  PoseLevels levels;
  levels.pose = distances.level_of_last(true, true);
  levels.translation = distances.level_of_last(true, false);
  if (visible_turns(symmetry).cols() > 0) {
    levels.rotation = distances.level_of_last(false, true);
  }
  return levels;
}

}  // namespace

double RegionLevel::inside(double p) const {
  if (high > low) {
    return std::clamp((p - low) / (high - low), 0.0, 1.0);
  }
  return p >= low ? 1.0 : 0.0;
}

PoseLevels pose_levels(std::span<const Rigid3> samples, const Rigid3& truth, const SymmetryGroup& symmetry,
                       RegionRule rule) {
  return rule == RegionRule::kDensity
             ? density_levels(samples, truth, symmetry)
             : ellipsoid_levels(samples, truth, symmetry, rule == RegionRule::kHeaviest);
}

}  // namespace alidade
