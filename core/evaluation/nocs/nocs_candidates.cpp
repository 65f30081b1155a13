// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <numeric>

#include "core/evaluation/nocs/nocs_matching.h"

namespace alidade {
namespace {

constexpr const char* kNocsClasses[] = {"bottle", "bowl", "camera", "can", "laptop", "mug"};
constexpr const char* kNocsAxial[] = {"bottle", "bowl", "can"};
constexpr const char* kNocsFlipped[] = {"phone", "eggbox", "glue"};
constexpr const char* kHouseCatClasses[] = {"box",    "bottle",  "can",   "cup",  "remote",
                                            "teapot", "cutlery", "glass", "shoe", "tube"};
constexpr const char* kHouseCatAxial[] = {"bottle", "can", "bowl", "glass"};

template <std::size_t N>
bool listed(const char* const (&names)[N], const std::string& name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool turns_about_y(const SymmetryGroup& group) {
  return group.any || std::any_of(group.axes.begin(), group.axes.end(), [](const SymmetryAxis& axis) {
           return std::abs(axis.axis.normalized().y()) > 1.0 - 1e-9;
         });
}

/// Row indices by image, category, falling score, row. Scores of the ground truth are all alike to it.
std::vector<std::uint32_t> grouped_rows(const std::vector<PoseRow>& rows, bool by_score) {
  std::vector<std::uint32_t> order(rows.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const PoseRow& left = rows[a];
    const PoseRow& right = rows[b];
    if (left.image != right.image) {
      return left.image < right.image;
    }
    if (left.category != right.category) {
      return left.category < right.category;
    }
    return by_score && left.score != right.score ? left.score > right.score : a < b;
  });
  return order;
}

/// Merges the two row orders into groups.
void make_groups(const EvaluationInput& input, NocsCandidates* all) {
  const auto key = [](const PoseRow& row) { return std::pair(row.image, row.category); };
  std::size_t estimate = 0;
  std::size_t truth = 0;
  std::size_t pairs = 0;
  while (estimate < all->estimates.size() || truth < all->truths.size()) {
    const bool no_estimate = estimate == all->estimates.size();
    const auto next_truth =
        truth == all->truths.size() ? std::pair(~0U, ~0U) : key(input.truth.rows[all->truths[truth]]);
    const auto next = no_estimate
                          ? next_truth
                          : std::min(next_truth, key(input.predictions.rows[all->estimates[estimate]]));
    NocsGroup group;
    group.image = next.first;
    group.category = next.second;
    group.first_estimate = static_cast<std::uint32_t>(estimate);
    group.first_truth = static_cast<std::uint32_t>(truth);
    group.first_pair = pairs;
    while (estimate < all->estimates.size() &&
           key(input.predictions.rows[all->estimates[estimate]]) == next) {
      ++estimate;
    }
    while (truth < all->truths.size() && key(input.truth.rows[all->truths[truth]]) == next) {
      ++truth;
    }
    group.estimates = static_cast<std::uint32_t>(estimate) - group.first_estimate;
    group.truths = static_cast<std::uint32_t>(truth) - group.first_truth;
    pairs += std::size_t{group.estimates} * group.truths;
    all->truth_counts[group.category] += group.truths;
    all->groups.push_back(group);
  }
  all->pairs.resize(pairs);
}

void rank(NocsCandidates* all) {
  for (const NocsGroup& group : all->groups) {
    auto& ranking = all->ranking[group.category];
    for (std::size_t i = 0; i < group.estimates; ++i) {
      ranking.push_back(static_cast<std::uint32_t>(group.first_estimate + i));
    }
  }
  for (auto& ranking : all->ranking) {
    std::stable_sort(ranking.begin(), ranking.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return all->scores[a] > all->scores[b]; });
  }
}

/// Row whose image box stands for the i-th estimate of a group.
std::uint32_t box_row(const NocsCandidates& all, const NocsGroup& group, std::size_t i,
                      std::span<const std::uint32_t> file_order) {
  return all.rule.survivors == NocsSurvivors::kFileBoxes ? file_order[i]
                                                         : all.estimates[group.first_estimate + i];
}

class Comparer {
 public:
  Comparer(const EvaluationInput& input, NocsCandidates* all) : input_(input), all_(*all) {}

