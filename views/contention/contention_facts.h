// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <QString>

#include "core/contention/part_gram.h"
#include "core/results/contention_history.h"
#include "views/contention/contention_model.h"

namespace alidade {

using ContentionFacts = std::vector<std::pair<QString, QString>>;

/// What is known of two rows on a part at an epoch, as names with values: cosine with interval, corrected
/// cosine, angle, both lengths, reliability, samples.
ContentionFacts factsOfPair(ContentionNumbers& numbers,
                            const std::shared_ptr<const ContentionHistory>& history,
                            const ContentionPart& part, std::size_t epoch, std::size_t row,
                            std::size_t other);

/// The same of what a method makes of their gradients: the cosine after it and before, and how the gradient
/// of either stands to the step that is taken.
ContentionFacts factsOfBaseline(ContentionNumbers& numbers,
                                const std::shared_ptr<const ContentionHistory>& history,
                                const ContentionPart& part, std::size_t epoch, ContentionReading reading,
                                std::size_t row, std::size_t other);

/// Why the numbers of a part at an epoch say little: its gradients are noise, or it stands still. Empty when
/// they do.
QString doubtOf(ContentionNumbers& numbers, const std::shared_ptr<const ContentionHistory>& history,
                const ContentionPart& part, std::size_t epoch);

/// The row of this name.
std::optional<std::size_t> rowOf(const ContentionHistory& history, const std::string& name);

}  // namespace alidade
