// SPDX-License-Identifier: BSD-3-Clause
// What the window's actions do; the table of actions is in actions.cpp.
#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QVBoxLayout>

#include "app/cli/command.h"
#include "app/gui/actions.h"
#include "app/gui/active_view.h"
#include "app/gui/camera_dialog.h"
#include "app/gui/command_palette.h"
#include "app/gui/export_panel.h"
#include "app/gui/further_views.h"
#include "app/gui/help_dialogs.h"
#include "app/gui/keyboard_dialog.h"
#include "app/gui/layout_keeper.h"
#include "app/gui/main_window.h"
#include "app/gui/tour.h"
#include "app/gui/view_dock.h"
#include "app/gui/welcome_page.h"
#include "views/base/sample_queue.h"
#include "views/base/search_field.h"
#include "views/base/table_search.h"
#include "views/base/training_model.h"
#include "views/base/view.h"

namespace alidade {
namespace {

constexpr int kFar = 1 << 30;  // steps stop at both ends

/// An action, or in place of one with a menu what stands there.
void addEntries(QAction* action, const QString& group, std::vector<PaletteEntry>& entries) {
  if (!action->menu()) {
    entries.push_back({action, group});
    return;
  }
  for (QAction* option : action->menu()->actions()) {
    if (!option->isSeparator() && option->isVisible()) {
      entries.push_back({option, group + QStringLiteral(": ") + action->text()});
    }
  }
}

}  // namespace

void MainWindow::bindActions() {
  const auto bind = [this](const char* id, std::function<void()> run) {
    actions_->bind(QLatin1String(id), std::move(run));
  };
  bind("open-dataset", [this] { chooseDataset(); });
  bind("open-checkpoint", [this] { chooseCheckpoint(); });
  bind("open-runs", [this] { chooseRuns(); });
  bind("try-sample", [this] { workbench_->trySample(); });
  bind("try-contention", [this] { workbench_->tryContention(); });
  bind("try-quantization", [this] { workbench_->tryQuantization(); });
  bind("try-kernels", [this] { workbench_->tryKernels(); });
  bind("reload", [this] { workbench_->reload(); });
  bind("camera", [this] { tellCamera(); });
  bind("quit", [this] { close(); });
  bind("copy-image", [this] { copyView(active_->id()); });
  bind("copy-state", [this] { copyViewState(); });
  bind("paste-state", [this] { pasteViewState(); });
  bind("swap-results", [this] { workbench_->session().swapResults(); });
  bind("infer", [this] {
    if (!workbench_->hasCheckpoint()) {
      chooseCheckpoint();
    }
    workbench_->inferGuided();
  });
  bind("infer-unguided", [this] { workbench_->inferUnguided(); });
  bind("infer-schedule", [this] { workbench_->inferSchedule(); });
  bind("infer-filtered", [this] { workbench_->inferFiltered(); });
  bind("infer-tracking", [this] { workbench_->inferTracking(); });
  bind("cancel-jobs", [this] { workbench_->jobs().cancelAll(); });
  bind("find", [this] { find(); });
  bind("export", [this] { exportView(active_->exportable()); });
  bind("command-palette", [this] { command_palette_->open(allCommands(true)); });
  bind("cheat-sheet", [this] { makeCheatSheet(allCommands(false), this)->open(); });
  bind("tour", [this] {
    settings_.tour_taken = true;
    welcome_->setTourOffered(false);
    tour_->start();
  });
  bind("keyboard", [this] {
    auto* dialog = new KeyboardDialog(keys_, this);
    connect(dialog, &QDialog::finished, this, &MainWindow::saveSettings);
    dialog->open();
  });
  bind("about", [this] { makeAboutDialog(this)->open(); });
  bindSampleActions();
  bindWindowActions();
  bindFileActions();
}

void MainWindow::bindSampleActions() {
  SessionModel& session = workbench_->session();
  const auto step = [this, &session](const char* id, int delta) {
    actions_->bind(QLatin1String(id), [&session, delta] { session.step(delta); });
  };
  step("next-sample", 1);
  step("previous-sample", -1);
  step("skip-forward", 10);
  step("skip-back", -10);
  step("first-sample", -kFar);
  step("last-sample", kFar);
  actions_->bind(QStringLiteral("leave-queue"), [&session] { session.queue().clear(); });
  actions_->bind(QStringLiteral("next-instance"), [&session] {
    const auto frame = session.frame();
    if (!frame || frame->instances.empty()) {
      return;
    }
    std::size_t next = 0;
    for (std::size_t i = 0; i < frame->instances.size(); ++i) {
      if (session.selection().instance == frame->instances[i].index) {
        next = (i + 1) % frame->instances.size();
      }
    }
    session.selectInstance(frame->instances[next].index);
  });
}

void MainWindow::bindWindowActions() {
  const auto bind = [this](const char* id, std::function<void()> run) {
    actions_->bind(QLatin1String(id), std::move(run));
  };
  bind("toggle-theme", [this] {
    const bool dark = themeOf(QApplication::palette()).dark;
    setTheme(dark ? QStringLiteral("light") : QStringLiteral("dark"));
  });
  bind("full-screen", [this] { isFullScreen() ? showNormal() : showFullScreen(); });
  for (const Perspective& perspective : parts_.perspectives) {
    const QString id = QLatin1String(perspective.id);
    actions_->bind(QStringLiteral("perspective-") + id, [this, id] { setPerspective(id); });
  }
  for (const ViewSpec& spec : parts_.views) {
    if (spec.several) {
      const QString kind = QLatin1String(spec.id);
      actions_->bind(anotherActionId(spec),
                     [this, kind] { openAnother(kindOfView(active_->id()) == kind ? active_->id() : kind); });
    }
  }
  bind("dock-all", [this] { dockAll(docks_); });
  bind("reset-layout", [this] {
    setFurtherViews({});
    layout_->reset();
    applyLayout();
  });
}

std::vector<PaletteEntry> MainWindow::allCommands(bool further) const {
  std::vector<PaletteEntry> entries;
  const auto& table = actions_->table();
  for (std::size_t i = 0; i < table.size(); ++i) {
    entries.push_back({actions_->all()[i], QString(table[i].menu).remove(QLatin1Char('-'))});
  }
  for (const Recent kind : kRecentKinds) {
    for (QAction* action : recent_->entries(kind)) {
      entries.push_back({action, recentTitle(kind)});
    }
  }
  for (const auto& [id, dock] : docks_) {
    if (dock->view() && (further || !isFurtherView(id))) {
      for (QAction* action : dock->view()->viewActions()) {
        addEntries(action, dock->windowTitle(), entries);
      }
    }
    entries.push_back({dock->toggleViewAction(), tr("Show or hide")});
  }
  return entries;
}

void MainWindow::find() {
  const auto field_of = [](const View* view) {
    return view ? searchFieldIn(*view, QApplication::focusWidget()) : nullptr;
  };
  ViewDock* browser = docks_.at(QStringLiteral("browser"));
  if (SearchField* field = field_of(active_->view())) {
    field->open();
  } else if (SearchField* frames = field_of(browser->view()); frames && browser->isVisible()) {
    browser->raise();
    frames->open();
  } else {
    actions_->trigger(QStringLiteral("command-palette"));
  }
}

void MainWindow::chooseDataset() {
  const QString start = settings_.recent.isEmpty() ? QString() : settings_.recent.front();
  const QString path = QFileDialog::getExistingDirectory(this, tr("Open dataset"), start);
  if (!path.isEmpty()) {
    workbench_->openDataset(path);
  }
}

void MainWindow::chooseCheckpoint() {
  const QString start = settings_.last_checkpoint.isEmpty()
                            ? QString::fromStdString(share_path("resources/checkpoints"))
                            : settings_.last_checkpoint;
  const QString path =
      QFileDialog::getOpenFileName(this, tr("Open checkpoint"), start, tr("Checkpoints (*.safetensors)"));
  if (!path.isEmpty()) {
    workbench_->openCheckpoint(path);
  }
}

void MainWindow::tellCamera() {
  const CameraSettable* settable = workbench_->settableCamera();
  if (!settable) {
    return;
  }
  auto* dialog = new CameraDialog(
      settable->camera_settings(),
      [this](const CameraSettings& settings, bool save) { workbench_->setCamera(settings, save); }, this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->open();
}

void MainWindow::chooseRuns() {
  const auto& runs = workbench_->session().model<TrainingModel>().runs();
  const QString start = runs.empty() ? QString() : QFileInfo(runs.back().path).path();
  const QString path = QFileDialog::getExistingDirectory(this, tr("Open training runs"), start);
  if (!path.isEmpty()) {
    workbench_->openRuns({path});
  }
}

void MainWindow::exportView(const QString& view_id) {
  auto* dialog = new QDialog(this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(tr("Export view"));
  auto* panel = new ExportPanel(
      workbench_->session(), [this] { return offeredViews(); }, dialog);
  auto* layout = new QVBoxLayout(dialog);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(panel);
  dialog->resize(920, 520);
  dialog->open();
  panel->chooseView(view_id);
}

void MainWindow::copyView(const QString& view_id) {
  const auto found = docks_.find(view_id);
  if (found != docks_.end() && found->second->view()) {
    static_cast<void>(found->second->view()->figure());  // what is on its way is seen too
    QApplication::clipboard()->setPixmap(found->second->view()->grab());
  }
}

}  // namespace alidade
