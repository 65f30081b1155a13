// SPDX-License-Identifier: BSD-3-Clause
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/cli/command.h"
#include "app/cli/open_result.h"
#include "app/cli/output_file.h"
#include "app/cli/print.h"
#include "core/base/file.h"
#include "core/studies/plain/category_groups.h"
#include "core/studies/plain/open_data.h"

namespace alidade {
namespace {

struct GroupArguments {
  std::string result, dataset, output;
  int groups = 3, draws = 5;
  std::uint64_t seed = 1;
  bool force = false;
};

/// The difficulties as comments above the groups, so that a recipe says where they are from.
std::string difficulty_comments(const GroupArguments& options, const CategoryDifficulty& found,
                                const QuantileGroups& groups) {
  std::string text = "# Difficulty (1 - accuracy at 5 degrees, 2 cm) of " +
                     std::filesystem::path(options.result).filename().string() + ":\n";
  for (const std::size_t row : groups.order) {
    char number[32];
    std::snprintf(number, sizeof number, "%.3f", found.difficulty[row]);
    text += "#   " + found.categories[row] + " " + number + "\n";
  }
  return text;
}

/// How far the groups would be others if other objects had been validated, as a comment too.
Expected<std::string> stability_comment(const GroupArguments& options, const PoseResult& result) {
  if (options.draws == 0) {
    return std::string();
  }
  const auto stability = group_stability(result, options.groups, options.draws, options.seed);
  if (!stability) {
    return stability.error();
  }
  char text[160];
  std::snprintf(
      text, sizeof text,
      "# Adjusted Rand index of the groups over %d draws of the objects (seed %llu): %.2f (1 = always "
      "the same)\n",
      options.draws, static_cast<unsigned long long>(options.seed), *stability);
  return std::string(text);
}

Expected<void> run_group(const GroupArguments& options, CommandContext& context) {
  if (auto free = check_output_file(options.output, options.force); !free) {
    return free;
  }
  const auto dataset = open_data(options.dataset, context.readers, context.job);
  if (!dataset) {
    return dataset.error();
  }
  const auto opened = open_result(options.result, **dataset, context.job);
  if (!opened) {
    return opened.error();
  }
  const auto found = category_difficulty(*opened->results.front().result, (*dataset)->name());
  if (!found) {
    return found.error();
  }
  const auto groups = quantile_groups(found->categories, found->difficulty, options.groups);
  if (!groups) {
    return groups.error();
  }
  std::vector<BranchCapacity> capacities;
  for (const auto& capacity : branch_capacities(groups->groups, groups->count(), found->difficulty)) {
    capacities.push_back(capacity.value_or(BranchCapacity::kLow));
  }
  const auto stability = stability_comment(options, *opened->results.front().result);
  if (!stability) {
    return stability.error();
  }
  const std::string text = difficulty_comments(options, *found, *groups) + *stability +
                           group_sections(found->categories, groups->groups, capacities);
  print_text(text);
  return options.output.empty() ? Expected<void>() : write_file_atomically(options.output, text);
}

}  // namespace

void add_group_command(CLI::App& app, Action& action) {
  const auto options = std::make_shared<GroupArguments>();
  auto* command = app.add_subcommand("group");
  command->add_option("result", options->result, "Pose result on validation frames (NPZ, BOP CSV)")
      ->required();
  command
      ->add_option("--dataset", options->dataset,
                   "What was estimated: folder of a dataset, or a procedural recipe (.toml)")
      ->required();
  command->add_option("--groups", options->groups, "Number of groups, easiest first")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command
      ->add_option("--draws", options->draws,
                   "Draws of the objects over which the groups are compared; 0 = not compared")
      ->check(CLI::Range(0, 10000))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Seed of the draws")->capture_default_str();
  command->add_option("-o,--out", options->output, "Write the sections to this file");
  command->add_flag("--force", options->force, "Overwrite the output file");
  command->callback([&action, options] {
    action = [options](CommandContext& context) { return run_group(*options, context); };
  });
}

}  // namespace alidade
