// SPDX-License-Identifier: BSD-3-Clause
// The view of shared kernels, and what lies below it.
#include <algorithm>

#include "app/gui/perspectives.h"
#include "app/gui/view_dock.h"

namespace alidade {
namespace {

constexpr int kLowKernelsWindow = 900;

void arrangeKernels(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  window.addDockWidget(Qt::LeftDockWidgetArea, dock("kernels"));
  window.splitDockWidget(dock("kernels"), dock("runs"), Qt::Vertical);
  window.tabifyDockWidget(dock("runs"), dock("jobs"));
  window.tabifyDockWidget(dock("jobs"), dock("log"));
  if (window.height() < kLowKernelsWindow) {
    showOnly(docks, {"kernels"});  // the cube needs the height; the menu has the others
  } else {
    showOnly(docks, {"kernels", "runs", "jobs", "log"});
    dock("runs")->raise();
  }
}

void sizeKernels(QMainWindow& window, const Docks& docks) {
  if (window.height() < kLowKernelsWindow) {
    return;
  }
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  const int height = std::max(window.height() - 100, 300);
  window.resizeDocks({dock("kernels"), dock("runs")}, {height * 84 / 100, height * 16 / 100}, Qt::Vertical);
}

}  // namespace

Perspective kernelsPerspective() {
  return {"kernels",      "Kernels", "Which kernels sources of data share, offset by offset.",
          arrangeKernels, false,     sizeKernels};
}

}  // namespace alidade
