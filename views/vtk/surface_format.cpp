// SPDX-License-Identifier: BSD-3-Clause
#include "views/vtk/surface_format.h"

#include <QSurfaceFormat>

namespace alidade {

void prepareSurfaceFormat() {
  QSurfaceFormat format;
  format.setVersion(3, 2);
  format.setProfile(QSurfaceFormat::CoreProfile);
  format.setDepthBufferSize(24);
  format.setStencilBufferSize(8);
  format.setSamples(0);
  format.setAlphaBufferSize(0);
  QSurfaceFormat::setDefaultFormat(format);
}

}  // namespace alidade
