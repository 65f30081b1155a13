// SPDX-License-Identifier: BSD-3-Clause
// Further views of a kind: opening, closing, and what the session says of them.
#include <QMenu>
#include <QMenuBar>

#include "app/gui/actions.h"
#include "app/gui/active_view.h"
#include "app/gui/further_views.h"
#include "app/gui/main_window.h"
#include "app/gui/notice_bar.h"
#include "app/gui/view_dock.h"
#include "views/base/view.h"

namespace alidade {

/// The actions that open another view stand in a menu of their own.
void MainWindow::gatherFurtherActions(QMenu& window_menu) {
  QMenu* further = nullptr;
  for (const ViewSpec& spec : parts_.views) {
    QAction* action = actions_->find(anotherActionId(spec));
    if (!action) {
      continue;
    }
    if (!further) {
      further = new QMenu(tr("Another view"), &window_menu);
      further->setObjectName(QStringLiteral("anotherView"));
      window_menu.insertMenu(action, further);
    }
    window_menu.removeAction(action);
    further->addAction(action);
  }
}

void MainWindow::openAnother(const QString& id) {
  const QString kind = kindOfView(id);
  const QString added = nextViewId(kind, docks_);
  if (added.isEmpty()) {
    notice_->say(NoticeBar::Kind::kWorthKnowing, tr("There are %1 %2 views already; close one of them first.")
                                                     .arg(kMostViewsOfAKind)
                                                     .arg(docks_.at(kind)->windowTitle()));
    return;
  }
  ViewDock* source = docks_.at(id);
  if (source->view()) {
    settings_.views[added] = source->view()->saveState();
  }
  ViewDock* dock = addFurther(added);
  placeBeside(*this, source, dock);
  updateTabs();
  active_->activate(added);
}

ViewDock* MainWindow::addFurther(const QString& id) {
  settings_.further.append(id);
  ViewDock* dock = addDock(id);
  const QString kind = kindOfView(id);
  if (docks_.at(kind)->view() || !specOfView(parts_.views, kind)->heavy) {
    view(id);
  }
  menuBar()->findChild<QMenu*>(QStringLiteral("Window"))->addAction(dock->toggleViewAction());
  return dock;
}

void MainWindow::removeFurther(const QString& id) {
  const auto found = docks_.find(id);
  if (found == docks_.end() || !isFurtherView(id)) {
    return;
  }
  ViewDock* dock = found->second;
  docks_.erase(found);
  forgetDock(settings_.layouts, dock->objectName());
  settings_.views.remove(id);
  QStringList left = furtherViewsOf(settings_.further, parts_.views);
  left.removeAll(id);
  settings_.further = QJsonArray::fromStringList(left);
  removeDockWidget(dock);
  dock->setParent(nullptr);
  dock->deleteLater();
  updateTabs();
}

void MainWindow::setFurtherViews(const QStringList& ids) {
  for (const QString& id : furtherViewsOf(settings_.further, parts_.views)) {
    if (!ids.contains(id)) {
      removeFurther(id);
    }
  }
  for (const QString& id : ids) {
    if (!docks_.contains(id)) {
      addFurther(id)->hide();
    }
  }
}

}  // namespace alidade
