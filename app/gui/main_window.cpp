// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/main_window.h"

#include <QApplication>
#include <QLabel>
#include <QMenuBar>
#include <QStyle>
#include <QTabBar>
#include <QTimer>

#include "app/gui/actions.h"
#include "app/gui/command_palette.h"
#include "app/gui/export_panel.h"
#include "app/gui/key_filter.h"
#include "app/gui/status_bar.h"
#include "app/gui/tool_bar.h"
#include "app/gui/view_dock.h"
#include "app/gui/welcome_page.h"
#include "app/gui/window_style.h"
#include "core/base/log.h"
#include "views/base/sample_queue.h"
#include "views/base/view.h"
#include "views/browser/browser_view.h"
#include "views/log/log_model.h"

namespace alidade {

MainWindow::MainWindow(AppSettings settings, WindowParts parts, QWidget* parent)
    : QMainWindow(parent),
      parts_(std::move(parts)),
      settings_(std::move(settings)),
      log_(new LogModel(this)),
      workbench_(std::make_unique<Workbench>(parts_.views)),
      actions_(new Actions(this, actionTable(parts_.perspectives))),
      system_theme_(systemTheme() == ThemeKind::kDark ? QStringLiteral("dark") : QStringLiteral("light")) {
  setObjectName(QStringLiteral("mainWindow"));
  setAcceptDrops(true);
  setDockNestingEnabled(true);
  setDocumentMode(true);
  setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
  setMinimumSize(900, 600);
  set_log_sink(log_->sink());
  setTheme(settings_.theme);
  buildDocks();
  buildMenus();
  addToolBar(new MainToolBar(*actions_, workbench_->session(), this));
  status_ = new MainStatusBar(workbench_->session(), this);
  setStatusBar(status_);
  welcome_ = new WelcomePage(*actions_, this);
  welcome_->setRecent(settings_.recent);
  command_palette_ = new CommandPalette(this);
  new KeyFilter(workbench_->session(), this);
  bindActions();
  connectWorkbench();
  connectFigures();
  updateActions();
  updateTitle();
}

MainWindow::~MainWindow() {
  // Jobs may still log while they end.
  workbench_->jobs().cancelAll();
  for (const auto& [id, dock] : docks_) {
    delete dock;
  }
  docks_.clear();
  workbench_.reset();
  set_log_sink({});
}

void MainWindow::buildDocks() {
  for (const ViewSpec& spec : parts_.views) {
    const QString id = QLatin1String(spec.id);
    docks_[id] = new ViewDock(id, tr(spec.title), this);
    if (!spec.heavy) {
      view(id);
    }
  }
  auto* figure = new ViewDock(QStringLiteral("figure"), tr("Figure"), this);
  export_panel_ = new ExportPanel(workbench_->session(), [this] {
    QList<View*> views;
    for (const auto& [id, dock] : docks_) {
      if (dock->view() && dock->view() != export_panel_) {
        views << dock->view();
      }
    }
    return views;
  });
  figure->setView(export_panel_);
  docks_[QStringLiteral("figure")] = figure;
  for (const auto& [id, dock] : docks_) {
    connect(dock, &ViewDock::exportRequested, this, &MainWindow::exportView);
    connect(dock, &ViewDock::copyRequested, this, &MainWindow::copyView);
    connect(dock, &ViewDock::actionRequested, this,
            [this](const QString& action) { actions_->trigger(action); });
    connect(dock, &QDockWidget::dockLocationChanged, this, &MainWindow::updateTabs, Qt::QueuedConnection);
    connect(dock, &QDockWidget::topLevelChanged, this, &MainWindow::updateTabs, Qt::QueuedConnection);
    connect(dock->toggleViewAction(), &QAction::triggered, this, &MainWindow::updateTabs,
            Qt::QueuedConnection);
  }
  connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
    for (QWidget* widget = now; widget; widget = widget->parentWidget()) {
      if (const auto* dock = qobject_cast<ViewDock*>(widget); dock && dock->view() != export_panel_) {
        active_id_ = dock->viewId();
        return;
      }
    }
  });
}

View* MainWindow::view(const QString& id) {
  const auto found = docks_.find(id);
  if (found == docks_.end()) {
    return nullptr;
  }
  ViewDock* dock = found->second;
  for (const ViewSpec& spec : parts_.views) {
    if (!dock->view() && id == QLatin1String(spec.id)) {
      View* made = spec.make({workbench_->session(), workbench_->jobs(), *log_});
      made->restoreState(settings_.views.value(id).toObject());
      dock->setView(made);
    }
  }
  return dock->view();
}

View* MainWindow::activeView() const {
  const auto found = docks_.find(active_id_);
  return found == docks_.end() ? nullptr : found->second->view();
}

void MainWindow::createHeavyViews() {
  for (const ViewSpec& spec : parts_.views) {
    if (spec.heavy) {
      view(QLatin1String(spec.id));
    }
  }
}

