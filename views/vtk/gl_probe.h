// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QString>

namespace alidade {

/// What OpenGL the window system offers.
struct GlProbe {
  bool usable = false;  ///< 3.2 or later: GL widgets may be made
  QString renderer;     ///< "llvmpipe (LLVM 15.0.6, 256 bits)"
  QString version;
  QString problem;  ///< one sentence when not usable

  /// True when the processor does the drawing.
  bool software() const;
};

/// Looks once, before the first GL context is made. Needs the application object; GUI thread.
const GlProbe& glProbe();

/// The version of VTK, "9.1.0".
QString vtkVersionText();

}  // namespace alidade
