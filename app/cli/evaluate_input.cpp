// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/evaluate_input.h"

#include <filesystem>

#include "app/cli/problem_lines.h"
#include "core/studies/plain/evaluate.h"
#include "core/studies/plain/evaluate_scenes.h"
#include "core/studies/plain/open_data.h"
#include "plugins/bop/bop_evaluation.h"

namespace alidade {
namespace {

bool is_bop_results(const std::string& path) {
  return std::filesystem::path(path).extension() == ".csv";
}

Expected<std::shared_ptr<const EvaluationInput>> read_scenes(const EvaluateArguments& arguments,
                                                             const std::string& predictions,
                                                             const CommandContext& context) {
  const auto set = open_scenes(arguments.dataset, context.scene_readers, context.job);
  if (!set) {
    return set.error();
  }
  if (auto whole = require_scene_truth(**set, arguments.allow_problems); !whole) {
    return whole.error();
  }
  return read_scene_evaluation_input(**set, predictions, context.job);
}

}  // namespace

Expected<void> check_inputs(const EvaluateArguments& arguments) {
  const bool files = !arguments.ground_truth.empty() && !arguments.predictions.empty();
  const bool dataset = !arguments.dataset.empty() && !arguments.result.empty();
  const int named = !arguments.ground_truth.empty() + !arguments.predictions.empty() +
                    !arguments.dataset.empty() + !arguments.result.empty();
  const auto usage = [](const char* message) { return Error{ErrorCode::kUsage, message}; };
  const bool samples = !arguments.sample_sets.empty();
  if (samples ? named != 0 : named != 2 || files == dataset) {
    return usage("give --ground-truth and --predictions, or --dataset and --result, or --sample-sets.");
  }
  if (!samples && !arguments.set.empty()) {
    return usage("--set belongs to --sample-sets.");
  }
  if (samples && !arguments.categories.empty()) {
    return usage("--categories belongs to --ground-truth; sample sets name their classes.");
  }
  if (dataset && !arguments.categories.empty()) {
    return usage("--categories belongs to --ground-truth; a dataset names its classes.");
  }
  if (!arguments.targets.empty() && !(dataset && is_bop_results(arguments.result))) {
    return usage("--targets belongs to --dataset with BOP results (.csv).");
  }
  if (arguments.allow_problems && !dataset) {
    return usage("--allow-problems belongs to --dataset; files of arrays are whole or refused.");
  }
  return {};
}

Expected<std::shared_ptr<const EvaluationInput>> read_evaluated(const EvaluateArguments& arguments,
                                                                const Protocol& protocol,
                                                                const std::string& predictions,
                                                                CommandContext& context) {
  if (!arguments.sample_sets.empty()) {
    return read_sample_sets(predictions, arguments.set);
  }
  if (arguments.dataset.empty()) {
    return read_exchange(arguments.ground_truth, predictions, arguments.categories, &protocol);
  }
  if (names_scenes(arguments.dataset, context.scene_readers)) {
    return read_scenes(arguments, predictions, context);
  }
  if (is_bop_results(predictions)) {
    return bop::evaluation_input(
        {arguments.dataset, predictions, arguments.targets, protocol.id == "bop24", arguments.allow_problems},
        context.job);
  }
  const auto dataset = open_data(arguments.dataset, context.readers, context.job);
  if (!dataset) {
    return dataset.error();
  }
  if (auto whole = require_ground_truth(**dataset, arguments.allow_problems); !whole) {
    return whole.error();
  }
  if (&predictions != &arguments.against) {  // the second run is on the same dataset
    print_problems(**dataset);
  }
  return read_evaluation_input(**dataset, predictions, context.job, needs_models(protocol));
}

}  // namespace alidade
