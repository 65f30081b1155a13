// SPDX-License-Identifier: BSD-3-Clause
// What exports cost for good: resident size before and after COUNT exports of every view that shows a figure,
// and after COUNT steps of the scene's width in the export panel's preview. Usage: alidade_export_bench
// [COUNT]; needs a display (xvfb-run will do).
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <QApplication>
#include <QDialog>
#include <QDoubleSpinBox>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QThread>

#include <unistd.h>

#include "app/gui/actions.h"
#include "app/gui/export_panel.h"
#include "app/gui/main_window.h"
#include "core/base/blas_kernel.h"
#include "core/nn/compute.h"
#include "views/base/session_model.h"
#include "views/vtk/surface_format.h"

using namespace alidade;

namespace {

/// Resident size of this process, megabytes.
double residentMegabytes() {
  std::ifstream file("/proc/self/statm");
  long all = 0, resident = 0;
  file >> all >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) * 1e-6;
}

/// The longest time that one round of events took, milliseconds.
double settle(int milliseconds) {
  QElapsedTimer clock;
  clock.start();
  double longest = 0.0;
  while (clock.elapsed() < milliseconds) {
    const double before = static_cast<double>(clock.nsecsElapsed()) * 1e-6;
    QCoreApplication::processEvents();
    longest = std::max(longest, static_cast<double>(clock.nsecsElapsed()) * 1e-6 - before);
    QThread::msleep(1);
  }
  return longest;
}

void exportOften(MainWindow& window, const QString& view_id, int count, const QString& folder) {
  View* view = window.view(view_id);
  if (!view || !view->showsFigure()) {
    return;
  }
  std::printf("%-14s", qPrintable(view_id));
  double first = 0.0;
  for (int i = 0; i <= count; ++i) {
    ExportPanel panel(window.workbench().session(), [view] {
      return std::vector<OfferedView>{{view->id(), view->title(), view}};
    });
    panel.chooseView(view_id);
    const auto written = panel.write(folder + QLatin1Char('/') + view_id + QStringLiteral(".pdf"));
    if (!written) {
      std::printf(" %s", written.error().message.c_str());
    }
    settle(100);
    if (i == 0) {
      first = residentMegabytes();
      std::printf("%8.0f MB after one", first);
    }
  }
  std::printf("%8.0f MB after %d more: %+.0f MB\n", residentMegabytes(), count, residentMegabytes() - first);
  std::fflush(stdout);
}

/// Steps the width in the export panel for each view: what it costs for good, and how long the window waits.
void stepWidth(MainWindow& window, int count) {
  window.view(QStringLiteral("scene"))->setFocus();
  window.actions().trigger(QStringLiteral("export"));
  auto* panel = window.findChild<QDialog*>()->findChild<ExportPanel*>();
  for (const char* id : {"scene", "image", "mollweide", "predictions"}) {
    panel->chooseView(QLatin1String(id));
    settle(500);
    auto* width = panel->findChild<QDoubleSpinBox*>();
    const double first = residentMegabytes();
    double longest = 0.0;
    for (int i = 0; i < count; ++i) {
      width->stepUp();
      longest = std::max(longest, settle(400));
    }
    std::printf("width of %-12s %5.0f MB, %d steps: %+.0f MB, longest GUI block %.0f ms\n", id, first, count,
                residentMegabytes() - first, longest);
  }
}

}  // namespace

int main(int argc, char** argv) {
  restart_with_better_blas_kernel(argv);
  prepareSurfaceFormat();
  QApplication app(argc, argv);
  configure_compute(1);
  const int count = argc > 1 ? std::atoi(argv[1]) : 20;
  QTemporaryDir folder;
  MainWindow window{AppSettings{}};
  window.open(QSize(1280, 800));
  window.workbench().trySample();
  QElapsedTimer clock;
  clock.start();
  do {
    settle(200);
  } while ((!window.workbench().session().resultB() || window.workbench().jobs().busy()) &&
           clock.elapsed() < 300000);
  settle(1000);
  stepWidth(window, 8);
  for (const auto& [id, dock] : window.docks()) {
    exportOften(window, id, count, folder.path());
  }
  return EXIT_SUCCESS;
}
