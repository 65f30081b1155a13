// SPDX-License-Identifier: BSD-3-Clause
// `alidade completion SHELL`: what a shell needs to complete commands and options. Only a part that carries
// all commands knows all their options.
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "app/cli/command.h"
#include "app/cli/completion.h"
#include "app/cli/print.h"

namespace alidade {

void add_completion_command(CLI::App& app, Action& action);

void add_completion_command(CLI::App& app, Action& action) {
  const auto shell = std::make_shared<std::string>();
  auto* command = app.add_subcommand("completion");
  command->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([&app, &action, shell] {
    action = [script = completion_script(app, *shell_of(*shell))](CommandContext&) -> Expected<void> {
      print_text(script);
      return {};
    };
  });
}

}  // namespace alidade
