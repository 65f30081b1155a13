// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace alidade::bench {

// Each part prints its own table and returns the exit code; evaluation_bench.cpp lists them.
int bench_nocs();   ///< the full NOCS sweep, milliseconds per image
int bench_bop();    ///< ADD, ADI, MSSD, MSPD, VSD
int bench_boxes();  ///< exact oriented IoU and its symmetric sweep

}  // namespace alidade::bench
