// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vtkGenericOpenGLRenderWindow.h>

namespace alidade {

/// A render window inside a GL context that others own. Debian's GLEW is a GLX build: in an EGL or Wayland
/// context it loads every function and then reports that it found no GLX display. This window accepts such a
/// context.
class GlRenderWindow : public vtkGenericOpenGLRenderWindow {
 public:
  static GlRenderWindow* New();
  vtkTypeMacro(GlRenderWindow, vtkGenericOpenGLRenderWindow);

  void OpenGLInitContext() override;
  /// True once a context of OpenGL 3.2 or later is in use.
  bool usable() const { return usable_; }
  /// Samples per pixel that the driver gave to the last render.
  int grantedSamples();

  GlRenderWindow(const GlRenderWindow&) = delete;
  void operator=(const GlRenderWindow&) = delete;

 protected:
  GlRenderWindow() = default;
  ~GlRenderWindow() override = default;

 private:
  bool usable_ = false;
};

}  // namespace alidade
