// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include <QImage>
#include <QTimer>
#include <QWidget>

#include <vtkRenderer.h>
#include <vtkSmartPointer.h>

class QOffscreenSurface;
class QOpenGLContext;
class vtkCallbackCommand;

namespace alidade {

class GlRenderWindow;

/// Shows one VTK renderer. VTK draws into a framebuffer of its own GL context, and the picture is painted
/// like any image: docking and floating touch no GL, and a window without GL surfaces is not composed by GL,
/// which is slow in software. Make one only where glProbe().usable. Input events are the owner's business.
class VtkWidget : public QWidget {
  Q_OBJECT

 public:
  explicit VtkWidget(QWidget* parent = nullptr);
  ~VtkWidget() override;

  /// Its actors and camera may be changed at any time outside of painting; call redraw() afterwards.
  vtkRenderer& renderer() const;
  /// Draws anew at the next paint. With software GL that picture has one sample per pixel, and a smooth one
  /// follows when nothing has changed for a moment.
  void redraw();
  /// Off: pictures stay at one sample per pixel, for scenes whose smooth picture would take too long.
  void setSmoothing(bool on) { smooths_ = on; }
  /// What the renderer shows now, smooth unless that is off, in device pixels.
  QImage grabFramebuffer();
  /// Samples per pixel of the last smooth picture; 0 before it.
  int samples() const { return samples_; }
  /// Duration of the last VTK render, milliseconds.
  double lastRender_ms() const { return last_render_ms_; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void observe();
  bool start();
  void draw(bool smooth);

  std::unique_ptr<QOffscreenSurface> surface_;
  std::unique_ptr<QOpenGLContext> context_;
  vtkSmartPointer<GlRenderWindow> window_;
  vtkSmartPointer<vtkRenderer> renderer_;
  vtkSmartPointer<vtkCallbackCommand> on_make_current_, on_is_current_;
  QTimer smoothing_;  ///< runs while the picture is a quick one
  QImage picture_;
  bool outdated_ = true;
  bool smooths_ = true;
  int samples_ = 0;
  double last_render_ms_ = 0.0;
};

}  // namespace alidade
