// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/papers/mqat/recipe_text.h"
#include "core/papers/mqat/steps.h"

namespace alidade::mqat {

/// What the steps of a plan need, what decides their results, and how they are done.
class StudyRunner {
 public:
  using Json = nlohmann::ordered_json;

  StudyRunner(StudyPlan plan, StudyPlaces places, std::shared_ptr<const StudyWork> work);

  /// Names of the steps whose results a step takes.
  std::vector<std::string> needs(const StudyStep& step) const;
  /// What decides a step's result; that of a retraining follows from flow and widths.
  Expected<Json> recipe(const StudyStep& step, const StepInput& input) const;
  /// Does the step; its result.
  Expected<Json> run(const StudyStep& step, const Json& recipe, const StepInput& input) const;

 private:
  /// What an arm turns into once flow and widths are known.
  struct Assigned {
    NetworkFacts facts;
    LayerLevels levels;
    std::vector<std::string> order;  ///< modules in turn; empty = at once
  };

  const Arm& arm_of(const StudyStep& step) const;
  const StudyNetwork& network_of(const StudyStep& step) const;
  bool is_trained(const Arm& arm) const;
  std::string run_name(const StudyStep& step) const;
  std::filesystem::path checkpoint_of(const StudyStep& step) const;
  std::vector<std::string> flow_needs() const;

  Expected<NetworkFacts> facts(const std::string& network, const StepInput& input) const;
  Expected<Assigned> assigned(const Arm& arm, const StepInput& input) const;
  TrainingOrder order(const StudyStep& step, const Assigned* assigned, const std::string& start) const;

  Expected<Json> training_recipe(const StudyStep& step, const StepInput& input) const;
  Expected<Json> measuring_recipe(const StudyStep& step) const;

  Expected<Json> train(const StudyStep& step, const StepInput& input) const;
  Expected<Json> run_base(const StudyStep& step, const StepInput& input) const;
  Expected<Json> evaluate(const StudyStep& step, const StepInput& input) const;
  Expected<Json> run_flow(const StudyStep& step, const StepInput& input) const;
  Expected<Json> run_allocation(const StudyStep& step, const StepInput& input) const;
  Expected<Json> run_sensitivity(const StudyStep& step, const StepInput& input) const;
  Expected<Json> run_levels(const StudyStep& step, const StepInput& input) const;
  Expected<Json> run_votes(const StudyStep& step, const StepInput& input) const;
  Expected<Json> run_latency(const StudyStep& step, const StepInput& input) const;
  Expected<Json> run_stand_in(const StudyStep& step, const StepInput& input) const;

  StudyPlan plan_;
  StudyPlaces places_;
  std::shared_ptr<const StudyWork> work_;
  std::vector<Arm> arms_;
};

/// The accuracy that Algorithm 1 compares: ADI-0.1d, or ADI-0.05d where full precision has more than 95 % of
/// the former, above which nothing can gain.
ShareMetric flow_metric(double full_precision_share);

}  // namespace alidade::mqat
