// SPDX-License-Identifier: BSD-3-Clause
// A quantized network beside the full one: its weights, and the objects that got worst.
#include <algorithm>

#include "app/gui/perspectives.h"
#include "app/gui/view_dock.h"

namespace alidade {
namespace {

constexpr int kPictureWidth = 480;

void arrangeQuantized(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  window.addDockWidget(Qt::LeftDockWidgetArea, dock("weights"));
  window.splitDockWidget(dock("weights"), dock("image"), Qt::Horizontal);
  window.splitDockWidget(dock("image"), dock("predictions"), Qt::Vertical);
  window.tabifyDockWidget(dock("predictions"), dock("runs"));
  window.tabifyDockWidget(dock("runs"), dock("jobs"));
  window.tabifyDockWidget(dock("jobs"), dock("log"));
  showOnly(docks, {"weights", "image", "predictions", "runs", "jobs", "log"});
  dock("predictions")->raise();
}

void sizeQuantized(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  const int height = std::max(window.height() - 100, 300);
  window.resizeDocks({dock("weights"), dock("image")},
                     {std::max(window.width() - kPictureWidth, 200), kPictureWidth}, Qt::Horizontal);
  window.resizeDocks({dock("image"), dock("predictions")}, {height * 58 / 100, height * 42 / 100},
                     Qt::Vertical);
}

}  // namespace

Perspective quantizedPerspective() {
  return {
      "quantized",      "Weights", "A network with weights of few bits beside itself, worst objects first.",
      arrangeQuantized, true,      sizeQuantized};
}

}  // namespace alidade
