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
  const auto best = [&](std::size_t row) {
    const auto of_row = scores.subspan(row * categories, categories);
    return *std::max_element(of_row.begin(), of_row.end());
  };
  std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) { return best(a) > best(b); });
  rows.resize(most);
  std::sort(rows.begin(), rows.end());
  return rows;
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
                       [&](const KeptBox& k) { return suppresses(boxes[k.row], boxes[row], how); })) {
        kept.push_back({row, category});
      }
    }
  }
  return kept;
}

}  // namespace alidade
