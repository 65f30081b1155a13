// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/evaluate_options.h"

#include <filesystem>
#include <set>

#include <CLI/CLI.hpp>

#include "app/cli/output_file.h"
#include "core/evaluation/text/slice_text.h"

namespace alidade {
namespace {

/// "add, add-s and so on" for the sentence about an unknown word.
std::string known_words() {
  std::string words;
  std::set<std::string> seen;
  for (const Protocol& protocol : protocols()) {
    const std::string word = protocol.id.substr(0, protocol.id.find('-'));
    for (const std::string& name : {protocol.family, word}) {
      if (seen.insert(name).second) {
        words += (words.empty() ? "" : ", ") + name;
      }
    }
  }
  return words;
}

void add_inputs(CLI::App& command, EvaluateArguments& a) {
  command.add_option("--ground-truth", a.ground_truth, "Ground truth (NPZ)");
  command.add_option("--predictions", a.predictions, "Predictions (NPZ)");
  command.add_option("--dataset", a.dataset, "Folder of a dataset, or a procedural recipe (.toml)");
  command.add_option("--result,--results", a.result,
                     "With --dataset: poses of alidade infer (.npz), or BOP results (.csv)");
  command.add_option("--sample-sets", a.sample_sets,
                     "Samples of alidade sample (NPZ), which carry their ground truth");
  command.add_option("--set", a.set, "With --sample-sets: the schedule, where the file holds several");
  command.add_option("--targets", a.targets, "BOP: list of targets in place of the dataset's own");
  command.add_flag("--allow-problems", a.allow_problems,
                   "Evaluate on what is left of an incomplete ground truth, and say so in the report");
  command.add_option("--against", a.against, "Other predictions or results for the same ground truth");
  command.add_option("--categories", a.categories, "All classes in their order, separated by commas")
      ->delimiter(',');
}

void add_rules(CLI::App& command, EvaluateArguments& a) {
  command.add_option("--protocol", a.protocol, "Protocol by its id, see --list");
  command.add_option("--overlap", a.overlap, "nocs, housecat: overlap of boxes (default: legacy)")
      ->check(CLI::IsMember({"legacy", "hull", "exact"}));
  command.add_flag("--all-detections", a.all_detections,
                   "nocs, housecat: count unmatched objects in the pose columns, too");
  command
      .add_option(
          "--slice", a.slices,
          "Also evaluate the objects for which \"NAME: CONDITION\" holds, for example \"far: z > 1 m\"; "
          "may be given several times")
      ->allow_extra_args(false);
  command.add_flag("--list", a.list, "List the protocols and what they count");
  command.add_option("--bootstrap", a.bootstrap, "Resamples for the intervals, 0 = no intervals")
      ->capture_default_str();
  command.add_option("--seed", a.seed, "Seed of the resampling")->check(CLI::NonNegativeNumber);
  command.add_option("--level", a.level, "Level of the intervals")->capture_default_str();
}

void add_outputs(CLI::App& command, EvaluateArguments& a) {
  command.add_option("--published", a.published, "Rows of a published table: ID or ID:1,3-5");
  command.add_option("--explain", a.explain,
                     "Say why an object counted as it did: IMAGE:INSTANCE[:COLUMN], or IMAGE:pROW for a "
                     "prediction");
  command.add_flag("--json", a.json, "Print JSON");
  command.add_flag("--samples", a.samples, "Put every judged object into the JSON");
  command.add_flag("--intervals", a.intervals, "Show the intervals in the tables");
  command.add_option("--csv", a.csv, "Write the table as CSV");
  command.add_option("--markdown", a.markdown, "Write the table as Markdown");
  command.add_option("--latex", a.latex, "Write the table as LaTeX (booktabs)");
  command.add_option("-o,--out", a.output, "Write the report (JSON)");
  command.add_flag("--force", a.force, "Overwrite the output files");
}

}  // namespace

void add_evaluate_arguments(CLI::App& command, EvaluateArguments& arguments) {
  command.add_option("family", arguments.family, "What to evaluate by, see --list");
  add_inputs(command, arguments);
  add_rules(command, arguments);
  add_outputs(command, arguments);
}

std::vector<const Protocol*> protocols_of(const std::string& word) {
  std::vector<const Protocol*> by_id, by_family;
  for (const Protocol& protocol : protocols()) {
    if (word.empty() || protocol.id == word || protocol.id.starts_with(word + "-")) {
      by_id.push_back(&protocol);
    }
    if (protocol.family == word) {
      by_family.push_back(&protocol);
    }
  }
  return by_id.empty() ? by_family : by_id;
}

Expected<const Protocol*> chosen_protocol(const EvaluateArguments& arguments) {
  const bool forms = arguments.family == "nocs" || arguments.family == "housecat";
  if (!forms && (!arguments.overlap.empty() || arguments.all_detections)) {
    return usage_error("--overlap and --all-detections belong to nocs and housecat.");
  }
  if (!arguments.protocol.empty() && (!arguments.overlap.empty() || arguments.all_detections)) {
    return usage_error("--protocol already says what --overlap and --all-detections would.");
  }
  const auto candidates =
      arguments.family.empty() ? std::vector<const Protocol*>{} : protocols_of(arguments.family);
  if (candidates.empty() && (arguments.protocol.empty() || !arguments.family.empty())) {
    return usage_error("\"" + arguments.family + "\" is no family of protocols; there are " + known_words() +
                       " (see alidade evaluate --list).");
  }
  std::string id = arguments.protocol;
  if (id.empty() && forms) {
    id = arguments.family + "-" + (arguments.overlap.empty() ? "legacy" : arguments.overlap) +
         (arguments.all_detections ? "-all" : "");
  }
  if (id.empty()) {
    return candidates.front();
  }
  if (const Protocol* protocol = find_protocol(id)) {
    return protocol;
  }
  return usage_error("there is no protocol \"" + id + "\"; see alidade evaluate --list.");
}

Expected<std::vector<Slice>> chosen_slices(const EvaluateArguments& arguments) {
  std::vector<Slice> slices;
  std::set<std::string> names{kWholeSlice};
  for (const std::string& text : arguments.slices) {
    auto slice = parse_slice(text);
    if (!slice) {
      return usage_error("--slice " + slice.error().message);
    }
    if (!names.insert(slice->name).second) {
      return usage_error(
          "--slice: \"" + shortened(slice->name, 60) +
          "\" names something already; give every slice a name of its own, as in \"far: z > 1 m\".");
    }
    slices.push_back(*std::move(slice));
  }
  return slices;
}

Expected<BootstrapOptions> bootstrap_options(const EvaluateArguments& arguments) {
  if (arguments.bootstrap != 0 && (arguments.bootstrap < 2 || arguments.bootstrap > 100000)) {
    return usage_error("--bootstrap must be 0 or lie between 2 and 100000.");
  }
  if (!(arguments.level > 0.0 && arguments.level < 1.0)) {
    return usage_error("--level must lie between 0 and 1.");
  }
  if (arguments.bootstrap == 0 && !arguments.against.empty()) {
    return usage_error("--against needs resamples; leave out --bootstrap 0.");
  }
  return BootstrapOptions{arguments.bootstrap, arguments.level, arguments.seed};
}

Expected<void> check_outputs(const EvaluateArguments& arguments) {
  std::set<std::string> seen;
  for (const std::string* path : {&arguments.csv, &arguments.markdown, &arguments.latex, &arguments.output}) {
    if (path->empty()) {
      continue;
    }
    if (auto checked = check_output_file(*path, arguments.force); !checked) {
      return checked;
    }
    if (!seen.insert(std::filesystem::path(*path).lexically_normal().string()).second) {
      return usage_error(*path + ": two outputs have this name; name different files.");
    }
  }
  return {};
}

}  // namespace alidade
