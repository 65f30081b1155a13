// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/pnp.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include <Eigen/Eigenvalues>

#include "core/base/program_module.h"
#include "core/base/random.h"
#include "core/geometry/pnp_solver.h"

namespace alidade {
namespace {

constexpr int kSample = kLeastPnpMatches - 1;
/// Beyond these no picture and no object is meant, and products would overflow.
constexpr double kMostMetres = 1e6, kMostPixels = 1e7;
/// Smallest over largest extent of the object points, below which they count as lying in one plane.
constexpr double kLeastThickness = 1e-4;

Error pnp_error(std::string message) {
  return {ErrorCode::kFailed, "the pose cannot be computed from the matches: " + std::move(message)};
}

Expected<const PnpSolver*> pnp_solver() {
  static const Expected<const void*> opened =
      open_program_module({kPnpModule, kPnpEntry, "poses from matches"});
  if (!opened) {
    return opened.error();
  }
  return static_cast<const PnpSolver*>(*opened);
}

bool within(double value, double most) {
  return std::isfinite(value) && std::abs(value) <= most;
}

Expected<void> check_options(const PinholeCamera& camera, const PnpOptions& options) {
  for (const double value : {camera.fx, camera.fy, camera.cx, camera.cy}) {
    if (!within(value, kMostPixels)) {
      return pnp_error("the camera has a value that is not finite or too large; check its intrinsics.");
    }
  }
  if (!camera.valid()) {
    return pnp_error("the camera has no positive focal length; check its intrinsics.");
  }
  if (!(options.threshold_px > 0.0 && within(options.threshold_px, kMostPixels)) || options.iterations < 1 ||
      options.iterations > 100000 || !(options.confidence > 0.0 && options.confidence < 1.0)) {
    return usage_error(
        "RANSAC takes a threshold above 0 pixels, 1 to 100000 iterations and a confidence between 0 and 1.");
  }
  return {};
}

Expected<void> check_matches(std::span<const PointMatch> matches) {
  if (matches.size() > kMostPnpMatches) {
    return pnp_error("there are more than 2^20 of them; pass the most certain ones.");
  }
  int usable = 0;
  for (std::size_t i = 0; i < matches.size(); ++i) {
    const PointMatch& match = matches[i];
    if (!match.object.allFinite() || !match.pixel.allFinite() || !within(match.weight, 1e9) ||
        match.weight < 0.0 || match.object.cwiseAbs().maxCoeff() > kMostMetres ||
        match.pixel.cwiseAbs().maxCoeff() > kMostPixels) {
      return pnp_error("number " + std::to_string(i + 1) +
                       " has a value that is not finite or too large, or a negative weight.");
    }
    usable += match.weight > 0.0;
  }
  if (usable < kLeastPnpMatches) {
    return pnp_error("at least " + std::to_string(kLeastPnpMatches) + " are needed, found " +
                     std::to_string(usable) + ".");
  }
  return {};
}

/// Matches of positive weight, as the solver takes them.
struct MatchTable {
  std::vector<Eigen::Vector3d> points;
  std::vector<Eigen::Vector2d> pixels;
  std::vector<double> weights;
  std::vector<double> cumulative;  ///< sums of the weights up to and with this one

  std::size_t size() const { return points.size(); }
  double total() const { return cumulative.back(); }
  void add(const Eigen::Vector3d& point, const Eigen::Vector2d& pixel, double weight) {
    cumulative.push_back(weight + (cumulative.empty() ? 0.0 : cumulative.back()));
    points.push_back(point);
    pixels.push_back(pixel);
    weights.push_back(weight);
  }
};

bool in_one_plane(std::span<const Eigen::Vector3d> points) {
  Eigen::Vector3d center = Eigen::Vector3d::Zero();
  for (const Eigen::Vector3d& point : points) {
    center += point / static_cast<double>(points.size());
  }
  Eigen::Matrix3d scatter = Eigen::Matrix3d::Zero();
  for (const Eigen::Vector3d& point : points) {
    scatter += (point - center) * (point - center).transpose();
  }
  const Eigen::Vector3d squares =
      Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(scatter, Eigen::EigenvaluesOnly).eigenvalues();
  return !(squares[0] > kLeastThickness * kLeastThickness * squares[2]);
}

/// Five matches by weight whose object points differ; false when none were found in the tries allowed.
bool draw_sample(const MatchTable& table, Random& random, MatchTable& sample) {
  constexpr int kTries = 100;
  sample = {};
  for (int tries = 0; tries < kTries && sample.size() < kSample; ++tries) {
    const double at = random.uniform() * table.total();
    const auto found = std::upper_bound(table.cumulative.begin(), table.cumulative.end(), at);
    const std::size_t index = std::min<std::size_t>(found - table.cumulative.begin(), table.size() - 1);
    if (std::find(sample.points.begin(), sample.points.end(), table.points[index]) == sample.points.end()) {
      sample.add(table.points[index], table.pixels[index], 1.0);
    }
  }
  return sample.size() == kSample;
}

/// Distance of pixel and projection; empty behind the camera.
std::optional<double> reprojection_error(const PinholeCamera& camera, const Rigid3& pose,
                                         const Eigen::Vector3d& point, const Eigen::Vector2d& pixel) {
  const auto projected = camera.project(pose * point);
  if (!projected) {
    return std::nullopt;
  }
  return (*projected - pixel).norm();
}

double inlier_weight(const PinholeCamera& camera, const MatchTable& table, const Rigid3& pose,
                     double threshold_px) {
  double sum = 0.0;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto error = reprojection_error(camera, pose, table.points[i], table.pixels[i]);
    sum += error && *error < threshold_px ? table.weights[i] : 0.0;
  }
  return sum;
}

/// Samples after which one of inliers alone was drawn with the wanted confidence.
int draws_needed(double inlier_share, const PnpOptions& options) {
  const double clean = std::pow(std::min(inlier_share, 1.0), kSample);
  if (clean >= 1.0) {
    return 1;
  }
  const double draws = std::log1p(-options.confidence) / std::log1p(-clean);
  return std::isfinite(draws) && draws < options.iterations ? std::max(1, static_cast<int>(std::ceil(draws)))
                                                            : options.iterations;
}

struct Hypothesis {
  Rigid3 pose;
  double weight = 0.0;  ///< of its inliers
};

MatchTable inliers_of(const PinholeCamera& camera, const MatchTable& table, const Rigid3& pose,
                      double threshold_px) {
  MatchTable inliers;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto error = reprojection_error(camera, pose, table.points[i], table.pixels[i]);
    if (error && *error < threshold_px) {
      inliers.add(table.points[i], table.pixels[i], table.weights[i]);
    }
  }
  return inliers;
}

