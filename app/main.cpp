// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "app/cli/command.h"
#include "app/command_table.h"
#include "core/base/blas_kernel.h"
#ifdef ALIDADE_WITH_GUI
#include "app/gui/run_window.h"
#include "app/render/demo.h"
#include "app/render/document_pdf.h"
#endif

namespace {

/// An option that prints something and ends.
bool only_tells(const char* word) {
  const std::array<std::string_view, 3> options{"--help", "-h", "--version"};
  return std::find(options.begin(), options.end(), word) != options.end();
}

/// False for what never runs a network: it need not wait for a second start.
bool may_compute(int argc, char** argv) {
  if (argc < 2) {
    return true;
  }
  const alidade::CommandSpec* command = alidade::findCommand(argv[1]);
  return command ? command->computes : !only_tells(argv[1]);
}

alidade::DocumentWriter document_writer() {
#ifdef ALIDADE_WITH_GUI
  return alidade::write_document_pdf;
#else
  return nullptr;
#endif
}

#ifdef ALIDADE_WITH_GUI
/// True when the first argument is a sub-command, one of the options that never open a window, or neither an
/// option nor something that could be opened.
bool is_command_line(int argc, char** argv) {
  if (argc < 2) {
    return false;
  }
  if (alidade::findCommand(argv[1]) || only_tells(argv[1])) {
    return true;
  }
  std::error_code failure;
  return argv[1][0] != '-' && !std::filesystem::exists(argv[1], failure);
}

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
#endif

}  // namespace

int main(int argc, char** argv) {
  if (may_compute(argc, argv)) {
    alidade::restart_with_better_blas_kernel(argv);
  }
#ifdef ALIDADE_WITH_GUI
  if (alidade::demo_wants_window(argc, argv)) {
    return alidade::runWindow(1, argv, {.try_sample = true});
  }
  if (!is_command_line(argc, argv)) {
    if (!can_open_window(argc, argv)) {
      std::fprintf(
          stderr,
          "alidade: there is no display to open the window on; alidade --help lists what needs none.\n");
      return 1;
    }
    return alidade::runWindow(argc, argv);
  }
#endif
  return alidade::run_command_line(argc, argv, alidade::commandTable(), document_writer());
}
