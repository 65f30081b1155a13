// SPDX-License-Identifier: BSD-3-Clause
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include <CLI/CLI.hpp>

#include "app/cli/command.h"
#include "app/cli/output_file.h"
#include "app/cli/print.h"
#include "core/contention/contention_series.h"
#include "core/exchange/contention_file.h"
#include "core/nn/compute.h"
#include "core/studies/contention_measurement.h"
#include "core/studies/foreign_contention.h"
#include "core/studies/plain/open_data.h"

namespace alidade {
namespace {

struct ContentionArguments {
  std::vector<std::string> datasets;
  std::string output, blocks;
  bool json = false, force = false, held_out = false, run_program = false;
  int program_memory = 8, program_seconds = 36000;
  ContentionMeasurement measurement;
};

const std::map<std::string, ContentionRows> kRowKinds{{"category", ContentionRows::kCategory},
                                                      {"instance", ContentionRows::kInstance},
                                                      {"source", ContentionRows::kSource},
                                                      {"loss", ContentionRows::kLossPart},
                                                      {"time", ContentionRows::kDiffusionTime}};

Expected<std::vector<std::shared_ptr<const Dataset>>> open_sources(const ContentionArguments& options,
                                                                   CommandContext& context) {
  std::vector<std::shared_ptr<const Dataset>> sources;
  for (const std::string& name : options.datasets) {
    const auto dataset = open_data(name, context.readers, context.job);
    if (!dataset) {
      return dataset.error();
    }
    sources.push_back(*dataset);
  }
  return sources;
}

/// Of somebody else's modules: measured in a process of its own, and only where that is allowed.
Expected<std::shared_ptr<const ContentionHistory>> foreign_history(const ContentionArguments& options,
                                                                   CommandContext& context) {
  const ContentionMeasurement& measurement = options.measurement;
  if (!measurement.contention.adam_state.empty()) {
    return usage_error("--adam-state is the state of a training of Alidade; leave it out with --blocks.");
  }
  auto map = read_block_map(options.blocks);
  if (!map) {
    return map.error();
  }
  const auto found = checkpoint_series(measurement.runs, ".pt");
  if (!found) {
    return found.error();
  }
  auto series = thinned_series(*found, measurement.every);
  if (const auto checked = check_foreign_series(series); !checked) {
    return checked.error();
  }
  if (!options.run_program) {
    return usage_error(
        series.front().path.string() +
        ": it is a TorchScript module, a program and not data, and measuring runs it; where you "
        "trust it, allow that with --run-program.");
  }
  ForeignContention order;
  order.series = std::move(series);
  order.map = std::move(*map);
  order.datasets = options.datasets;
  order.subset = measurement.contention.subset;
  order.effects = measurement.effects ? std::optional(measurement.effect) : std::nullopt;
  order.threads = compute_threads();
  order.limits = {std::uint64_t{static_cast<unsigned>(options.program_memory)} << 30,
                  static_cast<std::uint64_t>(options.program_seconds)};
  auto measured = measure_foreign_contention(order, context.job);
  if (!measured) {
    return measured.error();
  }
  measured->name = measurement.runs.front().filename().string();
  return std::make_shared<const ContentionHistory>(std::move(*measured));
}

Expected<std::shared_ptr<const ContentionHistory>> own_history(const ContentionArguments& options,
                                                               CommandContext& context) {
  const auto sources = open_sources(options, context);
  return sources ? measure_history(options.measurement, *sources, context.job)
                 : Expected<std::shared_ptr<const ContentionHistory>>(sources.error());
}

Expected<void> run_contention(const ContentionArguments& options, CommandContext& context) {
  if (auto free = check_output_file(options.output, options.force); !free) {
    return free;
  }
  const auto measured = options.blocks.empty() ? own_history(options, context) : foreign_history(options, context);
  if (!measured) {
    return measured.error();
  }
  const auto& history = *measured;
  const auto blocks = block_series(*history, {}, context.job);
  if (!blocks) {
    return blocks.error();
  }
  const Table table = contention_table(*history, *blocks);
  print_text(options.json ? to_json(table) + "\n" : to_text(table));
  return options.output.empty() ? Expected<void>() : write_contention_history(*history, options.output);
}

void add_subset_options(CLI::App& command, ContentionArguments& options) {
  ContentionSubset& subset = options.measurement.contention.subset;
  command
      .add_option("--rows", subset.rows,
                  "What is set against each other: category, instance, source, loss, time")
      ->transform(CLI::CheckedTransformer(kRowKinds));
  command.add_option("--batches", subset.batches, "Batches of each row")
      ->check(CLI::Range(2, 64))
      ->capture_default_str();
  command.add_option("--batch-size", subset.batch_size, "Samples of a batch")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command.add_option("--time-bins", subset.time_bins, "Rows of --rows time")
      ->check(CLI::Range(2, 64))
      ->capture_default_str();
  command.add_option("--seed", subset.seed, "Seed of the diagnostic subset")->capture_default_str();
  command.add_flag("--held-out", options.held_out, "Draw from the last fifth of the frames alone");
}

void add_program_options(CLI::App& command, ContentionArguments& options) {
  auto* blocks = command.add_option("--blocks", options.blocks,
                                    "Block map (.toml) of TorchScript modules of somebody else (.pt)");
  command.add_flag("--run-program", options.run_program, "Allow these modules to run: they are programs")
      ->needs(blocks);
  command.add_option("--program-memory", options.program_memory, "Memory that they may use, GiB")
      ->needs(blocks)
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  command
      .add_option("--program-seconds", options.program_seconds, "Processor time that they may use, seconds")
      ->needs(blocks)
      ->check(CLI::Range(1, 10000000))
      ->capture_default_str();
}

}  // namespace

void add_contention_command(CLI::App& app, Action& action) {
  const auto options = std::make_shared<ContentionArguments>();
  auto* command = app.add_subcommand("contention");
  command
      ->add_option(
          "runs", options->measurement.runs,
          "Folder of a training run, or checkpoints in their order; with --blocks TorchScript modules")
      ->required();
  command
      ->add_option("--dataset", options->datasets,
                   "Folder of a dataset, or a procedural recipe (.toml): what the gradients are of")
      ->required();
  command->add_option("-o,--out", options->output, "Write the history to this NPZ file");
  command
      ->add_option("--every", options->measurement.every,
                   "Measure every N-th checkpoint, counted from the last")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  add_subset_options(*command, *options);
  add_program_options(*command, *options);
  auto* effects =
      command->add_flag("--effects", options->measurement.effects,
                        "Measure at the last checkpoint what training on one row does to the others");
  command->add_option("--effect-steps", options->measurement.effect.steps, "Steps on one row")
      ->needs(effects)
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  command->add_option("--effect-rate", options->measurement.effect.rate, "Their learning rate")
      ->needs(effects)
      ->check(CLI::Range(1e-9, 1.0))
      ->capture_default_str();
  command->add_option(
      "--adam-state", options->measurement.contention.adam_state,
      "state.safetensors of the run: cosines of Adam's steps in place of gradients; one checkpoint");
  command->add_flag("--json", options->json, "Print JSON");
  command->add_flag("--force", options->force, "Overwrite the output file");
  command->callback([&action, options] {
    action = [options](CommandContext& context) {
      ContentionArguments arguments = *options;
      arguments.measurement.contention.subset.draw =
          options->held_out ? ContentionDraw::kHeldOut : ContentionDraw::kAll;
      return run_contention(arguments, context);
    };
  });
}

}  // namespace alidade
