// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/evaluation/errors/bop_errors.h"

namespace alidade {
namespace {

/// How far a vertex x lies from its partner under one symmetry: |M x + b|.
struct Displacement {
  Eigen::Matrix3d M;
  Eigen::Vector3d b;

  Displacement(const Rigid3& estimate, const Rigid3& truth, const Rigid3& symmetry)
      : M(estimate.R - truth.R * symmetry.R), b(estimate.t - truth.R * symmetry.t - truth.t) {}

  double squared_at(const Eigen::Vector3d& x) const { return (M * x + b).squaredNorm(); }

  /// A bound of |M v| / |v|, within 9 % of the spectral norm: |A|_2^8 <= |(A^T A)^2|_F^2.
  double norm_bound() const {
    const Eigen::Matrix3d gram = M.transpose() * M;
    return std::pow((gram * gram).norm(), 0.25) * (1.0 + 1e-9);
  }
};

double squared_at_probes(const Displacement& displacement, const PreparedObject& object) {
  double greatest = 0.0;
  for (std::size_t i = 0; i < object.probes(); ++i) {
    greatest = std::max(greatest, displacement.squared_at(object.spread_vertices().point(i)));
  }
  return greatest;
}

/// The greatest squared displacement by branch and bound over the tree: a node whose center moves by d cannot
/// hold a vertex that moves more than d + norm * radius. Gives up, and returns what it has, once that reaches
/// `enough`.
class GreatestDisplacement {
 public:
  GreatestDisplacement(const NearestVertex& tree, const Displacement& displacement, double known,
                       double enough)
      : tree_(tree), displacement_(displacement), norm_(displacement.norm_bound()), enough_(enough) {
    raise(known);
  }

  double squared() {
    visit(0, center_distance(0));
    return squared_;
  }

 private:
  double center_distance(std::uint32_t node) const {
    return std::sqrt(displacement_.squared_at(tree_.nodes()[node].center));
  }

  void raise(double squared) {
    if (squared > squared_) {
      squared_ = squared;
      distance_ = std::sqrt(squared);
    }
  }

  // The sum is rounded; bounds that are equal up to rounding must not hide a vertex.
  bool may_exceed(std::uint32_t node, double center_distance) const {
    return (center_distance + norm_ * tree_.nodes()[node].radius) * (1.0 + 1e-12) > distance_;
  }

  void visit(std::uint32_t index, double center) {
    const NearestVertex::Node& node = tree_.nodes()[index];
    if (squared_ >= enough_ || !may_exceed(index, center)) {
      return;
    }
    if (node.leaf()) {
      for (std::uint32_t i = node.begin; i < node.end; ++i) {
        raise(displacement_.squared_at(tree_.points().point(i)));
      }
      return;
    }
    const double left = center_distance(index + 1);
    const double right = center_distance(node.right);
    if (left >= right) {
      visit(index + 1, left);
      visit(node.right, right);
    } else {
      visit(node.right, right);
      visit(index + 1, left);
    }
  }

  const NearestVertex& tree_;
  const Displacement& displacement_;
  double norm_;
  double enough_;
  double squared_ = 0.0;
  double distance_ = 0.0;
};

}  // namespace

double mssd_error(const PreparedObject& object, const Rigid3& estimate, const Rigid3& truth) {
  struct Candidate {
    double bound;  // squared, from the probes
    std::size_t symmetry;
  };
  std::vector<Candidate> candidates;
  candidates.reserve(object.symmetries().size());
  for (std::size_t s = 0; s < object.symmetries().size(); ++s) {
    const Displacement displacement(estimate, truth, object.symmetries()[s]);
    candidates.push_back({squared_at_probes(displacement, object), s});
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return a.bound != b.bound ? a.bound < b.bound : a.symmetry < b.symmetry;
  });
  double best = std::numeric_limits<double>::infinity();
  for (const Candidate& candidate : candidates) {
    if (candidate.bound >= best) {
      break;  // and so are all that follow
    }
    const Displacement displacement(estimate, truth, object.symmetries()[candidate.symmetry]);
    best = std::min(best, GreatestDisplacement(object.tree(), displacement, candidate.bound, best).squared());
  }
  return std::sqrt(best);
}

}  // namespace alidade
