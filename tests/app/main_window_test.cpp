// SPDX-License-Identifier: BSD-3-Clause
#include <atomic>
#include <chrono>
#include <thread>

#include <QAbstractButton>
#include <QApplication>
#include <QDialog>
#include <QDropEvent>
#include <QLabel>
#include <QMimeData>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include "app/gui/actions.h"
#include "app/gui/command_palette.h"
#include "app/gui/main_window.h"
#include "tests/support/test_registry.h"
#include "views/base/view.h"

using namespace alidade;

class MainWindowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init();
  void welcomesWhenNothingIsOpen();
  void helpOpens();
  void themeSwitchesLive();
  void perspectivesSwitch();
  void droppedRubbishBecomesACard();
  void paletteOffersViewActions();
  void closingAsksWhileAJobRuns();
  void allWidgetsHaveNames();

 private:
  std::unique_ptr<QTemporaryDir> home_;
};

namespace {

JobRunner::Work endlessJob(std::atomic<bool>& running) {
  return [&running](const JobContext& job) -> Expected<void> {
    running = true;
    while (!job.stopped()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    running = false;
    return Error{ErrorCode::kCancelled, "cancelled"};
  };
}

void drop(QWidget& target, const QString& path) {
  QMimeData data;
  data.setUrls({QUrl::fromLocalFile(path)});
  QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(&target, &enter);
  QVERIFY(enter.isAccepted());
  QDropEvent event(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(&target, &event);
}

}  // namespace

void MainWindowTest::init() {
  home_ = std::make_unique<QTemporaryDir>();
  qputenv("XDG_CONFIG_HOME", home_->filePath(QStringLiteral("config")).toUtf8());
  qputenv("XDG_STATE_HOME", home_->filePath(QStringLiteral("state")).toUtf8());
}

void MainWindowTest::welcomesWhenNothingIsOpen() {
  MainWindow window({});
  QSignalSpy painted(&window, &MainWindow::firstPainted);
  window.open({1600, 1000});
  QVERIFY(painted.wait());
  QVERIFY(window.welcomeVisible());
  QVERIFY(!window.actions().find(QStringLiteral("next-sample"))->isEnabled());
  QVERIFY(window.actions().find(QStringLiteral("try-sample"))->isEnabled());
}

void MainWindowTest::helpOpens() {
  MainWindow window({});
  window.open({1280, 800});
  for (const char* id : {"cheat-sheet", "about"}) {
    QVERIFY(window.actions().trigger(QLatin1String(id)));
    auto* dialog = window.findChild<QDialog*>();
    QVERIFY(dialog && dialog->isVisible());
    delete dialog;
  }
}

void MainWindowTest::themeSwitchesLive() {
  AppSettings settings;
  settings.theme = QStringLiteral("dark");
  MainWindow window(settings);
  window.open({1280, 800});
  QCoreApplication::processEvents();
  const QImage dark = window.grab().toImage();
  QVERIFY(window.actions().trigger(QStringLiteral("toggle-theme")));
  QCoreApplication::processEvents();
  const QImage light = window.grab().toImage();
  QCOMPARE(window.settings().theme, QStringLiteral("light"));
  for (const QPoint& point : {QPoint(600, 100), QPoint(900, 60), QPoint(700, 790)}) {
    QVERIFY2(qGray(dark.pixel(point)) < 80, qPrintable(QString::number(point.x())));
    QVERIFY2(qGray(light.pixel(point)) > 180, qPrintable(QString::number(point.x())));
  }
}

void MainWindowTest::perspectivesSwitch() {
  MainWindow window({});
  window.open({1600, 1000});
  QVERIFY(window.actions().trigger(QStringLiteral("perspective-figure")));
  QCOMPARE(window.settings().perspective, QStringLiteral("figure"));
  QVERIFY(window.view(QStringLiteral("browser"))->isVisible());
  QVERIFY(!window.view(QStringLiteral("inspector"))->isVisible());
  QVERIFY(window.actions().trigger(QStringLiteral("perspective-inspect")));
  QVERIFY(window.view(QStringLiteral("inspector"))->isVisible());
  window.setPerspective(QStringLiteral("nonsense"));
  QCOMPARE(window.settings().perspective, QStringLiteral("inspect"));
}

void MainWindowTest::droppedRubbishBecomesACard() {
  MainWindow window({});
  window.open({1280, 800});
  QSignalSpy failed(&window.workbench(), &Workbench::openFailed);
  drop(window, home_->path());
  QVERIFY(failed.wait());
  const QString sentence = failed[0][0].toString();
  QVERIFY(sentence.contains(home_->path()));
  const auto labels = window.findChildren<QLabel*>();
  QVERIFY(std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
    return label->text() == sentence && label->isVisible() && label->textFormat() == Qt::PlainText;
  }));
  QVERIFY(!QApplication::activeModalWidget());
}

void MainWindowTest::paletteOffersViewActions() {
  MainWindow window({});
  window.open({1280, 800});
  QVERIFY(window.actions().trigger(QStringLiteral("command-palette")));
  const QStringList texts = window.commandPalette().shownTexts();
  QVERIFY(texts.contains(QStringLiteral("Clear log")));
  QVERIFY(texts.contains(QStringLiteral("Open dataset…")));
  for (const QAction* action : window.actions().all()) {
    QVERIFY2(texts.contains(action->text()), qPrintable(action->text()));
  }
}

void MainWindowTest::closingAsksWhileAJobRuns() {
  std::atomic<bool> running = false;
  MainWindow window({});
  window.open({1280, 800});
  window.workbench().jobs().start(QStringLiteral("Endless"), endlessJob(running), {});
  QTRY_VERIFY(running);
  int asked = 0;
  auto choice = MainWindow::CloseChoice::kStay;
  window.setCloseQuestion([&] {
    ++asked;
    return choice;
  });
  QVERIFY(!window.close());
  QCOMPARE(asked, 1);
  QVERIFY(window.isVisible() && running);
  choice = MainWindow::CloseChoice::kStop;
  QVERIFY(!window.close());
  QTRY_VERIFY(!window.isVisible());
  QVERIFY(!running);
  QVERIFY(QFile::exists(home_->filePath(QStringLiteral("state/alidade/window.json"))));
}

void MainWindowTest::allWidgetsHaveNames() {
  MainWindow window({});
  window.open({1280, 800});
  for (const QAbstractButton* button : window.findChildren<QAbstractButton*>()) {
    // Qt's own parts: the corner of a table, the clear button of a field.
    const QByteArray kind = button->metaObject()->className();
    const bool own = !button->objectName().startsWith(QLatin1String("qt_")) && kind != "QTableCornerButton" &&
                     kind != "QLineEditIconButton" && button->isVisibleTo(&window);
    QVERIFY2(!own || !button->accessibleName().isEmpty() || !button->text().isEmpty(),
             qPrintable(QString::fromLatin1(kind) + button->objectName() + button->toolTip()));
  }
}

ALIDADE_TEST(MainWindowTest)
#include "main_window_test.moc"
