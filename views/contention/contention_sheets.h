// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "views/contention/contention_model.h"
#include "views/contention/contention_sheet.h"

namespace alidade {

/// What a sheet is made of.
struct SheetQuestion {
  std::shared_ptr<const ContentionHistory> a, b;  ///< B may be null
  QString name_a, name_b;
  ContentionChoice choice;
  ContentionModel::Groups groups;
  ColorMap colors = DivergingMap::kBlueBrown;
  bool title = true;
  /// Keeps this order of rows where it fits: while epochs are played, rows stay where they are.
  std::vector<int> kept_order;
};

/// Why the question has no sheet: histories that cannot be compared, nothing measured; empty when it has.
QString sheetProblem(const SheetQuestion& question);

/// The sheet that is asked for; null where there is a problem. Everything in it comes from `numbers`.
std::shared_ptr<const ContentionSheet> makeSheet(const SheetQuestion& question, ContentionNumbers& numbers);

/// The history that a question shows alone, or that leads a difference: A, or B where B is shown.
const std::shared_ptr<const ContentionHistory>& leading(const SheetQuestion& question);

/// Index of the epoch of a history next to a position on its axis.
std::size_t nearestEpoch(const ContentionHistory& history, double epoch);
/// Likewise of its measured effects; none when there are none.
std::optional<std::size_t> nearestEffect(const ContentionHistory& history, double epoch);

/// The parts that a choice names: one, or every part of the kind as far as they stand side by side.
std::vector<ContentionPart> chosenParts(const std::vector<ContentionPart>& parts,
                                        const ContentionChoice& choice);

}  // namespace alidade
