// SPDX-License-Identifier: BSD-3-Clause
#include <vtk_glew.h>  // before any other GL header

#include "views/vtk/gl_render_window.h"

#include <vtkObjectFactory.h>
#include <vtkOpenGLFramebufferObject.h>

namespace alidade {

vtkStandardNewMacro(GlRenderWindow);

void GlRenderWindow::OpenGLInitContext() {
  if (!this->Initialized) {
    const int warnings = vtkObject::GetGlobalWarningDisplay();
    vtkObject::GlobalWarningDisplayOff();
    this->Superclass::OpenGLInitContext();
    vtkObject::SetGlobalWarningDisplay(warnings);
    if (!this->Initialized && glGenVertexArrays != nullptr && glFramebufferTexture != nullptr) {
      this->Initialized = true;
      this->GlewInitValid = true;
    }
    // Core profiles promise no wide lines, and llvmpipe draws thin ones while it claims 255: VTK shall build
    // them itself.
    this->MaximumHardwareLineWidth = 1.0F;
  }
  usable_ = this->Initialized;
}

int GlRenderWindow::grantedSamples() {
  return this->GetRenderFramebuffer()->GetMultiSamples();
}

}  // namespace alidade
