// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "core/geometry/symmetry.h"

namespace alidade::bop {

/// The group of `symmetries_discrete` and `continuous_key` of a models_info entry: millimetres to metres,
/// identity first, duplicates dropped, rotations projected. Nothing when an entry is malformed; no symmetry
/// when the keys are absent.
std::optional<SymmetryGroup> read_symmetry(const nlohmann::json& info, const char* continuous_key);

/// What the user reads: "none", "C∞ y", "C2 z", "4-fold", "C∞ z, 2-fold".
std::string symmetry_name(const SymmetryGroup& group);

}  // namespace alidade::bop
