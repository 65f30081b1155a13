// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>

namespace alidade {

/// The processor for which OpenBLAS should choose its kernels, as its variable OPENBLAS_CORETYPE names it:
/// when `chosen` is a kernel without AVX2 although the processor has it. Nothing when the choice is good.
/// An OpenBLAS that is older than its processor does not know it and takes the kernel of 2004, which is
/// several times slower.
std::optional<std::string> better_blas_kernel(const std::string& chosen, bool has_avx2, bool has_avx512);

/// The kernel that the loaded OpenBLAS runs, "SkylakeX"; "unknown" with another BLAS.
std::string blas_kernel();

/// Starts this program anew with the variable set when the loaded OpenBLAS chose badly: the library reads it
/// only while it is loaded. Returns when there is nothing to gain, when the user has set the variable,
/// without OpenBLAS, and when the start fails. Call first in main.
void restart_with_better_blas_kernel(char** arguments);

}  // namespace alidade
