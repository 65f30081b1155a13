// SPDX-License-Identifier: BSD-3-Clause
// The part that runs networks without a window: it carries every command that computes.
#include "app/cli/command.h"
#include "app/cli/guarded_main.h"
#include "app/command_table.h"
#include "core/base/blas_kernel.h"
#include "core/nn/compute.h"

namespace {

int run_compute_program(int argc, char** argv) {
  alidade::restart_with_better_blas_kernel(argv);
  return alidade::run_command_line(argc, argv, alidade::commandTable(),
                                   {nullptr, nullptr, alidade::configure_compute});
}

}  // namespace

int main(int argc, char** argv) {
  return alidade::guarded_main(run_compute_program, argc, argv);
}
