// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QSize>
#include <QString>

#include "core/evaluation/slices/slice.h"
#include "core/evaluation/text/published.h"
#include "core/evaluation/text/slice_text.h"
#include "views/base/evaluation_model.h"
#include "views/base/table_figure.h"
#include "views/metrics/compared_run.h"

namespace alidade {

/// What a row of the shown table stands for.
struct RowSource {
  enum class Kind { kCategory, kRun, kPublished, kSlice };
  Kind kind = Kind::kCategory;
  std::size_t run = kPlaceA;  ///< place of the run whose samples are behind it
  std::size_t row = 0;        ///< in that run's report
  std::size_t slice = 0;      ///< kSlice: which of the compared slices
};

/// The table as shown, and what its rows are.
struct ShownTable {
  MetricTable table;
  std::vector<RowSource> sources;  ///< one per row
  /// What kSlice rows point into; null without such rows.
  std::shared_ptr<const std::vector<ComparedSlice>> slices{};
};

/// A row of a published table that the user asked for.
struct PublishedPick {
  std::string table;  ///< PublishedTable::id
  std::size_t row = 0;
  auto operator<=>(const PublishedPick&) const = default;
};

/// Categories of A; where further runs stand beside A and B, those of all runs, ranked within each category.
ShownTable categoryTable(const std::vector<ComparedRun>& runs);

/// The mean rows of the runs that have a report, followed by published rows. Numbers that a paper measured by
/// another protocol or on another dataset are shown but not ranked.
ShownTable modelTable(const std::vector<ComparedRun>& runs, const std::vector<PublishedTable>& published,
                      const std::vector<PublishedPick>& chosen);

/// The whole and every slice, with the runs that have a report. Slices that are still being evaluated are
/// rows without numbers; `problem` says why they will stay so.
ShownTable sliceTable(const std::vector<ComparedRun>& runs, const std::vector<Slice>& slices,
                      const std::vector<ComparedSlice>* compared, const QString& problem);

/// The rows that are `shown`.
MetricTable someRows(MetricTable table, const std::function<bool(std::size_t row)>& shown);

/// "far (12) · run a": the first column of a row.
QString rowName(const MetricTable::Row& row);

/// "GenPose · K = 50 · REAL275".
QString publishedName(const PublishedTable& table, const PublishedRow& row);
/// Whether a table has numbers for any column of the report.
bool sharesMetrics(const PublishedTable& table, const EvaluationReport& report);

/// Value, interval, number of samples, rule, and why something is missing; plain text of several lines.
QString cellTip(const ShownTable& shown, const EvaluationReport& report, std::size_t row, std::size_t column);
/// What is in the slice of a row of kind kSlice: condition, counts, what was set aside.
QString sliceTip(const ShownTable& shown, std::size_t row);
/// What the run of a place has in a slice.
const SliceReport& sliceOf(const ComparedSlice& slice, std::size_t place);
/// The comparison of A and B in a cell; null when it has none.
const PairedCell* pairedCell(const PairedTest& test, const std::string& row, const std::string& column);
/// "+4.1", in the unit of the column; "–" without a difference.
QString differenceText(const PairedCell* cell, const MetricColumn& column);
/// "A 72.3 · B 68.2 · A − B +4.1 [1.2, 7.0] · p = 0.004", and by which method.
QString differenceTip(const PairedCell* cell, const MetricColumn& column, const std::string& method);
/// Of differences that chance explains in fewer than 5 of 100 cases.
bool isSignificant(const PairedCell* cell);

/// "5°2cm (%)".
QString headerText(const MetricColumn& column);
/// Room for the whole text of a table's head.
QSize headerSize(const QString& text);

/// The table as a figure, best bold and second underlined.
TableFigure metricFigure(const MetricTable& table, const Provenance& provenance);

/// The table as text for a file after its extension (.csv, .md, .tex), with its provenance as a comment in
/// the first line; an Error for other extensions.
Expected<std::string> tableBytes(const MetricTable& table, const Provenance& provenance,
                                 const std::string& extension);

}  // namespace alidade
