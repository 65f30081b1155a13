// SPDX-License-Identifier: BSD-3-Clause
// Rows of slices.
#include <algorithm>

#include "views/metrics/metric_tables.h"

namespace alidade {
namespace {

/// A slice whose numbers are not there (yet).
ComparedSlice awaited(const Slice& slice, const std::vector<std::size_t>& places, const std::string& reason) {
  ComparedSlice made;
  made.a.name = slice.name;
  made.a.expression = slice.expression;
  made.a.reason = reason;
  for (const std::size_t place : places) {
    if (place == kPlaceB) {
      made.b = made.a;
    } else if (place > kPlaceB) {
      made.others.push_back(made.a);
    }
  }
  return made;
}

bool isAwaited(const SliceReport& slice) {
  return !slice.report && slice.counts.all_truths == 0;
}

}  // namespace

const SliceReport& sliceOf(const ComparedSlice& slice, std::size_t place) {
  const std::size_t other = place - kPlaceB - 1;
  return place == kPlaceB && slice.b                      ? *slice.b
         : place > kPlaceB && other < slice.others.size() ? slice.others[other]
                                                          : slice.a;
}

ShownTable sliceTable(const std::vector<ComparedRun>& runs, const std::vector<Slice>& slices,
                      const std::vector<ComparedSlice>* compared, const QString& problem) {
  const std::string reason = problem.isEmpty() ? "being evaluated" : problem.toStdString();
  ShownTable shown = modelTable(runs, {}, {});
  std::vector<std::size_t> places;
  for (const RowSource& source : shown.sources) {
    places.push_back(source.run);
  }
  const ComparedSlice like = awaited({}, places, reason);
  auto shown_slices = std::make_shared<std::vector<ComparedSlice>>();
  for (const Slice& slice : slices) {
    const auto known = [&](const ComparedSlice& one) {
      return one.a.name == slice.name && one.a.expression == slice.expression &&
             one.b.has_value() == like.b.has_value() && one.others.size() == like.others.size();
    };
    const auto found = compared != nullptr ? std::find_if(compared->begin(), compared->end(), known)
                                           : std::vector<ComparedSlice>::const_iterator();
    shown_slices->push_back(compared != nullptr && found != compared->end() ? *found
                                                                            : awaited(slice, places, reason));
  }
  std::vector<std::string> names(2);
  for (const std::size_t place : places) {
    names.resize(std::max(names.size(), place + 1));
    names[place] = runs[place].report->name;
  }
  shown.table = slice_table(std::move(shown.table), *shown_slices, names[kPlaceA], names[kPlaceB],
                            {names.begin() + kPlaceB + 1, names.end()});
  for (std::size_t i = 0; i < shown_slices->size(); ++i) {
    for (std::size_t row = 0; row < places.size(); ++row) {
      shown.sources.push_back({RowSource::Kind::kSlice, places[row], shown.sources[row].row, i});
    }
  }
  shown.slices = shown_slices;
  for (std::size_t row = 0; row < shown.table.rows.size(); ++row) {
    const RowSource& source = shown.sources[row];
    const bool slice = source.kind == RowSource::Kind::kSlice;
    if (slice ? isAwaited(sliceOf((*shown_slices)[source.slice], source.run))
              : shown_slices->empty() || isAwaited(shown_slices->front().a)) {
      shown.table.rows[row].objects.reset();
    }
  }
  return shown;
}

QString sliceTip(const ShownTable& shown, std::size_t row) {
  const RowSource& source = shown.sources[row];
  const SliceReport& side = sliceOf((*shown.slices)[source.slice], source.run);
  QString tip = QString::fromStdString(shortened(side.expression, 400));
  if (!isAwaited(side)) {
    tip += QLatin1Char('\n') + QString::fromStdString(slice_counts_text(side.counts));
  }
  return side.reason.empty() ? tip : tip + QLatin1Char('\n') + QString::fromStdString(side.reason);
}

}  // namespace alidade
