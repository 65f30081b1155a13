// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/expected.h"
#include "core/papers/mqat/numbers.h"
#include "core/results/quantization_sweep.h"

namespace alidade::mqat {

/// As a step keeps them; numbers that are not finite are null.
nlohmann::ordered_json sensitivities_json(const std::vector<SweepSensitivity>& sensitivities);
/// An Error (kInput) of `name` for anything else.
Expected<std::vector<SweepSensitivity>> sensitivities_from_json(const nlohmann::ordered_json& json,
                                                                const std::string& name);

/// What is known of every layer at two bits, larger = more sensitive: what the step of the sensitivities
/// measured, "sqnr_weights" (dB, noise to signal of the weights alone) and "hessian" (Eq. 1 of the layer with
/// 1.96 standard errors of the trace).
std::vector<SweepSensitivity> layer_sensitivities(const StudyNumbers& numbers);

/// The section of the report: scores and measured drops of every layer, and how the ranks go together.
std::string sensitivity_section(const StudyNumbers& numbers);

}  // namespace alidade::mqat
