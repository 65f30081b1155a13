// SPDX-License-Identifier: BSD-3-Clause
#include <memory>

#include <CLI/CLI.hpp>

#include "app/cli/command.h"
#include "app/cli/output_file.h"
#include "app/render/render.h"
#include "app/render/render_frames.h"

namespace alidade {
namespace {

struct RenderArguments {
  std::string recipe, frames;
  std::string output, check, reference, difference;
  double threshold = ReferenceCheck{}.threshold;
  bool force = false;
  RecipeOverrides overrides;

  RenderTargets targets() const { return {output, check, {reference, threshold, difference}}; }
};

void add_options(CLI::App& command, RenderArguments& a) {
  command.add_option("recipe", a.recipe, "Figure recipe (.json)")->required();
  command.add_option("-o,--output", a.output, "Figure to write: .png, .svg, .pdf or .csv");
  command.add_flag("--force", a.force, "Overwrite the figure");
  auto* check = command.add_option("--check", a.check,
                                   "Compare with this file, byte by byte; exit code 4 when it differs");
  auto* reference = command.add_option("--reference", a.reference,
                                       "Compare the pixels with this PNG; exit code 4 when too many differ");
  command
      .add_option("--reference-threshold", a.threshold,
                  "Share of the pixels that may differ by more than 8 of 255 in a channel")
      ->needs(reference)
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command
      .add_option("--difference", a.difference, "With --reference: write a PNG that shows where they differ")
      ->needs(reference);
  command
      .add_option("--frames", a.frames,
                  "Render each of these frames, such as 0-99 or all; -o has one %04d for its number")
      ->excludes(check)
      ->excludes(reference);
  command.add_option("--checkpoint", a.overrides.checkpoint,
                     "Checkpoint (.safetensors) in place of the recipe's");
  command.add_option("--dataset", a.overrides.dataset,
                     "Folder of a dataset, or a procedural recipe (.toml), in place of the recipe's");
}

Expected<void> run_render(const RenderArguments& a, const CommandContext& context) {
  // What is wrong with the recipe is said first: it decides whether there would be a figure.
  const auto recipe = read_render_recipe(a.recipe, a.overrides);
  if (!recipe) {
    return recipe.error();
  }
  if (!a.frames.empty()) {
    const auto series = frame_series(a.frames, a.output);
    return series ? render_frames(*recipe, *series, a.force, context.readers, context.job)
                  : Expected<void>(series.error());
  }
  for (const std::string& file : {a.output, a.difference}) {
    if (auto free = check_output_file(file, a.force); !free) {
      return free;
    }
  }
  return render(a.recipe, a.overrides, a.targets(), context.readers, context.job);
}

}  // namespace

/// `alidade render RECIPE.json -o FIGURE`: a figure from a recipe, without any display, compared with another
/// one, or one for each frame.
void add_render_command(CLI::App& app, Action& action) {
  const auto arguments = std::make_shared<RenderArguments>();
  auto* command = app.add_subcommand("render");
  add_options(*command, *arguments);
  command->callback([&action, arguments] {
    if (arguments->output.empty() && arguments->check.empty() && arguments->reference.empty()) {
      throw CLI::RequiredError("--output, --check or --reference");
    }
    action = [arguments](CommandContext& context) { return run_render(*arguments, context); };
  });
}

}  // namespace alidade
