// SPDX-License-Identifier: BSD-3-Clause
// "Track through the sequence": a job whose result becomes A; there for sequences only.
#include <QTemporaryDir>
#include <QtTest>

#include "app/cli/command.h"
#include "app/gui/actions.h"
#include "app/gui/main_window.h"
#include "core/exchange/result_arrays.h"
#include "core/studies/plain/make_dataset.h"
#include "tests/support/test_registry.h"

using namespace alidade;

class TrackSequenceTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    home_ = std::make_unique<QTemporaryDir>();
    qputenv("XDG_CONFIG_HOME", home_->filePath(QStringLiteral("config")).toUtf8());
    qputenv("XDG_STATE_HOME", home_->filePath(QStringLiteral("state")).toUtf8());
  }

  void trackingBecomesResultA() {
    TabletopRecipe recipe;
    recipe.split = "unit";
    recipe.frames = 4;
    recipe.sequence_frames = 4;
    recipe.width = 160;
    recipe.height = 120;
    recipe.models_per_category = 2;
    const QString set = home_->filePath(QStringLiteral("set"));
    const auto made = make_dataset(recipe, {set.toStdString(), 2, false}, {});
    QVERIFY2(made, made ? "" : made.error().message.c_str());

    MainWindow window{AppSettings{}};
    window.open({1400, 900});
    Workbench& workbench = window.workbench();
    const auto* action = window.actions().find("infer-tracking");
    QVERIFY(action != nullptr && !action->isEnabled());
    workbench.openCheckpoint(QString::fromStdString(share_path("resources/checkpoints/demo.safetensors")));
    workbench.openDataset(QString::fromStdString(share_path("datasets/tabletop-mini")));
    QTRY_VERIFY_WITH_TIMEOUT(workbench.canInfer() && !workbench.jobs().busy(), 60000);
    QVERIFY2(!action->isEnabled(), "stills cannot be tracked");

    workbench.openDataset(set);
    QTRY_VERIFY_WITH_TIMEOUT(workbench.canTrack() && !workbench.jobs().busy(), 60000);
    QVERIFY(action->isEnabled());
    workbench.setRecordingInterval(std::chrono::milliseconds(0));
    window.actions().find("infer-tracking")->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(workbench.session().resultA() && !workbench.jobs().busy(), 120000);
    const auto result = workbench.session().resultA();
    QVERIFY(QString::fromStdString(result->name).contains(QStringLiteral("tracking")));
    QCOMPARE(result->frames.size(), std::size_t{4});
    QVERIFY(!result->estimates.empty());
    QCOMPARE(result->estimates.front().hypotheses.size(), std::size_t{50});

    // What was written while it went is kept for a while after its end.
    const std::filesystem::directory_iterator recordings(Workbench::recoveryFolder());
    QVERIFY(recordings != std::filesystem::directory_iterator());
    const auto recorded = read_result_arrays(recordings->path());
    QVERIFY2(recorded, recorded ? "" : recorded.error().message.c_str());
    QCOMPARE(recorded->poses.name, result->name);
    QVERIFY(!recorded->poses.rows.empty());
    QVERIFY(recorded->poses.rows.size() <= result->estimates.size());
  }

 private:
  std::unique_ptr<QTemporaryDir> home_;
};

ALIDADE_TEST(TrackSequenceTest)
#include "track_sequence_test.moc"
