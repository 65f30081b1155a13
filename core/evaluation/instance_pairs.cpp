// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/instance_pairs.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace alidade {
namespace {

using Group = std::tuple<std::uint32_t, std::uint32_t, int>;  // image, category, instance or -1
using Members = std::map<Group, std::vector<std::size_t>>;

bool has_instances(const EvaluationInput& input) {
  const auto known = [](const PoseRow& row) { return row.instance >= 0; };
  return std::all_of(input.truth.rows.begin(), input.truth.rows.end(), known) &&
         std::all_of(input.predictions.rows.begin(), input.predictions.rows.end(), known);
}

Members members(const std::vector<PoseRow>& rows, bool instances) {
  Members found;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    found[{rows[i].image, rows[i].category, instances ? rows[i].instance : -1}].push_back(i);
  }
  return found;
}

}  // namespace

std::string pairing_obstacle(const EvaluationInput& input) {
  if (has_instances(input)) {
    return "";
  }
  const Members truths = members(input.truth.rows, false);
  for (const auto& [group, rows] : members(input.predictions.rows, false)) {
    const auto found = truths.find(group);
    const std::size_t count = found == truths.end() ? 0 : found->second.size();
    if (count != rows.size() && count + rows.size() > 1) {
      return "image '" + input.images[std::get<0>(group)].name + "' has " + std::to_string(count) +
             " ground truths and " + std::to_string(rows.size()) + " predictions of class '" +
             input.categories[std::get<1>(group)] +
             "', and without instance numbers it is not known which belong together; add the column "
             "'instance' to both files.";
    }
  }
  return "";
}

InstancePairs pair_instances(const EvaluationInput& input) {
  InstancePairs pairs;
  const bool instances = has_instances(input);
  const std::vector<PoseRow>& estimates = input.predictions.rows;
  pairs.by_order = !instances;
  pairs.prediction_of.assign(input.truth.rows.size(), -1);
  pairs.truth_of.assign(estimates.size(), -1);
  Members predictions = members(estimates, instances);
  for (const auto& [group, truths] : members(input.truth.rows, instances)) {
    std::vector<std::size_t>& candidates = predictions[group];
    if (instances) {  // the best scored one; the first among equals
      std::stable_sort(candidates.begin(), candidates.end(),
                       [&](std::size_t x, std::size_t y) { return estimates[x].score > estimates[y].score; });
    }
    const std::size_t joined = std::min(truths.size(), candidates.size());
    for (std::size_t i = 0; i < joined; ++i) {
      pairs.prediction_of[truths[i]] = static_cast<std::int64_t>(candidates[i]);
      pairs.truth_of[candidates[i]] = static_cast<std::int64_t>(truths[i]);
    }
    pairs.missed += truths.size() - joined;
    pairs.repeated += candidates.size() - joined;
  }
  const auto unpaired = std::count(pairs.truth_of.begin(), pairs.truth_of.end(), -1);
  pairs.alone = static_cast<std::size_t>(unpaired) - pairs.repeated;
  return pairs;
}

}  // namespace alidade
