// SPDX-License-Identifier: BSD-3-Clause
#include "views/vtk/gl_probe.h"

#include <QGuiApplication>
#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QOpenGLFunctions>
#include <QStringList>

#include <vtkVersion.h>

namespace alidade {
namespace {

GlProbe unusable(const QString& problem) {
  GlProbe probe;
  probe.problem = problem;
  return probe;
}

/// Whether a function of OpenGL 3 does what it shall, not only exists.
bool drawsModernGl(const QOpenGLContext& context) {
  const auto generate =
      reinterpret_cast<void (*)(GLsizei, GLuint*)>(context.getProcAddress("glGenVertexArrays"));
  const auto remove =
      reinterpret_cast<void (*)(GLsizei, const GLuint*)>(context.getProcAddress("glDeleteVertexArrays"));
  GLuint array = 0;
  if (generate != nullptr && remove != nullptr) {
    generate(1, &array);
    remove(1, &array);
  }
  return array != 0;
}

GlProbe look() {
  const QString platform = QGuiApplication::platformName();
  if (QStringList{"offscreen", "minimal", "linuxfb", "vnc"}.contains(platform)) {
    return unusable(
        QString("The 3D view needs OpenGL, which the \"%1\" platform does not have.").arg(platform));
  }
  QOpenGLContext context;
  QOffscreenSurface surface;
  surface.create();
  if (!context.create() || !context.makeCurrent(&surface)) {
    return unusable(
        "The 3D view needs OpenGL 3.2, and this display offers none; install Mesa's drivers "
        "(libgl1-mesa-dri).");
  }
  const auto text = [&](GLenum name) {
    const auto* bytes = context.functions()->glGetString(name);
    return bytes ? QString::fromLatin1(reinterpret_cast<const char*>(bytes)) : QString();
  };
  GlProbe probe{false, text(GL_RENDERER), text(GL_VERSION), {}};
  if (probe.version.isEmpty()) {
    // Qt reports the version that was asked for, and none of its functions does anything.
    probe.version = "indirect rendering";
    probe.renderer = "as over ssh -X";
  } else {
    probe.usable = context.format().version() >= qMakePair(3, 2) && drawsModernGl(context);
  }
  context.doneCurrent();
  if (!probe.usable) {
    probe.problem = QString("The 3D view needs OpenGL 3.2, and the display's driver offers %1 (%2).")
                        .arg(probe.version, probe.renderer);
  }
  return probe;
}

}  // namespace

bool GlProbe::software() const {
  return renderer.contains("llvmpipe") || renderer.contains("softpipe") ||
         renderer.contains("swrast", Qt::CaseInsensitive) || renderer.contains("Software Rasterizer");
}

const GlProbe& glProbe() {
  static const GlProbe probe = look();
  return probe;
}

QString vtkVersionText() {
  return QString::fromLatin1(vtkVersion::GetVTKVersion());
}

}  // namespace alidade
