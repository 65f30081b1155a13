// SPDX-License-Identifier: BSD-3-Clause
// The part with the window: without a command it opens it, with one it runs it, figures and documents
// included.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "app/cli/command.h"
#include "app/command_table.h"
#include "app/gui/run_window.h"
#include "app/render/demo.h"
#include "app/render/document_pdf.h"
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

}  // namespace

int main(int argc, char** argv) {
  alidade::restart_with_better_blas_kernel(argv);
  if (alidade::demo_wants_window(argc, argv)) {
    return alidade::runWindow(1, argv, {.try_sample = true});
  }
  if (alidade::commandOf(argc, argv)) {
    return alidade::run_command_line(argc, argv, alidade::commandTable(),
                                     {alidade::write_document_pdf, alidade::configure_compute});
  }
  if (!can_open_window(argc, argv)) {
    std::fprintf(
        stderr,
        "alidade: there is no display to open the window on; alidade --help lists what needs none.\n");
    return 1;
  }
  return alidade::runWindow(argc, argv);
}
