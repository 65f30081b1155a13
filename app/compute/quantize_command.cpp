// SPDX-License-Identifier: BSD-3-Clause
#include <map>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/cli/command.h"
#include "app/cli/output_file.h"
#include "app/cli/print.h"
#include "app/compute/quantize_run.h"
#include "app/compute/quantize_sweep.h"
#include "core/base/file.h"
#include "core/io/safetensors_bytes.h"
#include "core/nn/checkpoint_file.h"
#include "core/nn/registry/open_model.h"
#include "core/quant/module_quantization.h"
#include "core/quant/packed_file.h"
#include "core/studies/calibrated_weights.h"
#include "core/studies/plain/open_data.h"

namespace alidade {
namespace {

struct QuantizeArguments {
  std::string input, output, bits, dataset;
  std::vector<std::string> levels{"8", "4", "3", "2", "ternary"};
  WeightOptions weights;
  CalibrationOptions calibration;
  bool label = false, json = false, force = false;
};

const std::map<std::string, Granularity> kGranularities{{"channel", Granularity::kChannel},
                                                        {"tensor", Granularity::kTensor}};
const std::map<std::string, RangeRule> kRangeRules{{"least-squares", RangeRule::kLeastSquares},
                                                   {"largest", RangeRule::kLargest}};

/// A checkpoint with the modules of its network.
struct QuantizeInput {
  CheckpointFile file;
  std::vector<WeightModule> modules;
};

Expected<QuantizeInput> open_input(const std::string& path) {
  const auto model = open_model(path);
  if (!model) {
    return model.error();
  }
  auto file = read_checkpoint(path);
  if (!file) {
    return file.error();
  }
  QuantizeInput input{std::move(*file), {}};
  for (const ParameterSet& module : (*model)->modules()) {
    input.modules.push_back({module.name, module.parameters});
  }
  return input;
}

Expected<void> analyze(const QuantizeArguments& options, CommandContext& context) {
  std::vector<LevelSet> levels;
  for (const std::string& name : options.levels) {
    const auto set = named_levels(name);
    if (!set) {
      return set.error();
    }
    levels.push_back(*set);
  }
  const auto input = open_input(options.input);
  if (!input) {
    return input.error();
  }
  const auto analysis =
      analyze_weights(input->file.content, input->modules, levels, options.weights, context.job);
  if (!analysis) {
    return analysis.error();
  }
  const Table table = analysis_table(*analysis);
  print_text(options.json ? to_json(table) + "\n" : to_text(table));
  return {};
}

/// Bytes of the checkpoint as a file: it is one of ours, so writing it again gives the same bytes.
std::uint64_t file_bytes(const SafeTensors& content) {
  const auto bytes = safetensors_bytes(content, "checkpoint");
  return bytes ? bytes->size() : 0;
}

void print_bill(const PackedBill& bill, std::uint64_t before) {
  const auto line = [](const char* name, std::uint64_t bytes) {
    print("%-22s %12llu\n", name, static_cast<unsigned long long>(bytes));
  };
  line("codes (bytes)", bill.codes);
  line("scales", bill.scales);
  line("tables of levels", bill.levels);
  line("shapes", bill.shapes);
  line("tensors not packed", bill.plain);
  line("header", bill.header);
  line("total", bill.total());
  print("%-22s %12llu, %.2f times as large\n", "checkpoint", static_cast<unsigned long long>(before),
        static_cast<double>(before) / static_cast<double>(bill.total()));
}

/// With a dataset ranges of inputs are found on its images.
Expected<PackedCheckpoint> packed_weights(const QuantizeInput& input, const ModuleLevels& assignment,
                                          const QuantizeArguments& options, CommandContext& context) {
  if (options.dataset.empty()) {
    return quantize_modules(input.file.content, input.file.path.filename().string(), input.file.sha256,
                            input.modules, assignment, options.weights, context.job);
  }
  const auto dataset = open_data(options.dataset, context.readers, context.job);
  return dataset ? quantize_calibrated(input.file, **dataset, assignment, options.weights,
                                       options.calibration, context.job)
                 : Expected<PackedCheckpoint>(dataset.error());
}

Expected<void> apply(const QuantizeArguments& options, CommandContext& context) {
  if (auto free = check_output_file(options.output, options.force); !free) {
    return free;
  }
  const auto assignment = parse_module_levels(options.bits);
  if (!assignment) {
    return assignment.error();
  }
  const auto input = open_input(options.input);
  if (!input) {
    return input.error();
  }
  const auto packed = packed_weights(*input, *assignment, options, context);
  if (!packed) {
    return packed.error();
  }
  if (options.label) {
    print(
        "%s%s\n", module_label(input->modules, *assignment).c_str(),
        options.dataset.empty() ? "" : (" A" + std::to_string(options.calibration.activation_bits)).c_str());
  }
  const auto content = packed_content(*packed);
  if (!content) {
    return content.error();
  }
  const auto bytes = safetensors_bytes(*content, options.output);
  if (!bytes) {
    return bytes.error();
  }
  print_bill(packed_bill(*content, bytes->size()), file_bytes(input->file.content));
  return options.output.empty() ? Expected<void>() : write_file_atomically(options.output, *bytes);
}

Expected<void> export_checkpoint(const QuantizeArguments& options, CommandContext&) {
  if (auto free = check_output_file(options.output, options.force); !free) {
    return free;
  }
  const auto packed = read_packed(options.input);
  if (!packed) {
    return packed.error();
  }
  const auto bytes = safetensors_bytes(unpacked(*packed), options.output);
  return bytes ? write_file_atomically(options.output, *bytes) : Expected<void>(bytes.error());
}

void add_weight_options(CLI::App& command, QuantizeArguments& options) {
  command.add_option("checkpoint", options.input, "Checkpoint that `alidade train` wrote")->required();
  command
      .add_option("--scales", options.weights.granularity,
                  "A scale for each output channel, or one per tensor")
      ->transform(CLI::CheckedTransformer(kGranularities))
      ->default_str("channel");
  command
      .add_option("--range", options.weights.rule,
                  "Scale of least squared error, or the one of the largest weight")
      ->transform(CLI::CheckedTransformer(kRangeRules))
      ->default_str("least-squares");
  command.add_option("--keep", options.weights.keep, "Tensors that stay float32");
}

void add_output_options(CLI::App& command, QuantizeArguments& options) {
  command.add_option("-o,--out", options.output, "The file to write (safetensors)");
  command.add_flag("--force", options.force, "Overwrite the output file");
}

}  // namespace

void add_quantize_command(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("quantize");
  command->require_subcommand(1);
  const auto options = std::make_shared<QuantizeArguments>();
  auto* analyzing =
      command->add_subcommand("analyze", "Noise and size of each module and layer at several bit widths");
  add_weight_options(*analyzing, *options);
  analyzing
      ->add_option("--levels", options->levels,
                   "2 to 8 (bits), ternary, binary, powersB or balancedN, separated by commas")
      ->delimiter(',')
      ->capture_default_str();
  analyzing->add_flag("--json", options->json, "Machine-readable output");
  analyzing->callback([&action, options] {
    action = [options](CommandContext& context) { return analyze(*options, context); };
  });
  auto* applying = command->add_subcommand("apply", "Quantize the weights of modules and write them packed");
  add_weight_options(*applying, *options);
  applying
      ->add_option("--bits", options->bits,
                   "What each module gets, as in backbone=8,correspondence=2,head=ternary; 32 stays float32")
      ->required();
  auto* dataset = applying->add_option("--dataset", options->dataset,
                                       "Images on which ranges of inputs are found (keypoint networks)");
  applying
      ->add_option("--activation-bits", options->calibration.activation_bits,
                   "Bits of the inputs of quantized layers")
      ->needs(dataset)
      ->check(CLI::Range(2, 8))
      ->capture_default_str();
  applying->add_option("--images", options->calibration.images, "How many images are looked at")
      ->needs(dataset)
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  applying->add_flag("--label", options->label, "Print the name of the assignment, such as W8-2-8");
  add_output_options(*applying, *options);
  applying->callback([&action, options] {
    action = [options](CommandContext& context) { return apply(*options, context); };
  });
  auto* exporting = command->add_subcommand(
      "export", "Turn a packed file into an ordinary checkpoint with the quantized values");
  exporting->add_option("packed", options->input, "File that `alidade quantize apply` wrote")->required();
  add_output_options(*exporting, *options);
  exporting->get_option("--out")->required();
  exporting->callback([&action, options] {
    action = [options](CommandContext& context) { return export_checkpoint(*options, context); };
  });
  add_quantize_sweep(*command, action);
  add_quantize_run(*command, action);
}

}  // namespace alidade
