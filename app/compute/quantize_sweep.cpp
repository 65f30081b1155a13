// SPDX-License-Identifier: BSD-3-Clause
#include "app/compute/quantize_sweep.h"

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "app/cli/output_file.h"
#include "app/cli/print.h"
#include "core/base/text_table.h"
#include "core/exchange/quantization_sweep_file.h"
#include "core/nn/compute.h"
#include "core/papers/mqat/assignment_sweep.h"
#include "core/papers/mqat/network_work.h"

namespace alidade {
namespace {

struct SweepArguments {
  std::string checkpoint, dataset, train, selection, output;
  mqat::AssignmentSweep sweep;
  bool json = false, force = false;
};

/// A line for each network with its first metric.
Table sweep_table(const QuantizationSweep& sweep) {
  constexpr double kPercent = 100.0;
  Table table{{"network", "method", "bytes", "bit operations"}, {}};
  table.look.names = 2;
  const std::string metric = sweep.points.front().accuracies.front().metric;
  table.columns.insert(table.columns.end(), {metric + " (%)", "low (%)", "high (%)"});
  table.look.columns.assign(2, {TableLook::Role::kValue, 0});
  table.look.columns.insert(table.look.columns.end(), 3, {TableLook::Role::kValue, 1});
  for (const SweepPoint& point : sweep.points) {
    const IntervalNumber& value = point.accuracies.front().held_out;
    const char* method = point.method == SweepMethod::kFullPrecision  ? "full precision"
                         : point.method == SweepMethod::kPostTraining ? "post-training"
                                                                      : "LSQ";
    table.rows.push_back(
        {point.name + (point.activation_bits > 0 ? " A" + std::to_string(point.activation_bits) : ""), method,
         static_cast<double>(point.bytes), point.bit_operations, kPercent * value.value, kPercent * value.low,
         kPercent * value.high});
  }
  return table;
}

Expected<void> sweep_network(const SweepArguments& options, CommandContext& context) {
  if (auto free = check_output_file(options.output, options.force); !free) {
    return free;
  }
  configure_compute(1);
  mqat::AssignmentSweep order = options.sweep;
  order.checkpoint = options.checkpoint;
  order.held_out = options.dataset;
  order.train = options.train.empty() ? options.dataset : options.train;
  order.selection = options.selection;
  order.runs = options.output + ".runs";
  const auto work = mqat::network_work(context.readers, {});
  const auto swept = mqat::sweep_assignments(
      order, *work,
      [&](const QuantizationSweep& sweep) { return write_quantization_sweep(sweep, options.output); },
      context.job);
  if (!swept) {
    return swept.error();
  }
  const Table table = sweep_table(*swept);
  print_text(options.json ? to_json(table) + "\n" : to_text(table));
  return {};
}

void add_sweep_sizes(CLI::App& command, mqat::AssignmentSweep& sweep) {
  command
      .add_option("--levels", sweep.levels,
                  "What modules may get: 2, 3, 4, 8 (bits), ternary or binary, separated by commas")
      ->delimiter(',')
      ->capture_default_str();
  command
      .add_option("--activation-bits", sweep.activation_bits,
                  "Bits of the inputs of quantized layers; 0: float32")
      ->check(CLI::Range(0, 8))
      ->capture_default_str();
  command.add_option("--images", sweep.images, "Images that each network is judged by")
      ->check(CLI::Range(2, 1000000))
      ->capture_default_str();
  command.add_option("--solved", sweep.solved, "Assignments of the expected frontier besides")
      ->check(CLI::Range(0, 64))
      ->capture_default_str();
  command.add_flag("--all", sweep.all, "Every combination of the levels instead");
  command
      .add_option("--steps", sweep.steps,
                  "Retrain each network with LSQ for so many steps (default: quantized as it is)")
      ->check(CLI::Range(0, 1000000));
  command.add_option("--train-images", sweep.retrain_images, "Images that networks are retrained on")
      ->check(CLI::Range(2, 10000000))
      ->capture_default_str();
  command.add_option("--batch", sweep.batch, "Images per step")
      ->check(CLI::Range(2, 4096))
      ->capture_default_str();
  command.add_option("--seed", sweep.seed, "Of retraining")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
}

}  // namespace

void add_quantize_sweep(CLI::App& quantize, Action& action) {
  auto* sweeping = quantize.add_subcommand(
      "sweep", "Quantize a keypoint network in many ways and judge each; the window opens the file");
  const auto options = std::make_shared<SweepArguments>();
  sweeping->add_option("checkpoint", options->checkpoint, "Checkpoint of a keypoint network")->required();
  sweeping
      ->add_option("--dataset", options->dataset,
                   "Images that networks are judged by: a folder or a recipe (.toml)")
      ->required();
  sweeping->add_option("--train", options->train,
                       "Images that show ranges of inputs and the Hessian, and that networks are retrained "
                       "on (default: the dataset)");
  sweeping->add_option("--selection", options->selection, "Other images, to choose by");
  add_sweep_sizes(*sweeping, options->sweep);
  sweeping
      ->add_option("-o,--out", options->output,
                   "The file to write (JSON); networks lie beside it in FILE.runs")
      ->required();
  sweeping->add_flag("--json", options->json, "Machine-readable output");
  sweeping->add_flag("--force", options->force, "Overwrite the output file");
  sweeping->callback([&action, options] {
    action = [options](CommandContext& context) { return sweep_network(*options, context); };
  });
}

}  // namespace alidade
