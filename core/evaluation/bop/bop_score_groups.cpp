// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "core/evaluation/bop/bop_score.h"

namespace alidade {
namespace {

using Rows = std::vector<std::uint32_t>;
using Key = std::pair<std::uint32_t, int>;  ///< image, object

std::map<Key, Rows> rows_by_object(const PoseSet& set) {
  std::map<Key, Rows> by_object;
  for (std::uint32_t i = 0; i < set.rows.size(); ++i) {
    by_object[{set.rows[i].image, set.rows[i].object_id}].push_back(i);
  }
  return by_object;
}

void sort_by_score(const PoseSet& set, Rows& rows) {
  std::stable_sort(rows.begin(), rows.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return set.rows[a].score > set.rows[b].score; });
}

/// The `count` most visible rows, in their old order.
void keep_most_visible(const PoseSet& truth, std::size_t count, Rows& rows) {
  std::stable_sort(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) {
    return truth.rows[a].visible_fraction > truth.rows[b].visible_fraction;
  });
  rows.resize(std::min(count, rows.size()));
  std::sort(rows.begin(), rows.end());
}

/// How many instances of an object are to be found, among how many best-scored estimates.
struct Wanted {
  std::size_t truths = 0;
  std::size_t estimates = 0;
};

/// By image and object.
std::map<Key, Wanted> wanted(const EvaluationInput& input, const std::map<Key, Rows>& truths) {
  std::map<Key, Wanted> counts;
  const auto alike = [](std::size_t count) { return Wanted{count, count}; };
  if (input.targets.empty()) {
    for (const auto& [key, rows] : truths) {
      counts[key] = alike(rows.size());
    }
  }
  for (const Target& target : input.targets) {
    if (target.object_id >= 0) {
      Wanted& count = counts[{target.image, target.object_id}];
      count = alike(static_cast<std::size_t>(std::max(0, target.count)));
      count.estimates = target.estimates < 0 ? count.estimates : static_cast<std::size_t>(target.estimates);
      continue;
    }
    for (auto it = truths.lower_bound({target.image, INT32_MIN});
         it != truths.end() && it->first.first == target.image; ++it) {
      counts[it->first] = alike(it->second.size());
    }
  }
  return counts;
}

std::map<int, std::uint32_t> category_of_object(const EvaluationInput& input) {
  std::map<int, std::uint32_t> categories;
  for (const PoseSet* set : {&input.truth, &input.predictions}) {
    for (const PoseRow& row : set->rows) {
      categories.emplace(row.object_id, row.category);
    }
  }
  return categories;
}

void order_groups(std::vector<ObjectGroup>& groups) {
  std::stable_sort(groups.begin(), groups.end(), [](const ObjectGroup& a, const ObjectGroup& b) {
    return std::pair(a.image, a.category) < std::pair(b.image, b.category);
  });
}

/// Equal scores among estimates of which only some are kept, or whose order decides a match.
std::size_t tied_estimates(const PoseSet& set, const Rows& sorted) {
  std::size_t tied = 0;
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    tied += set.rows[sorted[i]].score == set.rows[sorted[i - 1]].score;
  }
  return tied;
}

void note_count(std::size_t count, const std::string& what, std::vector<std::string>& notes) {
  if (count > 0) {
    notes.push_back(std::to_string(count) + " " + what);
  }
}

/// The `per_image` best-scored estimates of each image by object; counts those kept and those beyond.
std::map<Key, Rows> best_of_images(const EvaluationInput& input, std::size_t per_image, std::size_t& beyond,
                                   std::size_t& kept) {
  std::vector<Rows> by_image(input.images.size());
  for (std::uint32_t i = 0; i < input.predictions.rows.size(); ++i) {
    by_image[input.predictions.rows[i].image].push_back(i);
  }
  std::map<Key, Rows> estimates;
  for (std::uint32_t image = 0; image < by_image.size(); ++image) {
    sort_by_score(input.predictions, by_image[image]);
    const std::size_t count = std::min(by_image[image].size(), per_image);
    beyond += by_image[image].size() - count;
    kept += count;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t row = by_image[image][i];
      estimates[{image, input.predictions.rows[row].object_id}].push_back(row);
    }
  }
  return estimates;
}

}  // namespace

