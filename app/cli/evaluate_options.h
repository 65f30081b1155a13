// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/evaluation/protocol.h"
#include "core/evaluation/slices/slice.h"
#include "core/evaluation/statistics/statistics.h"

namespace CLI {
class App;
}

namespace alidade {

/// The options of `alidade evaluate` as they are typed.
struct EvaluateArguments {
  std::string family;
  std::string ground_truth, predictions, dataset, result, targets, against, sample_sets, set;
  std::vector<std::string> categories;
  std::string protocol, overlap;
  bool all_detections = false, list = false, allow_problems = false;
  int bootstrap = 1000;
  std::uint64_t seed = 0;
  double level = 0.95;
  std::vector<std::string> slices;  ///< "NAME: EXPRESSION"
  std::vector<std::string> published;
  std::string explain;
  bool json = false, samples = false, intervals = false, force = false;
  std::string csv, markdown, latex, output;
};

void add_evaluate_arguments(CLI::App& command, EvaluateArguments& arguments);

/// Protocols that the word after `evaluate` stands for: those whose id begins with it, else those of the
/// family; all of them for no word. The first one is what the word means when nothing else is said.
std::vector<const Protocol*> protocols_of(const std::string& word);

/// The protocol that the options ask for; kUsage when there is none.
Expected<const Protocol*> chosen_protocol(const EvaluateArguments& arguments);

/// What --slice names; kUsage when one is not understood, or two have one name.
Expected<std::vector<Slice>> chosen_slices(const EvaluateArguments& arguments);

/// kUsage when the number of replicates or the level makes no sense.
Expected<BootstrapOptions> bootstrap_options(const EvaluateArguments& arguments);

/// Asked before the work begins: kUsage when an output is a folder, is there already (without --force), or is
/// named twice.
Expected<void> check_outputs(const EvaluateArguments& arguments);

}  // namespace alidade
