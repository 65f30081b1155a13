// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <thread>

#include <CLI/CLI.hpp>

#include "app/cli/command.h"
#include "core/base/file.h"
#include "core/base/text_table.h"
#include "core/studies/reproduce.h"
#include "core/studies/reproduce_run.h"

namespace alidade {
namespace {

constexpr std::uintmax_t kMaxReportBytes = std::uintmax_t{16} << 20;

void print_plan(const ReproducePlan& plan, int workers) {
  std::vector<std::vector<std::string>> lines{{"step", "seconds"}};
  for (const ReproduceStep& step : plan.steps) {
    lines.push_back({step.name(), fixed_text(step.seconds, 0)});
  }
  std::printf(
      "%s\n%d seeds, %d steps each training; with %d steps of the plan side by side about %d minutes\n",
      aligned_text(lines).c_str(), plan.sizes.seeds, plan.sizes.steps, workers,
      static_cast<int>(std::ceil(elapsed_seconds(plan, workers) / 60.0)));
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
  print_plan(*plan, options.workers);
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
  options->reproduce.workers = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 8U));
  auto* command = app.add_subcommand("reproduce", "Repeat a paper's comparisons on the Tabletop set");
  command->require_subcommand(1);
  auto* paper = command->add_subcommand("score-scaling", "Score scaling guidance for pose diffusion");
  paper->add_option("-o,--output", options->folder, "Folder of the reproduction")->required();
  paper->add_flag("--quick", options->reproduce.quick, "A plan for 15 minutes in place of 90");
  paper->add_flag("--resume", options->reproduce.resume, "Continue what is in that folder");
  paper->add_flag("--extend", options->reproduce.extend,
                  "With --resume: add what the folder's plan lacks, at its sizes");
  paper->add_flag("--plan", options->plan_only, "Write and print the plan, do nothing");
  paper->add_option("--jobs", options->reproduce.workers, "Steps of the plan that run side by side")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  paper->add_option("--seeds", options->reproduce.seeds, "Trainings of each arm (default 3)")
      ->check(CLI::Range(1, 20));
  paper->add_option("--steps", options->reproduce.steps, "Steps of each training, whatever the time")
      ->check(CLI::Range(4, 1000000));
  paper->add_flag_callback(
      "--pretraining-study", [options] { options->reproduce.pretraining_study = true; },
      "With the arms of Fig. 4a, whatever the time (else where there is time)");
  paper->add_flag_callback(
      "--no-pretraining-study", [options] { options->reproduce.pretraining_study = false; },
      "Without the arms of Fig. 4a");
  paper->add_option("--recipes", options->recipes, "Folder with the training recipes, ARM.toml");
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
