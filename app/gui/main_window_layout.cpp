// SPDX-License-Identifier: BSD-3-Clause
// The window's life: showing, laying out, dropping files on it, closing.
#include <cstdlib>

#include <QApplication>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QScreen>
#include <QTimer>
#include <QToolBar>

#include "app/gui/actions.h"
#include "app/gui/active_view.h"
#include "app/gui/layout_keeper.h"
#include "app/gui/main_window.h"
#include "app/gui/status_bar.h"
#include "app/gui/view_dock.h"
#include "app/gui/welcome_page.h"
#include "core/base/log.h"
#include "views/base/view.h"

namespace alidade {
namespace {

constexpr int kStopMilliseconds = 10000;
constexpr int kHardCloseMilliseconds = 5000;
constexpr int kPollMilliseconds = 50;
constexpr QSize kDefaultSize(1600, 1000);
constexpr QSize kLeastSize(900, 600);

}  // namespace

void MainWindow::open(const QSize& size) {
  setMinimumSize(size.isValid() ? kLeastSize
                                : firstWindowSize(kLeastSize, screen()->availableGeometry().size()));
  if (size.isValid()) {
    resize(size);
  } else if (settings_.geometry.isEmpty() || !restoreGeometry(settings_.geometry)) {
    openFirst();
  } else if (!isMaximized() && !isFullScreen()) {
    resize(firstWindowSize(this->size(), screen()->availableGeometry().size()));  // the screen may be another one
  }
  show();
  pullOntoScreen(*this, docks_);
  if (!findPerspective(parts_.perspectives, settings_.perspective)) {
    settings_.perspective = QLatin1String(parts_.perspectives.front().id);
  }
  applyLayout();
}

void MainWindow::openFirst() {
  const QRect room = screen()->availableGeometry();
  resize(firstWindowSize(kDefaultSize, room.size()));
  if (size() != kDefaultSize) {
    // The frame around the window takes room too; maximized, the desktop sees to that.
    move(room.topLeft());
    setWindowState(windowState() | Qt::WindowMaximized);
  }
}

void MainWindow::applyLayout() {
  for (const Perspective& one : parts_.perspectives) {
    actions_->find(QStringLiteral("perspective-") + QLatin1String(one.id))
        ->setChecked(settings_.perspective == QLatin1String(one.id));
  }
  const Perspective& perspective = *findPerspective(parts_.perspectives, settings_.perspective);
  layout_->apply(perspective);
  pullOntoScreen(*this, docks_);
  updateTabs();
  if (!perspective.needs_dataset) {
    setWelcomeVisible(false);
  }
  placeWelcome();
}

void MainWindow::setPerspective(const QString& id) {
  if (!findPerspective(parts_.perspectives, id)) {
    return;
  }
  if (id != settings_.perspective) {
    layout_->store();
    settings_.perspective = id;
  }
  applyLayout();
}

void MainWindow::placeWelcome() {
  int top = menuBar()->geometry().bottom() + 1;
  for (const QToolBar* bar : findChildren<QToolBar*>(QString(), Qt::FindDirectChildrenOnly)) {
    top = std::max(top, bar->geometry().bottom() + 1);
  }
  const int bottom = status_->geometry().top();
  welcome_->setGeometry(0, top, width(), bottom - top);
  welcome_->raise();
}

bool MainWindow::welcomeVisible() const {
  return !welcome_->isHidden();
}

void MainWindow::setWelcomeVisible(bool visible) {
  welcome_->setVisible(visible);
  if (visible) {
    placeWelcome();
  }
}

void MainWindow::resizeEvent(QResizeEvent* event) {
  QMainWindow::resizeEvent(event);
  placeWelcome();
}

void MainWindow::showEvent(QShowEvent* event) {
  QMainWindow::showEvent(event);
  placeWelcome();
}

void MainWindow::paintEvent(QPaintEvent* event) {
  QMainWindow::paintEvent(event);
  if (!painted_) {
    painted_ = true;
    QTimer::singleShot(0, this, &MainWindow::firstPainted);
  }
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  for (const QUrl& url : event->mimeData()->urls()) {
    if (url.isLocalFile()) {
      event->acceptProposedAction();
    }
  }
}

void MainWindow::dropEvent(QDropEvent* event) {
  for (const QUrl& url : event->mimeData()->urls()) {
    if (url.isLocalFile()) {
      workbench_->openPath(url.toLocalFile());
    }
  }
  event->acceptProposedAction();
}

void MainWindow::saveSettings() {
  static_cast<void>(sessionState());
  for (const QString& problem : settings_.save()) {
    log_warning("settings", problem.toStdString());
  }
}

static MainWindow::CloseChoice askClose(QWidget* window) {
  QMessageBox box(QMessageBox::Question, QObject::tr("Close Alidade"),
                  QObject::tr("A job is still running. Wait for it, or stop it and close?"),
                  QMessageBox::NoButton, window);
  box.setTextFormat(Qt::PlainText);
  const auto* wait = box.addButton(QObject::tr("Wait, then close"), QMessageBox::AcceptRole);
  const auto* stop = box.addButton(QObject::tr("Stop and close"), QMessageBox::DestructiveRole);
  auto* stay = box.addButton(QObject::tr("Stay"), QMessageBox::RejectRole);
  box.setEscapeButton(stay);
  box.exec();
  return box.clickedButton() == wait   ? MainWindow::CloseChoice::kWait
         : box.clickedButton() == stop ? MainWindow::CloseChoice::kStop
                                       : MainWindow::CloseChoice::kStay;
}

void MainWindow::closeEvent(QCloseEvent* event) {
  saveSettings();
  if (!workbench_->jobs().busy()) {
    event->setAccepted(mayClose());
    return;
  }
  event->ignore();
  if (stop_requested_.isValid() && stop_requested_.elapsed() < kHardCloseMilliseconds) {
    std::_Exit(EXIT_FAILURE);  // asked twice: settings are on disk, the job is not worth more waiting
  }
  const CloseChoice choice = ask_close_ ? ask_close_() : askClose(this);
  if (choice == CloseChoice::kStay) {
    closing_ = false;
    return;
  }
  if (choice == CloseChoice::kStop) {
    stop_requested_.start();
    workbench_->jobs().cancelAll();
  }
  if (!closing_) {
    closing_ = true;
    closeWhenIdle();
  }
}

void MainWindow::closeWhenIdle() {
  if (!closing_) {
    return;
  }
  if (!workbench_->jobs().busy()) {
    close();
    return;
  }
  if (stop_requested_.isValid() && stop_requested_.elapsed() > kStopMilliseconds) {
    std::_Exit(EXIT_FAILURE);
  }
  QTimer::singleShot(kPollMilliseconds, this, &MainWindow::closeWhenIdle);
}

}  // namespace alidade
