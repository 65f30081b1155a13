// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <QString>

#include "core/base/provenance.h"

namespace alidade {

/// One axis of parallel coordinates.
struct ParallelAxis {
  QString name;
  bool score = false;        ///< stands at the right, behind what was chosen
  bool logarithmic = false;  ///< where all values are positive
  bool percent = false;      ///< shares 0..1 are written as percent
  /// Of a choice among names the names, and values are their places; else empty.
  std::vector<QString> names{};
};

/// One line through all axes.
struct ParallelRow {
  QString name;
  std::vector<double> values;  ///< [axis]; NaN = unknown: the line has a gap
  int id = -1;                 ///< what a click chooses
};

/// Whatever has been tried, row by row, with what was chosen and what came of it.
struct ParallelTable {
  std::vector<ParallelAxis> axes;
  std::vector<ParallelRow> rows;
  std::size_t color_axis = 0;  ///< whose values color the lines
  Provenance provenance;
};

/// The part of an axis that rows must lie in to be kept, in values of the axis.
struct ParallelBrush {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();

  bool operator==(const ParallelBrush&) const = default;
};

/// How a table is looked at.
struct ParallelLook {
  std::vector<std::size_t> order;                     ///< axes from left to right; others follow as they come
  std::vector<std::optional<ParallelBrush>> brushes;  ///< [axis]; shorter = none

  bool operator==(const ParallelLook&) const = default;
};

/// Whether a row lies in all brushes; an unknown value lies in none.
bool isKept(const ParallelLook& look, const ParallelRow& row);
/// The axes from left to right: those of the look, then the others with what was chosen before the scores.
std::vector<std::size_t> orderedAxes(const ParallelTable& table, const ParallelLook& look);

}  // namespace alidade
