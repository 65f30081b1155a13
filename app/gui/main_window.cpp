// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/main_window.h"

#include <QApplication>
#include <QLabel>
#include <QMenuBar>
#include <QTimer>
#include <QUndoStack>

#include "app/gui/actions.h"
#include "app/gui/active_view.h"
#include "app/gui/command_palette.h"
#include "app/gui/export_panel.h"
#include "app/gui/focus_ring.h"
#include "app/gui/key_filter.h"
#include "app/gui/layout_keeper.h"
#include "app/gui/notice_bar.h"
#include "app/gui/session_keeper.h"
#include "app/gui/status_bar.h"
#include "app/gui/tool_bar.h"
#include "app/gui/tour.h"
#include "app/gui/view_dock.h"
#include "app/gui/welcome_page.h"
#include "app/gui/widget_rules.h"
#include "app/gui/window_style.h"
#include "core/base/log.h"
#include "views/base/added_style.h"
#include "views/base/frame_filter_model.h"
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
      actions_(new Actions(this, actionTable(parts_.perspectives, parts_.views))),
      system_theme_(systemTheme() == ThemeKind::kDark ? QStringLiteral("dark") : QStringLiteral("light")) {
  setObjectName(QStringLiteral("mainWindow"));
  setAcceptDrops(true);
  setDockNestingEnabled(true);
  setDocumentMode(true);
  setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
  set_log_sink(log_->sink());
  new WidgetRules(this);  // before the first widget is polished
  addStyle(windowStyleSheet);
  setTheme(settings_.theme);
  for (const ActionSpec& spec : actions_->table()) {
    keys_.add(spec.id, QString(spec.menu).remove(QLatin1Char('-')), actions_->find(spec.id), false);
  }
  buildDocks();
  buildMenus();
  addToolBar(new MainToolBar(*actions_, workbench_->session(), this));
  status_ = new MainStatusBar(workbench_->session(), this);
  setStatusBar(status_);
  welcome_ = new WelcomePage(*actions_, this);
  notice_ = new NoticeBar(this, status_);
  session_keeper_ = new SessionKeeper(*this);
  welcome_->setTourOffered(!settings_.tour_taken);
  tour_ = new Tour(*this);
  command_palette_ = new CommandPalette(this);
  new KeyFilter(workbench_->session(), this);
  new FocusRing(this);
  bindActions();
  connectWorkbench();
  connectFiles();
  connectFigures();
  connectRecent();
  updateActions();
  updateTitle();
}

MainWindow::~MainWindow() {
  delete session_keeper_;  // it speaks to all that follows
  // Focus wanders while the docks go.
  delete active_;
  active_ = nullptr;
  // Jobs may still log while they end.
  workbench_->jobs().cancelAll();
  for (const auto& [id, dock] : docks_) {
    delete dock;
  }
  docks_.clear();
  // What goes now still tells of it.
  disconnect(&workbench_->session(), nullptr, this, nullptr);
  disconnect(&workbench_->session().undoStack(), nullptr, this, nullptr);
  workbench_.reset();
  set_log_sink({});
}

View* MainWindow::activeView() const {
  return active_->view();
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
    gatherFurtherActions(*window_menu);
    window_menu->addSeparator();
    for (const auto& [id, dock] : docks_) {
      window_menu->addAction(dock->toggleViewAction());
    }
  }
}

void MainWindow::connectWorkbench() {
  connect(workbench_.get(), &Workbench::datasetOpened, this, [this](const QString& path) {
    if (!workbench_->isSample()) {
      remember(Recent::kDatasets, path);
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
  connect(&workbench_->session().model<FrameFilterModel>(), &FrameFilterModel::filterChanged, this,
          &MainWindow::updateActions);
  connect(&workbench_->session(), &SessionModel::datasetChanged, this, [this] {
    const bool open = workbench_->session().dataset() != nullptr;
    if (open) {
      createHeavyViews();
      layout_->fitSoon();  // they ask for more room than the empty docks did
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
  const bool images = open && !workbench_->showsScenes();
  enable("infer", images);
  enable("infer-unguided", open && workbench_->canSample());
  enable("infer-schedule", workbench_->canSample());
  enable("infer-filtered", workbench_->canInferFiltered());
  enable("infer-tracking", workbench_->canTrack());
  enable("measure-contention", images);
  enable("quantize-look", images);
  enable("detect", open && !images);
  enable("detect-scene", open && !images);
  enable("camera", workbench_->settableCamera() != nullptr);
  enable("swap-results", workbench_->session().resultRun(Run::kB) != 0);
  enable("cancel-jobs", workbench_->jobs().busy());
  enable("leave-queue", workbench_->session().queue().active());
  updateFileActions();
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
}

void MainWindow::changeEvent(QEvent* event) {
  if (event->type() == QEvent::WindowStateChange && actions_) {
    actions_->find(QStringLiteral("full-screen"))->setChecked(isFullScreen());
  }
  QMainWindow::changeEvent(event);
}

}  // namespace alidade
