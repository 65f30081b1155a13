// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QString>

#include "core/evaluation/report/report.h"
#include "core/session/held_runs.h"

namespace alidade {

/// A run in tables and plots. Its place in a list is 0 for A, 1 for B and more for the further ones.
struct ComparedRun {
  std::shared_ptr<const EvaluationReport>
      report;          ///< null: there is none; never for A where something is shown
  int style = 0;       ///< HeldRuns::Entry::style
  bool stale = false;  ///< other numbers are on their way
  RunId run = 0;       ///< 0 = not held

  bool operator==(const ComparedRun&) const = default;
};

inline constexpr std::size_t kPlaceA = 0, kPlaceB = 1;

/// Reports by place, with the styles that the first runs of a session get.
std::vector<ComparedRun> comparedRuns(const std::vector<std::shared_ptr<const EvaluationReport>>& reports);

/// What legends call the run at a place: its name, else "A", "B", "run 3".
QString legendName(const std::vector<ComparedRun>& runs, std::size_t place);

/// The row of this name; nothing when the report has none.
std::optional<std::size_t> rowNamed(const EvaluationReport& report, const std::string& name);

}  // namespace alidade
