// SPDX-License-Identifier: BSD-3-Clause
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/cli/command.h"
#include "core/studies/train.h"

namespace alidade {

void add_train_command(CLI::App& app, Action& action) {
  struct Options {
    std::string recipe;
    TrainOptions train;
    std::string folder;
  };
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("train");
  command->add_option("recipe", options->recipe, "Training recipe (.toml)")->required();
  command->add_option("-o,--output", options->folder, "Folder of the run")->required();
  command->add_flag("--resume", options->train.resume, "Continue the run in that folder");
  command->callback([&action, options] {
    action = [options](CommandContext& context) -> Expected<void> {
      options->train.run_folder = options->folder;
      options->train.scene_readers = &context.scene_readers;
      return train(std::filesystem::path(options->recipe), options->train, context.readers, context.job);
    };
  });
}

}  // namespace alidade
