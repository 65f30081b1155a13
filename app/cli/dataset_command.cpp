// SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/output_file.h"
#include "app/cli/print.h"
#include "app/cli/problem_lines.h"
#include "app/cli/scene_commands.h"
#include "core/base/json_text.h"
#include "core/base/text_escape.h"
#include "core/data/procedural/procedural_recipe.h"
#include "core/studies/plain/evaluate.h"
#include "core/studies/plain/make_dataset.h"
#include "core/studies/plain/open_data.h"

namespace alidade {
namespace {

struct MakeArguments {
  std::string recipe, output;
  std::optional<int> frames;
  std::optional<std::uint64_t> seed;
  int threads = 2;
  bool force = false;
};

struct InfoArguments {
  std::string folder;
  bool json = false, check = false;
};

struct TruthArguments {
  std::string dataset, output;
  bool force = false, allow_problems = false;
};

Expected<void> make(const MakeArguments& arguments, CommandContext& context) {
  if (names_scenes(arguments.recipe, context.scene_readers)) {
    return make_scenes(arguments.recipe, arguments.frames, arguments.seed,
                       {arguments.output, arguments.threads, arguments.force}, context);
  }
  auto recipe = read_procedural_recipe(arguments.recipe);
  if (!recipe) {
    return recipe.error();
  }
  std::visit(
      [&arguments](auto& chosen) {
        chosen.frames = arguments.frames.value_or(chosen.frames);
        chosen.seed = arguments.seed.value_or(chosen.seed);
      },
      *recipe);
  const auto report =
      make_dataset(*recipe, {arguments.output, arguments.threads, arguments.force}, context.job);
  if (!report) {
    return report.error();
  }
  print("%s: %zu frames, %zu instances, %zu models\n", visible_text(arguments.output).c_str(), report->frames,
        report->instances, report->models);
  return {};
}

Expected<void> write_truth(const TruthArguments& arguments, CommandContext& context) {
  if (auto free = check_output_file(arguments.output, arguments.force); !free) {
    return free;
  }
  if (names_scenes(arguments.dataset, context.scene_readers)) {
    return write_scenes(arguments.dataset, arguments.output, arguments.allow_problems, context);
  }
  const auto opened = open_data(arguments.dataset, context.readers, context.job);
  if (!opened) {
    return opened.error();
  }
  if (auto whole = require_ground_truth(**opened, arguments.allow_problems); !whole) {
    return whole;
  }
  print_problems(**opened);
  const auto written = write_dataset_truth(**opened, arguments.output, context.job);
  if (!written) {
    return written.error();
  }
  for (const std::string& note : written->notes) {
    print_error("note: %s\n", visible_text(note).c_str());
  }
  print("%s: %zu objects in %zu images\n", visible_text(arguments.output).c_str(), written->objects,
        written->images);
  return {};
}

/// What the images of every frame are found to lack; a sentence about a file names that file itself.
Expected<std::vector<DatasetProblem>> check_frames(const Dataset& dataset, const JobContext& job) {
  std::vector<DatasetProblem> found;
  for (std::size_t i = 0; i < dataset.num_frames(); ++i) {
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, "checking was stopped at frame " + std::to_string(i) + "."};
    }
    const auto frame = dataset.load(i, {});
    const std::vector<std::string> problems =
        frame ? frame->problems : std::vector<std::string>{frame.error().message};
    for (const std::string& problem : problems) {
      found.push_back({dataset.frame_info(i).name, problem, i, true});
    }
    for (const std::string& remark : frame ? frame->remarks : std::vector<std::string>{}) {
      found.push_back({dataset.frame_info(i).name, remark, i, false});
    }
    job.report("checking frames", static_cast<std::int64_t>(i + 1),
               static_cast<std::int64_t>(dataset.num_frames()));
  }
  return found;
}

void print_info_json(const Dataset& dataset, const std::map<std::string, int>& instances,
                     const std::vector<DatasetProblem>& problems) {
  nlohmann::ordered_json json{{"name", dataset.name()},         {"format", dataset.format()},
                              {"frames", dataset.num_frames()}, {"models", dataset.models().size()},
                              {"instances", instances},         {"problems", nlohmann::ordered_json::array()},
                              {"digest", dataset.digest()}};
  for (const auto& problem : problems) {
    json["problems"].push_back(
        {{"file", problem.file}, {"message", problem.message}, {"malformed", problem.malformed}});
  }
  print_text(json_text(json, 2) + "\n");
}

