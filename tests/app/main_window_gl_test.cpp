// SPDX-License-Identifier: BSD-3-Clause
#include <QApplication>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include "app/cli/command.h"
#include "app/gui/actions.h"
#include "app/gui/main_window.h"
#include "app/gui/view_dock.h"
#include "core/nn/compute.h"
#include "tests/support/test_registry.h"
#include "tests/views/small_dataset.h"
#include "views/base/figure.h"
#include "views/base/view.h"

using namespace alidade;

class MainWindowGlTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init();
  void steppingMovesEveryView();
  void shiftShowsTheReference();
  void sampleFillsAllViews();

 private:
  std::unique_ptr<QTemporaryDir> home_;
};

void MainWindowGlTest::init() {
  home_ = std::make_unique<QTemporaryDir>();
  qputenv("XDG_CONFIG_HOME", home_->filePath(QStringLiteral("config")).toUtf8());
  qputenv("XDG_STATE_HOME", home_->filePath(QStringLiteral("state")).toUtf8());
}

void MainWindowGlTest::steppingMovesEveryView() {
  MainWindow window({});
  window.open({1600, 1000});
  QVERIFY(QTest::qWaitForWindowExposed(&window));
  SessionModel& session = window.workbench().session();
  const auto dataset = std::make_shared<alidade::test::SmallDataset>(12);
  session.setDataset(dataset);
  session.setResultA(alidade::test::smallResult(*dataset, "a"));
  QTRY_VERIFY(session.frame());
  QTRY_VERIFY(window.actions().find(QStringLiteral("next-sample"))->isEnabled());
  window.activateWindow();
  QVERIFY(QTest::qWaitForWindowActive(&window));
  QTest::keyClick(&window, Qt::Key_J);
  QTest::keyClick(&window, Qt::Key_Right);
  QCOMPARE(*session.selection().frame, std::size_t{2});
  QTest::keyClick(&window, Qt::Key_K);
  QCOMPARE(*session.selection().frame, std::size_t{1});
  QTRY_VERIFY(session.frame() && session.frame()->index == 1);
  const auto* list = window.view(QStringLiteral("browser"))->findChild<QListView*>();
  QCOMPARE(list->currentIndex().row(), 1);
  QVERIFY(window.view(QStringLiteral("image"))->context().contains(QStringLiteral("00001")));
  QVERIFY(window.view(QStringLiteral("inspector"))->context().contains(QStringLiteral("mug")));
  QTest::keyClick(&window, Qt::Key_N);
  QVERIFY(window.view(QStringLiteral("inspector"))->context().contains(QStringLiteral("bowl")));
  QVERIFY(window.view(QStringLiteral("mollweide"))->context().contains(QStringLiteral("bowl")));
}

void MainWindowGlTest::shiftShowsTheReference() {
  MainWindow window({});
  window.open({1600, 1000});
  QVERIFY(QTest::qWaitForWindowExposed(&window));
  SessionModel& session = window.workbench().session();
  const auto dataset = std::make_shared<alidade::test::SmallDataset>(3);
  session.setDataset(dataset);
  session.setResultA(alidade::test::smallResult(*dataset, "a"));
  session.setResultB(alidade::test::smallResult(*dataset, "b"));
  QTest::keyPress(&window, Qt::Key_Shift);
  QCOMPARE(session.shownResult()->name, std::string("b"));
  QTest::keyRelease(&window, Qt::Key_Shift);
  QCOMPARE(session.shownResult()->name, std::string("a"));
  // Typing a capital letter into a field must not flip the views.
  auto* field = window.view(QStringLiteral("browser"))->findChild<QLineEdit*>();
  window.activateWindow();
  field->setFocus();
  QTRY_COMPARE(QApplication::focusWidget(), static_cast<QWidget*>(field));
  QTest::keyPress(field, Qt::Key_Shift);
  QCOMPARE(session.shownResult()->name, std::string("a"));
  QTest::keyRelease(field, Qt::Key_Shift);
}

void MainWindowGlTest::sampleFillsAllViews() {
  // Both are part of the tree; without them the main job cannot be shown.
  QVERIFY(std::filesystem::exists(share_path("resources/checkpoints/demo.safetensors")));
  QVERIFY(std::filesystem::exists(share_path("datasets/tabletop-mini")));
  configure_compute(2);
  MainWindow window({});
  window.open({1600, 1000});
  QVERIFY(window.welcomeVisible());
  for (QPushButton* button : window.findChildren<QPushButton*>()) {
    if (button->accessibleName() == QStringLiteral("Try the sample")) {
      QTest::mouseClick(button, Qt::LeftButton);
    }
  }
  SessionModel& session = window.workbench().session();
  QTRY_VERIFY_WITH_TIMEOUT(session.resultB() && !window.workbench().jobs().busy(), 120000);
  QVERIFY(!window.welcomeVisible());
  QVERIFY(session.resultA());
  QCOMPARE(session.resultA()->estimates.front().hypotheses.size(), std::size_t{50});
  QCOMPARE(session.resultA()->estimates.size(), session.resultB()->estimates.size());
  for (const char* id : {"image", "scene", "mollweide", "predictions"}) {
    const View* view = window.view(QLatin1String(id));
    QVERIFY2(view && view->isVisible(), id);
    QTRY_VERIFY2(view->figure(), id);
  }
  QVERIFY(window.settings().recent.isEmpty());  // the sample is not somebody's dataset
}

ALIDADE_TEST(MainWindowGlTest)
#include "main_window_gl_test.moc"
