// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/command_list.h"
#include "app/cli/sampler_options.h"
#include "core/base/text_table.h"
#include "core/evaluation/pose_accuracy.h"
#include "core/nn/energy_network.h"
#include "core/nn/pose_network.h"
#include "core/studies/result_file.h"
#include "core/studies/train.h"

namespace alidade {
namespace {

struct Options {
  std::string checkpoint, dataset, output;
  bool json = false, force = false;
  SamplerArguments sampler;
};

std::string cell_text(const Table::Cell& cell, int decimals) {
  if (const auto* text = std::get_if<std::string>(&cell)) {
    return *text;
  }
  const auto* number = std::get_if<double>(&cell);
  return number != nullptr ? fixed_text(*number, decimals) : std::string();
}

void print_table(const Table& table) {
  std::vector<std::vector<std::string>> lines{table.columns};
  for (const auto& row : table.rows) {
    lines.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      lines.back().push_back(cell_text(row[i], table.columns[i] == "instances" ? 0 : 1));
    }
  }
  std::printf("%s", aligned_text(lines).c_str());
}

void print_text(const PoseResult& result, const Table& table) {
  std::printf("%s\n%zu objects estimated, %zu skipped, %.1f s\n\n", result.name.c_str(),
              result.estimates.size(), result.skipped.size(), result.seconds);
  print_table(table);
}

void print_json(const PoseResult& result, const std::vector<std::string>& problems, const Table& table) {
  nlohmann::ordered_json json;
  json["sampler"] = result.sampler;
  json["estimated"] = result.estimates.size();
  json["skipped"] = result.skipped;
  json["problems"] = problems;
  json["accuracy"] = nlohmann::ordered_json::parse(to_json(table));
  json["provenance"] = nlohmann::ordered_json::parse(to_json(result.provenance));
  std::printf("%s\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

/// Asked before the work begins, so that none is lost.
Expected<void> check_output(const Options& options) {
  std::error_code failure;
  const bool exists = !options.output.empty() && std::filesystem::exists(options.output, failure);
  if (exists && std::filesystem::is_directory(options.output, failure)) {
    return Error{ErrorCode::kUsage, options.output + ": it is a folder; name a file."};
  }
  if (exists && !options.force) {
    return Error{ErrorCode::kUsage, options.output + ": the file exists; name another one or add --force."};
  }
  return {};
}

/// What is wrong with the input: the files that could not be read, of the dataset as a whole and of its
/// frames.
std::vector<std::string> problems_of(const Dataset& dataset, const PoseResult& result) {
  std::vector<std::string> problems;
  for (const DatasetProblem& problem : dataset.problems()) {
    if (problem.malformed || result.estimates.empty()) {
      problems.push_back(problem.file + ": " + problem.message);
    }
  }
  problems.insert(problems.end(), result.problems.begin(), result.problems.end());
  return problems;
}

/// Sentences on standard error; equal ones of many objects would drown the rest.
void print_lines(const std::vector<std::string>& lines, const char* kind) {
  constexpr std::size_t kShown = 20;
  for (std::size_t i = 0; i < std::min(lines.size(), kShown); ++i) {
    std::fprintf(stderr, "%s: %s\n", kind, lines[i].c_str());
  }
  if (lines.size() > kShown) {
    std::fprintf(stderr, "%s: %zu more like these; --json lists all.\n", kind, lines.size() - kShown);
  }
}

/// The rest of the input was used; the caller still learns that a part of it was not.
Expected<void> outcome(const Options& options, const PoseResult& result,
                       const std::vector<std::string>& problems) {
  const std::string found = std::to_string(result.estimates.size()) + " objects were estimated, " +
                            std::to_string(result.skipped.size()) + " left out";
  if (result.estimates.empty()) {
    return input_error(options.dataset, "",
                       "expected annotated objects with depth, mask and intrinsics, found none to estimate",
                       problems.empty() ? "add these layers to the dataset" : "repair the files named above");
  }
  if (!problems.empty()) {
    return input_error(options.dataset, "",
                       std::to_string(problems.size()) + " problems as listed above, " + found,
                       "repair these files and run again");
  }
  return {};
}

Expected<void> run(const Options& options, CommandContext& context) {
  auto infer = infer_options(options.sampler);
  if (!infer) {
    return infer.error();
  }
  if (auto free = check_output(options); !free) {
    return free;
  }
  auto network = PoseNetwork::load(options.checkpoint);
  if (!network) {
    return network.error();
  }
  std::unique_ptr<EnergyNetwork> ranker;
  if (!options.sampler.ranker.empty()) {
    auto loaded = EnergyNetwork::load(options.sampler.ranker);
    if (!loaded) {
      return loaded.error();
    }
    ranker = std::move(*loaded);
    infer->ranker = ranker.get();
  }
  const auto dataset = open_data(options.dataset, context.readers, context.job);
  if (!dataset) {
    return dataset.error();
  }
  const auto result = infer_poses(**dataset, **network, *infer, context.job);
  if (!result) {
    return result.error();
  }
  const auto problems = problems_of(**dataset, **result);
  print_lines((*result)->skipped, "skipped");
  print_lines(problems, "problem");
  if (!(*result)->estimates.empty() && !options.output.empty()) {
    if (auto written = write_pose_result(**result, options.output); !written) {
      return written;
    }
  }
  const Table table = to_table(accuracy_table(**result));
  options.json ? print_json(**result, problems, table) : print_text(**result, table);
  return outcome(options, **result, problems);
}

}  // namespace

void add_infer_command(CLI::App& app, Action& action) {
  const auto options = std::make_shared<Options>();
  auto* command =
      app.add_subcommand("infer", "Estimate poses with a checkpoint and print the accuracy per category");
  command->add_option("--checkpoint", options->checkpoint, "Checkpoint (.safetensors)")->required();
  command->add_option("--dataset", options->dataset, "Folder of a dataset, or a Tabletop recipe (.toml)")
      ->required();
  command->add_option("-o,--out", options->output, "Write the estimates to this NPZ file");
  command->add_flag("--json", options->json, "Print JSON");
  command->add_flag("--force", options->force, "Overwrite the output file");
  add_sampler_arguments(*command, options->sampler);
  add_aggregation_arguments(*command, options->sampler);
  command->callback(
      [&action, options] { action = [options](CommandContext& context) { return run(*options, context); }; });
}

}  // namespace alidade
