// SPDX-License-Identifier: BSD-3-Clause
// Measuring contention in the window: what is asked, the job, the file, and what is shown then.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include <QFileInfo>
#include <QPushButton>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QtTest>

#include "app/cli/command.h"
#include "app/gui/actions.h"
#include "app/gui/contention_measurer.h"
#include "app/gui/main_window.h"
#include "app/gui/measure_dialog.h"
#include "app/gui/notice_bar.h"
#include "core/exchange/contention_file.h"
#include "core/nn/decompose/decompose_network.h"
#include "tests/support/test_registry.h"
#include "views/base/state_card.h"
#include "views/base/training_model.h"
#include "views/base/view.h"
#include "views/contention/contention_model.h"

using namespace alidade;
namespace fs = std::filesystem;

namespace {

constexpr int kMeasured = 120000;

/// A run that kept two checkpoints, and settings of their own for the window.
struct KeptRun {
  QTemporaryDir dir;
  fs::path root = fs::path(dir.path().toStdString()) / "kept";

  KeptRun() {
    qputenv("XDG_CONFIG_HOME", dir.filePath(QStringLiteral("config")).toUtf8());
    qputenv("XDG_STATE_HOME", dir.filePath(QStringLiteral("state")).toUtf8());
    fs::create_directories(root / "checkpoints");
    std::ofstream(root / "metrics.jsonl") << R"({"step": 10, "train": {"total": 1.5}})"
                                          << "\n";
    DecomposeConfig config = *named_decompose_config("tiny");
    config.color = ColorSource::kNone;
    config.categories = {"bottle", "bowl", "camera", "can", "laptop", "mug"};
    config.routing = {0, 0, 1, 0, 1, 1};
    config.capacities.assign(2, BranchCapacity::kHigh);
    config.split = SplitBlock::kCorrespondence;
    for (const int epoch : {1, 2}) {
      const auto network = DecomposeNetwork::create(config, static_cast<std::uint64_t>(epoch), nullptr);
      const fs::path file = root / "checkpoints" / ("epoch-000" + std::to_string(epoch) + ".safetensors");
      if (const auto saved = network->save(file, R"({"steps": 7})"); !saved) {
        qFatal("%s", saved.error().message.c_str());
      }
    }
  }
  QString path() const { return QString::fromStdString(root.string()); }
  QString file(const char* name) const { return QString::fromStdString((root / name).string()); }
};

ContentionModel& measuredIn(MainWindow& window) {
  return window.workbench().session().model<ContentionModel>();
}

void openMeasuredData(MainWindow& window) {
  window.workbench().openDataset(QString::fromStdString(share_path("datasets/tabletop-mini")));
  QTRY_VERIFY_WITH_TIMEOUT(window.workbench().session().dataset() != nullptr, kMeasured);
}

void openKeptRun(MainWindow& window, const KeptRun& run) {
  window.workbench().openRuns({run.path()});
  window.setPerspective(QStringLiteral("training"));  // logs are read while somebody looks
  QTRY_VERIFY_WITH_TIMEOUT(!window.workbench().session().model<TrainingModel>().runs().empty(), kMeasured);
  window.setPerspective(QStringLiteral("contention"));
}

/// The largest difference by the largest number: threads of another number add up in another order.
double farthest(const std::vector<double>& a, const std::vector<double>& b) {
  double difference = a.size() == b.size() ? 0.0 : 1e9, largest = 1e-300;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    difference = std::max(difference, std::isnan(a[i]) && std::isnan(b[i]) ? 0.0 : std::abs(a[i] - b[i]));
    largest = std::isnan(a[i]) ? largest : std::max(largest, std::abs(a[i]));
  }
  return difference / largest;
}

MeasureDialog* dialogOf(MainWindow& window) {
  window.actions().trigger(QStringLiteral("measure-contention"));
  const auto dialogs = window.findChildren<MeasureDialog*>();
  return dialogs.isEmpty() ? nullptr : dialogs.back();
}

/// Two batches of two samples each: what the command's tests measure.
void askLittle(MeasureDialog& dialog) {
  for (QSpinBox* count : dialog.findChildren<QSpinBox*>()) {
    count->setValue(count->accessibleName().startsWith(QLatin1String("Every")) ? 1 : 2);
  }
}

QString shownSentence(MainWindow& window) {
  for (const StateCard* card : window.view(QStringLiteral("contention"))->findChildren<StateCard*>()) {
    if (card->isVisible()) {
      return card->sentence();
    }
  }
  return {};
}

}  // namespace

class ContentionMeasureTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theEmptyViewSaysWhatIsMissing() {
    const KeptRun run;
    MainWindow window({});
    window.open({1280, 720});
    QVERIFY(!window.actions().find("measure-contention")->isEnabled());
    QVERIFY(measuredIn(window).measuring().sentence.contains(QStringLiteral("a dataset and a training run")));
    openMeasuredData(window);
    window.setPerspective(QStringLiteral("contention"));
    QTRY_VERIFY(shownSentence(window).contains(QStringLiteral("kept its checkpoints")));
    QVERIFY(shownSentence(window).contains(QStringLiteral("tabletop-mini")));
    QVERIFY(window.actions().find("measure-contention")->isEnabled());
    openKeptRun(window, run);
    QTRY_VERIFY(shownSentence(window).contains(QStringLiteral("measure the checkpoints of kept")));
  }

  void aRunIsMeasuredAsTheCommandDoes() {
    const KeptRun run;
    MainWindow window({});
    window.open({1280, 720});
    openMeasuredData(window);
    openKeptRun(window, run);
    MeasureDialog* dialog = dialogOf(window);
    QVERIFY(dialog);
    QTRY_VERIFY_WITH_TIMEOUT(dialog->isReady(), kMeasured);
    QVERIFY2(dialog->said().contains(QStringLiteral("2 checkpoints, 1 to 2")), qPrintable(dialog->said()));
    askLittle(*dialog);
    QVERIFY(dialog->said().contains(QStringLiteral("up to 4 samples")));
    const MeasurementOrder order = dialog->order();
    QCOMPARE(order.file, run.file("contention.npz"));
    dialog->accept();
    QVERIFY(measuredIn(window).measuring().kind == MeasuringState::Kind::kRunning);
    QTRY_VERIFY_WITH_TIMEOUT(measuredIn(window).history(Run::kA) != nullptr, kMeasured);
    QVERIFY(measuredIn(window).measuring().kind == MeasuringState::Kind::kPossible);
    const auto expected =
        measure_history(order.measurement, {window.workbench().session().dataset()}, JobContext{});
    QVERIFY(expected);
    const auto& shown = *measuredIn(window).history(Run::kA);
    QCOMPARE(shown.name, std::string("kept"));
    QCOMPARE(shown.epochs.size(), std::size_t{2});
    QVERIFY(farthest(shown.epochs[1].grams, (*expected)->epochs[1].grams) < 1e-4);
    const auto file = read_contention_history(run.file("contention.npz").toStdString());
    QVERIFY(file && farthest(file->history.epochs[0].batch_grams, shown.epochs[0].batch_grams) == 0.0);
    QTRY_VERIFY(window.view(QStringLiteral("contention"))->figure());

    // Once more: nothing is overwritten, and the last one stays to be compared with.
    const auto first = measuredIn(window).history(Run::kA);
    dialog = dialogOf(window);
    QTRY_VERIFY_WITH_TIMEOUT(dialog->isReady(), kMeasured);
    QCOMPARE(dialog->order().file, run.file("contention-2.npz"));
    askLittle(*dialog);
    dialog->accept();
    QTRY_VERIFY_WITH_TIMEOUT(measuredIn(window).history(Run::kB) == first, kMeasured);
    QVERIFY(QFileInfo::exists(run.file("contention-2.npz")));
  }

  void aFileThatCameMeanwhileIsKept() {
    const KeptRun run;
    MainWindow window({});
    window.open({1280, 720});
    openMeasuredData(window);
    std::ofstream(run.root / "contention.npz") << "mine";
    MeasurementOrder order;
    order.measurement.runs = {run.root};
    order.measurement.every = 2;
    order.measurement.contention.subset.batches = order.measurement.contention.subset.batch_size = 2;
    order.file = run.file("contention.npz");
    window.findChild<ContentionMeasurer*>()->start(order);
    QTRY_VERIFY_WITH_TIMEOUT(measuredIn(window).history(Run::kA) != nullptr, kMeasured);
    QCOMPARE(fs::file_size(run.root / "contention.npz"), std::uintmax_t{4});
    QCOMPARE(measuredIn(window).files().front(), run.file("contention-2.npz"));
    // A file that the user was asked about is replaced.
    order.overwrite = true;
    window.findChild<ContentionMeasurer*>()->start(order);
    QTRY_VERIFY_WITH_TIMEOUT(measuredIn(window).files().front() == run.file("contention.npz"), kMeasured);
    QVERIFY(read_contention_history(run.root / "contention.npz"));
  }

  void whatIsStoppedWritesNothing() {
    const KeptRun run;
    MainWindow window({});
    window.open({1280, 720});
    openMeasuredData(window);
    MeasurementOrder order;
    order.measurement.runs = {run.root};
    order.file = run.file("contention.npz");
    window.findChild<ContentionMeasurer*>()->start(order);
    QVERIFY(measuredIn(window).measuring().sentence.contains(QStringLiteral("Measuring")));
    measuredIn(window).askStop();
    QTRY_VERIFY_WITH_TIMEOUT(!window.workbench().jobs().busy(), kMeasured);
    QVERIFY(measuredIn(window).measuring().kind != MeasuringState::Kind::kRunning);
    QVERIFY(!QFileInfo::exists(order.file) && !measuredIn(window).history(Run::kA));
    QVERIFY(window.notice().sentence().isEmpty());
  }

  void whatCannotBeMeasuredIsSaidInTheDialog() {
    const KeptRun run;
    MainWindow window({});
    window.open({1280, 720});
    openMeasuredData(window);
    MeasureDialog* dialog = dialogOf(window);
    QVERIFY(dialog && !dialog->isReady());
    QVERIFY(dialog->said().contains(QStringLiteral("Choose the folder")));
    dialog->reject();
    fs::create_directories(run.root / "empty");
    window.questions().folder = [&](const QString&, const QString&) { return run.file("empty"); };
    dialog = dialogOf(window);
    for (QPushButton* button : dialog->findChildren<QPushButton*>()) {
      if (button->text().startsWith(QLatin1String("Folder"))) {
        button->click();
      }
    }
    QTRY_VERIFY_WITH_TIMEOUT(dialog->said().contains(QStringLiteral("no numbered checkpoints")), kMeasured);
    QVERIFY(!dialog->isReady());
  }
};

ALIDADE_TEST(ContentionMeasureTest)
#include "contention_measure_test.moc"
