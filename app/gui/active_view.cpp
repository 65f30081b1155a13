// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/active_view.h"

#include <utility>

#include <QApplication>
#include <QMouseEvent>

#include "app/gui/view_dock.h"
#include "views/base/view.h"

namespace alidade {

ActiveView::ActiveView(const Docks& docks, QString passive, QObject* parent)
    : QObject(parent), docks_(docks), passive_(std::move(passive)) {
  connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) { follow(now); });
  qApp->installEventFilter(this);
}

View* ActiveView::view() const {
  const auto found = docks_.find(id_);
  return found == docks_.end() ? nullptr : found->second->view();
}

bool ActiveView::seen(const QString& id) const {
  const auto found = docks_.find(id);
  return found != docks_.end() && found->second->isVisible() && !found->second->visibleRegion().isEmpty();
}

void ActiveView::follow(QWidget* widget) {
  for (; widget; widget = widget->parentWidget()) {
    if (const auto* dock = qobject_cast<ViewDock*>(widget)) {
      activate(dock->viewId());
      return;
    }
  }
}

void ActiveView::activate(const QString& id) {
  const auto found = docks_.find(id);
  if (id == id_ || id == passive_ || found == docks_.end()) {
    return;
  }
  if (const auto last = docks_.find(id_); last != docks_.end()) {
    last->second->titleBar().setActive(false);
  }
  const QString now = id;  // `id` may be one of `before_`
  before_.removeAll(now);
  if (!id_.isEmpty()) {
    before_.prepend(id_);
  }
  id_ = now;
  found->second->titleBar().setActive(true);
}

QString ActiveView::largest(bool exportable) const {
  QString best;
  qint64 most = 0;
  for (const auto& [id, dock] : docks_) {
    const qint64 area = qint64{dock->width()} * dock->height();
    if (id != passive_ && area > most && seen(id) &&
        (!exportable || (dock->view() && dock->view()->showsFigure()))) {
      best = id;
      most = area;
    }
  }
  return best;
}

void ActiveView::settle() {
  if (seen(id_)) {
    return;
  }
  for (const QString& id : before_) {
    if (seen(id) && docks_.at(id)->view() && docks_.at(id)->view()->showsFigure()) {
      activate(id);
      return;
    }
  }
  activate(largest(false));
}

QString ActiveView::exportable() const {
  const View* active = view();
  if (active && active->showsFigure()) {
    return id_;
  }
  for (const QString& id : before_) {
    if (seen(id) && docks_.at(id)->view() && docks_.at(id)->view()->showsFigure()) {
      return id;
    }
  }
  const QString shown = largest(true);
  return shown.isEmpty() ? id_ : shown;
}

bool ActiveView::eventFilter(QObject* watched, QEvent* event) {
  // Also what takes no keyboard: title bars, canvases.
  if (event->type() == QEvent::MouseButtonPress) {
    if (auto* widget = qobject_cast<QWidget*>(watched)) {
      follow(widget);
    }
  }
  return QObject::eventFilter(watched, event);
}

}  // namespace alidade
