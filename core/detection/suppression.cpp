// SPDX-License-Identifier: BSD-3-Clause
#include "core/detection/suppression.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace alidade {
namespace {

/// The rows with the highest scores of any class, in their order.
std::vector<std::size_t> candidates(std::span<const double> scores, std::size_t boxes, std::size_t categories,
                                    std::size_t most) {
  std::vector<std::size_t> rows(boxes);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  if (most == 0 || boxes <= most) {
    return rows;
  }
  std::vector<double> best;
  for (std::size_t row = 0; row < boxes; ++row) {
    const auto of_row = scores.subspan(row * categories, categories);
    best.push_back(*std::max_element(of_row.begin(), of_row.end()));
  }
  std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) { return best[a] > best[b]; });
  rows.resize(most);
  std::sort(rows.begin(), rows.end());
  return rows;
}

/// What holds a box, and how large the box is in what is compared.
struct Reach {
  Eigen::Array3d low, high;
  double size = 0.0;
};

Reach reach_of(const UprightBox& box, OverlapRule overlap) {
  // As thin as footprints are taken to be.
  constexpr double kShortestSide = 1e-4;
  const double c = std::abs(std::cos(box.yaw)), s = std::abs(std::sin(box.yaw));
  const double w = std::max(box.size.x(), kShortestSide), l = std::max(box.size.y(), kShortestSide);
  Eigen::Array3d half(0.5 * (c * w + s * l), 0.5 * (s * w + c * l), 0.5 * box.size.z());
  Reach reach{box.center.array() - half, box.center.array() + half, box.size.prod()};
  if (overlap == OverlapRule::kFootprint) {
    reach.low.z() = 0.0;
    reach.high.z() = 1.0;
    reach.size = box.size.x() * box.size.y();
  }
  return reach;
}

/// That two boxes overlap so little is seen without cutting one by the other. Never said of NaN.
bool surely_keeps(const Reach& a, const Reach& b, double most_overlap) {
  constexpr double kRounding = 1e-6;
  const double shared = (a.high.min(b.high) - a.low.max(b.low)).max(0.0).prod();
  return shared < (most_overlap - kRounding) * (a.size + b.size - shared);
}

bool suppresses(const UprightBox& kept, const UprightBox& other, const Suppression& how) {
  const double iou =
      how.overlap == OverlapRule::kFootprint ? footprint_iou(kept, other) : upright_box_iou(kept, other);
  return iou > how.most_overlap;
}

}  // namespace

double footprint_iou(const UprightBox& a, const UprightBox& b) {
  constexpr double kSmallestUnion = 1e-8;
  const double shared = footprint_overlap(a, b);
  const double joined = a.size.x() * a.size.y() + b.size.x() * b.size.y() - shared;
  return std::isfinite(shared) ? std::clamp(shared / std::max(joined, kSmallestUnion), 0.0, 1.0) : 0.0;
}

std::vector<KeptBox> suppress(std::span<const UprightBox> boxes, std::span<const double> scores,
                              std::size_t categories, const Suppression& how) {
  std::vector<KeptBox> kept;
  if (categories == 0) {
    return kept;
  }
  const auto rows = candidates(scores, boxes.size(), categories, how.most_candidates);
  std::vector<Reach> reaches(boxes.size());
  for (const std::size_t row : rows) {
    reaches[row] = reach_of(boxes[row], how.overlap);
  }
  const auto suppressed_by = [&](std::size_t row, const KeptBox& k) {
    return !surely_keeps(reaches[k.row], reaches[row], how.most_overlap) &&
           suppresses(boxes[k.row], boxes[row], how);
  };
  for (std::size_t category = 0; category < categories; ++category) {
    const auto score = [&](std::size_t row) { return scores[row * categories + category]; };
    std::vector<std::size_t> waiting;
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(waiting),
                 [&](std::size_t row) { return score(row) > how.least_score; });
    std::stable_sort(waiting.begin(), waiting.end(),
                     [&](std::size_t a, std::size_t b) { return score(a) > score(b); });
    const std::size_t first = kept.size();
    for (const std::size_t row : waiting) {
      if (std::none_of(kept.begin() + static_cast<std::ptrdiff_t>(first), kept.end(),
                       [&](const KeptBox& k) { return suppressed_by(row, k); })) {
        kept.push_back({row, category});
      }
    }
  }
  return kept;
}

}  // namespace alidade