  void compare(const NocsGroup& group) {
    if (group.estimates == 0 || group.truths == 0) {
      return;
    }
    const auto first = all_.estimates.begin() + static_cast<std::ptrdiff_t>(group.first_estimate);
    file_order_.assign(first, first + static_cast<std::ptrdiff_t>(group.estimates));
    std::sort(file_order_.begin(), file_order_.end());
    for (std::size_t j = 0; j < group.truths; ++j) {
      const PoseRow& truth = input_.truth.rows[all_.truths[group.first_truth + j]];
      const NocsSymmetry symmetry = nocs_symmetry(all_.rule, input_.categories[group.category], truth);
      for (std::size_t i = 0; i < group.estimates; ++i) {
        all_.pairs[group.first_pair + i * group.truths + j] = compare(group, i, truth, symmetry);
      }
    }
  }

 private:
  NocsPair compare(const NocsGroup& group, std::size_t i, const PoseRow& truth, NocsSymmetry symmetry) const {
    const PoseRow& estimate = input_.predictions.rows[all_.estimates[group.first_estimate + i]];
    const OrientedBox estimated_box = row_box(estimate);
    const OrientedBox true_box = row_box(truth);
    NocsPair pair;
    pair.degrees = nocs_rotation_degrees(estimate.cam_from_obj.R, truth.cam_from_obj.R, symmetry);
    pair.centimetres = (estimated_box.frame_from_box.t - true_box.frame_from_box.t).norm() * 100.0;
    if (all_.rule.by_image_boxes()) {
      const PoseRow& boxed = input_.predictions.rows[box_row(all_, group, i, file_order_)];
      pair.overlap = boxed.bbox && truth.bbox ? pixel_box_iou(*boxed.bbox, *truth.bbox) : 0.0;
    } else {
      const bool no_turn = !all_.rule.handle_in_overlap && input_.categories[group.category] == "mug";
      pair.overlap =
          nocs_overlap(all_.rule.overlap, estimated_box, true_box, no_turn ? NocsSymmetry::kNone : symmetry);
    }
    return pair;
  }

  const EvaluationInput& input_;
  NocsCandidates& all_;
  std::vector<std::uint32_t> file_order_;
};

}  // namespace

OrientedBox row_box(const PoseRow& row) {
  return {{row.cam_from_obj.R, row.cam_from_obj * row.center_obj}, row.size};
}

std::vector<std::string> nocs_classes(const NocsRule& rule) {
  return rule.housecat ? std::vector<std::string>(std::begin(kHouseCatClasses), std::end(kHouseCatClasses))
                       : std::vector<std::string>(std::begin(kNocsClasses), std::end(kNocsClasses));
}

bool nocs_knows(const NocsRule& rule, const std::string& category) {
  return rule.housecat ? listed(kHouseCatClasses, category) || category == "bowl"
                       : listed(kNocsClasses, category) || listed(kNocsFlipped, category);
}

NocsSymmetry nocs_symmetry(const NocsRule& rule, const std::string& category, const PoseRow& truth) {
  if (!nocs_knows(rule, category)) {
    return turns_about_y(truth.symmetry) ? NocsSymmetry::kAxis : NocsSymmetry::kNone;
  }
  if (rule.housecat) {
    return listed(kHouseCatAxial, category) ? NocsSymmetry::kAxis : NocsSymmetry::kNone;
  }
  if (listed(kNocsAxial, category) || (category == "mug" && !truth.handle_visible)) {
    return NocsSymmetry::kAxis;
  }
  return listed(kNocsFlipped, category) ? NocsSymmetry::kFlip : NocsSymmetry::kNone;
}

Expected<NocsCandidates> nocs_candidates(const EvaluationInput& input, const NocsRule& rule,
                                         const JobContext& job) {
  NocsCandidates all;
  all.rule = rule;
  all.categories = input.categories.size();
  all.ranking.resize(all.categories);
  all.truth_counts.resize(all.categories);
  all.estimates = grouped_rows(input.predictions.rows, true);
  all.truths = grouped_rows(input.truth.rows, false);
  all.scores.reserve(all.estimates.size());
  all.images.reserve(all.estimates.size());
  for (const std::uint32_t row : all.estimates) {
    all.scores.push_back(input.predictions.rows[row].score);
    all.images.push_back(input.predictions.rows[row].image);
  }
  make_groups(input, &all);
  rank(&all);
  Comparer comparer(input, &all);
  constexpr std::size_t kPairsPerCheck = 1000;
  std::size_t checked = 0;
  for (const NocsGroup& group : all.groups) {
    if (group.first_pair >= checked) {
      if (job.stopped()) {
        return Error{ErrorCode::kCancelled, "The evaluation was stopped."};
      }
      job.report("comparing poses", static_cast<std::int64_t>(group.first_pair),
                 static_cast<std::int64_t>(all.pairs.size()));
      checked = group.first_pair + kPairsPerCheck;
    }
    comparer.compare(group);
  }
  return all;
}

}  // namespace alidade
