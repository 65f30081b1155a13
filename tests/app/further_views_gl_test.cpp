// SPDX-License-Identifier: BSD-3-Clause
// Several views of one kind, and what a view is set to on its way through the clipboard.
#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QJsonArray>
#include <QJsonObject>
#include <QMenu>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include "app/gui/actions.h"
#include "app/gui/active_view.h"
#include "app/gui/export_panel.h"
#include "app/gui/further_views.h"
#include "app/gui/main_window.h"
#include "app/gui/notice_bar.h"
#include "app/gui/view_dock.h"
#include "app/gui/view_state_text.h"
#include "core/session/figure_file.h"
#include "tests/support/test_registry.h"
#include "tests/views/small_dataset.h"
#include "views/base/evaluation_model.h"
#include "views/base/session_model.h"
#include "views/image/image_canvas.h"
#include "views/image/image_view.h"
#include "views/metrics/metrics_view.h"
#include "views/scene/scene_view.h"

using namespace alidade;

namespace {

const QString kSecond = QStringLiteral("image.2");

void openFrames(MainWindow& window) {
  auto& session = window.workbench().session();
  const auto dataset = std::make_shared<alidade::test::SmallDataset>(5);
  session.setDataset(dataset);
  session.setResultA(alidade::test::smallResult(*dataset, "a"));
  QTRY_VERIFY(session.frame());
}

void run(MainWindow& window, const char* action) {
  QVERIFY2(window.actions().trigger(QLatin1String(action)), action);
  QCoreApplication::processEvents();
}

QAction* toggle(View& view, const char* name) {
  return view.findChild<QAction*>(QLatin1String(name));
}

QStringList dockIds(const MainWindow& window) {
  QStringList ids;
  for (const auto& [id, dock] : window.docks()) {
    ids << id;
  }
  return ids;
}

}  // namespace

