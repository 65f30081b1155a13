// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/layouts.h"

#include <algorithm>

#include <QGuiApplication>
#include <QJsonArray>
#include <QScreen>

#include "app/gui/view_dock.h"

namespace alidade {
namespace {

constexpr int kSchema = 1;
constexpr int kLeftWidth = 270;
constexpr int kRightWidth = 380;
constexpr int kTabsBelow = 1440;

/// Everything off, so that splits start from a known state.
void detachAll(QMainWindow& window, const Docks& docks) {
  for (const auto& [id, dock] : docks) {
    dock->setFloating(false);
    window.removeDockWidget(dock);
  }
}

void showOnly(const Docks& docks, const QStringList& ids) {
  for (const auto& [id, dock] : docks) {
    dock->setVisible(ids.contains(id));
  }
}

void inspect(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  const bool tabs = window.width() < kTabsBelow;
  window.addDockWidget(Qt::LeftDockWidgetArea, dock("browser"));
  window.splitDockWidget(dock("browser"), dock("image"), Qt::Horizontal);
  window.splitDockWidget(dock("image"), dock("mollweide"), Qt::Horizontal);
  window.splitDockWidget(dock("image"), dock("predictions"), Qt::Vertical);
  window.splitDockWidget(dock("image"), dock("scene"), Qt::Horizontal);
  if (tabs) {
    window.tabifyDockWidget(dock("mollweide"), dock("inspector"));
    window.tabifyDockWidget(dock("inspector"), dock("jobs"));
  } else {
    window.splitDockWidget(dock("mollweide"), dock("inspector"), Qt::Vertical);
    window.splitDockWidget(dock("inspector"), dock("jobs"), Qt::Vertical);
  }
  window.tabifyDockWidget(dock("jobs"), dock("log"));
  showOnly(docks, {"browser", "image", "scene", "predictions", "mollweide", "inspector", "jobs", "log"});
  dock(tabs ? "mollweide" : "jobs")->raise();
  const int right = tabs ? 330 : kRightWidth;
  const int middle = std::max(window.width() - kLeftWidth - right, 200);
  const int height = std::max(window.height() - 100, 300);
  window.resizeDocks({dock("browser"), dock("image"), dock("scene"), dock("mollweide")},
                     {tabs ? 240 : kLeftWidth, middle / 2, middle / 2, right}, Qt::Horizontal);
  window.resizeDocks({dock("image"), dock("predictions")}, {height * 2 / 3, height / 3}, Qt::Vertical);
  if (!tabs) {
    window.resizeDocks({dock("mollweide"), dock("inspector"), dock("jobs")},
                       {height * 37 / 100, height * 39 / 100, height * 24 / 100}, Qt::Vertical);
  }
}

void diffusion(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  window.addDockWidget(Qt::LeftDockWidgetArea, dock("browser"));
  window.splitDockWidget(dock("browser"), dock("mollweide"), Qt::Horizontal);
  window.splitDockWidget(dock("mollweide"), dock("image"), Qt::Horizontal);
  window.splitDockWidget(dock("mollweide"), dock("predictions"), Qt::Vertical);
  window.splitDockWidget(dock("image"), dock("inspector"), Qt::Vertical);
  window.splitDockWidget(dock("inspector"), dock("jobs"), Qt::Vertical);
  window.tabifyDockWidget(dock("jobs"), dock("log"));
  showOnly(docks, {"browser", "mollweide", "image", "predictions", "inspector", "jobs", "log"});
  dock("jobs")->raise();
  const int height = std::max(window.height() - 100, 300);
  const int left = window.width() < kTabsBelow ? 240 : kLeftWidth;
  window.resizeDocks({dock("browser"), dock("mollweide"), dock("image")},
                     {left, window.width() - left - kRightWidth, kRightWidth}, Qt::Horizontal);
  window.resizeDocks({dock("mollweide"), dock("predictions")}, {height * 2 / 3, height / 3}, Qt::Vertical);
  window.resizeDocks({dock("image"), dock("inspector"), dock("jobs")},
                     {height * 37 / 100, height * 39 / 100, height * 24 / 100}, Qt::Vertical);
}

void figure(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  window.addDockWidget(Qt::LeftDockWidgetArea, dock("browser"));
  window.splitDockWidget(dock("browser"), dock("figure"), Qt::Horizontal);
  showOnly(docks, {"browser", "figure"});
  window.resizeDocks({dock("browser"), dock("figure")}, {kLeftWidth, window.width() - kLeftWidth},
                     Qt::Horizontal);
}

void evaluate(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  const bool narrow = window.width() < kTabsBelow;
  window.addDockWidget(Qt::LeftDockWidgetArea, dock("browser"));
  window.splitDockWidget(dock("browser"), dock("metrics"), Qt::Horizontal);
  window.splitDockWidget(dock("metrics"), dock("image"), Qt::Horizontal);
  window.splitDockWidget(dock("image"), dock("inspector"), Qt::Vertical);
  window.splitDockWidget(dock("inspector"), dock("jobs"), Qt::Vertical);
  window.tabifyDockWidget(dock("jobs"), dock("log"));
  showOnly(docks, {"browser", "metrics", "image", "inspector", "jobs", "log"});
  dock("jobs")->raise();
  const int left = narrow ? 200 : 230;
  const int right = narrow ? 300 : kRightWidth;
  const int height = std::max(window.height() - 100, 300);
  window.resizeDocks({dock("browser"), dock("metrics"), dock("image")},
                     {left, std::max(window.width() - left - right, 200), right}, Qt::Horizontal);
  window.resizeDocks({dock("image"), dock("inspector"), dock("jobs")},
                     {height * 40 / 100, height * 42 / 100, height * 18 / 100}, Qt::Vertical);
}

void lab(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  window.addDockWidget(Qt::LeftDockWidgetArea, dock("browser"));
  window.splitDockWidget(dock("browser"), dock("schedule-lab"), Qt::Horizontal);
  window.splitDockWidget(dock("browser"), dock("image"), Qt::Vertical);
  window.splitDockWidget(dock("image"), dock("jobs"), Qt::Vertical);
  window.tabifyDockWidget(dock("jobs"), dock("log"));
  showOnly(docks, {"browser", "schedule-lab", "image", "jobs", "log"});
  dock("jobs")->raise();
  const int left = window.width() < kTabsBelow ? 240 : kLeftWidth;
  const int height = std::max(window.height() - 100, 300);
  window.resizeDocks({dock("browser"), dock("schedule-lab")}, {left, std::max(window.width() - left, 200)},
                     Qt::Horizontal);
  window.resizeDocks({dock("browser"), dock("image"), dock("jobs")},
                     {height * 52 / 100, height * 30 / 100, height * 18 / 100}, Qt::Vertical);
}

void training(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  window.addDockWidget(Qt::LeftDockWidgetArea, dock("training"));
  window.splitDockWidget(dock("training"), dock("jobs"), Qt::Vertical);
  window.tabifyDockWidget(dock("jobs"), dock("log"));
  showOnly(docks, {"training", "jobs", "log"});
  dock("jobs")->raise();
  const int height = std::max(window.height() - 100, 300);
  window.resizeDocks({dock("training"), dock("jobs")}, {height * 86 / 100, height * 14 / 100}, Qt::Vertical);
}

bool onScreen(const QRect& rect) {
  const auto screens = QGuiApplication::screens();
  return std::any_of(screens.begin(), screens.end(), [&](const QScreen* screen) {
    const QRect seen = screen->availableGeometry().intersected(rect);
    return seen.width() >= 64 && seen.height() >= 32;
  });
}

void pull(QWidget& widget) {
  if (!onScreen(widget.frameGeometry())) {
    const QRect area = QGuiApplication::primaryScreen()->availableGeometry();
    widget.resize(widget.size().boundedTo(area.size()));
    widget.move(area.center() - QPoint(widget.width() / 2, widget.height() / 2));
  }
}

}  // namespace

bool isPerspective(const QString& id) {
  return id == QLatin1String("inspect") || id == QLatin1String("diffusion") ||
         id == QLatin1String("figure") || id == QLatin1String("evaluate") || id == QLatin1String("lab") ||
         id == QLatin1String("training");
}

void applyDefaultLayout(QMainWindow& window, const Docks& docks, const QString& perspective) {
  window.setUpdatesEnabled(false);
  detachAll(window, docks);
  if (perspective == QLatin1String("diffusion")) {
    diffusion(window, docks);
  } else if (perspective == QLatin1String("figure")) {
    figure(window, docks);
  } else if (perspective == QLatin1String("evaluate")) {
    evaluate(window, docks);
  } else if (perspective == QLatin1String("lab")) {
    lab(window, docks);
  } else if (perspective == QLatin1String("training")) {
    training(window, docks);
  } else {
    inspect(window, docks);
  }
  window.setUpdatesEnabled(true);
}

QJsonObject saveLayout(const QMainWindow& window) {
  QJsonArray shown;
  for (const QDockWidget* dock : window.findChildren<QDockWidget*>()) {
    if (!dock->isHidden()) {
      shown.append(dock->objectName());
    }
  }
  return {{QStringLiteral("schema"), kSchema},
          {QStringLiteral("state"), QString::fromLatin1(window.saveState(kSchema).toBase64())},
          {QStringLiteral("shown"), shown}};
}

bool restoreLayout(QMainWindow& window, const QJsonObject& layout) {
  if (layout.value(QLatin1String("schema")).toInt() != kSchema) {
    return false;
  }
  const QByteArray state = QByteArray::fromBase64(layout.value(QLatin1String("state")).toString().toLatin1());
  if (state.isEmpty() || !window.restoreState(state, kSchema)) {
    return false;
  }
  // Qt leaves docks open that were closed when the state was saved but are open now.
  if (const QJsonValue shown = layout.value(QLatin1String("shown")); shown.isArray()) {
    for (QDockWidget* dock : window.findChildren<QDockWidget*>()) {
      if (!shown.toArray().contains(dock->objectName())) {
        dock->hide();
      }
    }
  }
  return true;
}

void pullOntoScreen(QMainWindow& window, const Docks& docks) {
  pull(window);
  for (const auto& [id, dock] : docks) {
    if (dock->isFloating() && dock->isVisible()) {
      pull(*dock);
    }
  }
}

void dockAll(const Docks& docks) {
  for (const auto& [id, dock] : docks) {
    dock->setFloating(false);
  }
}

}  // namespace alidade
