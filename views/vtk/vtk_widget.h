// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QImage>
#include <QMetaObject>
#include <QOpenGLWidget>

#include <vtkNew.h>
#include <vtkRenderer.h>
#include <vtkSmartPointer.h>

class vtkCallbackCommand;
class vtkObject;

namespace alidade {

class GlRenderWindow;

/// Shows one VTK renderer. VTK renders into its own framebuffer inside the widget's context, which is then copied; all GL
/// resources are released when the context goes away (docking a view moves it to a new one) and made anew on the next
/// paint. Make one only where glProbe().usable. Input events are the owner's business.
class VtkWidget : public QOpenGLWidget {
  Q_OBJECT

 public:
  explicit VtkWidget(QWidget* parent = nullptr);
  ~VtkWidget() override;

  /// Its actors and camera may be changed at any time outside of painting; call update() afterwards.
  vtkRenderer& renderer() const;
  /// Samples per pixel that the driver granted; 0 before the first paint.
  int samples() const;
  /// Duration of the last VTK render, milliseconds.
  double lastRender_ms() const { return last_render_ms_; }

 protected:
  void initializeGL() override;
  void resizeGL(int width, int height) override;
  void paintGL() override;

 private:
  void observe();
  void makeCurrentForVtk();
  void releaseGl();
  void copyToWidget();

  vtkSmartPointer<GlRenderWindow> window_;
  vtkSmartPointer<vtkRenderer> renderer_;
  vtkSmartPointer<vtkCallbackCommand> on_make_current_, on_is_current_, on_frame_;
  QMetaObject::Connection context_gone_;
  bool painting_ = false;
  double last_render_ms_ = 0.0;
};

}  // namespace alidade
