// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/results/contention_history.h"

namespace alidade {

/// The same history with its rows in another order, by name: nothing is ever matched by position. `file`
/// stands in the Error (kInput) when the names are not the same.
Expected<ContentionHistory> with_rows(ContentionHistory history, const std::vector<std::string>& rows,
                                      const std::string& file);

/// Two parts of a series as one, epochs in their order. Rows of `more` are matched by name. kInput, naming
/// `file` that `more` comes from, when tensors, blocks, batches, routing, architecture or space differ or an
/// epoch is there twice.
Expected<ContentionHistory> joined_histories(ContentionHistory history, ContentionHistory more,
                                             const std::string& file);

}  // namespace alidade
