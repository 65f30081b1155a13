// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/table.h"
#include "core/evaluation/report.h"
#include "core/evaluation/statistics.h"

namespace alidade {

/// Which of the numbers of one column are the best and the second best, as the reader sees them: values that
/// print alike share the rank.
enum class Rank { kNone, kBest, kSecond };

/// A table for people: rows with a name, cells in display units. Made by `metric_table` (categories) or
/// `comparison_table` (models); CLI, view and figure all print this one.
struct MetricTable {
  struct Cell {
    std::optional<double> value;       ///< display unit
    std::optional<Interval> interval;  ///< display unit
    std::string text;                  ///< as shown: fixed decimals, "–" when missing
    std::string reason;                ///< tool tip: why missing, or what to know
    Rank rank = Rank::kNone;
  };
  struct Row {
    std::string name;
    std::string note;  ///< "published, Table 1 of ..."
    bool is_mean = false;
    bool published = false;
    std::vector<Cell> cells;
  };
  std::string corner;  ///< title of the first column: "category", "model"
  std::vector<MetricColumn> columns;
  std::vector<Row> rows;
};

/// Categories as rows. Best and second are marked among the categories, not the mean.
MetricTable metric_table(const EvaluationReport& report);

/// Models as rows: the mean row of each report. Columns are those of the first.
MetricTable comparison_table(const std::vector<const EvaluationReport*>& reports);

/// Marks best and second best per column over the rows that are no mean; ties share the rank.
void rank_cells(MetricTable& table);

Table to_table(
    const MetricTable& table);  ///< numbers with columns "5°2cm (%)"; intervals as extra columns when there
std::string to_markdown(const MetricTable& table);  ///< best bold, second underlined (<u>)
std::string to_latex(const MetricTable& table);     ///< booktabs; best \textbf, second \underline; escaped
std::string to_text(const MetricTable& table);      ///< aligned columns for a terminal
std::string to_markdown(const PairedTest& test);
std::string to_text(const PairedTest& test);

/// The whole report as JSON (docs/formats.md, "Evaluation reports"): columns, rows, values in display units
/// with intervals, notes, samples with measures and outcomes when `with_samples`, provenance. Keys in a
/// fixed order, numbers in the shortest form that reads back; equal reports give equal bytes.
std::string to_json(const EvaluationReport& report, bool with_samples);
std::string to_json(const PairedTest& test);

}  // namespace alidade
