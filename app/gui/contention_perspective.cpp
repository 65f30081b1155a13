// SPDX-License-Identifier: BSD-3-Clause
// The view of gradient contention; the matrix needs the height of the window, so that the rest lies behind
// it.
#include "app/gui/perspectives.h"
#include "app/gui/view_dock.h"

namespace alidade {
namespace {

void arrangeContention(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  window.addDockWidget(Qt::LeftDockWidgetArea, dock("contention"));
  window.tabifyDockWidget(dock("contention"), dock("runs"));
  window.tabifyDockWidget(dock("runs"), dock("jobs"));
  window.tabifyDockWidget(dock("jobs"), dock("log"));
  showOnly(docks, {"contention", "runs", "jobs", "log"});
  dock("contention")->raise();
}

}  // namespace

Perspective contentionPerspective() {
  return {"contention", "Contention", "Which categories' gradients oppose each other, and where.",
          arrangeContention, false};
}

}  // namespace alidade
