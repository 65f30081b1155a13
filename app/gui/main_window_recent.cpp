// SPDX-License-Identifier: BSD-3-Clause
// What was opened lately, and what a view is set to on its way through the clipboard.
#include <QApplication>
#include <QClipboard>
#include <QFileInfo>
#include <QMenu>
#include <QMenuBar>

#include "app/gui/actions.h"
#include "app/gui/active_view.h"
#include "app/gui/further_views.h"
#include "app/gui/main_window.h"
#include "app/gui/native_path.h"
#include "app/gui/notice_bar.h"
#include "app/gui/session_keeper.h"
#include "app/gui/view_dock.h"
#include "app/gui/view_state_text.h"
#include "app/gui/welcome_page.h"
#include "views/base/view.h"

namespace alidade {
namespace {

/// Copies that the program keeps for itself are no files of the user's.
bool isOwnCopy(const std::filesystem::path& file) {
  return file.parent_path() == SessionKeeper::folder() / "runs" ||
         file.parent_path() == Workbench::recoveryFolder();
}

}  // namespace

void MainWindow::connectRecent() {
  QMenu& file_menu = *menuBar()->findChild<QMenu*>(QStringLiteral("File"));
  recent_ = new RecentMenus(file_menu, actions_->find(QStringLiteral("try-sample")), this);
  connect(recent_, &RecentMenus::chosen, this, &MainWindow::openRecent);
  connect(welcome_, &WelcomePage::recentChosen, this, &MainWindow::openRecent);
  connect(recent_, &RecentMenus::cleared, this, [this](Recent kind) {
    recentList(kind).clear();
    showRecent(kind);
  });
  connect(&workbench_->files(), &RunFiles::resultOpened, this, [this](int run) {
    const HeldRuns::Entry* entry = workbench_->session().runs().find(run);
    if (entry && !entry->file.empty() && !isOwnCopy(entry->file)) {
      remember(Recent::kResults, pathOfBytes(entry->file.string()));
    }
  });
  const auto remember_session = [this](const QString& path) { remember(Recent::kSessions, path); };
  connect(session_keeper_, &SessionKeeper::read, this, remember_session);
  connect(session_keeper_, &SessionKeeper::saved, this, remember_session);
  for (const Recent kind : kRecentKinds) {
    showRecent(kind);
  }
}

QStringList& MainWindow::recentList(Recent kind) {
  return kind == Recent::kDatasets  ? settings_.recent
         : kind == Recent::kResults ? settings_.recent_results
                                    : settings_.recent_sessions;
}

void MainWindow::remember(Recent kind, const QString& path) {
  AppSettings::remember(recentList(kind), path);
  showRecent(kind);
}

void MainWindow::showRecent(Recent kind) {
  recent_->set(kind, recentList(kind));
  welcome_->setRecent(kind, recentList(kind));
}

void MainWindow::openRecent(Recent kind, const QString& path) {
  switch (kind) {
    case Recent::kDatasets:
      workbench_->openDataset(path);
      break;
    case Recent::kResults:
      workbench_->openPath(path);
      break;
    case Recent::kSessions:
      session_keeper_->open(path);
      break;
  }
}

QString MainWindow::titleOf(const QString& view_id) const {
  const auto found = docks_.find(view_id);
  return found == docks_.end() ? view_id : found->second->windowTitle();
}

void MainWindow::copyViewState() {
  const View* view = activeView();
  if (!view || view->saveState().isEmpty()) {
    notice_->say(NoticeBar::Kind::kWorthKnowing,
                 view ? tr("The view %1 has nothing that could be set.").arg(titleOf(active_->id()))
                      : tr("No view is active: click one first."));
    return;
  }
  QApplication::clipboard()->setText(viewStateText({view->id(), view->saveState()}));
}

void MainWindow::pasteViewState() {
  View* view = activeView();
  const auto pasted = viewStateOf(QApplication::clipboard()->text());
  if (!pasted) {
    notice_->say(NoticeBar::Kind::kProblem, QString::fromStdString(pasted.error().message));
  } else if (!view) {
    notice_->say(NoticeBar::Kind::kWorthKnowing, tr("No view is active: click one first."));
  } else if (view->id() != pasted->kind) {
    notice_->say(
        NoticeBar::Kind::kProblem,
        tr("The clipboard holds the state of a view of the kind %1, and the active view is %2: click a "
           "view of that kind first.")
            .arg(titleOf(pasted->kind).left(60), titleOf(active_->id())));
  } else {
    view->restoreState(pasted->state);
  }
}

}  // namespace alidade