void MainWindow::buildMenus() {
  auto* brand = new QLabel(QStringLiteral("Alidade"), menuBar());
  brand->setObjectName(QStringLiteral("brand"));
  menuBar()->setCornerWidget(brand, Qt::TopLeftCorner);
  QMenu* menu = nullptr;
  for (const ActionSpec& spec : actions_->table()) {
    QString name = spec.menu;
    const bool new_group = name.startsWith(QLatin1Char('-'));
    name.remove(QLatin1Char('-'));
    if (!menu || menu->objectName() != name) {
      menu = menuBar()->addMenu(QLatin1Char('&') + name);
      menu->setObjectName(name);
    }
    if (new_group) {
      menu->addSeparator();
    }
    menu->addAction(actions_->find(spec.id));
  }
  if (auto* window_menu = menuBar()->findChild<QMenu*>(QStringLiteral("Window"))) {
    window_menu->addSeparator();
    for (const auto& [id, dock] : docks_) {
      window_menu->addAction(dock->toggleViewAction());
    }
  }
}

void MainWindow::connectWorkbench() {
  connect(workbench_.get(), &Workbench::datasetOpened, this, [this](const QString& path) {
    if (!workbench_->isSample()) {
      settings_.addRecent(path);
      welcome_->setRecent(settings_.recent);
    }
  });
  connect(workbench_.get(), &Workbench::checkpointOpened, this, [this](const QString& path) {
    if (!workbench_->isSample()) {
      settings_.last_checkpoint = path;
    }
    updateActions();
  });
  connect(workbench_.get(), &Workbench::openFailed, this, &MainWindow::showFailure);
  connect(workbench_.get(), &Workbench::runsAsked, this,
          [this] { actions_->trigger(QStringLiteral("perspective-training")); });
  connect(&workbench_->session(), &SessionModel::evidenceChanged, this, &MainWindow::updateActions);
  connect(&workbench_->jobs(), &JobRunner::jobsChanged, this, &MainWindow::updateActions);
  connect(&workbench_->session(), &SessionModel::resultsChanged, this, &MainWindow::updateActions);
  connect(&workbench_->session().queue(), &SampleQueue::changed, this, &MainWindow::updateActions);
  connect(&workbench_->session(), &SessionModel::datasetChanged, this, [this] {
    const bool open = workbench_->session().dataset() != nullptr;
    if (open) {
      createHeavyViews();
    }
    setWelcomeVisible(!open);
    updateActions();
    updateTitle();
  });
  const auto retitle = [this] {
    for (const auto& [id, dock] : docks_) {
      dock->updateTitle();
    }
  };
  connect(&workbench_->session(), &SessionModel::frameChanged, this, retitle, Qt::QueuedConnection);
  connect(&workbench_->session(), &SessionModel::resultsChanged, this, retitle, Qt::QueuedConnection);
  connect(log_, &LogModel::errorCountChanged, status_, &MainStatusBar::setErrorCount);
  connect(status_, &MainStatusBar::errorsClicked, this, [this] {
    docks_.at(QStringLiteral("log"))->show();
    docks_.at(QStringLiteral("log"))->raise();
  });
}

void MainWindow::showFailure(const QString& sentence) {
  welcome_->setError(sentence);
  static_cast<BrowserView*>(view(QStringLiteral("browser")))->showError(sentence);
}

void MainWindow::updateActions() {
  const bool open = workbench_->session().dataset() != nullptr;
  const auto enable = [this](const char* id, bool on) { actions_->find(QLatin1String(id))->setEnabled(on); };
  for (const char* id : {"reload", "next-sample", "previous-sample", "skip-forward", "skip-back",
                         "first-sample", "last-sample", "next-instance"}) {
    enable(id, open);
  }
  const bool shows = open || workbench_->session().hasEvidence();
  enable("export", shows);
  enable("copy-image", shows);
  enable("infer", open);
  enable("infer-unguided", open && workbench_->hasCheckpoint());
  enable("infer-schedule", workbench_->canInfer());
  enable("infer-tracking", workbench_->canTrack());
  enable("swap-results", workbench_->session().resultB() != nullptr);
  enable("cancel-jobs", workbench_->jobs().busy());
  enable("leave-queue", workbench_->session().queue().active());
}

void MainWindow::updateTitle() {
  const auto dataset = workbench_->session().dataset();
  setWindowTitle(dataset ? QString::fromStdString(dataset->name()) + QStringLiteral(" — Alidade")
                         : QStringLiteral("Alidade"));
}

void MainWindow::setTheme(const QString& name) {
  settings_.theme = name;
  const QString& chosen = name == QLatin1String("system") ? system_theme_ : name;
  applyTheme(*qApp, chosen == QLatin1String("dark") ? ThemeKind::kDark : ThemeKind::kLight);
  applyWindowStyle();
}

void MainWindow::applyWindowStyle() {
  const Theme& colors = themeOf(QApplication::palette());
  if (styled_theme_ != colors.name) {
    styled_theme_ = colors.name;
    setStyleSheet(windowStyleSheet(colors));
  }
}

void MainWindow::changeEvent(QEvent* event) {
  if (event->type() == QEvent::WindowStateChange && actions_) {
    actions_->find(QStringLiteral("full-screen"))->setChecked(isFullScreen());
  }
  QMainWindow::changeEvent(event);
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
  for (const ViewSpec& spec : parts_.views) {
    ViewDock* dock = docks_.at(QLatin1String(spec.id));
    const QList<QDockWidget*> others = tabifiedDockWidgets(dock);
    QList<QDockWidget*> group;
    for (const ViewSpec& member : parts_.views) {
      ViewDock* candidate = docks_.at(QLatin1String(member.id));
      if (candidate == dock || others.contains(candidate)) {
        group << candidate;
      }
    }
    dock->titleBar().setTabs(group);
  }
}

}  // namespace alidade
