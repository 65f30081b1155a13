// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/cli/command.h"
#include "app/cli/output_file.h"
#include "app/cli/print.h"
#include "app/cli/problem_lines.h"
#include "app/compute/infer_output.h"
#include "app/compute/sampler_options.h"
#include "core/base/table.h"
#include "core/base/text_escape.h"
#include "core/contention/branch_costs.h"
#include "core/exchange/branch_accuracy_file.h"
#include "core/exchange/result_file.h"
#include "core/nn/registry/open_model.h"
#include "core/studies/branch_accuracy.h"
#include "core/studies/infer.h"
#include "core/studies/plain/open_data.h"
#include "core/studies/track.h"
#include "core/studies/train.h"

namespace alidade {
namespace {

struct InferArguments {
  std::string checkpoint, dataset, output;
  bool json = false, force = false, track = false, branches = false;
  double track_from = kTrackingTime;
  int track_steps = kTrackingSteps;
  SamplerArguments sampler;
};

/// What is wrong with the input: the files that could not be read, of the dataset as a whole and of its
/// frames.
std::vector<std::string> problems_of(const Dataset& dataset, const PoseResult& result) {
  std::vector<std::string> problems;
  for (const DatasetProblem& problem : dataset.problems()) {
    if (problem.malformed || result.estimates.empty()) {
      problems.push_back(problem.file + ": " + problem.message);
    }
  }
  problems.insert(problems.end(), result.problems.begin(), result.problems.end());
  return problems;
}

/// Sentences on standard error; equal ones of many objects would drown the rest.
void print_lines(const std::vector<std::string>& lines, const char* kind) {
  constexpr std::size_t kShown = 20;
  for (std::size_t i = 0; i < std::min(lines.size(), kShown); ++i) {
    print_error("%s: %s\n", kind, visible_text(lines[i]).c_str());
  }
  if (lines.size() > kShown) {
    print_error("%s: %zu more like these; --json lists all.\n", kind, lines.size() - kShown);
  }
}

/// The rest of the input was used; the caller still learns that a part of it was not.
Expected<void> outcome(const InferArguments& options, const PoseResult& result,
                       const std::vector<std::string>& problems) {
  const std::string found = std::to_string(result.estimates.size()) + " objects were estimated, " +
                            std::to_string(result.skipped.size()) + " left out";
  if (result.estimates.empty()) {
    return input_error(options.dataset, "",
                       "expected annotated objects with depth, mask and intrinsics, found none to estimate",
                       problems.empty() ? "add these layers to the dataset" : "repair the files named above");
  }
  if (!problems.empty()) {
    return input_error(options.dataset, "",
                       std::to_string(problems.size()) + " problems as listed above, " + found,
                       "repair these files and run again");
  }
  return {};
}

/// Single frames are a result of tracking without anything tracked.
Expected<TrackResult> estimate(const InferArguments& options, const InferOptions& infer,
                               const Dataset& dataset, const std::shared_ptr<Model>& model,
                               const JobContext& job) {
  if (options.track) {
    auto* sampling = dynamic_cast<ScoreModel*>(model.get());
    if (sampling == nullptr) {
      return Error{ErrorCode::kUsage, options.checkpoint + ": tracking needs a network that samples poses."};
    }
    return track_poses(dataset, *sampling, {infer, options.track_from, options.track_steps}, job);
  }
  const auto estimator = make_estimator(model, infer);
  if (!estimator) {
    return estimator.error();
  }
  const auto result = infer_poses(dataset, **estimator, infer.frames, job);
  if (!result) {
    return result.error();
  }
  return TrackResult{*result, nullptr, {}};
}

/// Every category through every branch.
Expected<void> measure_branches(const InferArguments& options, const InferOptions& infer,
                                const Dataset& dataset, const std::shared_ptr<Model>& model,
                                const JobContext& job) {
  const auto direct = std::dynamic_pointer_cast<DirectModel>(model);
  if (direct == nullptr) {
    return Error{ErrorCode::kUsage, model->architecture() + " has no branches; --branches needs DecomPose."};
  }
  const auto accuracy = branch_accuracy(dataset, direct, infer.frames, infer.seed, job);
  if (!accuracy) {
    return accuracy.error();
  }
  print_text(options.json ? branch_accuracy_json(*accuracy) : to_text(branch_table(*accuracy)));
  return options.output.empty() ? Expected<void>() : write_branch_accuracy(*accuracy, options.output);
}

Expected<void> run_infer(const InferArguments& options, CommandContext& context) {
  auto infer = infer_options(options.sampler);
  if (!infer) {
    return infer.error();
  }
  // What programs read by its ending is not written under another one.
  if (options.branches && !options.output.empty() && !options.output.ends_with(".json")) {
    return usage_error(options.output + ": --branches writes JSON; give a name that ends with .json.");
  }
  if (auto free = check_output_file(options.output, options.force); !free) {
    return free;
  }
  auto model = open_pose_model(options.checkpoint);
  if (!model) {
    return model.error();
  }
  if (!options.sampler.ranker.empty()) {
    auto ranker = open_ranking_model(options.sampler.ranker);
    if (!ranker) {
      return ranker.error();
    }
    infer->ranker = std::move(*ranker);
  }
  const auto dataset = open_data(options.dataset, context.readers, context.job);
  if (!dataset) {
    return dataset.error();
  }
  if (options.branches) {
    return measure_branches(options, *infer, **dataset, std::move(*model), context.job);
  }
  const auto done = estimate(options, *infer, **dataset, std::move(*model), context.job);
  if (!done) {
    return done.error();
  }
  const PoseResult& result = *done->tracking;
  const auto problems = problems_of(**dataset, result);
  print_problems(**dataset);
  print_lines(result.skipped, "skipped");
  print_lines(problems, "problem");
  print_problems(result.found);
  const TrackResult* tracked = options.track ? &*done : nullptr;
  options.json ? print_infer_json(result, problems, tracked) : print_infer_text(result, tracked);
  std::fflush(stdout);  // a file that cannot be written does not cost the table
  if (!result.estimates.empty() && !options.output.empty()) {
    if (auto written = write_pose_result(result, options.output); !written) {
      return written;
    }
  }
  return outcome(options, result, problems);
}

}  // namespace

void add_infer_command(CLI::App& app, Action& action) {
  const auto options = std::make_shared<InferArguments>();
  auto* command = app.add_subcommand("infer");
  command->add_option("--checkpoint", options->checkpoint, "Checkpoint (.safetensors)")->required();
  command->add_option("--dataset", options->dataset, "Folder of a dataset, or a procedural recipe (.toml)")
      ->required();
  command->add_option(
      "-o,--out", options->output,
      "Write the estimates to this NPZ file, with --branches the accuracies to this JSON file");
  command->add_flag("--json", options->json, "Print JSON");
  command->add_flag("--force", options->force, "Overwrite the output file");
  auto* track = command->add_flag("--track", options->track,
                                  "Track objects through sequences: start from the frame before; prints the "
                                  "accuracy and rate of single frames beside it");
  command->add_option("--track-from", options->track_from, "Diffusion time that a tracked object starts from")
      ->needs(track)
      ->capture_default_str();
  command->add_option("--track-steps", options->track_steps, "Steps of a tracked object")
      ->needs(track)
      ->capture_default_str();
  command
      ->add_flag("--branches", options->branches,
                 "Print, and write as JSON, the accuracy of every category through every branch of a "
                 "DecomPose network")
      ->excludes(track);
  add_sampler_arguments(*command, options->sampler);
  add_aggregation_arguments(*command, options->sampler);
  command->callback([&action, options] {
    action = [options](CommandContext& context) { return run_infer(*options, context); };
  });
}

}  // namespace alidade
