// SPDX-License-Identifier: BSD-3-Clause
// Indoor scenes in space, with what was detected in them and how it scores.
#include <algorithm>

#include "app/gui/perspectives.h"
#include "app/gui/view_dock.h"

namespace alidade {
namespace {

constexpr int kScenesWidth = 240, kScoresWidth = 430, kNarrowScores = 360;

void arrangeRooms(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  window.addDockWidget(Qt::LeftDockWidgetArea, dock("browser"));
  window.splitDockWidget(dock("browser"), dock("rooms"), Qt::Horizontal);
  window.splitDockWidget(dock("rooms"), dock("metrics"), Qt::Horizontal);
  window.splitDockWidget(dock("metrics"), dock("runs"), Qt::Vertical);
  window.tabifyDockWidget(dock("runs"), dock("inspector"));
  window.tabifyDockWidget(dock("inspector"), dock("jobs"));
  window.tabifyDockWidget(dock("jobs"), dock("log"));
  showOnly(docks, {"browser", "rooms", "metrics", "runs", "inspector", "jobs", "log"});
  dock("runs")->raise();
}

void sizeRooms(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  const int scores = window.width() < kNarrowWindow ? kNarrowScores : kScoresWidth;
  const int height = std::max(window.height() - 100, 300);
  window.resizeDocks({dock("browser"), dock("rooms"), dock("metrics")},
                     {kScenesWidth, std::max(window.width() - kScenesWidth - scores, 200), scores},
                     Qt::Horizontal);
  window.resizeDocks({dock("metrics"), dock("runs")}, {height * 66 / 100, height * 34 / 100}, Qt::Vertical);
}

}  // namespace

Perspective roomsPerspective() {
  return {"rooms",      "Rooms", "Indoor scenes, what was detected in them, and how it scores.",
          arrangeRooms, true,    sizeRooms};
}

}  // namespace alidade
