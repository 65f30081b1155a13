// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "views/contention/contention_sheets.h"

namespace alidade {

/// Place -> row, as the question chooses it. Without difficulties, or where it keeps an order, another one.
std::vector<int> orderOfRows(const SheetQuestion& question, ContentionNumbers& numbers);

/// [row] its place among the groups' lists of names; -1 for none.
std::vector<int> groupsOfRows(const ContentionHistory& history, const ContentionModel::Groups& groups);

/// Names of so many branches: those of the history where it has as many, else numbers from 1.
std::vector<QString> branchNames(const ContentionHistory& history, std::size_t count);

}  // namespace alidade
