// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <thread>

#include <CLI/CLI.hpp>

#include "app/cli/command.h"
#include "app/cli/print.h"
#include "core/base/file.h"
#include "core/base/folder_lock.h"
#include "core/base/text_escape.h"
#include "core/base/text_table.h"
#include "core/experiments/run_graph.h"
#include "core/papers/paper_list.h"

namespace alidade {
namespace {

constexpr std::uintmax_t kMaxReportBytes = std::uintmax_t{16} << 20;

void print_plan(const StepGraph& graph, const std::string& summary, int workers) {
  std::vector<std::vector<std::string>> lines{{"step", "seconds"}};
  for (const Step& step : graph.steps()) {
    lines.push_back({step.name, fixed_text(step.seconds, 0)});
  }
  print("%s\n%s; with %d steps of the plan side by side about %d minutes\n", aligned_text(lines).c_str(),
        summary.c_str(), workers, static_cast<int>(std::ceil(elapsed_seconds(graph, workers) / 60.0)));
  std::fflush(stdout);
}

Expected<void> write_pdf(const std::filesystem::path& folder, DocumentWriter write) {
  if (write == nullptr) {
    return {};
  }
  const auto markdown = read_file(folder / "report.md", kMaxReportBytes);
  return markdown ? write(*markdown, folder / "report.pdf") : Expected<void>(markdown.error());
}

/// Paints the report's figures, or says how to where this program cannot.
Expected<void> paint_figures(const std::vector<std::filesystem::path>& recipes,
                             const CommandContext& context) {
  for (const auto& recipe : recipes) {
    auto picture = recipe;
    picture.replace_extension(".svg");
    if (context.paint_figure == nullptr) {
      print("Figure: alidade render %s -o %s (where the window is installed)\n",
            visible_text(recipe.string()).c_str(), visible_text(picture.string()).c_str());
      continue;
    }
    if (auto painted = context.paint_figure(recipe, picture, context.readers, context.job); !painted) {
      return painted;
    }
  }
  return {};
}

Expected<void> reproduce(const Paper& paper, const PaperRequest& request, bool plan_only,
                         const CommandContext& context) {
  const ExperimentOptions& options = request.experiment;
  const auto experiment = paper.open(request);
  if (!experiment) {
    return experiment.error();
  }
  const auto lock = FolderLock::acquire(options.folder);
  if (!lock) {
    return lock.error();
  }
  const auto plan = plan_experiment(**experiment, options, context.job);
  if (!plan) {
    return plan.error();
  }
  const auto graph = graph_of(**experiment, options, *plan);
  if (!graph) {
    return graph.error();
  }
  print_plan(*graph, (*experiment)->summary(*plan), options.workers);
  if (plan_only) {
    return {};
  }
  const auto figures = run_experiment(**experiment, options, *plan, *graph, context.job);
  if (!figures) {
    return figures.error();
  }
  if (auto painted = paint_figures(*figures, context); !painted) {
    return painted;
  }
  if (auto written = write_pdf(options.folder, context.write_document); !written) {
    return written;
  }
  print("Report: %s\n", visible_text((options.folder / "report.md").string()).c_str());
  return {};
}

struct ReproduceArguments {
  std::string folder;
  bool plan_only = false;
  ExperimentOptions experiment;
  PaperOptions paper;
};

void add_paper_option(CLI::App& command, const PaperOption& option, PaperOptions& given) {
  const std::string name = "--" + option.name;
  switch (option.kind) {
    case PaperOption::Kind::kFlag:
      command.add_flag(name, given.flags[option.name], option.help);
      return;
    case PaperOption::Kind::kInteger:
      command.add_option(name, given.integers[option.name], option.help)
          ->check(CLI::Range(option.least, option.most));
      return;
    case PaperOption::Kind::kText:
      command.add_option(name, given.texts[option.name], option.help);
      return;
  }
}

void add_paper(CLI::App& reproduce_command, const Paper& paper, Action& action) {
  const auto given = std::make_shared<ReproduceArguments>();
  ExperimentOptions& experiment = given->experiment;
  experiment.workers = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 8U));
  auto* command = reproduce_command.add_subcommand(paper.name, paper.title);
  command->add_option("-o,--output", given->folder, "Folder of the reproduction")->required();
  command->add_flag("--quick", experiment.quick, "A plan for 15 minutes in place of 90");
  command->add_flag("--resume", experiment.resume, "Continue what is in that folder");
  command->add_flag("--extend", experiment.extend,
                    "With --resume: add what the folder's plan lacks, at its sizes");
  command->add_flag("--plan", given->plan_only, "Write and print the plan, do nothing");
  command->add_option("--jobs", experiment.workers, "Steps of the plan that run side by side")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  for (const PaperOption& option : paper.options) {
    add_paper_option(*command, option, given->paper);
  }
  command->callback([&action, given, paper] {
    action = [given, paper](CommandContext& context) {
      given->experiment.folder = given->folder;
      const PaperRequest request{given->experiment, given->paper, share_path(""), context.readers};
      return reproduce(paper, request, given->plan_only, context);
    };
  });
}

}  // namespace

void add_reproduce_command(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("reproduce");
  command->require_subcommand(1);
  for (const Paper& paper : papers()) {
    add_paper(*command, paper, action);
  }
}

}  // namespace alidade
