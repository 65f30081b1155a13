// SPDX-License-Identifier: BSD-3-Clause
// Indoor scenes in space, with what was detected in them and how it scores.
#include <algorithm>

#include "app/gui/perspectives.h"
#include "app/gui/view_dock.h"

namespace alidade {
namespace {

constexpr int kScenesWidth = 220, kScoresWidth = 640;

/// Metrics stand beside the room where there is room for both; else behind it.
void arrangeRooms(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  const bool narrow = window.width() < kNarrowWindow;
  window.addDockWidget(Qt::LeftDockWidgetArea, dock("browser"));
  window.splitDockWidget(dock("browser"), dock("rooms"), Qt::Horizontal);
  if (narrow) {
    window.splitDockWidget(dock("rooms"), dock("runs"), Qt::Vertical);
    window.tabifyDockWidget(dock("rooms"), dock("metrics"));
  } else {
    window.splitDockWidget(dock("rooms"), dock("metrics"), Qt::Horizontal);
    window.splitDockWidget(dock("metrics"), dock("runs"), Qt::Vertical);
  }
  window.tabifyDockWidget(dock("runs"), dock("inspector"));
  window.tabifyDockWidget(dock("inspector"), dock("jobs"));
  window.tabifyDockWidget(dock("jobs"), dock("log"));
  showOnly(docks, {"browser", "rooms", "metrics", "runs", "inspector", "jobs", "log"});
  dock("rooms")->raise();
  dock("runs")->raise();
}

void sizeRooms(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  const int height = std::max(window.height() - 100, 300);
  const int rest = std::max(window.width() - kScenesWidth, 300);
  if (window.width() < kNarrowWindow) {
    window.resizeDocks({dock("browser"), dock("rooms")}, {kScenesWidth, rest}, Qt::Horizontal);
    window.resizeDocks({dock("rooms"), dock("runs")}, {height * 78 / 100, height * 22 / 100}, Qt::Vertical);
    return;
  }
  window.resizeDocks({dock("browser"), dock("rooms"), dock("metrics")},
                     {kScenesWidth, std::max(rest - kScoresWidth, 200), kScoresWidth}, Qt::Horizontal);
  window.resizeDocks({dock("metrics"), dock("runs")}, {height * 66 / 100, height * 34 / 100}, Qt::Vertical);
}

}  // namespace

Perspective roomsPerspective() {
  return {"rooms",      "Rooms", "Indoor scenes, what was detected in them, and how it scores.",
          arrangeRooms, true,    sizeRooms};
}

}  // namespace alidade
