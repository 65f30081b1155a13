// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/data/dataset_problems.h"

namespace alidade {

/// Prints on standard error what a dataset's reader found, one sentence per kind; nothing for a whole
/// dataset.
void print_problems(const Dataset& dataset);

/// The same for what was found while frames were read.
void print_problems(const FrameProblems& found);

}  // namespace alidade
