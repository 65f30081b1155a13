// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/branch_accuracy.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "core/evaluation/errors/pose_accuracy.h"
#include "core/studies/direct_estimator.h"
#include "core/studies/infer.h"

namespace alidade {
namespace {

/// What was estimated through one branch becomes its column.
void fill_column(BranchAccuracy& accuracy, std::size_t branch, const PoseResult& result) {
  for (const AccuracyRow& row : accuracy_table(result)) {
    const auto found = std::find(accuracy.categories.begin(), accuracy.categories.end(), row.category);
    if (found == accuracy.categories.end()) {
      continue;
    }
    const auto category = static_cast<std::size_t>(found - accuracy.categories.begin());
    accuracy.percent[category * accuracy.branches.size() + branch] = 100.0 * row.acc_5deg_2cm;
    if (accuracy.own[category] == static_cast<int>(branch)) {
      accuracy.objects[category] = static_cast<std::int64_t>(row.count);
    }
  }
}

}  // namespace

Expected<BranchAccuracy> branch_accuracy(const Dataset& dataset, const std::shared_ptr<DirectModel>& model,
                                         const std::vector<std::size_t>& frames, std::uint64_t seed,
                                         const JobContext& job) {
  BranchAccuracy accuracy;
  accuracy.categories = dataset.categories();
  ModelRouting routing = model->routing(accuracy.categories);
  if (routing.names.size() < 2) {
    return Error{ErrorCode::kInput, "the network routes nothing; give one with several branches."};
  }
  accuracy.name = model->checkpoint_name().substr(0, model->checkpoint_name().rfind('.'));
  accuracy.architecture = model->architecture();
  accuracy.branches = std::move(routing.names);
  accuracy.own = std::move(routing.branch);
  accuracy.objects.assign(accuracy.categories.size(), 0);
  accuracy.percent.assign(accuracy.categories.size() * accuracy.branches.size(),
                          std::numeric_limits<double>::quiet_NaN());
  for (std::size_t branch = 0; branch < accuracy.branches.size(); ++branch) {
    const auto member = std::find(accuracy.own.begin(), accuracy.own.end(), static_cast<int>(branch));
    if (member == accuracy.own.end()) {
      continue;
    }
    const std::string& label = accuracy.categories[static_cast<std::size_t>(member - accuracy.own.begin())];
    DirectEstimator estimator(model, {seed, label});
    const auto result = infer_poses(dataset, estimator, frames, job);
    if (!result) {
      return result.error();
    }
    fill_column(accuracy, branch, **result);
    accuracy.provenance = (*result)->provenance;
  }
  accuracy.provenance.recipe = R"({"measure":"5deg2cm","branches":"all"})";
  return accuracy;
}

}  // namespace alidade
