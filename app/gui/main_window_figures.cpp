// SPDX-License-Identifier: BSD-3-Clause
// An exported figure that is opened shows its view again.
#include <QFileDialog>
#include <QMessageBox>

#include "app/cli/command.h"
#include "app/gui/figure_restorer.h"
#include "app/gui/active_view.h"
#include "app/gui/main_window.h"
#include "app/gui/status_bar.h"
#include "app/gui/view_dock.h"
#include "core/base/log.h"
#include "views/base/view.h"

namespace alidade {
namespace {

constexpr int kNoteMilliseconds = 10000;

/// Says what is missing and lets the user choose it; empty when there is none.
QString askForFile(QWidget* window, const QString& sentence, bool folder) {
  QMessageBox box(QMessageBox::Question, QObject::tr("Open figure"), sentence,
                  QMessageBox::Open | QMessageBox::Cancel, window);
  box.setTextFormat(Qt::PlainText);
  if (box.exec() != QMessageBox::Open) {
    return {};
  }
  return folder ? QFileDialog::getExistingDirectory(window, QObject::tr("Open dataset"))
                : QFileDialog::getOpenFileName(window, QObject::tr("Open checkpoint"), {},
                                               QObject::tr("Checkpoints (*.safetensors)"));
}

}  // namespace

void MainWindow::connectFigures() {
  FigureRestorer::Surroundings around;
  around.view = [this](const QString& id) { return view(id); };
  around.bring_forward = [this](const QString& id) {
    ViewDock* dock = docks_.at(id);
    dock->show();
    dock->raise();
    active_->activate(id);
  };
  around.datasets = [this] {
    return settings_.recent + QStringList{QString::fromStdString(share_path("datasets/tabletop-mini"))};
  };
  around.checkpoints = [this] {
    QStringList files{QString::fromStdString(share_path("resources/checkpoints/demo.safetensors"))};
    if (!settings_.last_checkpoint.isEmpty()) {
      files.prepend(settings_.last_checkpoint);
    }
    return files;
  };
  around.ask = [this](const QString& sentence, bool folder) {
    return ask_file_ ? ask_file_(sentence, folder) : askForFile(this, sentence, folder);
  };
  auto* restorer = new FigureRestorer(*workbench_, std::move(around), this);
  connect(restorer, &FigureRestorer::failed, this, &MainWindow::showFailure);
  connect(restorer, &FigureRestorer::restored, this, [this](const QString& sentence) {
    setWelcomeVisible(false);
    if (!sentence.isEmpty()) {
      log_warning("figure", sentence.toStdString());
      status_->showMessage(sentence, kNoteMilliseconds);
    }
  });
  workbench_->setFigureOpener([restorer](const QString& path) { return restoreFigure(*restorer, path); });
}

}  // namespace alidade
