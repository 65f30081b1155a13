// SPDX-License-Identifier: BSD-3-Clause
// How fast the window follows: time from a step to the next frame painted in the image and scene views, and
// the longest time the GUI thread was busy in one go; a filter, a switch of the theme, a result that is
// opened. Usage: alidade_window_bench DATASET [STEPS [RESULT]]; needs a display (xvfb-run will do).
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <vector>

#include <QApplication>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QThread>

#include <unistd.h>

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

/// How long `act` holds the GUI thread.
double held(const std::function<void()>& act) {
  QElapsedTimer clock;
  clock.start();
  act();
  return clock.nsecsElapsed() * 1e-6;
}

/// From setting the theme until the window has painted itself with it.
double themeSwitch(MainWindow& window, const QString& name) {
  return held([&] {
    window.setTheme(name);
    window.repaint();
    QCoreApplication::processEvents();
  });
}

void measureFilter(MainWindow& window) {
  auto* line = window.view(QStringLiteral("browser"))->findChild<QLineEdit*>();
  for (const char* text : {"err>10", "n>=3", "mug", "000123", ""}) {
    const double ms = held([&] {
      line->setText(QLatin1String(text));
      QCoreApplication::processEvents();
    });
    std::printf("filter \"%s\": %.1f ms\n", text, ms);
  }
}

void measureResult(MainWindow& window, const QString& path) {
  SessionModel& session = window.workbench().session();
  const auto before = session.resultA();
  double longest = 0.0;
  QElapsedTimer clock;
  clock.start();
  longest = held([&] { window.workbench().openPath(path); });
  while (session.resultA() == before && clock.elapsed() < 60000) {
    longest = std::max(longest, held([] { QCoreApplication::processEvents(); }));
  }
  std::printf("result of %zu objects shown after %.0f ms; longest GUI block %.1f ms\n",
              session.resultA() ? session.resultA()->estimates.size() : 0, clock.nsecsElapsed() * 1e-6,
              longest);
}

void printMemory() {
  std::ifstream file("/proc/self/statm");
  long all = 0, resident = 0;
  file >> all >> resident;
  std::printf("resident %.0f MB\n",
              static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) * 1e-6);
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
  printMemory();
  measureFilter(window);
  for (const char* theme : {"light", "dark", "light", "dark"}) {
    std::printf("theme %s: %.0f ms\n", theme, themeSwitch(window, QLatin1String(theme)));
  }
  if (argc > 3) {
    measureResult(window, argv[3]);
  }
  printMemory();
  window.workbench().jobs().cancelAll();
  return 0;
}
