// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace alidade {

/// Fixes the number of threads for network arithmetic, OpenBLAS included, and raises malloc's thresholds;
/// call once at program start before any other use. Under a limit of memory (ulimit -v) throws std::bad_alloc
/// where there is none for OpenBLAS, which would wait for it for ever.
void configure_compute(int threads);

/// The number of configure_compute.
int compute_threads();

/// Gives the calling thread the number of configure_compute: OpenMP keeps it per thread, and a thread without
/// it takes every core. Studies call this once where they begin. Throws as configure_compute.
void bind_compute_thread();

}  // namespace alidade
