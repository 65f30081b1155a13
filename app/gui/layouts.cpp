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

/// Everything off, so that splits start from a known state.
void detachAll(QMainWindow& window, const Docks& docks) {
  for (const auto& [id, dock] : docks) {
    dock->setFloating(false);
    window.removeDockWidget(dock);
  }
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

void applyDefaultLayout(QMainWindow& window, const Docks& docks, const Perspective& perspective) {
  window.setUpdatesEnabled(false);
  detachAll(window, docks);
  perspective.arrange(window, docks);
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
