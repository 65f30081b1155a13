// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/table.h"
#include "core/evaluation/report/report.h"
#include "core/evaluation/statistics/statistics.h"

namespace alidade {

/// A table for people: rows with a name, cells in display units. Made by `metric_table` (categories),
/// `comparison_table` (models) or `slice_table` (slices); CLI, view and figure all print this one.
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
    std::string method;                  ///< whose numbers these are, where the rows are parts of a data set
    std::size_t group = 0;               ///< methods are ranked within a group of rows, for example a slice
    std::optional<std::size_t> objects;  ///< ground truths that the row counts; only where that is shown
    std::string note;                    ///< "published, Table 1 of ..."
    bool is_mean = false;
    bool published = false;
    std::vector<Cell> cells;
  };
  std::string corner;          ///< title of the first column: "category", "model"
  std::string method_title{};  ///< title of a second column with Row::method; empty: there is none
  std::vector<MetricColumn> columns;
  std::vector<Row> rows;
};

/// One cell as people see it: `natural` times the column's factor with its decimals. Without a value the text
/// is "–" and `reason` says why ("no value" when nothing better is known).
MetricTable::Cell table_cell(const MetricColumn& column, std::optional<double> natural,
                             const std::optional<Interval>& interval, const std::string& reason);

/// "5°2cm (%)"; the title alone when the column has no unit.
std::string column_header(const MetricColumn& column);

/// Categories as rows. Nothing is marked: methods compete, categories do not.
MetricTable metric_table(const EvaluationReport& report);

/// Models as rows: the mean row of each report, or its only row. Columns are those of the first. A report of
/// another protocol is not mixed in: its cells are missing and say so. Pointers are not null.
MetricTable comparison_table(const std::vector<const EvaluationReport*>& reports);

/// Categories and methods as rows: for each row of the first report, that row of every report that has it, in
/// their order, ranked within the category. Columns are those of the first; a report of another protocol is
/// left out. Pointers are not null.
MetricTable category_table(const std::vector<const EvaluationReport*>& reports);

/// The row that speaks for a report: its last mean, else its only row; null when there is neither.
const MetricRow* summary_row(const EvaluationReport& report);

/// Marks best and second best per column and group over the rows that are no mean, as their texts read:
/// values that print alike share the rank, and second is the next text. Published rows compete like others.
/// Fewer than two values have no rank.
void rank_cells(MetricTable& table);

/// Numbers unrounded in display units, columns "5°2cm (%)"; where a column has intervals, "5°2cm low (%)" and
/// "5°2cm high (%)" follow it; "note" comes last when a row has one. Missing cells are empty. Its look has
/// the decimals, ranks and reasons, so that it prints like the table for people.
Table to_table(const MetricTable& table);

// The three forms for people. With `intervals`, "[low, high]" follows each value that has one. Notes of rows
// become numbered footnotes; the reasons of missing cells are listed below (LaTeX: as comments).
std::string to_markdown(const MetricTable& table, bool intervals = false);  ///< best **bold**, second <u>
std::string to_latex(const MetricTable& table, bool intervals = false);     ///< booktabs, everything escaped
std::string to_text(const MetricTable& table, bool intervals = false);      ///< aligned, for a terminal

// One line per row and metric: both values, difference, its interval, p; the method below.
std::string to_markdown(const PairedTest& test);
std::string to_text(const PairedTest& test);
Table to_table(const PairedTest& test);  ///< numbers unrounded in display units

/// The whole report as JSON (docs/formats.md, "Evaluation reports"): columns, rows, values in display units
/// with intervals, curves, notes, provenance; image names, samples with measures and outcomes when
/// `with_samples`. Keys in a fixed order, numbers in the shortest form that reads back; equal reports give
/// equal bytes.
std::string to_json(const EvaluationReport& report, bool with_samples);
std::string to_json(const PairedTest& test);

}  // namespace alidade
