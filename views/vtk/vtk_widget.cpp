// SPDX-License-Identifier: BSD-3-Clause
#include "views/vtk/vtk_widget.h"

#include <QElapsedTimer>
#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QPainter>

#include <vtkCallbackCommand.h>
#include <vtkCommand.h>
#include <vtkNew.h>
#include <vtkUnsignedCharArray.h>

#include "views/vtk/gl_probe.h"
#include "views/vtk/gl_render_window.h"

namespace alidade {
namespace {

constexpr int kSamples = 8;  // VTK lowers this to what the driver has
constexpr int kDotsPerInch = 72;
constexpr int kSmoothAfterMilliseconds = 250;

vtkSmartPointer<vtkCallbackCommand> command(void* client,
                                            void (*callback)(vtkObject*, unsigned long, void*, void*)) {
  auto made = vtkSmartPointer<vtkCallbackCommand>::New();
  made->SetClientData(client);
  made->SetCallback(callback);
  return made;
}

}  // namespace

VtkWidget::VtkWidget(QWidget* parent)
    : QWidget(parent),
      window_(vtkSmartPointer<GlRenderWindow>::New()),
      renderer_(vtkSmartPointer<vtkRenderer>::New()) {
  window_->SetReadyForRendering(false);
  window_->SetFrameBlitModeToNoBlit();
  window_->SetOwnContext(0);
  window_->SetMapped(1);
  window_->SetIsDirect(1);
  window_->SetSupportsOpenGL(1);
  window_->SetSwapBuffers(false);
  window_->SetMultiSamples(kSamples);
  window_->AddRenderer(renderer_);
  observe();
  setAttribute(Qt::WA_OpaquePaintEvent);
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  smoothing_.setSingleShot(true);
  smoothing_.setInterval(kSmoothAfterMilliseconds);
  connect(&smoothing_, &QTimer::timeout, this, [this] {
    outdated_ = true;  // the timer no longer runs, so the paint is a smooth one
    update();
  });
}

VtkWidget::~VtkWidget() {
  if (context_ && context_->makeCurrent(surface_.get())) {
    window_->Finalize();
    context_->doneCurrent();
  }
  window_->RemoveObserver(on_make_current_);
  window_->RemoveObserver(on_is_current_);
}

vtkRenderer& VtkWidget::renderer() const {
  return *renderer_;
}

void VtkWidget::observe() {
  on_make_current_ = command(this, [](vtkObject*, unsigned long, void* self, void*) {
    const auto* widget = static_cast<VtkWidget*>(self);
    if (widget->context_) {
      widget->context_->makeCurrent(widget->surface_.get());
    }
  });
  on_is_current_ = command(this, [](vtkObject*, unsigned long, void* self, void* answer) {
    const auto* widget = static_cast<VtkWidget*>(self);
    *static_cast<bool*>(answer) =
        widget->context_ && QOpenGLContext::currentContext() == widget->context_.get();
  });
  window_->AddObserver(vtkCommand::WindowMakeCurrentEvent, on_make_current_);
  window_->AddObserver(vtkCommand::WindowIsCurrentEvent, on_is_current_);
}

bool VtkWidget::start() {
  if (!context_) {
    surface_ = std::make_unique<QOffscreenSurface>();
    surface_->create();
    context_ = std::make_unique<QOpenGLContext>();
    if (context_->create() && context_->makeCurrent(surface_.get())) {
      window_->SetReadyForRendering(true);
      window_->OpenGLInitContext();
    }
  }
  return context_->isValid() && context_->makeCurrent(surface_.get());
}

void VtkWidget::redraw() {
  outdated_ = true;
  if (smooths_ && glProbe().software()) {
    smoothing_.start();
  }
  update();
}

void VtkWidget::draw(bool smooth) {
  const QSize size = (QSizeF(this->size()) * devicePixelRatioF()).toSize().expandedTo({1, 1});
  if (!start()) {
    return;
  }
  QElapsedTimer timer;
  timer.start();
  window_->SetMultiSamples(smooth ? kSamples : 0);
  window_->SetSize(size.width(), size.height());
  window_->SetScreenSize(size.width(), size.height());
  window_->SetDPI(qRound(kDotsPerInch * devicePixelRatioF()));
  window_->Render();
  if (smooth) {
    samples_ = window_->grantedSamples();
  }
  vtkNew<vtkUnsignedCharArray> pixels;
  window_->GetRGBACharPixelData(0, 0, size.width() - 1, size.height() - 1, 0, pixels);
  if (pixels->GetNumberOfTuples() == static_cast<vtkIdType>(size.width()) * size.height()) {
    // VTK's first row is the lowest, and its background has alpha 0.
    const QImage upside_down(pixels->GetPointer(0), size.width(), size.height(), 4 * size.width(),
                             QImage::Format_RGBX8888);
    picture_ = upside_down.mirrored(false, true).convertToFormat(QImage::Format_RGB32);
    picture_.setDevicePixelRatio(devicePixelRatioF());
  }
  context_->doneCurrent();
  outdated_ = false;
  last_render_ms_ = static_cast<double>(timer.nsecsElapsed()) * 1e-6;
}

QImage VtkWidget::grabFramebuffer() {
  smoothing_.stop();
  draw(smooths_);
  return picture_;
}

void VtkWidget::paintEvent(QPaintEvent*) {
  if (outdated_ || picture_.devicePixelRatio() != devicePixelRatioF()) {
    draw(smooths_ && !smoothing_.isActive());
  }
  QPainter painter(this);
  if (picture_.isNull()) {
    painter.fillRect(rect(), palette().window());
    return;
  }
  painter.drawImage(QPoint(0, 0), picture_);
}

void VtkWidget::resizeEvent(QResizeEvent*) {
  redraw();
}

}  // namespace alidade
