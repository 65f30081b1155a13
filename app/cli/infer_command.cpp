// SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/command_list.h"
#include "app/cli/sampler_options.h"
#include "core/evaluation/pose_accuracy.h"
#include "core/nn/pose_network.h"
#include "core/studies/result_file.h"
#include "core/studies/train.h"

namespace alidade {
namespace {

struct Options {
  std::string checkpoint, dataset, output, csv;
  bool json = false, force = false;
  SamplerArguments sampler;
};

void print_text(const PoseResult& result, const Table& table) {
  std::printf("%s\n%zu objects estimated, %zu skipped, %.1f s\n\n", result.name.c_str(), result.estimates.size(), result.skipped.size(), result.seconds);
  for (const auto& column : table.columns) {
    std::printf("%-18s", column.c_str());
  }
  std::printf("\n");
  for (const auto& row : table.rows) {
    for (const auto& cell : row) {
      if (const auto* number = std::get_if<double>(&cell)) {
        std::printf("%-16.1f", *number);
      } else if (const auto* text = std::get_if<std::string>(&cell)) {
        std::printf("%-16s", text->c_str());
      }
    }
    std::printf("\n");
  }
}

void print_json(const PoseResult& result, const Table& table) {
  nlohmann::ordered_json json;
  json["sampler"] = result.sampler;
  json["estimated"] = result.estimates.size();
  json["skipped"] = result.skipped;
  json["accuracy"] = nlohmann::ordered_json::parse(to_json(table));
  json["provenance"] = nlohmann::ordered_json::parse(to_json(result.provenance));
  std::printf("%s\n", json.dump(2).c_str());
}

Expected<void> write_outputs(const Options& options, const PoseResult& result) {
  if (options.output.empty()) {
    return {};
  }
  if (!options.force && std::filesystem::exists(options.output)) {
    return Error{ErrorCode::kUsage, options.output + ": the file exists; name another one or add --force."};
  }
  return write_pose_result(result, options.output);
}

Expected<void> run(const Options& options, CommandContext& context) {
  const auto infer = infer_options(options.sampler);
  if (!infer) {
    return infer.error();
  }
  auto network = PoseNetwork::load(options.checkpoint);
  if (!network) {
    return network.error();
  }
  const auto dataset = open_data(options.dataset, context.readers, context.job);
  if (!dataset) {
    return dataset.error();
  }
  const auto result = infer_poses(**dataset, **network, *infer, context.job);
  if (!result) {
    return result.error();
  }
  if (auto written = write_outputs(options, **result); !written) {
    return written;
  }
  const Table table = to_table(accuracy_table(**result));
  options.json ? print_json(**result, table) : print_text(**result, table);
  return {};
}

}  // namespace

void add_infer_command(CLI::App& app, Action& action) {
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("infer", "Estimate poses with a checkpoint and print the accuracy per category");
  command->add_option("--checkpoint", options->checkpoint, "Checkpoint (.safetensors)")->required();
  command->add_option("--dataset", options->dataset, "Folder of a dataset, or a Tabletop recipe (.toml)")->required();
  command->add_option("-o,--out", options->output, "Write the estimates to this NPZ file");
  command->add_flag("--json", options->json, "Print JSON");
  command->add_flag("--force", options->force, "Overwrite the output file");
  add_sampler_arguments(*command, options->sampler);
  command->callback([&action, options] { action = [options](CommandContext& context) { return run(*options, context); }; });
}

}  // namespace alidade
