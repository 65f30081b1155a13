// SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/cli/command.h"
#include "app/cli/evaluate_input.h"
#include "app/cli/evaluate_options.h"
#include "app/cli/evaluate_output.h"
#include "core/evaluation/slices/slice_evaluation.h"
#include "core/studies/plain/evaluate.h"

namespace alidade {
namespace {

constexpr const char* kPublishedFolder = "resources/published";

Expected<SlicedRun> evaluate_one(const EvaluateArguments& arguments, const Protocol& protocol,
                                 const BootstrapOptions& bootstrap, const std::string& predictions,
                                 CommandContext& context) {
  auto input = read_evaluated(arguments, protocol, predictions, context);
  if (!input) {
    return input.error();
  }
  // Nobody else knows the input yet. Slices ask which prediction answers to which object.
  std::const_pointer_cast<EvaluationInput>(*input)->judges_samples =
      arguments.samples || !arguments.explain.empty() || !arguments.slices.empty();
  auto report = evaluate_with_intervals(protocol, *input, bootstrap, context.job);
  if (!report) {
    return report.error();
  }
  // Without slices the rows are of no more use.
  return SlicedRun{arguments.slices.empty() ? nullptr : std::move(*input), std::move(*report)};
}

/// Everything that is computed, before any of it is written or printed.
Expected<Evaluated> evaluate_all(const EvaluateArguments& arguments, const Protocol& protocol,
                                 const BootstrapOptions& bootstrap, const std::vector<Slice>& slices,
                                 CommandContext& context) {
  Evaluated evaluated;
  auto published = published_choices(arguments.published, share_path(kPublishedFolder));
  if (!published) {
    return published.error();
  }
  evaluated.published = std::move(*published);
  const std::string& predictions = !arguments.sample_sets.empty() ? arguments.sample_sets
                                   : arguments.dataset.empty()    ? arguments.predictions
                                                                  : arguments.result;
  auto run = evaluate_one(arguments, protocol, bootstrap, predictions, context);
  if (!run) {
    return run.error();
  }
  evaluated.report = run->report;
  Expected<SlicedRun> against = SlicedRun{};
  if (!arguments.against.empty()) {
    against = evaluate_one(arguments, protocol, bootstrap, arguments.against, context);
    if (!against) {
      return against.error();
    }
    evaluated.against = against->report;
    auto test = paired_test(*evaluated.report, *evaluated.against, bootstrap, context.job);
    if (!test) {
      return test.error();
    }
    evaluated.test = std::move(*test);
  }
  auto compared =
      compare_slices(protocol, *run, against->report ? &*against : nullptr, slices, bootstrap, context.job);
  if (!compared) {
    return compared.error();
  }
  evaluated.slices = std::move(*compared);
  return evaluated;
}

Expected<void> run(const EvaluateArguments& arguments, CommandContext& context) {
  if (arguments.list) {
    print_protocols(arguments.family, arguments.json);
    return {};
  }
  const auto protocol = chosen_protocol(arguments);
  if (!protocol) {
    return protocol.error();
  }
  const auto bootstrap = bootstrap_options(arguments);
  if (!bootstrap) {
    return bootstrap.error();
  }
  for (const auto check : {check_inputs, check_outputs}) {
    if (auto checked = check(arguments); !checked) {
      return checked;
    }
  }
  const auto slices = chosen_slices(arguments);
  if (!slices) {
    return slices.error();
  }
  const auto evaluated = evaluate_all(arguments, **protocol, *bootstrap, *slices, context);
  if (!evaluated) {
    return evaluated.error();
  }
  // A file that cannot be written does not cost the table, nor a wrong --explain the files.
  const auto printed = print_evaluated(*evaluated, **protocol, arguments);
  std::fflush(stdout);
  const auto written = write_outputs(*evaluated, arguments);
  return written ? printed : written;
}

}  // namespace

void add_evaluate_command(CLI::App& app, Action& action) {
  const auto arguments = std::make_shared<EvaluateArguments>();
  auto* command = app.add_subcommand("evaluate");
  add_evaluate_arguments(*command, *arguments);
  command->callback([&action, arguments] {
    action = [arguments](CommandContext& context) { return run(*arguments, context); };
  });
}

}  // namespace alidade
