// SPDX-License-Identifier: BSD-3-Clause
// The part with the window: without a command it opens it, with one it runs it, figures and documents
// included.
#include <cstdlib>
#include <cstring>
#include <vector>

#include "app/cli/command.h"
#include "app/cli/guarded_main.h"
#include "app/cli/print.h"
#include "app/cli/standard_streams.h"
#include "app/cli/stop_signals.h"
#include "app/command_table.h"
#include "app/gui/run_window.h"
#include "app/render/demo.h"
#include "app/render/document_pdf.h"
#include "app/render/render.h"
#include "core/base/blas_kernel.h"
#include "core/nn/compute.h"

namespace {

/// Without a display Qt aborts. QT_QPA_PLATFORM and -platform choose something else than a display.
bool can_open_window(int argc, char** argv) {
  for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) {
    const char* value = std::getenv(name);
    if (value && *value) {
      return true;
    }
  }
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "-platform") == 0 || std::strcmp(argv[i], "--platform") == 0) {
      return true;
    }
  }
  return false;
}

int run_window_program(int argc, char** argv) {
  alidade::guard_standard_streams();
  alidade::let_writes_fail();
  alidade::restart_with_better_blas_kernel(argv);
  if (alidade::demo_wants_window(argc, argv)) {
    // The window's own options may follow, and what is none of them is refused.
    std::vector<char*> rest(argv, argv + argc + 1);
    rest.erase(rest.begin() + 1);
    return alidade::runWindow(argc - 1, rest.data(), {.try_sample = true});
  }
  if (alidade::commandOf(argc, argv)) {
    return alidade::run_command_line(
        argc, argv, alidade::commandTable(),
        {alidade::write_document_pdf, alidade::paint_figure, alidade::configure_compute});
  }
  if (!can_open_window(argc, argv)) {
    alidade::print_error(
        "alidade: there is no display to open the window on; alidade --help lists what needs none.\n");
    return 1;
  }
  // Qt ends the process itself after --help and --version.
  std::atexit([] {
    if (alidade::checked_exit_code(0) != 0) {
      std::_Exit(1);
    }
  });
  return alidade::runWindow(argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  return alidade::guarded_main(run_window_program, argc, argv);
}
