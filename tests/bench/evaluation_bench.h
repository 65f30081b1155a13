// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/evaluation/pose_set.h"

namespace alidade::bench {

// Each part prints its own table and returns the exit code; evaluation_bench.cpp lists them.
int bench_nocs();       ///< the full NOCS sweep, milliseconds per image
int bench_bop();        ///< ADD, ADI, MSSD, MSPD, VSD
int bench_bootstrap();  ///< intervals of a whole report
int bench_boxes();      ///< exact oriented IoU and its symmetric sweep

/// Result sets like the anchors': six objects per image of random classes, one prediction each with errors of
/// all sizes.
EvaluationInput synthetic_set(int images);

}  // namespace alidade::bench
