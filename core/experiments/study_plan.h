// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <iterator>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "core/base/expected.h"
#include "core/experiments/study_sizes.h"

namespace alidade {

/// What a paper's reproduction will do, in this order. A folder holds one plan; it may only grow
/// (extended()). `Study` describes the paper:
///   Sizes    how much of everything; the number of `seeds` among them
///   Costs    seconds of the pieces of its work on a machine, 0 by default
///   Step     kind, name(), seconds
///   Breadth  how much of the paper, from the least
///   kBreadthNames  of them in plan.json; kUsual  the one without options
///   sizes(Sizes&)  the NamedSizes
/// and beside it stands make_plan(sizes, costs, breadth), with estimates by the costs.
template <class Study>
struct StudyPlanOf {
  bool quick = false;
  typename Study::Breadth breadth = Study::kUsual;
  typename Study::Sizes sizes{};
  std::string recipes_sha256{};  ///< of the recipes that it starts from
  std::vector<typename Study::Step> steps{};

  double seconds() const {
    return std::accumulate(steps.begin(), steps.end(), 0.0,
                           [](double sum, const auto& step) { return sum + step.seconds; });
  }
  /// The seeds of an arm that the plan trains.
  template <class Arm>
  int seeds_of(const Arm& arm) const {
    return arm.every_seed ? sizes.seeds : 1;
  }
};

/// The plan as a folder keeps it.
template <class Study>
ExperimentPlan experiment_plan(const StudyPlanOf<Study>& plan) {
  auto sizes = plan.sizes;
  const PlanSettings settings{Study::kBreadthNames[static_cast<std::size_t>(plan.breadth)],
                              plan.recipes_sha256};
  ExperimentPlan kept{plan.quick, plan_settings_text(Study::sizes(sizes), settings), {}};
  for (const auto& step : plan.steps) {
    kept.steps.push_back({step.name(), step.seconds});
  }
  return kept;
}

/// Strict; `name` stands in messages. Plans with fewer steps are read as they are.
template <class Study>
Expected<StudyPlanOf<Study>> study_plan_of(const ExperimentPlan& kept, const std::string& name) {
  typename Study::Sizes sizes;
  const auto named = Study::sizes(sizes);
  const auto settings = read_plan_settings(kept.settings, named);
  const auto breadth = std::find(std::begin(Study::kBreadthNames), std::end(Study::kBreadthNames),
                                 settings ? settings->breadth : std::string());
  if (!settings || breadth == std::end(Study::kBreadthNames)) {
    return plan_error(name, "it is not a plan of this version");
  }
  if (!are_possible(named)) {
    return plan_error(name, "a size is out of its range");
  }
  const auto place = breadth - std::begin(Study::kBreadthNames);
  StudyPlanOf<Study> plan =
      make_plan(sizes, typename Study::Costs{}, static_cast<typename Study::Breadth>(place));
  plan.quick = kept.quick;
  plan.recipes_sha256 = settings->recipes_sha256;
  std::vector<std::string> names;
  for (const auto& step : plan.steps) {
    names.push_back(step.name());
  }
  const auto listed = listed_steps(kept, names);
  if (!listed) {
    return plan_error(name, "its steps are those of another version");
  }
  const auto whole = std::move(plan.steps);
  plan.steps.clear();
  for (std::size_t i = 0; i < listed->size(); ++i) {
    plan.steps.push_back(whole[(*listed)[i]]);
    plan.steps.back().seconds = kept.steps[i].seconds;
  }
  return plan;
}

/// A plan with equal sizes and every step of this version, as broad as asked for or as it already is;
/// `plan`'s estimates are kept and stand for new steps of the same kind, their mean for all others.
template <class Study>
StudyPlanOf<Study> extended(const StudyPlanOf<Study>& plan, typename Study::Breadth breadth) {
  StudyPlanOf<Study> out = make_plan(plan.sizes, typename Study::Costs{}, std::max(breadth, plan.breadth));
  out.quick = plan.quick;
  out.recipes_sha256 = plan.recipes_sha256;
  const double mean = plan.steps.empty() ? 0.0 : plan.seconds() / static_cast<double>(plan.steps.size());
  for (auto& step : out.steps) {
    const auto same = std::find_if(plan.steps.begin(), plan.steps.end(),
                                   [&](const auto& known) { return known.name() == step.name(); });
    const auto alike = std::find_if(plan.steps.begin(), plan.steps.end(),
                                    [&](const auto& known) { return known.kind == step.kind; });
    step.seconds = same != plan.steps.end()    ? same->seconds
                   : alike != plan.steps.end() ? alike->seconds
                                               : mean;
  }
  return out;
}

}  // namespace alidade
