// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace alidade {

struct WindowOptions {
  bool try_sample = false;  ///< open the bundled sample and estimate its poses, as `alidade demo` does
};

/// Opens the workbench window on the paths of the command line and runs until it is closed; returns the exit
/// code.
int runWindow(int argc, char** argv, const WindowOptions& options = {});

}  // namespace alidade
