// SPDX-License-Identifier: BSD-3-Clause
// `alidade worker`: the process that a command starts to run what is not trusted.
#include <CLI/CLI.hpp>

#include "app/cli/command.h"
#include "core/studies/foreign_contention.h"
#include "core/studies/plain/open_data.h"

namespace alidade {

void add_worker_command(CLI::App& app, Action& action);

void add_worker_command(CLI::App& app, Action& action) {
  app.add_subcommand("worker")->callback([&action] {
    action = [](CommandContext& context) {
      return serve_foreign_contention([&context](const std::string& name, const JobContext& job) {
        return open_data(name, context.readers, job);
      });
    };
  });
}

}  // namespace alidade
