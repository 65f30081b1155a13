// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>

#include "app/cli/command.h"
#include "app/cli/output_file.h"
#include "app/cli/print.h"
#include "app/compute/detect_output.h"
#include "core/base/text_escape.h"
#include "core/exchange/detection_file.h"
#include "core/exchange/kernel_gradients.h"
#include "core/exchange/kernel_sharing_file.h"
#include "core/sharing/join_sharing.h"
#include "core/studies/detect.h"
#include "core/studies/open_detector.h"
#include "core/studies/plain/evaluate_detections.h"
#include "core/studies/plain/open_data.h"

namespace alidade {
namespace {

struct DetectArguments {
  std::string checkpoint, dataset, output, sharing, joined, state, source, split;
  std::vector<std::string> scenes;
  std::optional<double> score;
  std::optional<DetectorRules> rules;
  std::optional<OverlapRule> overlap;
  bool json = false, force = false;
};

const std::map<std::string, DetectorRules> kRuleNames{{"reference", DetectorRules::kReference},
                                                      {"corrected", DetectorRules::kCorrected}};
const std::map<std::string, OverlapRule> kOverlapNames{{"footprint", OverlapRule::kFootprint},
                                                       {"volume", OverlapRule::kVolume}};

void print_sentences(const std::vector<std::string>& sentences, const char* kind) {
  constexpr std::size_t kMost = 20;
  for (std::size_t i = 0; i < std::min(sentences.size(), kMost); ++i) {
    print_error("%s: %s\n", kind, visible_text(sentences[i]).c_str());
  }
  if (sentences.size() > kMost) {
    print_error("%s: %zu more like these; --json lists all.\n", kind, sentences.size() - kMost);
  }
}

Expected<std::vector<std::size_t>> named_scenes(const PointSceneSet& set,
                                                const std::vector<std::string>& names) {
  std::vector<std::size_t> chosen;
  for (const std::string& name : names) {
    std::size_t i = 0;
    while (i < set.num_scenes() && set.scene_info(i).name != name) {
      ++i;
    }
    if (i == set.num_scenes()) {
      return usage_error("--scene: there is no scene \"" + shortened(name, 80) + "\" in " + set.name() +
                         "; `alidade dataset info` lists what there is.");
    }
    chosen.push_back(i);
  }
  return chosen;
}

Expected<std::shared_ptr<const PointSceneSet>> open_chosen(const DetectArguments& arguments,
                                                           const CommandContext& context) {
  auto set = open_scenes(arguments.dataset, context.scene_readers, context.job);
  return set && !arguments.split.empty() ? split_of(*set, arguments.split) : set;
}

Expected<DetectOptions> detect_options(const DetectArguments& arguments, const PointSceneSet& set,
                                       const DetectorConfig& config) {
  const auto scenes = named_scenes(set, arguments.scenes);
  if (!scenes) {
    return scenes.error();
  }
  DetectOptions options{arguments.source, *scenes, std::nullopt};
  if (arguments.score || arguments.overlap) {
    options.suppression = config.suppression;
    options.suppression->least_score = arguments.score.value_or(config.suppression.least_score);
    options.suppression->overlap = arguments.overlap.value_or(config.suppression.overlap);
  }
  return options;
}

/// Null without ground truth.
Expected<std::shared_ptr<const EvaluationReport>> accuracy_of(const PointSceneSet& set,
                                                              const DetectionResult& result,
                                                              const JobContext& job) {
  if (!has_scene_truth(set, result)) {
    return std::shared_ptr<const EvaluationReport>();
  }
  const auto input = detection_input(set, result, job);
  if (!input) {
    return input.error();
  }
  const Protocol& protocol = indoor_protocol(set, result);
  if (!protocol.obstacle(**input).empty()) {  // no box at all in these scenes
    return std::shared_ptr<const EvaluationReport>();
  }
  return evaluate(protocol, *input, job);
}

Expected<void> outcome_of(const DetectArguments& arguments, const DetectionResult& result) {
  if (result.scenes.empty()) {
    return input_error(arguments.dataset, "", "none of its scenes could be read",
                       result.skipped.empty() ? "give a set with scenes" : "repair the files named above");
  }
  if (!result.skipped.empty()) {
    return input_error(arguments.dataset, "",
                       std::to_string(result.skipped.size()) + " scenes could not be read, " +
                           std::to_string(result.scenes.size()) + " were searched",
                       "repair the files named above and run again");
  }
  return {};
}

/// What SF-KS decides in the searched scenes, as a file of shared kernels.
Expected<void> write_sharing(const DetectArguments& arguments, DetectorNetwork& network,
                             const PointSceneSet& set, const DetectOptions& options, const JobContext& job) {
  if (arguments.sharing.empty()) {
    return {};
  }
  KernelSharing sharing;
  if (auto added = add_scene_sharing(network, set, options, sharing, job); !added) {
    return added;
  }
  if (!arguments.joined.empty()) {
    auto other = read_kernel_sharing(arguments.joined);
    const auto joined = other ? join_sharing(other->sharing, sharing) : Expected<void>(other.error());
    if (!joined) {
      return joined;
    }
    sharing = std::move(other->sharing);
    sharing.name.clear();  // it was the other file's
  }
  if (!arguments.state.empty()) {
    if (auto added = add_seen_gradients(sharing, arguments.state); !added) {
      return added;
    }
  }
  return write_kernel_sharing(sharing, arguments.sharing);
}

Expected<void> check_files(const DetectArguments& arguments) {
  for (const std::string& path : {arguments.output, arguments.sharing}) {
    if (auto free = check_output_file(path, arguments.force); !free) {
      return free;
    }
  }
  return !arguments.output.empty() && arguments.output == arguments.sharing
             ? Expected<void>(usage_error(arguments.output +
                                          ": --out and --sharing name one file; give two different ones."))
             : Expected<void>();
}

Expected<void> run_detect(const DetectArguments& arguments, CommandContext& context) {
  if (auto fine = check_files(arguments); !fine) {
    return fine;
  }
  const auto network = open_detector(arguments.checkpoint, arguments.rules);
  if (!network) {
    return network.error();
  }
  const auto set = open_chosen(arguments, context);
  if (!set) {
    return set.error();
  }
  const DetectorConfig& config = (*network)->config();
  const auto options = detect_options(arguments, **set, config);
  const auto head = head_for(config, **set, arguments.source);
  if (!options || !head) {
    return options ? head.error() : options.error();
  }
  const auto result = detect_scenes(**network, **set, *options, context.job);
  if (!result) {
    return result.error();
  }
  const auto accuracy = accuracy_of(**set, **result, context.job);
  if (!accuracy) {
    return accuracy.error();
  }
  const auto misfits =
      detector_misfits(config.sources[static_cast<std::size_t>(*head)], **set, context.job);
  if (!misfits) {
    return misfits.error();
  }
  DetectOutput output{*result, config.rules == DetectorRules::kReference ? "reference" : "corrected",
                      *misfits, *accuracy};
  print_sentences(output.misfits, "misfit");
  print_sentences((*result)->problems, "problem");
  print_sentences((*result)->skipped, "skipped");
  arguments.json ? print_detect_json(output) : print_detect_text(output);
  std::fflush(stdout);  // a file that cannot be written does not cost the table
  if (!(*result)->scenes.empty() && !arguments.output.empty()) {
    if (auto written = write_detections(**result, arguments.output); !written) {
      return written;
    }
  }
  if (auto written = write_sharing(arguments, **network, **set, *options, context.job); !written) {
    return written;
  }
  return outcome_of(arguments, **result);
}

}  // namespace

void add_detect_command(CLI::App& app, Action& action) {
  const auto options = std::make_shared<DetectArguments>();
  auto* command = app.add_subcommand("detect");
  command->add_option("--checkpoint", options->checkpoint, "Checkpoint of a detector (.safetensors)")
      ->required();
  command
      ->add_option("--dataset", options->dataset,
                   "Indoor scenes: a folder as mmdetection3d prepares it, one of its info files, a recipe of "
                   "Rooms (.toml), or one file of points (.bin)")
      ->required();
  command->add_option("-o,--out", options->output, "Write the detections to this NPZ file");
  command->add_option("--sharing", options->sharing,
                      "Write which kernels the scenes share to this NPZ file (networks with SF-KS)");
  command
      ->add_option("--join", options->joined,
                   "With --sharing: add to what this file says of other scenes, of other sources say")
      ->needs("--sharing");
  command
      ->add_option(
          "--state", options->state,
          "With --sharing: the state.safetensors of the training, for weights that never got a gradient")
      ->needs("--sharing");
  command->add_option("--source", options->source,
                      "Whose head answers; by itself the one called as the set or with its classes");
  command->add_option("--split", options->split, "Only the scenes of this split");
  command->add_option("--scene", options->scenes, "Only the scene of this name; may be given several times");
  command->add_option("--score", options->score, "Keep detections with a higher score than this")
      ->check(CLI::Range(0.0, 1.0));
  command
      ->add_option("--rule", options->rules,
                   "reference (the public code's arithmetic) or corrected; by itself as it was trained")
      ->transform(CLI::CheckedTransformer(kRuleNames));
  command
      ->add_option("--overlap", options->overlap,
                   "What suppresses a box of its class: footprint (the public rule) or volume")
      ->transform(CLI::CheckedTransformer(kOverlapNames));
  command->add_flag("--json", options->json, "Print JSON");
  command->add_flag("--force", options->force, "Overwrite the output file");
  command->callback([&action, options] {
    action = [options](CommandContext& context) { return run_detect(*options, context); };
  });
}

}  // namespace alidade
