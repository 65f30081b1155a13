// SPDX-License-Identifier: BSD-3-Clause
// Rows of slices.
#include <algorithm>

#include "views/metrics/metric_tables.h"

namespace alidade {
namespace {

/// A slice whose numbers are not there (yet).
ComparedSlice awaited(const Slice& slice, bool both, const std::string& reason) {
  ComparedSlice made;
  made.a.name = slice.name;
  made.a.expression = slice.expression;
  made.a.reason = reason;
  if (both) {
    made.b = made.a;
  }
  return made;
}

bool isAwaited(const SliceReport& slice) {
  return !slice.report && slice.counts.all_truths == 0;
}

}  // namespace

ShownTable sliceTable(const EvaluationReport& a, const EvaluationReport* b, const std::vector<Slice>& slices,
                      const std::vector<ComparedSlice>* compared, const QString& problem) {
  const std::string reason = problem.isEmpty() ? "being evaluated" : problem.toStdString();
  auto shown_slices = std::make_shared<std::vector<ComparedSlice>>();
  for (const Slice& slice : slices) {
    const auto known = [&](const ComparedSlice& one) {
      return one.a.name == slice.name && one.a.expression == slice.expression &&
             one.b.has_value() == (b != nullptr);
    };
    const auto found = compared != nullptr ? std::find_if(compared->begin(), compared->end(), known)
                                           : std::vector<ComparedSlice>::const_iterator();
    shown_slices->push_back(
        compared != nullptr && found != compared->end() ? *found : awaited(slice, b != nullptr, reason));
  }
  ShownTable shown = modelTable(a, b, {}, {});
  shown.table =
      slice_table(std::move(shown.table), *shown_slices, a.name, b != nullptr ? b->name : std::string());
  for (std::size_t i = 0; i < shown_slices->size(); ++i) {
    for (const Run run : {Run::kA, Run::kB}) {
      if (run == Run::kA || b != nullptr) {
        const std::size_t of_whole = shown.sources[run == Run::kA ? 0 : 1].row;
        shown.sources.push_back({RowSource::Kind::kSlice, run, of_whole, i});
      }
    }
  }
  shown.slices = shown_slices;
  for (std::size_t row = 0; row < shown.table.rows.size(); ++row) {
    const RowSource& source = shown.sources[row];
    const bool slice = source.kind == RowSource::Kind::kSlice;
    const ComparedSlice* of_row = slice ? &(*shown_slices)[source.slice] : nullptr;
    if (slice ? isAwaited(source.run == Run::kA ? of_row->a : *of_row->b)
              : shown_slices->empty() || isAwaited(shown_slices->front().a)) {
      shown.table.rows[row].objects.reset();
    }
  }
  return shown;
}

QString sliceTip(const ShownTable& shown, std::size_t row) {
  const RowSource& source = shown.sources[row];
  const ComparedSlice& slice = (*shown.slices)[source.slice];
  const SliceReport& side = source.run == Run::kB && slice.b ? *slice.b : slice.a;
  QString tip = QString::fromStdString(shortened(side.expression, 400));
  if (!isAwaited(side)) {
    tip += QLatin1Char('\n') + QString::fromStdString(slice_counts_text(side.counts));
  }
  return side.reason.empty() ? tip : tip + QLatin1Char('\n') + QString::fromStdString(side.reason);
}

}  // namespace alidade
