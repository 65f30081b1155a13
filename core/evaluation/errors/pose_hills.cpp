// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/errors/pose_hills.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/geometry/rotation.h"

namespace alidade {
namespace {

constexpr std::size_t kMostHillSearch = 60;  // the search takes time with the square of this
constexpr std::size_t kMostTops = 12;

double squared_reach(const Rigid3& a, const Rigid3& b, const ModeBandwidth& bandwidth) {
  const double angle = geodesic_distance(a.R, b.R) / bandwidth.rotation;
  const double length = (a.t - b.t).norm() / bandwidth.translation;
  return angle * angle + length * length;
}

std::vector<Rigid3> evenly_picked(std::span<const Rigid3> poses) {
  std::vector<Rigid3> picked;
  const std::size_t count = std::min(poses.size(), kMostHillSearch);
  for (std::size_t i = 0; i < count; ++i) {
    picked.push_back(poses[i * poses.size() / count]);
  }
  return picked;
}

/// The pose that has most others about it, whichever of its equivalents they are.
Rigid3 densest(std::span<const Rigid3> poses, const SymmetryGroup& group, const Eigen::Vector3d& point,
               const ModeBandwidth& bandwidth) {
  std::size_t best = 0;
  double highest = -1.0;
  std::vector<double> density(poses.size(), 0.0);
  for (std::size_t i = 0; i < poses.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const double angle = symmetric_rotation_distance(poses[i].R, poses[j].R, group) / bandwidth.rotation;
      const double length = (poses[i] * point - poses[j] * point).norm() / bandwidth.translation;
      const double kernel = std::exp(-0.5 * (angle * angle + length * length));
      density[i] += kernel;
      density[j] += kernel;
    }
  }
  for (std::size_t i = 0; i < poses.size(); ++i) {
    if (density[i] > highest) {
      highest = density[i];
      best = i;
    }
  }
  return poses[best];
}

/// Which of the tops is nearest to each pose.
std::vector<std::vector<std::size_t>> members_of(const std::vector<Rigid3>& folded,
                                                 const std::vector<Rigid3>& tops,
                                                 const ModeBandwidth& bandwidth) {
  std::vector<std::vector<std::size_t>> members(tops.size());
  for (std::size_t i = 0; i < folded.size(); ++i) {
    std::size_t nearest = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t top = 0; top < tops.size(); ++top) {
      const double reach = squared_reach(folded[i], tops[top], bandwidth);
      if (reach < least) {
        least = reach;
        nearest = top;
      }
    }
    members[nearest].push_back(i);
  }
  return members;
}

/// Tops that are not the same place found twice, highest first.
std::vector<Rigid3> distinct_tops(std::span<const Rigid3> folded, const ModeBandwidth& bandwidth) {
  std::vector<Rigid3> tops;
  for (const PoseMode& mode : pose_modes(evenly_picked(folded), bandwidth, kMostTops)) {
    const bool known = std::any_of(tops.begin(), tops.end(), [&](const Rigid3& top) {
      return squared_reach(top, mode.pose, bandwidth) < 1.0;
    });
    if (!known) {
      tops.push_back(mode.pose);
    }
  }
  return tops;
}

/// The standard deviation of a hill along a direction of its tangent space, in bandwidths.
double deviation_along(const PoseHill& hill, const PoseStep& direction, const PoseStep& units) {
  const PoseStep scaled = direction.cwiseQuotient(units);
  return std::sqrt(std::max(0.0, scaled.dot(hill.gaussian.covariance * scaled)));
}

/// Ashman's D of two hills along the geodesic that joins their means, lengths in bandwidths.
double separation(const PoseHill& a, const PoseHill& b, const ModeBandwidth& bandwidth) {
  PoseStep units;
  units << Eigen::Vector3d::Constant(bandwidth.translation), Eigen::Vector3d::Constant(bandwidth.rotation);
  const auto across = [&](const PoseHill& from, const PoseHill& to) -> PoseStep {
    return pose_step(from.gaussian.mean, to.gaussian.mean, from.gaussian.point).cwiseQuotient(units);
  };
  const PoseStep there = across(a, b), back = across(b, a);
  const double distance = there.norm();
  if (!(distance > 0.0)) {
    return 0.0;
  }
  const double spread_a = deviation_along(a, there / distance, units);
  const double spread_b = deviation_along(b, back / distance, units);
  const double pooled = std::sqrt(0.5 * (spread_a * spread_a + spread_b * spread_b));
  return pooled > 0.0 ? distance / pooled : std::numeric_limits<double>::infinity();
}

