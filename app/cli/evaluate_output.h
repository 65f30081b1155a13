// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/evaluate_options.h"
#include "core/evaluation/text/published.h"
#include "core/evaluation/text/slice_text.h"

namespace alidade {

/// Rows of one printed table, as --published names them.
struct PublishedChoice {
  PublishedTable table;
  std::vector<std::size_t> rows;
};

/// What was computed.
struct Evaluated {
  std::shared_ptr<const EvaluationReport> report;
  std::shared_ptr<const EvaluationReport> against;  ///< null without --against
  std::optional<PairedTest> test;
  std::vector<ComparedSlice> slices;
  std::vector<PublishedChoice> published;
};

/// The tables that --published names, from `folder`; kUsage when there is no such table or row.
Expected<std::vector<PublishedChoice>> published_choices(const std::vector<std::string>& names,
                                                         const std::string& folder);

/// Writes the files that the options name.
Expected<void> write_outputs(const Evaluated& evaluated, const EvaluateArguments& arguments);

/// Prints to standard output: tables, notes and test, or JSON, or what --explain asks for.
Expected<void> print_evaluated(const Evaluated& evaluated, const Protocol& protocol,
                               const EvaluateArguments& arguments);

/// Prints the protocols of a word, or all of them, with their summaries.
void print_protocols(const std::string& word, bool json);

/// The explanations of one object; kUsage when `place` names none. JSON or text.
Expected<std::string> explanations(const EvaluationReport& report, const std::string& place, bool json);

}  // namespace alidade
