// SPDX-License-Identifier: BSD-3-Clause
// Quantize and look in the window: what is asked, the job, and what is shown then.
#include <QComboBox>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

#include "app/cli/command.h"
#include "app/gui/actions.h"
#include "app/gui/main_window.h"
#include "app/gui/notice_bar.h"
#include "app/gui/quantize_dialog.h"
#include "app/gui/quantized_looker.h"
#include "core/nn/decompose/decompose_network.h"
#include "core/nn/pose_diffusion/pose_network.h"
#include "core/nn/pose_diffusion/pose_trainer.h"
#include "tests/support/test_registry.h"
#include "views/base/sample_queue.h"
#include "views/base/view.h"
#include "views/weights/weights_model.h"

using namespace alidade;
namespace fs = std::filesystem;

namespace {

constexpr int kLooked = 60000;

/// Checkpoints of two architectures, and settings of their own for the window.
struct LookPlace {
  QTemporaryDir dir;

  LookPlace() {
    qputenv("XDG_CONFIG_HOME", dir.filePath(QStringLiteral("config")).toUtf8());
    qputenv("XDG_STATE_HOME", dir.filePath(QStringLiteral("state")).toUtf8());
    const auto sampling = PoseNetwork::create(*named_config("tiny"), 3);
    if (!save_checkpoint(*sampling, path("tiny.safetensors").toStdString(), "{}")) {
      qFatal("tiny.safetensors was not written");
    }
    DecomposeConfig config = *named_decompose_config("tiny");
    config.color = ColorSource::kNone;
    config.categories = {"bottle", "bowl", "camera", "can", "laptop", "mug"};
    config.routing = {0, 0, 1, 0, 1, 1};
    config.capacities.assign(2, BranchCapacity::kHigh);
    config.split = SplitBlock::kCorrespondence;
    const auto direct = DecomposeNetwork::create(config, 5, nullptr);
    if (!direct->save(path("direct.safetensors").toStdString(), R"({"steps": 7})")) {
      qFatal("direct.safetensors was not written");
    }
  }
  QString path(const char* name) const { return dir.filePath(QString::fromLatin1(name)); }
};

void openLookedData(MainWindow& window) {
  window.workbench().openDataset(QString::fromStdString(share_path("datasets/tabletop-mini")));
  QTRY_VERIFY_WITH_TIMEOUT(window.workbench().session().dataset() != nullptr, kLooked);
}

QuantizeDialog* lookDialog(MainWindow& window) {
  window.actions().trigger(QStringLiteral("quantize-look"));
  const auto dialogs = window.findChildren<QuantizeDialog*>();
  return dialogs.isEmpty() ? nullptr : dialogs.back();
}

QComboBox* moduleField(const QuantizeDialog& dialog, const QString& name) {
  for (auto* box : dialog.findChildren<QComboBox*>()) {
    if (box->accessibleName() == name) {
      return box;
    }
  }
  return nullptr;
}

void choose(QComboBox* box, const char* id) {
  box->setCurrentIndex(box->findData(QString::fromLatin1(id)));
}

/// Chooses the file by the dialog's button.
void giveCheckpoint(MainWindow& window, const QuantizeDialog& dialog, const QString& path) {
  window.questions().open_file = [path](const QString&, const QString&, const QString&) { return path; };
  for (auto* button : dialog.findChildren<QPushButton*>()) {
    if (button->text().startsWith(QLatin1String("Change"))) {
      button->click();
    }
  }
}

WeightsModel& looksOf(MainWindow& window) {
  return window.workbench().session().model<WeightsModel>();
}

}  // namespace

class QuantizeLookTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theDialogSaysWhatItComesTo() {
    const LookPlace place;
    MainWindow window({});
    window.open({1280, 720});
    QVERIFY(!window.actions().find("quantize-look")->isEnabled());
    QVERIFY(looksOf(window).looking().kind == LookingState::Kind::kLacks);
    openLookedData(window);
    QVERIFY(looksOf(window).looking().sentence.contains(QStringLiteral("tabletop-mini")));
    QuantizeDialog* dialog = lookDialog(window);
    QVERIFY(dialog && !dialog->isReady());
    QVERIFY(dialog->said().contains(QStringLiteral("Choose the checkpoint")));
    giveCheckpoint(window, *dialog, place.path("missing.safetensors"));
    QTRY_VERIFY_WITH_TIMEOUT(dialog->said().contains(QStringLiteral("missing.safetensors")), kLooked);
    QVERIFY(!dialog->isReady());
    giveCheckpoint(window, *dialog, place.path("tiny.safetensors"));
    QTRY_VERIFY_WITH_TIMEOUT(dialog->isReady(), kLooked);
    QVERIFY2(dialog->said().startsWith(QStringLiteral("W4-4-4: ")), qPrintable(dialog->said()));
    for (const char* module : {"encoder", "regression", "score_head"}) {
      QVERIFY2(moduleField(*dialog, QString::fromLatin1(module)), module);
      choose(moduleField(*dialog, QString::fromLatin1(module)), "32");
    }
    QVERIFY(!dialog->isReady() && dialog->said().contains(QStringLiteral("stays float32")));
    choose(moduleField(*dialog, QStringLiteral("score_head")), "ternary");
    QVERIFY2(dialog->isReady() && dialog->said().startsWith(QStringLiteral("W32-32-ternary")),
             qPrintable(dialog->said()));
    dialog->findChild<QSpinBox*>()->setValue(3);
    const LookOrder order = dialog->order();
    QCOMPARE(order.checkpoint, place.path("tiny.safetensors"));
    QCOMPARE(order.options.infer.frames.size(), std::size_t{3});
    QCOMPARE(order.options.assignment.back().second, std::string("ternary"));
    dialog->reject();
  }

  void bothNetworksAreShownWorstFirst() {
    const LookPlace place;
    MainWindow window({});
    window.open({1280, 720});
    openLookedData(window);
    QuantizeDialog* dialog = lookDialog(window);
    giveCheckpoint(window, *dialog, place.path("direct.safetensors"));
    QTRY_VERIFY_WITH_TIMEOUT(dialog->isReady(), kLooked);
    dialog->findChild<QSpinBox*>()->setValue(2);
    dialog->accept();
    QVERIFY(looksOf(window).looking().kind == LookingState::Kind::kRunning);
    QTRY_VERIFY_WITH_TIMEOUT(looksOf(window).look() != nullptr, kLooked);
    QVERIFY(looksOf(window).looking().kind == LookingState::Kind::kPossible);
    SessionModel& session = window.workbench().session();
    const auto& look = *looksOf(window).look();
    QVERIFY(session.resultA() && session.resultB());
    QVERIFY(session.resultB()->name == session.resultA()->name + " · " + look.label);
    QCOMPARE(session.runs().chosen_run<PoseResult>(Run::kA), looksOf(window).fullRun());
    QCOMPARE(session.runs().chosen_run<PoseResult>(Run::kB), looksOf(window).quantizedRun());
    QCOMPARE(session.resultA()->frames.size(), std::size_t{2});
    // The queue begins with the worst object.
    QVERIFY(session.queue().active() && session.queue().title().contains(QString::fromStdString(look.label)));
    QVERIFY((session.selection() == Selection{look.objects[0].frame, look.objects[0].instance}));
    // The view shows it, and exports.
    QCOMPARE(window.settings().perspective, QStringLiteral("quantized"));
    View* view = window.view(QStringLiteral("weights"));
    QTRY_VERIFY(view->isVisible());
    QVERIFY(view->figure() && view->context().contains(QString::fromStdString(look.label)));
    const QJsonObject predictions = window.view(QStringLiteral("predictions"))->saveState();
    QVERIFY(predictions.value("all_frames").toBool() && predictions.value("descending").toBool());
    // Without its dataset what was looked at is gone.
    session.setDataset(nullptr);
    QVERIFY(!looksOf(window).look() && looksOf(window).looking().kind == LookingState::Kind::kLacks);
  }

  void whatIsStoppedShowsNothing() {
    const LookPlace place;
    MainWindow window({});
    window.open({1280, 720});
    openLookedData(window);
    LookOrder order;
    order.checkpoint = place.path("tiny.safetensors");
    order.options.assignment = {{"encoder", "4"}};
    order.options.infer = default_infer_options();
    window.findChild<QuantizedLooker*>()->start(order);
    QVERIFY(looksOf(window).looking().kind == LookingState::Kind::kRunning);
    looksOf(window).askStop();
    QTRY_VERIFY_WITH_TIMEOUT(!window.workbench().jobs().busy(), kLooked);
    QVERIFY(looksOf(window).looking().kind == LookingState::Kind::kPossible);
    QVERIFY(!looksOf(window).look() && !window.workbench().session().resultA());
    QVERIFY(window.notice().sentence().isEmpty());
    order.options.assignment = {{"tail", "4"}};
    window.findChild<QuantizedLooker*>()->start(order);
    QTRY_VERIFY_WITH_TIMEOUT(window.notice().sentence().contains(QStringLiteral("no module \"tail\"")),
                             kLooked);
  }
};

ALIDADE_TEST(QuantizeLookTest)
#include "quantize_look_test.moc"