class FurtherViewsGlTest : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> home_;

 private Q_SLOTS:
  void init() {
    home_ = std::make_unique<QTemporaryDir>();
    qputenv("XDG_CONFIG_HOME", home_->filePath(QStringLiteral("config")).toUtf8());
    qputenv("XDG_STATE_HOME", home_->filePath(QStringLiteral("state")).toUtf8());
  }

  void anotherImageHasItsOwnSettings() {
    MainWindow window({});
    window.open({1600, 1000});
    openFrames(window);
    auto* first = static_cast<ImageView*>(window.view(QStringLiteral("image")));
    toggle(*first, "image-contour")->setChecked(true);
    run(window, "another-image");
    ViewDock* dock = window.docks().at(kSecond);
    QCOMPARE(dock->windowTitle(), QStringLiteral("Image 2"));
    QTRY_VERIFY(!dock->visibleRegion().isEmpty());
    QVERIFY(!window.docks().at(QStringLiteral("image"))->visibleRegion().isEmpty());  // beside, not over it
    auto* second = static_cast<ImageView*>(window.view(kSecond));
    QVERIFY(second && second != first);
    QCOMPARE(window.activeView(), second);
    QVERIFY(second->layers().contours);  // as the one that it was opened from
    toggle(*second, "image-gray")->setChecked(true);
    QVERIFY(second->layers().gray && !first->layers().gray);
    // Both follow the selection.
    window.workbench().session().selectFrame(3);
    QTRY_VERIFY(second->context().contains(QStringLiteral("00003")));
    QVERIFY(first->context().contains(QStringLiteral("00003")));
    QCOMPARE(dock->titleBar().contextText(), second->context());
  }

  void theNumberIsBounded() {
    MainWindow window({});
    window.open({1600, 1000});
    openFrames(window);
    for (int i = 2; i <= kMostViewsOfAKind; ++i) {
      run(window, "another-predictions");
    }
    QVERIFY(window.notice().sentence().isEmpty());
    const QStringList full = dockIds(window);
    QVERIFY(full.contains(QStringLiteral("predictions.4")));
    run(window, "another-predictions");
    QCOMPARE(dockIds(window), full);
    QVERIFY(window.notice().sentence().contains(QStringLiteral("4 Predictions views")));
    // Kinds of which a session has one are not offered.
    for (const char* one : {"browser", "runs", "jobs", "log", "schedule-lab"}) {
      QVERIFY(!window.actions().find(QStringLiteral("another-") + QLatin1String(one)));
    }
  }

  void closingEndsIt() {
    MainWindow window({});
    window.open({1600, 1000});
    openFrames(window);
    run(window, "another-image");
    run(window, "another-image");
    QPointer<View> third = window.view(QStringLiteral("image.3"));
    QVERIFY(third);
    window.docks().at(QStringLiteral("image.3"))->setFloating(true);  // as on another screen
    QVERIFY(window.docks().at(QStringLiteral("image.3"))->isFloating());
    QTest::mouseClick(
        window.docks().at(QStringLiteral("image.3"))->findChild<QToolButton*>(QStringLiteral("dockClose")),
        Qt::LeftButton);
    QTRY_VERIFY(!third);
    QVERIFY(!window.docks().contains(QStringLiteral("image.3")) && window.docks().contains(kSecond));
    QVERIFY(!window.settings().views.contains(QStringLiteral("image.3")));
    QVERIFY(window.activeView());
    // The first one is only hidden.
    window.docks().at(QStringLiteral("image"))->close();
    QCoreApplication::processEvents();
    QVERIFY(window.docks().contains(QStringLiteral("image")));
    // Perspectives as defined have one each.
    run(window, "reset-layout");
    QVERIFY(!window.docks().contains(kSecond));
    QVERIFY(window.docks().at(QStringLiteral("image"))->isVisible());
    run(window, "another-image");  // the lowest free number again
    QVERIFY(window.docks().contains(kSecond));
  }

  void perspectivesKeepTheirOwn() {
    MainWindow window({});
    window.open({1600, 1000});
    openFrames(window);
    run(window, "another-image");
    window.setPerspective(QStringLiteral("diffusion"));
    QCoreApplication::processEvents();
    QVERIFY(window.docks().at(kSecond)->isHidden());
    window.setPerspective(QStringLiteral("inspect"));
    QCoreApplication::processEvents();
    QVERIFY(window.docks().at(kSecond)->isVisible());
  }

  void comesBackAtRestart() {
    {
      MainWindow window({});
      window.open({1600, 1000});
      openFrames(window);
      run(window, "another-image");
      run(window, "another-metrics");
      toggle(*window.view(kSecond), "image-gray")->setChecked(true);
      window.saveSettings();
      window.questions().unsaved = [](std::size_t) { return FileQuestions::Unsaved::kDiscard; };
      QTRY_VERIFY_WITH_TIMEOUT(!window.workbench().jobs().busy(), 60000);  // else it asks about them
      window.close();
      QCoreApplication::processEvents();
      QVERIFY(window.docks().contains(kSecond));  // with the window nothing is ended
    }
    MainWindow window(AppSettings::load(nullptr));
    window.open({1600, 1000});
    QVERIFY(window.docks().contains(QStringLiteral("metrics.2")));
    openFrames(window);
    QVERIFY(static_cast<ImageView*>(window.view(kSecond))->layers().gray);
    QVERIFY(!static_cast<ImageView*>(window.view(QStringLiteral("image")))->layers().gray);
    QVERIFY(window.docks().at(kSecond)->isVisible());
  }

  void sessionsBringTheirOwn() {
    MainWindow window({});
    window.open({1600, 1000});
    openFrames(window);
    run(window, "another-image");
    toggle(*window.view(kSecond), "image-gray")->setChecked(true);
    const QJsonObject with = window.sessionState();
    run(window, "reset-layout");
    QJsonObject without = window.sessionState();
    run(window, "another-scene");
    window.showSessionState(with);
    QCoreApplication::processEvents();
    QVERIFY(window.docks().contains(kSecond) && !window.docks().contains(QStringLiteral("scene.2")));
    QVERIFY(static_cast<ImageView*>(window.view(kSecond))->layers().gray);
    QVERIFY(window.docks().at(kSecond)->isVisible());
    // One of an older program says nothing of them.
    without.remove(QStringLiteral("further"));
    window.showSessionState(without);
    QVERIFY(window.docks().contains(kSecond));
    QJsonObject hostile = with;
    hostile[QStringLiteral("further")] =
        QJsonArray{"image.02", "image.5",  "image.-1", "log.2",   "nothing.2",
                   7,          "image.2x", "image",    "image.3", "image.3"};
    window.showSessionState(hostile);
    QStringList further = dockIds(window).filter(QStringLiteral("."));
    QCOMPARE(further, QStringList{QStringLiteral("image.3")});
  }

  void anExportMeansTheOneThatIsActive() {
    MainWindow window({});
    window.open({1600, 1000});
    openFrames(window);
    run(window, "another-image");
    toggle(*window.view(kSecond), "image-gray")->setChecked(true);
    QTRY_VERIFY(window.view(kSecond)->showsFigure());
    QCOMPARE(window.findChild<ActiveView*>()->exportable(), kSecond);
    run(window, "export");
    auto* panel = window.findChild<QDialog*>()->findChild<ExportPanel*>();
    QVERIFY(panel->context().startsWith(QStringLiteral("Image 2")));
    const QString path = home_->filePath(QStringLiteral("second.png"));
    QVERIFY(panel->write(path));
    // What is dropped goes to the first view of the kind.
    const auto record = read_figure_record(path.toStdString());
    QVERIFY(record);
    QCOMPARE(record->origin.view, std::string("image"));
    QVERIFY(record->origin.states.at("image").find("\"gray\":true") != std::string::npos);
  }

  void keysMeanTheViewThatHasTheKeyboard() {
    MainWindow window({});
    window.open({1600, 1000});
    openFrames(window);
    run(window, "another-image");
    auto* first = static_cast<ImageView*>(window.view(QStringLiteral("image")));
    auto* second = static_cast<ImageView*>(window.view(kSecond));
    const QList<QKeySequence> keys = toggle(*first, "image-ground-truth")->shortcuts();
    QCOMPARE(toggle(*second, "image-ground-truth")->shortcuts(), keys);
    window.keyBindings().assign(QStringLiteral("image/Ground truth"), QKeySequence(Qt::Key_Y));
    QVERIFY(toggle(*second, "image-ground-truth")->shortcuts().contains(QKeySequence(Qt::Key_Y)));
    window.keyBindings().resetAll();
    QCOMPARE(toggle(*second, "image-ground-truth")->shortcuts(), keys);
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    second->canvas().setFocus();
    QTRY_VERIFY(second->canvas().hasFocus());
    QTest::keyClick(&second->canvas(), Qt::Key_G);
    QVERIFY(!second->layers().poses.ground_truth && first->layers().poses.ground_truth);
  }

  void slicesAreEvaluatedWhileOneViewShowsThem() {
    QObject a, b;
    EvaluationModel evaluation;
    evaluation.setSlicesShown(&a, true);
    evaluation.setSlicesShown(&b, true);
    evaluation.setSlicesShown(&b, false);
    QVERIFY(evaluation.slicesShown());
    evaluation.setSlicesShown(&a, false);
    QVERIFY(!evaluation.slicesShown());
    {
      QObject gone;
      evaluation.setSlicesShown(&gone, true);
    }
    QVERIFY(!evaluation.slicesShown());
  }

  void viewStatesGoThroughTheClipboard() {
    MainWindow window({});
    window.open({1600, 1000});
    openFrames(window);
    auto* active = window.findChild<ActiveView*>();
    auto* first = static_cast<ImageView*>(window.view(QStringLiteral("image")));
    run(window, "another-image");
    auto* second = static_cast<ImageView*>(window.view(kSecond));
    toggle(*second, "image-contour")->setChecked(true);
    toggle(*second, "image-axes")->setChecked(false);
    run(window, "copy-state");
    const QString copied = QApplication::clipboard()->text();
    active->activate(QStringLiteral("image"));
    run(window, "paste-state");
    QVERIFY(first->saveState() == second->saveState());
    QVERIFY(window.notice().sentence().isEmpty());
    // Of another kind.
    active->activate(QStringLiteral("predictions"));
    run(window, "paste-state");
    QVERIFY(window.notice().sentence().contains(QStringLiteral("kind Image")));
    QVERIFY(window.notice().sentence().contains(QStringLiteral("active view is Predictions")));
    // Anything else.
    active->activate(QStringLiteral("image"));
    const QJsonObject before = first->saveState();
    for (const QString& text : {QStringLiteral("Hello"), QStringLiteral("{}"), QString(),
                                QStringLiteral("{\"alidade_view_state\": 1, \"view\": \"image\"}"),
                                copied + copied, QString(2 << 20, QLatin1Char('['))}) {
      QApplication::clipboard()->setText(text);
      run(window, "paste-state");
      QVERIFY(window.notice().sentence().contains(QStringLiteral("holds no view state")));
      QVERIFY(first->saveState() == before);
    }
    QApplication::clipboard()->setText(
        QStringLiteral("{\"alidade_view_state\": 2, \"view\": \"image\", \"state\": {}}"));
    run(window, "paste-state");
    QVERIFY(window.notice().sentence().contains(QStringLiteral("newer")));
    active->activate(QStringLiteral("jobs"));
    run(window, "copy-state");
    QVERIFY(window.notice().sentence().contains(QStringLiteral("Jobs")));
  }

  void aSceneTakesTheViewpointToo() {
    MainWindow window({});
    window.open({1600, 1000});
    openFrames(window);
    auto* active = window.findChild<ActiveView*>();
    auto* first = static_cast<SceneView*>(window.view(QStringLiteral("scene")));
    run(window, "another-scene");
    auto* second = static_cast<SceneView*>(window.view(QStringLiteral("scene.2")));
    second->setStandardView(StandardView::kTop);
    QVERIFY(first->saveState() != second->saveState());
    run(window, "copy-state");
    active->activate(QStringLiteral("scene"));
    run(window, "paste-state");
    const QJsonObject a = first->saveState(), b = second->saveState();
    const auto rotation = [](const QJsonObject& state) {
      return state.value(QStringLiteral("viewpoint"))
          .toObject()
          .value(QStringLiteral("view_from_cam_R"))
          .toArray();
    };
    QCOMPARE(rotation(a).size(), 9);
    for (int i = 0; i < 9; ++i) {
      QVERIFY(std::abs(rotation(a)[i].toDouble() - rotation(b)[i].toDouble()) < 1e-6);
    }
  }
};

ALIDADE_TEST(FurtherViewsGlTest)
#include "further_views_gl_test.moc"
