// SPDX-License-Identifier: BSD-3-Clause
// The view of quantization sweeps, and what lies below it.
#include <algorithm>

#include "app/gui/perspectives.h"
#include "app/gui/view_dock.h"

namespace alidade {
namespace {

constexpr int kLowQuantizeWindow = 900;

void arrangeQuantization(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  window.addDockWidget(Qt::LeftDockWidgetArea, dock("quantization"));
  window.splitDockWidget(dock("quantization"), dock("runs"), Qt::Vertical);
  window.tabifyDockWidget(dock("runs"), dock("jobs"));
  window.tabifyDockWidget(dock("jobs"), dock("log"));
  if (window.height() < kLowQuantizeWindow) {
    showOnly(docks, {"quantization"});  // the chart needs the height; the menu has the others
  } else {
    showOnly(docks, {"quantization", "runs", "jobs", "log"});
    dock("runs")->raise();
  }
}

void sizeQuantization(QMainWindow& window, const Docks& docks) {
  if (window.height() < kLowQuantizeWindow) {
    return;
  }
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  const int height = std::max(window.height() - 100, 300);
  window.resizeDocks({dock("quantization"), dock("runs")}, {height * 84 / 100, height * 16 / 100},
                     Qt::Vertical);
}

}  // namespace

Perspective quantizationPerspective() {
  return {"quantization",      "Quantize", "What few bits cost and save, module by module.",
          arrangeQuantization, false,      sizeQuantization};
}

}  // namespace alidade
