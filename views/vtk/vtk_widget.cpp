// SPDX-License-Identifier: BSD-3-Clause
#include "views/vtk/vtk_widget.h"

#include <QElapsedTimer>
#include <QOpenGLContext>
#include <QOpenGLFunctions>

#include <vtkCallbackCommand.h>
#include <vtkOpenGLFramebufferObject.h>
#include <vtkOpenGLState.h>
#include <vtkRenderer.h>

#include "views/vtk/gl_render_window.h"

namespace alidade {
namespace {

constexpr int kSamples = 8;  // VTK lowers this to what the driver has
constexpr int kDotsPerInch = 72;

vtkSmartPointer<vtkCallbackCommand> command(void* client, void (*callback)(vtkObject*, unsigned long, void*, void*)) {
  auto made = vtkSmartPointer<vtkCallbackCommand>::New();
  made->SetClientData(client);
  made->SetCallback(callback);
  return made;
}

}  // namespace

VtkWidget::VtkWidget(QWidget* parent)
    : QOpenGLWidget(parent), window_(vtkSmartPointer<GlRenderWindow>::New()), renderer_(vtkSmartPointer<vtkRenderer>::New()) {
  window_->SetReadyForRendering(false);
  window_->SetFrameBlitModeToNoBlit();
  window_->SetOwnContext(0);
  window_->SetMapped(1);
  window_->SetIsDirect(1);
  window_->SetSupportsOpenGL(1);
  window_->SetMultiSamples(kSamples);
  window_->AddRenderer(renderer_);
  observe();
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
}

VtkWidget::~VtkWidget() {
  // First of all: Qt's destructor destroys the context when our members are gone already.
  disconnect(context_gone_);
  releaseGl();
  window_->RemoveObserver(on_make_current_);
  window_->RemoveObserver(on_is_current_);
  window_->RemoveObserver(on_frame_);
}

vtkRenderer& VtkWidget::renderer() const { return *renderer_; }

void VtkWidget::observe() {
  on_make_current_ = command(this, [](vtkObject*, unsigned long, void* self, void*) {
    static_cast<VtkWidget*>(self)->makeCurrentForVtk();
  });
  on_is_current_ = command(this, [](vtkObject*, unsigned long, void* self, void* answer) {
    const auto* widget = static_cast<VtkWidget*>(self);
    *static_cast<bool*>(answer) = widget->context() && QOpenGLContext::currentContext() == widget->context();
  });
  on_frame_ = command(this, [](vtkObject*, unsigned long, void* self, void*) {
    auto* widget = static_cast<VtkWidget*>(self);
    if (!widget->painting_) {
      widget->update();
    }
  });
  window_->AddObserver(vtkCommand::WindowMakeCurrentEvent, on_make_current_);
  window_->AddObserver(vtkCommand::WindowIsCurrentEvent, on_is_current_);
  window_->AddObserver(vtkCommand::WindowFrameEvent, on_frame_);
}

void VtkWidget::makeCurrentForVtk() {
  // makeCurrent() binds Qt's framebuffer behind VTK's back, which would then attach its textures to it: a black view
  // without any error. So never when the context is current, and VTK is told otherwise.
  if (!context() || QOpenGLContext::currentContext() == context()) {
    return;
  }
  makeCurrent();
  window_->GetState()->ResetFramebufferBindings();
}

void VtkWidget::initializeGL() {
  disconnect(context_gone_);
  context_gone_ = connect(context(), &QOpenGLContext::aboutToBeDestroyed, this, &VtkWidget::releaseGl, Qt::DirectConnection);
  window_->SetReadyForRendering(true);
  window_->OpenGLInitContext();
}

void VtkWidget::resizeGL(int width, int height) {
  const double ratio = devicePixelRatioF();
  const int w = qMax(1, qRound(width * ratio));
  const int h = qMax(1, qRound(height * ratio));
  window_->SetSize(w, h);
  window_->SetScreenSize(w, h);
  window_->SetDPI(qRound(kDotsPerInch * ratio));
}

void VtkWidget::paintGL() {
  if (painting_ || !window_->GetReadyForRendering()) {
    return;
  }
  painting_ = true;
  QElapsedTimer timer;
  timer.start();
  vtkOpenGLState* state = window_->GetState();
  state->Reset();
  state->Push();
  state->vtkglDepthFunc(GL_LEQUAL);
  window_->Render();
  makeCurrent();
  copyToWidget();
  state->Pop();
  context()->functions()->glBindFramebuffer(GL_FRAMEBUFFER, defaultFramebufferObject());
  last_render_ms_ = static_cast<double>(timer.nsecsElapsed()) * 1e-6;
  painting_ = false;
}

void VtkWidget::copyToWidget() {
  QOpenGLFunctions* gl = context()->functions();
  vtkOpenGLState* state = window_->GetState();
  const int* size = window_->GetSize();
  state->vtkglBindFramebuffer(GL_DRAW_FRAMEBUFFER, defaultFramebufferObject());
  state->vtkglDrawBuffer(GL_COLOR_ATTACHMENT0);
  state->vtkglDisable(GL_SCISSOR_TEST);
  window_->BlitDisplayFramebuffer(0, 0, 0, size[0], size[1], 0, 0, size[0], size[1], GL_COLOR_BUFFER_BIT, GL_NEAREST);
  // VTK's background has alpha 0; a grab of the widget would show the window's color instead.
  gl->glBindFramebuffer(GL_FRAMEBUFFER, defaultFramebufferObject());
  gl->glColorMask(GL_FALSE, GL_FALSE, GL_FALSE, GL_TRUE);
  gl->glClearColor(0.0F, 0.0F, 0.0F, 1.0F);
  gl->glClear(GL_COLOR_BUFFER_BIT);
  gl->glColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
}

int VtkWidget::samples() const {
  auto* framebuffer = window_->GetReadyForRendering() ? window_->GetRenderFramebuffer() : nullptr;
  return framebuffer ? framebuffer->GetMultiSamples() : 0;
}

void VtkWidget::releaseGl() {
  if (!context() || !window_->GetReadyForRendering()) {
    return;
  }
  makeCurrent();
  window_->Finalize();
  window_->SetReadyForRendering(false);
  doneCurrent();
}

}  // namespace alidade
