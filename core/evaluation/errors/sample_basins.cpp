// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/errors/sample_basins.h"

#include <algorithm>

#include "core/geometry/rotation.h"

namespace alidade {
namespace {

constexpr double kSame = 1e-6;               // radians: an element that lies on another one's orbit
constexpr std::size_t kMostSearched = 1000;  // the search for modes takes time with the square of this

/// The part of the symmetry that is connected to one finite element: every turn about the axes composed with
/// it.
SymmetryGroup part_of(const SymmetryGroup& symmetry, const Rigid3& element) {
  SymmetryGroup part = symmetry;
  part.finite = {element};
  return part;
}

/// Distance to each basin.
class Elements {
 public:
  Elements(const ObjectSamples& samples, const BasinRule& rule) {
    if (!samples.truth) {
      find_modes(samples, rule);
      return;
    }
    basins_.of_truth = true;
    for (const Rigid3& element : samples.symmetry.finite) {
      const Eigen::Matrix3d R = samples.truth->R * element.R;
      const bool known = std::any_of(parts_.begin(), parts_.end(), [&](const SymmetryGroup& part) {
        return symmetric_rotation_distance(R, samples.truth->R, part) < kSame;
      });
      if (!known) {
        add(samples.truth->R, R, part_of(samples.symmetry, element));
      }
    }
  }

  const Basins& basins() const { return basins_; }

  std::optional<int> nearest(const Eigen::Matrix3d& R, double capture) const {
    std::optional<int> best;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (const double away = symmetric_rotation_distance(R, references_[i], parts_[i]); away <= capture) {
        capture = away;
        best = static_cast<int>(i);
      }
    }
    return best;
  }

 private:
  void add(const Eigen::Matrix3d& reference, const Eigen::Matrix3d& element, SymmetryGroup part) {
    references_.push_back(reference);
    basins_.elements.push_back(element);
    parts_.push_back(std::move(part));
  }

  void find_modes(const ObjectSamples& samples, const BasinRule& rule) {
    std::vector<Rigid3> rotations;
    const std::size_t count = std::min(samples.samples.size(), kMostSearched);
    for (std::size_t i = 0; i < count; ++i) {
      // Basins are those of the rotation; where the object is found does not divide them.
      rotations.push_back({samples.samples[i * samples.samples.size() / count].R, Eigen::Vector3d::Zero()});
    }
    for (const PoseMode& mode : pose_modes(rotations, rule.bandwidth)) {
      if (mode.share >= rule.least_share) {
        add(mode.pose.R, mode.pose.R, no_symmetry());
      }
    }
  }

  Basins basins_;
  std::vector<Eigen::Matrix3d> references_;
  std::vector<SymmetryGroup> parts_;
};

/// States that speak of basins: those from the first one on whose noise is low enough.
std::size_t first_state(const ObjectSamples& samples, std::size_t kept, const BasinRule& rule) {
  if (samples.curve.size() < kept) {
    return 0;
  }
  std::size_t state = 0;
  while (state < kept && !(samples.curve[state].sigma <= rule.most_sigma)) {
    ++state;
  }
  return state;
}

SampleBasin follow(const ObjectSamples& samples, std::size_t number, const Elements& elements,
                   std::size_t from, std::size_t kept, const BasinRule& rule) {
  SampleBasin made;
  made.sample = static_cast<int>(number);
  std::optional<int> now;
  bool outside = false;
  double outside_since = 0.0;
  for (std::size_t state = from; state < kept; ++state) {
    const auto basin = elements.nearest(samples.trajectory[state][number].R, rule.capture);
    if (!basin) {
      outside_since = outside ? outside_since : samples.times[state];
      outside = true;
      continue;
    }
    outside = false;
    if (!made.first) {
      made.first = basin;
      made.first_time = samples.times[state];
    } else if (basin != now) {
      ++made.changes;
      made.last_change = samples.times[state];
    }
    now = basin;
  }
  made.last = outside ? std::nullopt : now;
  if (made.first && outside) {
    ++made.changes;
    made.last_change = outside_since;
  }
  return made;
}

}  // namespace

Basins sample_basins_of(const ObjectSamples& samples, const BasinRule& rule) {
  return Elements(samples, rule).basins();
}

BasinReport sample_basins(const ObjectSamples& samples, std::span<const int> numbers, const BasinRule& rule) {
  const Elements elements(samples, rule);
  BasinReport report{elements.basins(), {}};
  std::size_t kept = 0;
  while (kept < std::min(samples.times.size(), samples.trajectory.size()) &&
         samples.trajectory[kept].size() == samples.samples.size()) {
    ++kept;
  }
  const std::size_t from = first_state(samples, kept, rule);
  for (const int number : numbers) {
    if (number < 0 || static_cast<std::size_t>(number) >= samples.samples.size()) {
      continue;
    }
    const auto sample = static_cast<std::size_t>(number);
    SampleBasin made = follow(samples, sample, elements, from, kept, rule);
    if (kept == 0) {
      made.first = made.last = elements.nearest(samples.samples[sample].R, rule.capture);
    }
    report.samples.push_back(made);
  }
  return report;
}

}  // namespace alidade
