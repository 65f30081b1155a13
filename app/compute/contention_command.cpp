// SPDX-License-Identifier: BSD-3-Clause
#include <map>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/cli/command.h"
#include "app/cli/output_file.h"
#include "app/cli/print.h"
#include "core/contention/contention_series.h"
#include "core/exchange/contention_file.h"
#include "core/nn/registry/open_model.h"
#include "core/studies/contention.h"
#include "core/studies/contention_effects.h"
#include "core/studies/plain/open_data.h"

namespace alidade {
namespace {

struct ContentionArguments {
  std::vector<std::string> runs, datasets;
  std::string output;
  bool json = false, force = false, held_out = false, effects = false;
  int every = 1;
  ContentionOptions contention;
  EffectOptions effect;
};

const std::map<std::string, ContentionRows> kRowKinds{{"category", ContentionRows::kCategory},
                                                      {"instance", ContentionRows::kInstance},
                                                      {"source", ContentionRows::kSource},
                                                      {"loss", ContentionRows::kLossPart},
                                                      {"time", ContentionRows::kDiffusionTime}};

/// Every so manieth checkpoint, the last one always.
std::vector<SeriesCheckpoint> thinned(const std::vector<SeriesCheckpoint>& series, int every) {
  std::vector<SeriesCheckpoint> kept;
  for (std::size_t i = 0; i < series.size(); ++i) {
    if ((series.size() - 1 - i) % static_cast<std::size_t>(every) == 0) {
      kept.push_back(series[i]);
    }
  }
  return kept;
}

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

/// The effect at the last checkpoint, on the subset that its gradients were measured on.
Expected<void> add_effect(ContentionHistory& history, const SeriesCheckpoint& last,
                          const std::vector<std::shared_ptr<const Dataset>>& sources,
                          const ContentionArguments& options, const JobContext& job) {
  const auto model = open_model(last.path);
  if (!model) {
    return model.error();
  }
  const auto subset = diagnostic_subset(**model, sources, options.contention.subset, job);
  if (!subset) {
    return subset.error();
  }
  auto effect = measure_effect(**model, *subset, options.effect, job);
  if (!effect) {
    return effect.error();
  }
  effect->epoch = history.epochs.back().epoch;
  effect->step = history.epochs.back().step;
  history.effects.push_back(std::move(*effect));
  return {};
}

Expected<void> run_contention(const ContentionArguments& options, CommandContext& context) {
  if (auto free = check_output_file(options.output, options.force); !free) {
    return free;
  }
  const auto found = checkpoint_series({options.runs.begin(), options.runs.end()});
  if (!found) {
    return found.error();
  }
  const auto sources = open_sources(options, context);
  if (!sources) {
    return sources.error();
  }
  const auto series = thinned(*found, options.every);
  const auto measured = measure_contention(series, *sources, options.contention, context.job);
  if (!measured) {
    return measured.error();
  }
  ContentionHistory history = **measured;
  history.name = std::filesystem::path(options.runs.front()).filename().string();
  if (options.effects) {
    if (auto added = add_effect(history, series.back(), *sources, options, context.job); !added) {
      return added;
    }
  }
  const auto blocks = block_series(history, {}, context.job);
  if (!blocks) {
    return blocks.error();
  }
  const Table table = contention_table(history, *blocks);
  print_text(options.json ? to_json(table) + "\n" : to_text(table));
  return options.output.empty() ? Expected<void>() : write_contention_history(history, options.output);
}

void add_subset_options(CLI::App& command, ContentionArguments& options) {
  ContentionSubset& subset = options.contention.subset;
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

}  // namespace

void add_contention_command(CLI::App& app, Action& action) {
  const auto options = std::make_shared<ContentionArguments>();
  auto* command = app.add_subcommand("contention");
  command->add_option("runs", options->runs, "Folder of a training run, or checkpoints in their order")
      ->required();
  command
      ->add_option("--dataset", options->datasets,
                   "Folder of a dataset, or a Tabletop recipe (.toml): what the gradients are of")
      ->required();
  command->add_option("-o,--out", options->output, "Write the history to this NPZ file");
  command->add_option("--every", options->every, "Measure every N-th checkpoint, counted from the last")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  add_subset_options(*command, *options);
  auto* effects =
      command->add_flag("--effects", options->effects,
                        "Measure at the last checkpoint what training on one row does to the others");
  command->add_option("--effect-steps", options->effect.steps, "Steps on one row")
      ->needs(effects)
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  command->add_option("--effect-rate", options->effect.rate, "Their learning rate")
      ->needs(effects)
      ->check(CLI::Range(1e-9, 1.0))
      ->capture_default_str();
  command->add_option(
      "--adam-state", options->contention.adam_state,
      "state.safetensors of the run: cosines of Adam's steps in place of gradients; one checkpoint");
  command->add_flag("--json", options->json, "Print JSON");
  command->add_flag("--force", options->force, "Overwrite the output file");
  command->callback([&action, options] {
    action = [options](CommandContext& context) {
      ContentionArguments arguments = *options;
      arguments.contention.subset.draw = options->held_out ? ContentionDraw::kHeldOut : ContentionDraw::kAll;
      return run_contention(arguments, context);
    };
  });
}

}  // namespace alidade
