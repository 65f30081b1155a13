// SPDX-License-Identifier: BSD-3-Clause
// The window's files: opening and saving results, sessions, undoing, and what is asked before it closes.
#include <QDir>
#include <QFileInfo>
#include <QInputDialog>
#include <QUndoStack>

#include "app/gui/actions.h"
#include "app/gui/contention_measurer.h"
#include "app/gui/further_views.h"
#include "app/gui/layout_keeper.h"
#include "app/gui/main_window.h"
#include "app/gui/measure_dialog.h"
#include "app/gui/native_path.h"
#include "app/gui/notice_bar.h"
#include "app/gui/quantize_dialog.h"
#include "app/gui/quantized_looker.h"
#include "app/gui/room_detector.h"
#include "app/gui/session_keeper.h"
#include "app/gui/view_dock.h"
#include "views/base/view.h"
#include "views/predictions/prediction_cells.h"

namespace alidade {
namespace {

QString resultFilter() {
  return QObject::tr("Results, histories of contention and shared kernels (*.npz *.csv);;Schedules, branch accuracies and quantization sweeps "
                     "(*.json);;All files (*)");
}

}  // namespace

void MainWindow::bindFileActions() {
  questions_ = dialogQuestions(this);
  measurer_ = new ContentionMeasurer(*workbench_, this);
  looker_ = new QuantizedLooker(*workbench_, this);
  detector_ = new RoomDetector(*workbench_, this);
  connect(detector_, &RoomDetector::failed, this,
          [this](const QString& sentence) { notice_->say(NoticeBar::Kind::kProblem, sentence); });
  connect(detector_, &RoomDetector::headAsked, this, &MainWindow::askHead);
  connect(detector_, &RoomDetector::said, this,
          [this](const QString& sentence) { notice_->say(NoticeBar::Kind::kWorthKnowing, sentence); });
  connect(looker_, &QuantizedLooker::looked, this, &MainWindow::showLooked);
  QUndoStack& undo = workbench_->session().undoStack();
  actions_->bind(QStringLiteral("open-result"), [this] {
    const QString path = questions_.open_file(tr("Open result"), settings_.result_folder, resultFilter());
    if (!path.isEmpty()) {
      settings_.result_folder = QFileInfo(path).path();
      workbench_->openPath(path);
    }
  });
  actions_->bind(QStringLiteral("save-result"),
                 [this] { saveResult(workbench_->session().resultRun(Run::kA)); });
  actions_->bind(QStringLiteral("open-session"), [this] {
    const QString path =
        questions_.open_file(tr("Open session"), settings_.result_folder, tr("Sessions (*.json);;All files (*)"));
    if (!path.isEmpty()) {
      session_keeper_->open(path);
    }
  });
  actions_->bind(QStringLiteral("save-session"), [this] {
    const QString start = QDir(settings_.result_folder).filePath(QStringLiteral("session.json"));
    const QString path = questions_.save_file(tr("Save session as"), start, tr("Sessions (*.json)"));
    if (!path.isEmpty()) {
      session_keeper_->save(path);
    }
  });
  actions_->bind(QStringLiteral("measure-contention"), [this] { measureContention(); });
  actions_->bind(QStringLiteral("quantize-look"), [this] { quantizeAndLook(); });
  actions_->bind(QStringLiteral("try-rooms"), [this] { detector_->trySample(); });
  actions_->bind(QStringLiteral("open-scenes"), [this] {
    const QString path = questions_.open_file(
        tr("Open indoor scenes"), settings_.recent.isEmpty() ? QString() : settings_.recent.front(),
        tr("Indoor scenes (*.pkl *.toml *.bin);;All files (*)"));
    if (!path.isEmpty()) {
      workbench_->openDataset(path);
    }
  });
  for (const bool whole : {true, false}) {
    actions_->bind(whole ? QStringLiteral("detect") : QStringLiteral("detect-scene"), [this, whole] {
      if (!workbench_->detector()) {
        chooseCheckpoint();
      }
      detector_->detect(whole);
    });
  }
  connect(workbench_.get(), &Workbench::datasetOpened, this, [this] {
    if (workbench_->showsScenes()) {
      actions_->trigger(QStringLiteral("perspective-rooms"));
    }
  });
  actions_->bind(QStringLiteral("undo"), [&undo] { undo.undo(); });
  actions_->bind(QStringLiteral("redo"), [&undo] { undo.redo(); });
}

void MainWindow::connectFiles() {
  const auto say = [this](NoticeBar::Kind kind) {
    return [this, kind](const QString& sentence) { notice_->say(kind, sentence); };
  };
  Workbench& bench = *workbench_;
  connect(&bench, &Workbench::failed, this, say(NoticeBar::Kind::kProblem));
  connect(&bench, &Workbench::openFailed, this, say(NoticeBar::Kind::kProblem));
  connect(&bench, &Workbench::said, this, say(NoticeBar::Kind::kWorthKnowing));
  connect(&bench, &Workbench::scheduleAsked, this, [this] { actions_->trigger(QStringLiteral("perspective-lab")); });
  connect(&bench.files(), &RunFiles::contentionOpened, this,
          [this] { actions_->trigger(QStringLiteral("perspective-contention")); });
  connect(&bench.files(), &RunFiles::sweepOpened, this,
          [this] { actions_->trigger(QStringLiteral("perspective-quantization")); });
  connect(&bench.files(), &RunFiles::kernelsOpened, this,
          [this] { actions_->trigger(QStringLiteral("perspective-kernels")); });
  connect(&bench, &Workbench::sessionAsked, session_keeper_, &SessionKeeper::open);
  connect(&bench.session(), &SessionModel::saveAsked, this, &MainWindow::saveResult);
  connect(&bench.session(), &SessionModel::runsChanged, this, &MainWindow::updateFileActions);
  connect(&bench.session().undoStack(), &QUndoStack::indexChanged, this, &MainWindow::updateFileActions);
}

void MainWindow::measureContention() {
  const auto dataset = workbench_->session().dataset();
  if (!dataset) {
    return;
  }
  auto* dialog = new MeasureDialog(
      checkpointPlaces(*workbench_), QString::fromStdString(dataset->name()), questions_,
      [this](const MeasurementOrder& order) {
        measurer_->start(order);
        actions_->trigger(QStringLiteral("perspective-contention"));
      },
      this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->open();
}

void MainWindow::quantizeAndLook() {
  const auto dataset = workbench_->session().dataset();
  if (!dataset) {
    return;
  }
  auto* dialog = new QuantizeDialog(
      workbench_->checkpointPath(), {QString::fromStdString(dataset->name()), dataset->num_frames()}, questions_,
      [this](const LookOrder& order) {
        looker_->start(order);
        actions_->trigger(QStringLiteral("perspective-quantized"));
      },
      this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->open();
}

void MainWindow::askHead(const QStringList& heads, bool whole) {
  auto* dialog = new QInputDialog(this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(tr("Detect objects"));
  dialog->setLabelText(tr("These scenes have the classes of none of the detector's heads. Which one shall answer?"));
  dialog->setComboBoxItems(heads);
  connect(dialog, &QInputDialog::textValueSelected, this,
          [this, whole](const QString& head) { detector_->detect(whole, head); });
  dialog->open();
}

/// The quantized network's perspective, and the predictions of all frames, the largest errors first.
void MainWindow::showLooked() {
  actions_->trigger(QStringLiteral("perspective-quantized"));
  if (View* predictions = view(QStringLiteral("predictions"))) {
    QJsonObject state = predictions->saveState();
    state[QLatin1String("all_frames")] = true;
    state[QLatin1String("tab")] = 0;
    state[QLatin1String("sort_column")] = static_cast<int>(PredictionColumn::kReducedRotation);
    state[QLatin1String("descending")] = true;
    predictions->restoreState(state);
  }
}

void MainWindow::updateFileActions() {
  const SessionModel& session = workbench_->session();
  const QUndoStack& undo = session.undoStack();
  const auto show = [this](const char* id, bool on, const QString& text, const QString& step) {
    QAction* action = actions_->find(QLatin1String(id));
    action->setEnabled(on);
    // A name may hold what would be taken for the mark of a key.
    action->setText(on ? text + QLatin1Char(' ') + QString(step).replace(QLatin1Char('&'), QLatin1String("&&"))
                       : text);
  };
  show("undo", undo.canUndo(), tr("Undo"), undo.undoText());
  show("redo", undo.canRedo(), tr("Redo"), undo.redoText());
  actions_->find(QStringLiteral("save-result"))->setEnabled(session.resultRun(Run::kA) != 0);
  actions_->find(QStringLiteral("save-session"))->setEnabled(session.dataset() != nullptr);
}

void MainWindow::saveResult(int run) {
  const HeldRuns::Entry* entry = workbench_->session().runs().find(run);
  if (entry == nullptr) {
    return;
  }
  const QString name = fileNameOf(QString::fromStdString(entry->name)) + QStringLiteral(".npz");
  const QString start = entry->file.empty() ? QDir(settings_.result_folder).filePath(name)
                                            : pathOfBytes(entry->file.string());
  QString path = questions_.save_file(tr("Save result"), start, tr("Results (*.npz)"));
  if (path.isEmpty()) {
    return;
  }
  if (QFileInfo(path).suffix().isEmpty()) {
    path += QStringLiteral(".npz");
  }
  settings_.result_folder = QFileInfo(path).path();
  workbench_->files().save(run, path, [this, path](bool written) {
    if (written) {
      remember(Recent::kResults, path);
      notice_->say(NoticeBar::Kind::kWorthKnowing, tr("Saved as %1.").arg(path));
    }
  });
}

bool MainWindow::mayClose() {
  const std::vector<RunId> runs = workbench_->files().unsaved();
  if (runs.empty()) {
    session_keeper_->flush();
    return true;
  }
  switch (questions_.unsaved(runs.size())) {
    case FileQuestions::Unsaved::kDiscard:
      session_keeper_->dropUnsaved();
      session_keeper_->flush();
      return true;
    case FileQuestions::Unsaved::kSave:
      saveAllAndClose(runs);
      return false;
    case FileQuestions::Unsaved::kStay:
      break;
  }
  closing_ = false;
  return false;
}

/// A run that cannot be written keeps the window open.
void MainWindow::saveAllAndClose(const std::vector<int>& runs) {
  closing_ = false;
  const QString folder = questions_.folder(tr("Save %1 results into").arg(runs.size()), settings_.result_folder);
  if (folder.isEmpty()) {
    return;
  }
  closing_ = true;
  QStringList taken;
  for (const RunId run : runs) {
    const QString name = fileNameOf(QString::fromStdString(workbench_->session().runs().find(run)->name));
    QString path = QDir(folder).filePath(name + QStringLiteral(".npz"));
    for (int number = 2; QFileInfo::exists(path) || taken.contains(path); ++number) {
      path = QDir(folder).filePath(QStringLiteral("%1 (%2).npz").arg(name).arg(number));
    }
    taken << path;
    workbench_->files().save(run, path, [this](bool written) { closing_ = closing_ && written; });
  }
  closeWhenIdle();
}

QJsonObject MainWindow::sessionState() {
  layout_->store();
  settings_.geometry = saveGeometry();
  for (const auto& [id, dock] : docks_) {
    if (dock->view()) {
      settings_.views[id] = dock->view()->saveState();
    }
  }
  return {{QStringLiteral("perspective"), settings_.perspective},
          {QStringLiteral("layouts"), settings_.layouts},
          {QStringLiteral("views"), settings_.views},
          {QStringLiteral("further"), settings_.further},
          {QStringLiteral("geometry"), QString::fromLatin1(settings_.geometry.toBase64())}};
}

void MainWindow::showSessionState(const QJsonObject& state) {
  const QJsonObject views = state.value(QLatin1String("views")).toObject();
  for (auto view = views.begin(); view != views.end(); ++view) {
    settings_.views[view.key()] = view.value();
    const auto dock = docks_.find(view.key());
    if (dock != docks_.end() && dock->second->view()) {
      dock->second->view()->restoreState(view.value().toObject());
    }
  }
  if (const QJsonValue further = state.value(QLatin1String("further")); further.isArray()) {
    setFurtherViews(furtherViewsOf(further.toArray(), parts_.views));
  }
  const QJsonObject layouts = state.value(QLatin1String("layouts")).toObject();
  for (auto layout = layouts.begin(); layout != layouts.end(); ++layout) {
    settings_.layouts[layout.key()] = layout.value();
  }
  const QString perspective = state.value(QLatin1String("perspective")).toString();
  if (findPerspective(parts_.perspectives, perspective)) {
    settings_.perspective = perspective;
  }
  if (isVisible()) {
    applyLayout();
  }
}

}  // namespace alidade
