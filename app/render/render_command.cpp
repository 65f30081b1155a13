// SPDX-License-Identifier: BSD-3-Clause
#include <memory>

#include <CLI/CLI.hpp>

#include "app/cli/command.h"
#include "app/cli/output_file.h"
#include "app/render/render.h"

namespace alidade {

/// `alidade render RECIPE.json -o FIGURE [--check FILE]`: a figure from a recipe, without any display.
void add_render_command(CLI::App& app, Action& action) {
  struct Options {
    std::string recipe, output, check;
    bool force = false;
    RecipeOverrides overrides;
  };
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("render");
  command->add_option("recipe", options->recipe, "Figure recipe (.json)")->required();
  command->add_option("-o,--output", options->output, "Figure to write: .png, .svg, .pdf or .csv");
  command->add_flag("--force", options->force, "Overwrite the figure");
  command->add_option("--check", options->check,
                      "Compare with this file, byte by byte; exit code 4 when it differs");
  command->add_option("--checkpoint", options->overrides.checkpoint,
                      "Checkpoint (.safetensors) in place of the recipe's");
  command->add_option("--dataset", options->overrides.dataset,
                      "Folder of a dataset, or a Tabletop recipe (.toml), in place of the recipe's");
  command->callback([&action, options] {
    if (options->output.empty() && options->check.empty()) {
      throw CLI::RequiredError("--output or --check");
    }
    action = [options](CommandContext& context) -> Expected<void> {
      // What is wrong with the recipe is said first: it decides whether there would be a figure.
      if (auto recipe = read_render_recipe(options->recipe, options->overrides); !recipe) {
        return recipe.error();
      }
      if (auto free = check_output_file(options->output, options->force); !free) {
        return free;
      }
      return render(options->recipe, options->overrides, options->output, options->check, context.readers,
                    context.job);
    };
  });
}

}  // namespace alidade
