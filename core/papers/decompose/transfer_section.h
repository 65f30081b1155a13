// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "core/papers/decompose/numbers.h"

namespace alidade::decompose {

/// Whether gradients tell what training categories together costs each of them: N of every category in the
/// training without groups beside its realized transfer (accuracy trained with all others minus alone), with
/// their rank correlation. Markdown; empty when the plan has no trainings of single categories.
std::string transfer_section(const StudyNumbers& numbers, const std::string& set);

}  // namespace alidade::decompose
