// SPDX-License-Identifier: BSD-3-Clause
// The view of gradient contention, and what lies below it.
#include <algorithm>

#include "app/gui/perspectives.h"
#include "app/gui/view_dock.h"

namespace alidade {
namespace {

constexpr int kLowWindow = 900;

void arrangeContention(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  window.addDockWidget(Qt::LeftDockWidgetArea, dock("contention"));
  window.splitDockWidget(dock("contention"), dock("runs"), Qt::Vertical);
  window.tabifyDockWidget(dock("runs"), dock("jobs"));
  window.tabifyDockWidget(dock("jobs"), dock("log"));
  if (window.height() < kLowWindow) {
    showOnly(docks, {"contention"});  // the matrix needs the height; the menu has the others
  } else {
    showOnly(docks, {"contention", "runs", "jobs", "log"});
    dock("runs")->raise();
  }
}

void sizeContention(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  if (window.height() < kLowWindow) {
    return;
  }
  const int height = std::max(window.height() - 100, 300);
  window.resizeDocks({dock("contention"), dock("runs")}, {height * 84 / 100, height * 16 / 100},
                     Qt::Vertical);
}

}  // namespace

Perspective contentionPerspective() {
  return {"contention",      "Contention", "Which categories' gradients oppose each other, and where.",
          arrangeContention, false,        sizeContention};
}

}  // namespace alidade