ObjectGroups localization_groups(const EvaluationInput& input) {
  ObjectGroups result;
  auto truths = rows_by_object(input.truth);
  auto estimates = rows_by_object(input.predictions);
  const auto categories = category_of_object(input);
  std::size_t looked_at = 0, tied = 0, unannotated = 0;
  for (const auto& [key, most] : wanted(input, truths)) {
    const std::size_t count = most.truths;
    const auto category = categories.find(key.second);
    if (category == categories.end() || !truths.contains(key)) {
      unannotated += count;
      continue;
    }
    ObjectGroup group{key.first, category->second, key.second, truths[key], estimates[key], 0, 0};
    group.annotated = group.truths.size();
    group.offered = group.estimates.size();
    looked_at += group.offered;
    unannotated += count - std::min(count, group.annotated);
    sort_by_score(input.predictions, group.estimates);
    tied += tied_estimates(input.predictions, group.estimates);
    group.estimates.resize(std::min(most.estimates, group.estimates.size()));
    keep_most_visible(input.truth, count, group.truths);
    result.groups.push_back(std::move(group));
  }
  order_groups(result.groups);
  note_count(input.predictions.rows.size() - looked_at,
             "estimates belong to no target and are left out, as BOP's script does.", result.notes);
  note_count(tied,
             "estimates have the same score as another of their object and image; ties keep the order of the "
             "file.",
             result.notes);
  note_count(unannotated, "targets have no annotation and are not counted, as BOP's script does.",
             result.notes);
  return result;
}

ObjectGroups detection_groups(const EvaluationInput& input, std::size_t per_image) {
  ObjectGroups result;
  std::set<std::uint32_t> images;
  for (const Target& target : input.targets) {
    images.insert(target.image);
  }
  std::size_t beyond = 0, kept = 0, tied = 0;
  auto estimates = best_of_images(input, per_image, beyond, kept);
  for (auto& [key, rows] : rows_by_object(input.truth)) {
    if (!images.empty() && !images.contains(key.first)) {
      continue;
    }
    auto& found = estimates[key];
    ObjectGroup group{key.first, input.truth.rows[rows.front()].category, key.second, rows, found, 0, 0};
    group.annotated = rows.size();
    group.offered = found.size();
    kept -= found.size();
    tied += tied_estimates(input.predictions, found);
    result.groups.push_back(std::move(group));
  }
  order_groups(result.groups);
  note_count(beyond, "estimates are beyond the " + std::to_string(per_image) + " best of their image.",
             result.notes);
  note_count(kept,
             "estimates are of objects that are not annotated in their image; BOP's script leaves them out "
             "instead of counting them as false.",
             result.notes);
  note_count(tied,
             "estimates have the same score as another of their object and image; ties keep the order of the "
             "file.",
             result.notes);
  return result;
}

LookedAt looked_at(const EvaluationInput& input, const ObjectGroups& chosen) {
  LookedAt seen{std::vector<bool>(input.truth.rows.size()), std::vector<bool>(input.predictions.rows.size())};
  for (const ObjectGroup& group : chosen.groups) {
    for (const std::uint32_t row : group.truths) {
      seen.truths[row] = true;
    }
    for (const std::uint32_t row : group.estimates) {
      seen.predictions[row] = true;
    }
  }
  return seen;
}

std::vector<int> match_greedily(std::size_t estimates, std::size_t truths,
                                const std::function<double(std::size_t, std::size_t)>& error,
                                double threshold) {
  std::vector<int> matched(truths, -1);
  for (std::size_t e = 0; e < estimates; ++e) {
    double best = threshold;
    std::size_t taken = truths;
    for (std::size_t t = 0; t < truths; ++t) {
      if (matched[t] < 0 && error(e, t) < best) {
        best = error(e, t);
        taken = t;
      }
    }
    if (taken < truths) {
      matched[taken] = static_cast<int>(e);
    }
  }
  return matched;
}

}  // namespace alidade
