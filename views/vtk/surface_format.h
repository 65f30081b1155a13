// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace alidade {

/// Makes OpenGL 3.2 core with depth and stencil the default of every GL context, as VTK needs it; no
/// multisampling, which VTK does itself. Call before the application object exists.
void prepareSurfaceFormat();

}  // namespace alidade
