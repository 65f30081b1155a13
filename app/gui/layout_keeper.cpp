// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/layout_keeper.h"

#include <QEvent>
#include <QJsonArray>

#include "app/gui/view_dock.h"

namespace alidade {
namespace {

const QLatin1String kFrontKey("front");
const QLatin1String kStateKey("state");

}  // namespace

LayoutKeeper::LayoutKeeper(QMainWindow& window, const Docks& docks, QJsonObject& layouts)
    : QObject(&window), window_(window), docks_(docks), layouts_(layouts) {
  fit_.setSingleShot(true);
  fit_.setInterval(0);
  connect(&fit_, &QTimer::timeout, this, &LayoutKeeper::fit);
  window.installEventFilter(this);
}

bool LayoutKeeper::narrow() const {
  return window_.width() < kNarrowWindow;
}

QJsonObject LayoutKeeper::kept() const {
  return layouts_.value(QLatin1String(perspective_->id)).toObject();
}

void LayoutKeeper::apply(const Perspective& perspective) {
  perspective_ = &perspective;
  const QJsonObject layout = kept();
  if (!layout.contains(kStateKey) || !restoreLayout(window_, layout)) {
    applyDefaultLayout(window_, docks_, perspective);
    arranged_narrow_ = narrow();
  }
  raise(layout);
  fit_.stop();
  moved_ = false;
  structure_ = layoutStructure(window_);
}

void LayoutKeeper::raise(const QJsonObject& layout) {
  for (const QJsonValue& name : layout.value(kFrontKey).toArray()) {
    for (const auto& [id, dock] : docks_) {
      if (dock->objectName() == name.toString() && !dock->isHidden()) {
        dock->raise();
      }
    }
  }
}

void LayoutKeeper::store() {
  if (!perspective_) {
    return;
  }
  QJsonObject layout = kept();
  if (moved_ || layoutStructure(window_) != structure_) {
    layout = saveLayout(window_);
    moved_ = false;
    structure_ = layoutStructure(window_);
  }
  layout[kFrontKey] = QJsonArray::fromStringList(docksInFront(window_));
  layouts_[QLatin1String(perspective_->id)] = layout;
}

void LayoutKeeper::reset() {
  layouts_ = {};
  if (perspective_) {
    apply(*perspective_);
  }
}

void LayoutKeeper::fit() {
  if (!perspective_) {
    return;
  }
  const QJsonObject layout = kept();
  if (layout.contains(kStateKey)) {
    fitLayout(window_, layout);
  } else if (narrow() != arranged_narrow_ || !perspective_->size) {
    apply(*perspective_);
  } else {
    perspective_->size(window_, docks_);
  }
}

QList<QRect> LayoutKeeper::places() const {
  QList<QRect> places;
  for (const auto& [id, dock] : docks_) {
    places << dock->geometry();
  }
  return places;
}

bool LayoutKeeper::eventFilter(QObject* watched, QEvent* event) {
  switch (event->type()) {
    case QEvent::Resize:
      fitSoon();
      break;
    case QEvent::MouseButtonPress:  // what reaches the window itself is meant for the lines between docks
      pressed_ = places();
      break;
    case QEvent::MouseButtonRelease:
      moved_ = moved_ || places() != pressed_;
      if (moved_) {
        store();
      }
      break;
    default:
      break;
  }
  return QObject::eventFilter(watched, event);
}

}  // namespace alidade