class HillMaker {
 public:
  HillMaker(std::span<const Rigid3> poses, const SymmetryGroup& group, const Eigen::Vector3d& point,
            const HillRule& rule)
      : point_(point), rule_(rule) {
    const Rigid3 reference =
        group.trivial() ? Rigid3{} : densest(evenly_picked(poses), group, point, rule.bandwidth);
    for (const Rigid3& pose : poses) {
      folded_.push_back(folded_pose(reference, pose, group, point));
    }
    group_ = &group;
  }

  std::vector<PoseHill> make() const {
    std::vector<PoseHill> hills = found();
    while (hills.size() > 1 && join_nearest(hills)) {
    }
    std::stable_sort(hills.begin(), hills.end(), [](const PoseHill& a, const PoseHill& b) {
      return a.members.size() > b.members.size();
    });
    return hills;
  }

 private:
  PoseHill hill(std::vector<std::size_t> members, const Rigid3& start) const {
    std::vector<Rigid3> own;
    for (const std::size_t i : members) {
      own.push_back(folded_[i]);
    }
    PoseHill made;
    made.gaussian = pose_gaussian(own, *group_, start, point_);
    made.share = static_cast<double>(members.size()) / static_cast<double>(folded_.size());
    made.members = std::move(members);
    return made;
  }

  std::vector<PoseHill> found() const {
    const std::vector<Rigid3> tops = distinct_tops(folded_, rule_.bandwidth);
    const auto counted = members_of(folded_, tops, rule_.bandwidth);
    const auto least = std::max(rule_.least_share * static_cast<double>(folded_.size()),
                                static_cast<double>(rule_.least_count));
    std::vector<Rigid3> kept;
    for (std::size_t i = 0; i < tops.size(); ++i) {
      if (static_cast<double>(counted[i].size()) >= least) {
        kept.push_back(tops[i]);
      }
    }
    if (kept.empty()) {
      kept.push_back(tops.front());
    }
    auto members = members_of(folded_, kept, rule_.bandwidth);
    std::vector<PoseHill> hills;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      hills.push_back(hill(std::move(members[i]), kept[i]));
    }
    return hills;
  }

  /// Joins the two hills that are told apart least; false when all are told apart.
  bool join_nearest(std::vector<PoseHill>& hills) const {
    std::size_t first = 0, second = 0;
    double least = rule_.least_separation;
    for (std::size_t a = 0; a < hills.size(); ++a) {
      for (std::size_t b = a + 1; b < hills.size(); ++b) {
        const double apart = separation(hills[a], hills[b], rule_.bandwidth);
        if (apart < least) {
          least = apart;
          first = a;
          second = b;
        }
      }
    }
    if (first == second) {
      return false;
    }
    const bool heavier = hills[first].members.size() >= hills[second].members.size();
    const Rigid3 start = hills[heavier ? first : second].gaussian.mean;
    std::vector<std::size_t> members = hills[first].members;
    members.insert(members.end(), hills[second].members.begin(), hills[second].members.end());
    std::sort(members.begin(), members.end());
    hills.erase(hills.begin() + static_cast<std::ptrdiff_t>(second));
    hills[first] = hill(std::move(members), start);
    return true;
  }

  std::vector<Rigid3> folded_;
  const SymmetryGroup* group_ = nullptr;
  Eigen::Vector3d point_;
  HillRule rule_;
};

}  // namespace

std::vector<PoseHill> pose_hills(std::span<const Rigid3> poses, const SymmetryGroup& group,
                                 const Eigen::Vector3d& point, const HillRule& rule) {
  return poses.empty() ? std::vector<PoseHill>{} : HillMaker(poses, group, point, rule).make();
}

}  // namespace alidade
