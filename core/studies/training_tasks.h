// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <string>

#include "core/training/training_task.h"

namespace alidade {

/// What can be trained. The first kind is that of a recipe which asks for none.
std::span<const TrainingKind> training_kinds();

/// The kind that the text of a recipe asks for by a section of its own: the last of training_kinds() that
/// has one there.
const TrainingKind& training_kind(const std::string& recipe);

}  // namespace alidade
