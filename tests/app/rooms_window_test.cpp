// SPDX-License-Identifier: BSD-3-Clause
// Indoor scenes in the window: opened, searched, judged, saved and restored.
#include <fstream>

#include <QInputDialog>
#include <QListView>
#include <QTemporaryDir>
#include <QtTest>

#include "app/gui/actions.h"
#include "app/gui/main_window.h"
#include "app/gui/notice_bar.h"
#include "app/gui/room_detector.h"
#include "app/gui/session_keeper.h"
#include "core/data/procedural/rooms/rooms.h"
#include "core/data/scene_dataset.h"
#include "core/exchange/detection_file.h"
#include "core/nn/sparse_detector/detector_network.h"
#include "tests/support/test_registry.h"
#include "views/base/evaluation_model.h"
#include "views/base/sample_queue.h"
#include "views/base/view.h"

using namespace alidade;

namespace {

constexpr int kRoomsWait = 60000;

/// A recipe of small rooms, a detector that has learned nothing, and settings of their own for the window.
struct RoomsPlace {
  QTemporaryDir dir;

  RoomsPlace() {
    qputenv("XDG_CONFIG_HOME", dir.filePath(QStringLiteral("config")).toUtf8());
    qputenv("XDG_STATE_HOME", dir.filePath(QStringLiteral("state")).toUtf8());
    std::ofstream(path("rooms.toml").toStdString()) << "generator = \"rooms\"\nsource = \"views\"\nseed = "
                                                       "4\nscenes = 3\npoints = 3000\nmin_box_points = 10\n";
    DetectorConfig config = *named_detector_config("tiny");
    config.suppression.least_score = 0.0;
    config.suppression.most_candidates = 60;
    const auto& classes = rooms_categories(RoomsRecipe::Source::kViews);
    config.sources = {{"views", classes, std::vector<int>(classes.size(), 0), BoxForm::kRotated}};
    if (!DetectorNetwork::create(config, 3)->save(path("detector.safetensors").toStdString(), "{}")) {
      qFatal("detector.safetensors was not written");
    }
    config.sources = {{"one", {"lamp"}, {0}, BoxForm::kAligned}, {"two", {"stove"}, {0}, BoxForm::kAligned}};
    if (!DetectorNetwork::create(config, 3)->save(path("foreign.safetensors").toStdString(), "{}")) {
      qFatal("foreign.safetensors was not written");
    }
  }
  QString path(const char* name) const { return dir.filePath(QString::fromLatin1(name)); }
};

void openRooms(MainWindow& window, const RoomsPlace& place) {
  window.open({1600, 900});
  window.workbench().openPath(place.path("rooms.toml"));
  QTRY_VERIFY_WITH_TIMEOUT(window.workbench().showsScenes(), kRoomsWait);
}

void detectAll(MainWindow& window, const RoomsPlace& place) {
  window.workbench().openPath(place.path("detector.safetensors"));
  QTRY_VERIFY_WITH_TIMEOUT(window.workbench().detector() != nullptr, kRoomsWait);
  QVERIFY(window.actions().trigger(QStringLiteral("detect")));
  QTRY_VERIFY_WITH_TIMEOUT(window.workbench().session().resultRun(Run::kA) != 0, kRoomsWait);
}

}  // namespace

class RoomsWindowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theBrowserListsTheScenes() {
    const RoomsPlace place;
    MainWindow window({});
    openRooms(window, place);
    QTRY_COMPARE(window.settings().perspective, QStringLiteral("rooms"));
    auto* list = window.view(QStringLiteral("browser"))->findChild<QListView*>();
    QCOMPARE(list->model()->rowCount(), 3);
    QVERIFY2(list->model()->index(0, 0).data().toString().contains("000000"),
             qPrintable(list->model()->index(0, 0).data().toString()));
    QVERIFY(!window.actions().find("infer")->isEnabled() && window.actions().find("detect")->isEnabled());
    QTRY_VERIFY(window.view(QStringLiteral("rooms"))->showsFigure());
    QVERIFY(window.actions().trigger(QStringLiteral("next-sample")));
    QTRY_COMPARE(window.view(QStringLiteral("rooms"))->context(), QStringLiteral("000001"));
  }

  void detectionsAreJudgedByTheIndoorProtocol() {
    const RoomsPlace place;
    MainWindow window({});
    openRooms(window, place);
    detectAll(window, place);
    SessionModel& session = window.workbench().session();
    const auto& evaluation = session.model<EvaluationModel>();
    QCOMPARE(evaluation.protocol(), QStringLiteral("indoor-rotated"));
    QTRY_VERIFY_WITH_TIMEOUT(evaluation.reportA() != nullptr, kRoomsWait);
    QCOMPARE(evaluation.reportA()->protocol, std::string("indoor-rotated"));
    QVERIFY(session.queue().active());
    QVERIFY(session.queue().title().contains(QStringLiteral("Worst")));
    QVERIFY2(session.resultName(Run::kA).contains(QStringLiteral("detector")),
             qPrintable(session.resultName(Run::kA)));
    // Once more: the run before is what is compared with.
    QVERIFY(window.actions().trigger(QStringLiteral("detect-scene")));
    QTRY_VERIFY_WITH_TIMEOUT(session.resultRun(Run::kB) != 0, kRoomsWait);
    QCOMPARE(session.runs().chosen<DetectionResult>(Run::kA)->scenes.size(), std::size_t{1});
    QVERIFY(window.actions().trigger(QStringLiteral("swap-results")));
    QCOMPARE(session.runs().chosen<DetectionResult>(Run::kA)->scenes.size(), std::size_t{3});
  }

  void oneClickShowsADetection() {
    const RoomsPlace place;
    MainWindow window({});
    window.open({1280, 720});
    QVERIFY(window.actions().trigger(QStringLiteral("try-rooms")));
    SessionModel& session = window.workbench().session();
    QTRY_VERIFY_WITH_TIMEOUT(session.resultRun(Run::kA) != 0, kRoomsWait);
    const auto found = session.runs().chosen<DetectionResult>(Run::kA);
    QCOMPARE(found->scenes.size(), std::size_t{2});
    QCOMPARE(found->source, std::string("scans"));
    QTRY_COMPARE(window.settings().perspective, QStringLiteral("rooms"));
    QTRY_VERIFY(window.view(QStringLiteral("rooms"))->showsFigure());
    const auto& evaluation = session.model<EvaluationModel>();
    QTRY_VERIFY_WITH_TIMEOUT(evaluation.reportA() != nullptr, kRoomsWait);
    QVERIFY2(window.notice().sentence().isEmpty(), qPrintable(window.notice().sentence()));
  }

  void posesFindTheirProtocolAgain() {
    const RoomsPlace place;
    MainWindow window({});
    auto& evaluation = window.workbench().session().model<EvaluationModel>();
    evaluation.setProtocol(QStringLiteral("bop19"));
    openRooms(window, place);
    QCOMPARE(evaluation.protocol(), QStringLiteral("indoor-rotated"));
    window.workbench().openDataset(QString::fromStdString(test::source_path("datasets/tabletop-mini")));
    QTRY_VERIFY_WITH_TIMEOUT(!window.workbench().showsScenes(), kRoomsWait);
    QCOMPARE(evaluation.protocol(), QStringLiteral("bop19"));
  }

  void aHeadIsAskedForWhereNoneFits() {
    const RoomsPlace place;
    MainWindow window({});
    openRooms(window, place);
    window.workbench().openPath(place.path("foreign.safetensors"));
    QTRY_VERIFY_WITH_TIMEOUT(window.workbench().detector() != nullptr, kRoomsWait);
    window.actions().trigger(QStringLiteral("detect"));
    QInputDialog* dialog = nullptr;
    QTRY_VERIFY((dialog = window.findChild<QInputDialog*>()) != nullptr);
    dialog->accept();
    QTRY_VERIFY_WITH_TIMEOUT(window.workbench().session().resultRun(Run::kA) != 0, kRoomsWait);
    QTRY_VERIFY(!window.notice().sentence().isEmpty());  // the classes do not fit
  }

  void filesOfDetectionsAreSavedAndOpened() {
    const RoomsPlace place;
    MainWindow window({});
    openRooms(window, place);
    detectAll(window, place);
    SessionModel& session = window.workbench().session();
    const QString file = place.path("found.npz");
    bool written = false;
    window.workbench().files().save(session.resultRun(Run::kA), file,
                                    [&](bool success) { written = success; });
    QTRY_VERIFY_WITH_TIMEOUT(written, kRoomsWait);
    const auto read = read_detections(file.toStdString());
    QVERIFY(read && read->scenes.size() == 3);
    window.workbench().openPath(file);
    QTRY_VERIFY_WITH_TIMEOUT(session.resultRun(Run::kB) != 0, kRoomsWait);
    QCOMPARE(session.runs().chosen<DetectionResult>(Run::kB)->scenes.size(), std::size_t{3});
  }

  void theSessionComesBack() {
    const RoomsPlace place;
    {
      MainWindow window({});
      openRooms(window, place);
      window.sessionKeeper().start(false);
      detectAll(window, place);
      QTRY_VERIFY_WITH_TIMEOUT(!window.workbench().jobs().busy(), kRoomsWait);
      window.workbench().session().selectFrame(2);
      QTest::qWait(700);
      window.sessionKeeper().flush();
    }
    MainWindow window({});
    window.open({1280, 720});
    window.sessionKeeper().start(true);
    SessionModel& session = window.workbench().session();
    QTRY_VERIFY_WITH_TIMEOUT(window.workbench().showsScenes() && session.resultRun(Run::kA) != 0, kRoomsWait);
    QTRY_VERIFY_WITH_TIMEOUT(window.workbench().detector() != nullptr, kRoomsWait);
    QCOMPARE(session.runs().chosen<DetectionResult>(Run::kA)->scenes.size(), std::size_t{3});
    QTRY_COMPARE(session.selection().frame, std::optional<std::size_t>(2));
  }
};

ALIDADE_TEST(RoomsWindowTest)
#include "rooms_window_test.moc"
