// SPDX-License-Identifier: BSD-3-Clause
// The part that runs networks without a window: it carries every command that computes.
#include "app/cli/command.h"
#include "app/command_table.h"
#include "core/base/blas_kernel.h"
#include "core/nn/compute.h"

int main(int argc, char** argv) {
  alidade::restart_with_better_blas_kernel(argv);
  return alidade::run_command_line(argc, argv, alidade::commandTable(),
                                   {nullptr, nullptr, alidade::configure_compute});
}
