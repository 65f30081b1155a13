// SPDX-License-Identifier: BSD-3-Clause
// The window's docks: one for each view of the table, and further ones that the user opens.
#include <QStyle>
#include <QTabBar>

#include "app/gui/actions.h"
#include "app/gui/active_view.h"
#include "app/gui/export_panel.h"
#include "app/gui/further_views.h"
#include "app/gui/layout_keeper.h"
#include "app/gui/main_window.h"
#include "app/gui/notice_bar.h"
#include "app/gui/view_dock.h"
#include "views/base/color_map_action.h"
#include "views/base/view.h"

namespace alidade {

void MainWindow::buildDocks() {
  const auto build = [this](const QString& id) {
    if (ViewDock* dock = addDock(id); !specOfView(parts_.views, id)->heavy) {
      view(dock->viewId());
    }
  };
  for (const ViewSpec& spec : parts_.views) {
    build(QLatin1String(spec.id));
  }
  const QStringList further = furtherViewsOf(settings_.further, parts_.views);
  settings_.further = QJsonArray::fromStringList(further);
  for (const QString& id : further) {
    build(id);
  }
  auto* figure = new ViewDock(QStringLiteral("figure"), tr("Figure"), this);
  export_panel_ = new ExportPanel(workbench_->session(), [this] { return offeredViews(); });
  figure->setView(export_panel_);
  docks_[QStringLiteral("figure")] = figure;
  connectDock(*figure);
  active_ = new ActiveView(docks_, QStringLiteral("figure"), this);
  layout_ = new LayoutKeeper(*this, docks_, settings_.layouts);
}

ViewDock* MainWindow::addDock(const QString& id) {
  const ViewSpec& spec = *specOfView(parts_.views, id);
  const QString kind = tr(spec.title);
  auto* dock = new ViewDock(id, isFurtherView(id) ? tr("%1 %2").arg(kind).arg(numberOfView(id)) : kind, this);
  if (isFurtherView(id)) {
    dock->setFurther();
    // Queued: the dock is in the middle of being closed. With the window its docks are closed too, which ends
    // nothing.
    connect(
        dock, &ViewDock::closed, this,
        [this](const QString& closed) {
          if (isVisible()) {
            removeFurther(closed);
          }
        },
        Qt::QueuedConnection);
  }
  if (spec.several) {
    dock->offerAnother(tr("Another %1").arg(kind));
    connect(dock, &ViewDock::anotherRequested, this, &MainWindow::openAnother);
  }
  docks_[id] = dock;
  connectDock(*dock);
  return dock;
}

void MainWindow::connectDock(const ViewDock& dock) {
  connect(&dock, &ViewDock::exportRequested, this, &MainWindow::exportView);
  connect(&dock, &ViewDock::copyRequested, this, &MainWindow::copyView);
  // Queued: raising the other dock rebuilds the button that was clicked.
  connect(
      &dock.titleBar(), &DockTitle::tabChosen, this,
      [this](QDockWidget* chosen) {
        chosen->raise();
        active_->activate(static_cast<ViewDock*>(chosen)->viewId());
      },
      Qt::QueuedConnection);
  connect(&dock, &ViewDock::actionRequested, this,
          [this](const QString& action) { actions_->trigger(action); });
  connect(&dock, &QDockWidget::dockLocationChanged, this, &MainWindow::updateTabs, Qt::QueuedConnection);
  connect(&dock, &QDockWidget::topLevelChanged, this, &MainWindow::updateTabs, Qt::QueuedConnection);
  connect(dock.toggleViewAction(), &QAction::triggered, this, &MainWindow::updateTabs, Qt::QueuedConnection);
}

View* MainWindow::view(const QString& id) {
  const auto found = docks_.find(id);
  if (found == docks_.end()) {
    return nullptr;
  }
  ViewDock* dock = found->second;
  const ViewSpec* spec = specOfView(parts_.views, id);
  if (!dock->view() && spec) {
    View* made = spec->make({workbench_->session(), workbench_->jobs(), *log_});
    made->restoreState(settings_.views.value(id).toObject());
    dock->setView(made);
    adoptKeys(*made, isFurtherView(id));
    for (const ColorMapAction* colors : made->findChildren<ColorMapAction*>()) {
      connect(colors, &ColorMapAction::said, this, [this](const QString& sentence, bool problem) {
        notice_->say(problem ? NoticeBar::Kind::kProblem : NoticeBar::Kind::kWorthKnowing, sentence);
      });
    }
  }
  return dock->view();
}

void MainWindow::adoptKeys(const View& view, bool further) {
  for (QAction* action : view.viewActions()) {
    if (action->menu()) {
      continue;  // it has entries, and does nothing itself
    }
    const QString id = view.id() + QLatin1Char('/') + action->text().remove(QLatin1Char('&'));
    if (further) {
      keys_.follow(id, action);
    } else {
      keys_.add(id, view.title(), action, action->shortcutContext() == Qt::WidgetWithChildrenShortcut);
    }
  }
}

std::vector<OfferedView> MainWindow::offeredViews() const {
  std::vector<OfferedView> views;
  for (const auto& [id, dock] : docks_) {
    if (dock->view() && dock->view() != export_panel_) {
      views.push_back({id, dock->windowTitle(), dock->view()});
    }
  }
  return views;
}

void MainWindow::createHeavyViews() {
  for (const auto& [id, dock] : docks_) {
    if (const ViewSpec* spec = specOfView(parts_.views, id); spec && spec->heavy) {
      view(id);
    }
  }
}

/// Docks that share a place show each other's names in their title bars; Qt's own row of tabs is shrunk to
/// nothing, so that there is one bar and not two.
void MainWindow::updateTabs() {
  for (QTabBar* bar : findChildren<QTabBar*>(QString(), Qt::FindDirectChildrenOnly)) {
    if (bar->objectName() != QLatin1String("dockTabs")) {
      bar->setObjectName(QStringLiteral("dockTabs"));
      bar->setDrawBase(false);
      bar->setFocusPolicy(Qt::NoFocus);
      bar->style()->unpolish(bar);
      bar->style()->polish(bar);
    }
  }
  const QList<ViewDock*> docks = docksInOrder();
  for (ViewDock* dock : docks) {
    const QList<QDockWidget*> others = tabifiedDockWidgets(dock);
    QList<QDockWidget*> group;
    for (ViewDock* candidate : docks) {
      if (candidate == dock || others.contains(candidate)) {
        group << candidate;
      }
    }
    dock->titleBar().setTabs(group);
  }
  notice_->raise();  // above docks that came to the front
  layout_->store();
  active_->settle();
}

/// In the order of the table, further ones behind the first of their kind; without the figure.
QList<ViewDock*> MainWindow::docksInOrder() const {
  QList<ViewDock*> docks;
  for (const ViewSpec& spec : parts_.views) {
    for (const auto& [id, dock] : docks_) {
      if (kindOfView(id) == QLatin1String(spec.id)) {
        docks << dock;
      }
    }
  }
  return docks;
}

}  // namespace alidade