void print_info(const Dataset& dataset, const std::map<std::string, int>& instances,
                const std::vector<DatasetProblem>& problems) {
  print("%s (%s)\n%zu frames, %zu models\n", visible_text(dataset.name()).c_str(), dataset.format().c_str(),
        dataset.num_frames(), dataset.models().size());
  for (const auto& [category, count] : instances) {
    print("  %-24s %d\n", visible_text(category).c_str(), count);
  }
  for (const auto& problem : problems) {
    print("problem: %s: %s\n", visible_text(problem.file).c_str(), visible_text(problem.message).c_str());
  }
  print("digest %s\n", dataset.digest().c_str());
}

Expected<void> info(const InfoArguments& arguments, CommandContext& context) {
  if (names_scenes(arguments.folder, context.scene_readers)) {
    return print_scenes(arguments.folder, arguments.json, arguments.check, context);
  }
  const auto opened = context.readers.open(arguments.folder, context.job);
  if (!opened) {
    return opened.error();
  }
  const Dataset& dataset = **opened;
  std::vector<DatasetProblem> problems = dataset.problems();
  if (arguments.check) {
    auto found = check_frames(dataset, context.job);
    if (!found) {
      return found.error();
    }
    problems.insert(problems.end(), found->begin(), found->end());
  }
  std::map<std::string, int> instances;
  for (std::size_t i = 0; i < dataset.num_frames(); ++i) {
    for (const auto& category : dataset.frame_info(i).categories) {
      ++instances[category];
    }
  }
  arguments.json ? print_info_json(dataset, instances, problems) : print_info(dataset, instances, problems);
  for (const auto& problem : problems) {
    if (problem.malformed) {
      return Error{ErrorCode::kInput, problem.message.starts_with('/')
                                          ? problem.message
                                          : problem.file + ": " + problem.message};
    }
  }
  return {};
}

}  // namespace

void add_dataset_command(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("dataset");
  command->require_subcommand(1);

  const auto making = std::make_shared<MakeArguments>();
  auto* make_command = command->add_subcommand(
      "make", "Render a procedural set: images in the BOP layout, rooms in that of mmdetection3d");
  make_command
      ->add_option("recipe", making->recipe,
                   "Recipe (resources/recipes/tabletop/*.toml, cubesat/*.toml, rooms/*.toml)")
      ->required();
  make_command->add_option("-o,--out", making->output, "Folder to create")->required();
  make_command->add_option("--frames", making->frames,
                           "Number of frames (rooms: scenes) instead of the recipe's");
  make_command->add_option("--seed", making->seed, "Seed instead of the recipe's")
      ->check(CLI::NonNegativeNumber);
  make_command->add_option("--threads", making->threads, "Number of threads")->capture_default_str();
  make_command->add_flag("--force", making->force, "Replace a set made earlier");
  make_command->callback(
      [&action, making] { action = [making](CommandContext& context) { return make(*making, context); }; });

  const auto describing = std::make_shared<InfoArguments>();
  auto* info_command =
      command->add_subcommand("info", "Print frames or scenes, categories, problems and digest of a dataset");
  info_command
      ->add_option("folder", describing->folder,
                   "Folder of a dataset; indoor scenes: also an info file or a recipe of rooms")
      ->required();
  info_command->add_flag("--json", describing->json, "Print JSON");
  info_command->add_flag("--check", describing->check,
                         "Read every image or point file, and list those that are missing or damaged");
  info_command->callback([&action, describing] {
    action = [describing](CommandContext& context) { return info(*describing, context); };
  });

  const auto writing = std::make_shared<TruthArguments>();
  auto* truth_command =
      command->add_subcommand("truth", "Write the annotations of a dataset as ground truth (NPZ)");
  truth_command
      ->add_option("dataset", writing->dataset, "Folder of a dataset, or a procedural recipe (.toml)")
      ->required();
  truth_command->add_option("-o,--out", writing->output, "File to write")->required();
  truth_command->add_flag("--force", writing->force, "Overwrite the output file");
  truth_command->add_flag("--allow-problems", writing->allow_problems,
                          "Write what is left of an incomplete ground truth");
  truth_command->callback([&action, writing] {
    action = [writing](CommandContext& context) { return write_truth(*writing, context); };
  });
}

}  // namespace alidade
