// SPDX-License-Identifier: BSD-3-Clause
// How fast the window follows: time from a step to the next frame painted in the image and scene views, and
// the longest time the GUI thread was busy in one go. Usage: alidade_window_bench DATASET [STEPS]; needs a
// display (xvfb-run will do).
#include <algorithm>
#include <cstdio>
#include <vector>

#include <QApplication>
#include <QElapsedTimer>
#include <QThread>

#include "app/gui/main_window.h"
#include "core/base/blas_kernel.h"
#include "core/nn/compute.h"
#include "views/base/session_model.h"
#include "views/base/view.h"
#include "views/vtk/surface_format.h"

using namespace alidade;

namespace {

/// Notes when a view has painted since the last reset.
class PaintWatch : public QObject {
 public:
  void watch(QWidget* widget) {
    watching = true;
    widget->installEventFilter(this);
    for (QWidget* child : widget->findChildren<QWidget*>()) {
      child->installEventFilter(this);
    }
  }
  bool watching = false;
  bool painted = false;

 protected:
  bool eventFilter(QObject*, QEvent* event) override {
    painted = painted || event->type() == QEvent::Paint;
    return false;
  }
};

struct Step {
  double shown_ms = 0.0;
  double longest_block_ms = 0.0;
};

void settle(int milliseconds) {
  QElapsedTimer clock;
  clock.start();
  while (clock.elapsed() < milliseconds) {
    QCoreApplication::processEvents();
    QThread::msleep(1);
  }
}

Step step_once(SessionModel& session, PaintWatch& image, PaintWatch& scene) {
  Step step;
  image.painted = scene.painted = false;
  QElapsedTimer clock;
  clock.start();
  session.stepFrame(1);
  step.longest_block_ms = clock.nsecsElapsed() * 1e-6;
  while (!(image.painted && scene.painted && session.frame()) && clock.elapsed() < 2000) {
    const double before = clock.nsecsElapsed() * 1e-6;
    QCoreApplication::processEvents();
    step.longest_block_ms = std::max(step.longest_block_ms, clock.nsecsElapsed() * 1e-6 - before);
  }
  step.shown_ms = clock.nsecsElapsed() * 1e-6;
  return step;
}

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

}  // namespace

int main(int argc, char** argv) {
  restart_with_better_blas_kernel(argv);
  QElapsedTimer since_start;
  since_start.start();
  prepareSurfaceFormat();
  QApplication application(argc, argv);
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s DATASET [STEPS]\n", argv[0]);
    return 2;
  }
  configure_compute(1);
  MainWindow window{AppSettings{}};
  window.open(QSize(1600, 1000));
  window.workbench().openDataset(argv[1]);
  SessionModel& session = window.workbench().session();
  PaintWatch image, scene;
  while (!(image.painted && scene.painted) && since_start.elapsed() < 20000) {
    QCoreApplication::processEvents();
    if (session.frame() && !image.watching) {
      image.watch(window.view("image"));
      scene.watch(window.view("scene"));
    }
  }
  const double first_frame_ms = since_start.nsecsElapsed() * 1e-6;
  if (!session.dataset() || session.dataset()->num_frames() < 2) {
    std::fprintf(stderr, "%s: no dataset with at least two frames\n", argv[1]);
    return 3;
  }
  std::printf("first frame painted in image and scene %.0f ms after main began\n", first_frame_ms);
  settle(4000);
  const int steps = std::min<int>(argc > 2 ? std::atoi(argv[2]) : 20,
                                  static_cast<int>(session.dataset()->num_frames()) - 1);
  std::vector<double> shown, blocks;
  for (int i = 0; i < steps; ++i) {
    settle(400);  // the next frame is prefetched meanwhile
    const Step step = step_once(session, image, scene);
    shown.push_back(step.shown_ms);
    blocks.push_back(step.longest_block_ms);
  }
  std::printf(
      "%d steps: frame shown after median %.1f ms, 90 %% %.1f ms, worst %.1f ms; longest GUI block median "
      "%.1f ms, worst %.1f ms (block / shown = %.2f)\n",
      steps, quantile(shown, 0.5), quantile(shown, 0.9), quantile(shown, 1.0), quantile(blocks, 0.5),
      quantile(blocks, 1.0), quantile(blocks, 0.5) / quantile(shown, 0.5));
  window.workbench().jobs().cancelAll();
  return 0;
}
