// SPDX-License-Identifier: BSD-3-Clause
#pragma once

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

namespace alidade {

/// What a row of the shown table stands for.
struct RowSource {
  enum class Kind { kCategory, kRun, kPublished, kSlice };
  Kind kind = Kind::kCategory;
  Run run = Run::kA;      ///< whose samples are behind it
  std::size_t row = 0;    ///< in that run's report
  std::size_t slice = 0;  ///< kSlice: which of the compared slices
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

/// Categories of one report.
ShownTable categoryTable(const EvaluationReport& report, Run run);

/// The mean rows of A and, when there is one, B, followed by published rows. Numbers that a paper measured
/// by another protocol or on another dataset are shown but not ranked.
ShownTable modelTable(const EvaluationReport& a, const EvaluationReport* b,
                      const std::vector<PublishedTable>& published, const std::vector<PublishedPick>& chosen);

/// The whole and every slice, with A and, when there is one, B. Slices that are still being evaluated are
/// rows without numbers; `problem` says why they will stay so.
ShownTable sliceTable(const EvaluationReport& a, const EvaluationReport* b, const std::vector<Slice>& slices,
                      const std::vector<ComparedSlice>* compared, const QString& problem);

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
