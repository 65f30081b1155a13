// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/layouts.h"

#include <algorithm>

#include <QGuiApplication>
#include <QJsonArray>
#include <QScreen>

#include "app/gui/view_dock.h"

namespace alidade {
namespace {

constexpr int kSchema = 2;
constexpr QSize kLeastHalf(240, 200);  // of a view that is shown beside another one

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

QJsonArray pairOf(const QSize& size) {
  return {size.width(), size.height()};
}

QSize sizeOf(const QJsonValue& pair) {
  return {pair.toArray().at(0).toInt(), pair.toArray().at(1).toInt()};
}

/// The docks of the window that have a place in it, by name.
QList<QDockWidget*> dockedOf(const QMainWindow& window) {
  QList<QDockWidget*> docked;
  for (QDockWidget* dock : window.findChildren<QDockWidget*>(QString(), Qt::FindDirectChildrenOnly)) {
    if (!dock->isHidden() && !dock->isFloating()) {
      docked << dock;
    }
  }
  std::sort(docked.begin(), docked.end(),
            [](const QDockWidget* a, const QDockWidget* b) { return a->objectName() < b->objectName(); });
  return docked;
}

/// Behind another one that shares its place.
bool isBehind(const QMainWindow& window, const QDockWidget* dock) {
  return !window.tabifiedDockWidgets(const_cast<QDockWidget*>(dock)).isEmpty() &&
         !window.rect().intersects(dock->geometry());
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
  if (perspective.size) {
    perspective.size(window, docks);
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
  QJsonObject places;
  for (const QDockWidget* dock : dockedOf(window)) {
    if (!isBehind(window, dock)) {
      places[dock->objectName()] = pairOf(dock->size());
    }
  }
  return {{QStringLiteral("schema"), kSchema},
          {QStringLiteral("state"), QString::fromLatin1(window.saveState(kSchema).toBase64())},
          {QStringLiteral("shown"), shown},
          {QStringLiteral("window"), pairOf(window.size())},
          {QStringLiteral("places"), places}};
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
  fitLayout(window, layout);
  return true;
}

void fitLayout(QMainWindow& window, const QJsonObject& layout) {
  const QSize saved = sizeOf(layout.value(QLatin1String("window")));
  const QJsonObject places = layout.value(QLatin1String("places")).toObject();
  if (saved.isEmpty() || places.isEmpty()) {
    return;
  }
  QList<QDockWidget*> docks;
  QList<int> widths, heights;
  for (QDockWidget* dock : dockedOf(window)) {
    const QSize size = sizeOf(places.value(dock->objectName()));
    if (!size.isEmpty()) {
      docks << dock;
      widths << std::max(1, size.width() * window.width() / saved.width());
      heights << std::max(1, size.height() * window.height() / saved.height());
    }
  }
  window.resizeDocks(docks, widths, Qt::Horizontal);
  window.resizeDocks(docks, heights, Qt::Vertical);
}

QString layoutStructure(const QMainWindow& window) {
  QStringList parts;
  QList<QDockWidget*> docks = window.findChildren<QDockWidget*>(QString(), Qt::FindDirectChildrenOnly);
  std::sort(docks.begin(), docks.end(),
            [](const QDockWidget* a, const QDockWidget* b) { return a->objectName() < b->objectName(); });
  for (QDockWidget* dock : docks) {
    if (dock->isHidden()) {
      continue;
    }
    QString part = dock->objectName();
    if (dock->isFloating()) {
      const QRect place = dock->geometry();
      part += QStringLiteral(" floats %1 %2 %3 %4")
                  .arg(place.x())
                  .arg(place.y())
                  .arg(place.width())
                  .arg(place.height());
    }
    for (const QDockWidget* other : window.tabifiedDockWidgets(dock)) {
      part += QLatin1Char(' ') + other->objectName();
    }
    parts << part;
  }
  return parts.join(QLatin1Char('\n'));
}

QStringList docksInFront(const QMainWindow& window) {
  QStringList names;
  for (QDockWidget* dock : dockedOf(window)) {
    if (!window.tabifiedDockWidgets(dock).isEmpty() && !isBehind(window, dock)) {
      names << dock->objectName();
    }
  }
  return names;
}

QSize firstWindowSize(const QSize& wanted, const QSize& room) {
  return wanted.boundedTo(room);
}

void pullOntoScreen(QMainWindow& window, const Docks& docks) {
  pull(window);
  for (const auto& [id, dock] : docks) {
    if (dock->isFloating() && dock->isVisible()) {
      pull(*dock);
    }
  }
}

void placeBeside(QMainWindow& window, QDockWidget* source, QDockWidget* added) {
  const QSize room = source->size() / 2;
  const QSize least = source->minimumSizeHint().expandedTo(kLeastHalf);
  if (source->isHidden() || source->isFloating() || window.dockWidgetArea(source) == Qt::NoDockWidgetArea) {
    window.addDockWidget(Qt::RightDockWidgetArea, added);
  } else if (room.width() >= least.width()) {
    window.splitDockWidget(source, added, Qt::Horizontal);
  } else if (room.height() >= least.height()) {
    window.splitDockWidget(source, added, Qt::Vertical);
  } else {
    window.tabifyDockWidget(source, added);
  }
  added->show();
  added->raise();
}

void forgetDock(QJsonObject& layouts, const QString& name) {
  for (const QString& perspective : layouts.keys()) {
    QJsonObject layout = layouts.value(perspective).toObject();
    for (const char* list : {"shown", "front"}) {
      const QJsonValue names = layout.value(QLatin1String(list));
      if (names.isArray()) {
        QJsonArray left;
        for (const QJsonValue& one : names.toArray()) {
          if (one.toString() != name) {
            left.append(one);
          }
        }
        layout[QLatin1String(list)] = left;
      }
    }
    layouts[perspective] = layout;
  }
}

void dockAll(const Docks& docks) {
  for (const auto& [id, dock] : docks) {
    dock->setFloating(false);
  }
}

}  // namespace alidade
