// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "core/contention/part_gram.h"
#include "core/results/contention_history.h"
#include "views/contention/contention_model.h"
#include "views/contention/contention_sheet.h"

namespace alidade {

class ContentionNumbers;

/// The matrix of cosines of one part, at the epoch of a history next to the chosen one and in the chosen
/// reading: of mean gradients, of single batches, or of what a method makes of them.
ContentionPanel cosinePanel(ContentionNumbers& numbers,
                            const std::shared_ptr<const ContentionHistory>& history,
                            const ContentionPart& part, const ContentionChoice& choice);

/// A - B of a part of A, rows matched by name; undefined where B has no such part.
ContentionPanel differencePanel(ContentionNumbers& numbers, const std::shared_ptr<const ContentionHistory>& a,
                                const std::shared_ptr<const ContentionHistory>& b, const ContentionPart& part,
                                const ContentionChoice& choice);

}  // namespace alidade