/// Refined on its inliers, again when that brings in others; a pose that loses inliers is not taken.
void refine(const PinholeCamera& camera, const MatchTable& table, const PnpSolver& solver,
            double threshold_px, Hypothesis& best) {
  constexpr int kRounds = 4;
  std::size_t before = 0;
  for (int round = 0; round < kRounds; ++round) {
    const MatchTable inliers = inliers_of(camera, table, best.pose, threshold_px);
    if (inliers.size() == before) {
      return;
    }
    before = inliers.size();
    Rigid3 pose = best.pose;
    if (!solver.refine(camera, inliers.points, inliers.pixels, pose)) {
      return;
    }
    const double weight = inlier_weight(camera, table, pose, threshold_px);
    if (weight < best.weight) {
      return;
    }
    best = {pose, weight};
  }
}

Hypothesis best_hypothesis(const PinholeCamera& camera, const MatchTable& table, const PnpSolver& solver,
                           const PnpOptions& options) {
  Random random(mix_seed(options.seed, 0x706e70));
  Hypothesis best;
  MatchTable sample;
  int enough = options.iterations;
  for (int draw = 0; draw < enough; ++draw) {
    Rigid3 pose;
    if (!draw_sample(table, random, sample) || in_one_plane(sample.points) ||
        !solver.efficient(camera, sample.points, sample.pixels, pose)) {
      continue;
    }
    const double weight = inlier_weight(camera, table, pose, options.threshold_px);
    if (weight > best.weight) {
      best = {pose, weight};
      // Five noisy matches miss inliers, which a pose of all that were found does not: fewer draws are
      // needed.
      refine(camera, table, solver, options.threshold_px, best);
      enough = std::min(options.iterations, draws_needed(best.weight / table.total(), options));
    }
  }
  return best;
}

PnpPose finished(const PinholeCamera& camera, std::span<const PointMatch> matches, const Rigid3& pose,
                 double threshold_px) {
  PnpPose result{pose, {}, 0, 0.0};
  for (const PointMatch& match : matches) {
    const auto error = reprojection_error(camera, pose, match.object, match.pixel);
    const bool fits = match.weight > 0.0 && error && *error < threshold_px;
    result.inlier.push_back(fits);
    result.inliers += fits;
    result.mean_error_px += fits ? *error : 0.0;
  }
  result.mean_error_px /= std::max(result.inliers, 1);
  return result;
}

Expected<PnpPose> solve_checked(const PinholeCamera& camera, std::span<const PointMatch> matches,
                                const PnpSolver& solver, const PnpOptions& options) {
  MatchTable table;
  for (const PointMatch& match : matches) {
    if (match.weight > 0.0) {
      table.add(match.object, match.pixel, match.weight);
    }
  }
  const auto planar = [] {
    return pnp_error("their object points lie in one plane; add points outside it.");
  };
  if (in_one_plane(table.points)) {
    return planar();
  }
  const Hypothesis best = best_hypothesis(camera, table, solver, options);
  const MatchTable inliers = inliers_of(camera, table, best.pose, options.threshold_px);
  if (best.weight <= 0.0 || inliers.size() < kLeastPnpMatches) {
    return pnp_error("no pose brings " + std::to_string(kLeastPnpMatches) + " of " +
                     std::to_string(table.size()) +
                     " within the threshold; raise the threshold or the iterations.");
  }
  if (in_one_plane(inliers.points)) {
    return planar();
  }
  return finished(camera, matches, best.pose, options.threshold_px);
}

}  // namespace

Expected<PnpPose> solve_pnp(const PinholeCamera& camera, std::span<const PointMatch> matches,
                            const PnpOptions& options) {
  if (const auto checked = check_options(camera, options); !checked) {
    return checked.error();
  }
  if (const auto checked = check_matches(matches); !checked) {
    return checked.error();
  }
  const auto solver = pnp_solver();
  if (!solver) {
    return solver.error();
  }
  return solve_checked(camera, matches, **solver, options);
}

}  // namespace alidade
