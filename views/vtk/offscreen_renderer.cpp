// SPDX-License-Identifier: BSD-3-Clause
#include <vtk_glew.h>  // before any other GL header

#include "views/vtk/offscreen_renderer.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include <EGL/egl.h>
#include <EGL/eglext.h>

#include <vtkCallbackCommand.h>
#include <vtkCommand.h>
#include <vtkNew.h>
#include <vtkRenderer.h>
#include <vtkUnsignedCharArray.h>

#include "core/base/free_memory.h"
#include "views/vtk/gl_render_window.h"

namespace alidade {
namespace {

constexpr int kLargestSide = 4096;  // beyond it buffers of several samples take gigabytes
constexpr int kOffscreenSamples = 8;

Error unavailable(const std::string& what) {
  return {ErrorCode::kDevice, "The 3D scene cannot be rendered without a display: " + what +
                                  "; install Mesa's EGL (libegl1, libgl1-mesa-dri)."};
}

/// A GL 3.2 core context without any surface, current in the thread that opens it.
class SurfacelessContext {
 public:
  SurfacelessContext() = default;
  ~SurfacelessContext() {
    if (context_ != EGL_NO_CONTEXT) {
      eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
      eglDestroyContext(display_, context_);
    }
    eglReleaseThread();
  }

  SurfacelessContext(const SurfacelessContext&) = delete;
  SurfacelessContext& operator=(const SurfacelessContext&) = delete;

  Expected<void> open() {
    const auto get =
        reinterpret_cast<PFNEGLGETPLATFORMDISPLAYEXTPROC>(eglGetProcAddress("eglGetPlatformDisplayEXT"));
    if (!get) {
      return unavailable("EGL has no platform displays");
    }
    // The display stays initialized: it is shared by the whole process and costs nothing.
    display_ = get(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
    if (display_ == EGL_NO_DISPLAY || !eglInitialize(display_, nullptr, nullptr)) {
      return unavailable("EGL has no surfaceless display");
    }
    const EGLint wanted[] = {EGL_SURFACE_TYPE, 0, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_NONE};
    EGLConfig config = nullptr;
    EGLint count = 0;
    if (!eglBindAPI(EGL_OPENGL_API) || !eglChooseConfig(display_, wanted, &config, 1, &count) || count < 1) {
      return unavailable("EGL offers no OpenGL");
    }
    const EGLint version[] = {EGL_CONTEXT_MAJOR_VERSION,
                              3,
                              EGL_CONTEXT_MINOR_VERSION,
                              2,
                              EGL_CONTEXT_OPENGL_PROFILE_MASK,
                              EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT,
                              EGL_NONE};
    context_ = eglCreateContext(display_, config, EGL_NO_CONTEXT, version);
    if (context_ == EGL_NO_CONTEXT || !eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, context_)) {
      return unavailable("EGL offers no OpenGL 3.2");
    }
    return {};
  }

 private:
  EGLDisplay display_ = EGL_NO_DISPLAY;
  EGLContext context_ = EGL_NO_CONTEXT;
};

/// Reads the rendered pixels; VTK's first row is the lowest.
QImage readPixels(GlRenderWindow& window, const QSize& size) {
  vtkNew<vtkUnsignedCharArray> pixels;
  window.GetRGBACharPixelData(0, 0, size.width() - 1, size.height() - 1, 0, pixels);
  if (pixels->GetNumberOfTuples() != static_cast<vtkIdType>(size.width()) * size.height()) {
    return {};
  }
  const QImage upside_down(pixels->GetPointer(0), size.width(), size.height(), 4 * size.width(),
                           QImage::Format_RGBA8888_Premultiplied);
  return upside_down.mirrored(false, true);
}

Expected<QImage> renderHere(const std::function<void(vtkRenderer&)>& build, const QSize& size) {
  SurfacelessContext context;
  if (const auto opened = context.open(); !opened) {
    return opened.error();
  }
  vtkNew<vtkCallbackCommand> is_current;
  is_current->SetCallback(
      [](vtkObject*, unsigned long, void*, void* answer) { *static_cast<bool*>(answer) = true; });
  vtkNew<GlRenderWindow> window;
  window->AddObserver(vtkCommand::WindowIsCurrentEvent, is_current);
  window->SetReadyForRendering(true);
  window->SetFrameBlitModeToNoBlit();
  window->SetOwnContext(0);
  window->SetMultiSamples(kOffscreenSamples);
  window->SetAlphaBitPlanes(1);
  window->SetSize(size.width(), size.height());
  window->SetScreenSize(size.width(), size.height());
  window->SetSwapBuffers(false);
  window->OpenGLInitContext();
  if (!window->usable()) {
    return unavailable("the OpenGL functions could not be loaded");
  }
  vtkNew<vtkRenderer> renderer;
  window->AddRenderer(renderer);
  build(*renderer);
  renderer->SetBackground(0.0, 0.0, 0.0);  // with alpha 0 the smoothed edges are premultiplied
  renderer->SetBackgroundAlpha(0.0);
  window->Render();
  QImage image = readPixels(*window, size);
  window->RemoveRenderer(renderer);
  window->Finalize();
  if (image.isNull()) {
    return unavailable("the driver returned no picture");
  }
  return image;
}

/// The one thread that renders. Not the caller's: EGL refuses a context where one of GLX is current, as after
/// painting a GL widget. Not a new one for each picture: glibc would give each another arena, and what was
/// free in them would stay with the program.
class RenderThread {
 public:
  RenderThread() : thread_([this] { serve(); }) {}
  ~RenderThread() {
    {
      const std::lock_guard lock(mutex_);
      ends_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  void run(const std::function<void()>& work) {
    const std::lock_guard one_at_a_time(callers_);
    std::unique_lock lock(mutex_);
    work_ = &work;
    failure_ = nullptr;
    changed_.notify_all();
    changed_.wait(lock, [this] { return work_ == nullptr; });
    if (failure_) {
      std::rethrow_exception(failure_);
    }
  }

 private:
  void serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return work_ != nullptr || ends_; });
      if (ends_) {
        return;
      }
      lock.unlock();
      std::exception_ptr failure;
      try {
        (*work_)();
      } catch (...) {
        failure = std::current_exception();
      }
      lock.lock();
      failure_ = failure;
      work_ = nullptr;
      changed_.notify_all();
    }
  }

  std::mutex callers_, mutex_;
  std::condition_variable changed_;
  const std::function<void()>* work_ = nullptr;
  std::exception_ptr failure_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace

Expected<QImage> renderOffscreen(const std::function<void(vtkRenderer&)>& build, const QSize& size) {
  if (size.isEmpty() || size.width() > kLargestSide || size.height() > kLargestSide) {
    return Error{ErrorCode::kUsage, "A rendered picture must have 1 to 4096 pixels a side."};
  }
  static RenderThread thread;
  std::optional<Expected<QImage>> image;
  thread.run([&] { image = renderHere(build, size); });
  give_back_free_memory();  // a picture of several samples per pixel, and the scene as VTK had it
  return *image;
}

}  // namespace alidade
