// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/statistics/compared_slice.h"

#include <algorithm>
#include <utility>

namespace alidade {
namespace {

/// The test of the last row, which is that over the classes, in the columns of `columns`.
std::vector<PairedCell> slice_cells(const ComparedSlice& slice, const std::vector<std::string>& columns) {
  std::vector<PairedCell> cells(columns.size());
  for (std::size_t c = 0; c < columns.size(); ++c) {
    cells[c].reason = slice.no_test.empty() ? "no such number in the slice" : slice.no_test;
    if (!slice.test || slice.test->cells.empty()) {
      continue;
    }
    const auto& ids = slice.test->columns;
    const auto found = std::find(ids.begin(), ids.end(), columns[c]);
    if (found != ids.end()) {
      cells[c] = slice.test->cells.back()[static_cast<std::size_t>(found - ids.begin())];
    }
  }
  return cells;
}

}  // namespace

PairedTest slice_tests(const std::vector<ComparedSlice>& slices, const PairedTest& whole) {
  PairedTest tests = whole;
  tests.rows.clear();
  tests.cells.clear();
  for (const ComparedSlice& slice : slices) {
    tests.rows.push_back(slice.a.name);
    tests.cells.push_back(slice_cells(slice, tests.columns));
  }
  return tests;
}

}  // namespace alidade
