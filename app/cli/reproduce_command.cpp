// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/cli/command_list.h"
#include "core/base/file.h"
#include "core/base/text_table.h"
#include "core/studies/reproduce.h"

namespace alidade {
namespace {

constexpr std::uintmax_t kMaxReportBytes = std::uintmax_t{16} << 20;

void print_plan(const ReproducePlan& plan) {
  std::vector<std::vector<std::string>> lines{{"step", "seconds"}};
  for (const ReproduceStep& step : plan.steps) {
    lines.push_back({step.name(), fixed_text(step.seconds, 0)});
  }
  std::printf("%s\n%d seeds, %d steps each training, about %d minutes in all\n", aligned_text(lines).c_str(),
              plan.sizes.seeds, plan.sizes.steps, static_cast<int>(std::ceil(plan.seconds() / 60.0)));
  std::fflush(stdout);
}

Expected<void> write_pdf(const std::filesystem::path& folder, DocumentWriter write) {
  if (write == nullptr) {
    return {};
  }
  const auto markdown = read_file(folder / "report.md", kMaxReportBytes);
  return markdown ? write(*markdown, folder / "report.pdf") : Expected<void>(markdown.error());
}

Expected<void> run(const ReproduceOptions& options, bool plan_only, const CommandContext& context) {
  const auto plan = plan_reproduction(options, context.readers, context.job);
  if (!plan) {
    return plan.error();
  }
  print_plan(*plan);
  if (plan_only) {
    return {};
  }
  if (auto done = reproduce_score_scaling(options, *plan, context.readers, context.job); !done) {
    return done;
  }
  if (auto written = write_pdf(options.folder, context.write_document); !written) {
    return written;
  }
  std::printf("Report: %s\n", (options.folder / "report.md").string().c_str());
  return {};
}

}  // namespace

void add_reproduce_command(CLI::App& app, Action& action) {
  struct Options {
    std::string folder, recipes;
    bool plan_only = false;
    ReproduceOptions reproduce;
  };
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("reproduce", "Repeat a paper's comparisons on the Tabletop set");
  command->require_subcommand(1);
  auto* paper = command->add_subcommand("score-scaling", "Score scaling guidance for pose diffusion");
  paper->add_option("-o,--output", options->folder, "Folder of the reproduction")->required();
  paper->add_flag("--quick", options->reproduce.quick, "A plan for 15 minutes in place of 90");
  paper->add_flag("--resume", options->reproduce.resume, "Continue what is in that folder");
  paper->add_flag("--plan", options->plan_only, "Write and print the plan, do nothing");
  paper->add_option("--seeds", options->reproduce.seeds, "Trainings of each arm (default 3)")
      ->check(CLI::Range(1, 20));
  paper->add_option("--steps", options->reproduce.steps, "Steps of each training, whatever the time")
      ->check(CLI::Range(4, 1000000));
  paper->add_option("--recipes", options->recipes,
                    "Folder with joint.toml, joint-no-pretraining.toml and from-scratch.toml");
  paper->callback([&action, options] {
    action = [options](CommandContext& context) {
      ReproduceOptions& reproduce = options->reproduce;
      reproduce.folder = options->folder;
      reproduce.recipes =
          options->recipes.empty() ? share_path("resources/recipes/score-scaling") : options->recipes;
      reproduce.published = share_path("resources/published");
      return run(reproduce, options->plan_only, context);
    };
  });
}

}  // namespace alidade
