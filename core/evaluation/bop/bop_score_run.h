// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "core/evaluation/protocol.h"

namespace alidade {

/// Average recalls of BOP 2019. Columns ar, ar_vsd, ar_mssd, ar_mspd, ar_mssd_mspd (own: the mean of the two
/// that need no depth) and time; rows objects, then "all", which pools the targets of all objects as BOP does
/// and is not the mean of the rows.
Expected<EvaluationReport> run_bop19(std::shared_ptr<const EvaluationInput> input, const JobContext& job);

/// Average precision of BOP 2024. Columns ap, ap_mssd, ap_mspd and ap_mssd_mm (industrial sets: 2 to 20 mm,
/// not part of ap); the last row is the mean over objects.
Expected<EvaluationReport> run_bop24(std::shared_ptr<const EvaluationInput> input, const JobContext& job);

}  // namespace alidade
