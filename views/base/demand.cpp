// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/demand.h"

#include <algorithm>

#include <QEvent>

#include "views/base/view.h"

namespace alidade {

void Demand::follow(QWidget* viewer, bool interested) {
  const auto [known, is_new] = viewers_.try_emplace(viewer);
  if (is_new) {
    known->second.visible = viewer->isVisible();
    viewer->installEventFilter(this);
    if (const auto* view = qobject_cast<View*>(viewer)) {
      known->second.watched = view->watched();
      connect(view, &View::watchedChanged, this, [this, viewer](bool watched) {
        viewers_[viewer].watched = watched;
        update();
      });
    }
    connect(viewer, &QObject::destroyed, this, [this](QObject* gone) {
      viewers_.erase(gone);
      update();
    });
  }
  known->second.interested = interested;
  update();
}

void Demand::update() {
  const bool wanted = std::any_of(viewers_.begin(), viewers_.end(), [](const auto& entry) {
    return (entry.second.visible || entry.second.watched) && entry.second.interested;
  });
  if (wanted != wanted_) {
    wanted_ = wanted;
    Q_EMIT changed();
  }
}

bool Demand::eventFilter(QObject* watched, QEvent* event) {
  const bool shown = event->type() == QEvent::Show;
  if (shown || event->type() == QEvent::Hide) {
    if (const auto known = viewers_.find(watched); known != viewers_.end()) {
      known->second.visible = shown;
      update();
    }
  }
  return QObject::eventFilter(watched, event);
}

}  // namespace alidade
