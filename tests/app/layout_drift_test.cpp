// SPDX-License-Identifier: BSD-3-Clause
// Layouts stay where they were put: perspectives, sizes of the window, restarts.
#include <QScreen>
#include <QTemporaryDir>
#include <QtTest>

#include "app/gui/actions.h"
#include "app/gui/app_settings.h"
#include "app/gui/layouts.h"
#include "app/gui/main_window.h"
#include "app/gui/view_dock.h"
#include "tests/support/test_registry.h"

using namespace alidade;

class LayoutDriftTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init();
  void perspectivesComeBackAsTheyAreDefined_data();
  void perspectivesComeBackAsTheyAreDefined();
  void aMovedLineStaysWhereItIs();
  void aRestartMovesNothing();
  void resetMeansEveryPerspective();
  void theFirstWindowFitsTheScreen();

 private:
  std::unique_ptr<QTemporaryDir> home_;
};

namespace {

using Places = QMap<QString, QRect>;

void settle() {
  for (int turn = 0; turn < 5; ++turn) {
    QCoreApplication::processEvents();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
  }
}

/// Of the docks that are seen.
Places placesOf(const MainWindow& window) {
  settle();
  Places places;
  for (const auto& [id, dock] : window.docks()) {
    if (dock->isVisible() && !dock->visibleRegion().isEmpty()) {
      places[id] = dock->geometry();
    }
  }
  return places;
}

QByteArray differences(const Places& a, const Places& b) {
  QString text;
  for (const QString& id : (a.keys() + b.keys())) {
    if (a.value(id) != b.value(id)) {
      QDebug(&text) << id << a.value(id) << b.value(id);
    }
  }
  return text.toUtf8();
}

Places shown(MainWindow& window, const Perspective& perspective) {
  window.actions().trigger(QStringLiteral("perspective-") + QLatin1String(perspective.id));
  return placesOf(window);
}

/// Drags the line right of a dock, as a mouse does.
void dragRightEdge(MainWindow& window, const char* id, int by) {
  const QRect place = window.docks().at(QLatin1String(id))->geometry();
  const QPoint from(place.right() + 1, place.center().y());
  QTest::mousePress(&window, Qt::LeftButton, {}, from);
  for (int step = 1; step <= 4; ++step) {
    QMouseEvent move(QEvent::MouseMove, QPointF(from) + QPointF(by * step / 4.0, 0),
                     window.mapToGlobal(QPointF(from) + QPointF(by * step / 4.0, 0)), Qt::NoButton,
                     Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &move);
    QTest::qWait(5);  // Qt moves the line from a timer
  }
  QTest::mouseRelease(&window, Qt::LeftButton, {}, from + QPoint(by, 0));
  settle();
}

}  // namespace

void LayoutDriftTest::init() {
  home_ = std::make_unique<QTemporaryDir>();
  qputenv("XDG_CONFIG_HOME", home_->filePath(QStringLiteral("config")).toUtf8());
  qputenv("XDG_STATE_HOME", home_->filePath(QStringLiteral("state")).toUtf8());
}

void LayoutDriftTest::perspectivesComeBackAsTheyAreDefined_data() {
  QTest::addColumn<QSize>("size");
  for (const QSize& size : {QSize(1600, 1000), QSize(1280, 720), QSize(1280, 800), QSize(1024, 600)}) {
    QTest::addRow("%d x %d", size.width(), size.height()) << size;
  }
}

void LayoutDriftTest::perspectivesComeBackAsTheyAreDefined() {
  QFETCH(QSize, size);
  MainWindow window({});
  window.open(size);
  QMap<QString, Places> first;
  for (int round = 0; round < 3; ++round) {
    for (const Perspective& perspective : perspectiveTable()) {
      const Places now = shown(window, perspective);
      Places& then = first[QLatin1String(perspective.id)];
      then = round == 0 ? now : then;
      QVERIFY2(now == then, perspective.id + (QByteArray(": ") + differences(then, now)));
    }
  }
  // Another size and back.
  window.resize(1700, 990);
  settle();
  window.resize(size);
  QVERIFY2(placesOf(window) == first[window.settings().perspective],
           differences(first[window.settings().perspective], placesOf(window)));
}

void LayoutDriftTest::aMovedLineStaysWhereItIs() {
  MainWindow window({});
  window.open({1600, 1000});
  const Places before = placesOf(window);
  dragRightEdge(window, "browser", 80);
  const Places moved = placesOf(window);
  QCOMPARE(moved[QStringLiteral("browser")].width(), before[QStringLiteral("browser")].width() + 80);
  for (int round = 0; round < 3; ++round) {
    for (const Perspective& perspective : perspectiveTable()) {
      const Places now = shown(window, perspective);
      QVERIFY2(QLatin1String(perspective.id) != QLatin1String("inspect") || now == moved,
               differences(moved, now));
    }
  }
  shown(window, perspectiveTable().front());
  for (const QSize& other : {QSize(1800, 1000), QSize(1111, 777), QSize(1600, 1000)}) {
    window.resize(other);
    settle();
  }
  QVERIFY2(placesOf(window) == moved, differences(moved, placesOf(window)));
}

void LayoutDriftTest::aRestartMovesNothing() {
  Places kept;
  for (int start = 0; start < 4; ++start) {
    QStringList notes;
    MainWindow window(AppSettings::load(&notes));
    window.open();
    if (start == 0) {
      window.showMaximized();
      settle();
      dragRightEdge(window, "browser", 40);
      kept = placesOf(window);
    }
    QVERIFY(window.isMaximized());
    QTRY_VERIFY2(placesOf(window) == kept, differences(kept, placesOf(window)));
    window.saveSettings();
  }
}

void LayoutDriftTest::resetMeansEveryPerspective() {
  MainWindow window({});
  window.open({1600, 1000});
  QMap<QString, Places> defined;
  for (const Perspective& perspective : perspectiveTable()) {
    defined[QLatin1String(perspective.id)] = shown(window, perspective);
  }
  for (const char* id : {"inspect", "diffusion", "lab"}) {
    window.setPerspective(QLatin1String(id));
    settle();
    dragRightEdge(window, "browser", 60);
    QVERIFY2(placesOf(window) != defined[QLatin1String(id)], id);
  }
  QVERIFY(window.actions().trigger(QStringLiteral("reset-layout")));
  for (const Perspective& perspective : perspectiveTable()) {
    const Places now = shown(window, perspective);
    const Places& then = defined[QLatin1String(perspective.id)];
    QVERIFY2(now == then, perspective.id + (QByteArray(": ") + differences(then, now)));
  }
}

void LayoutDriftTest::theFirstWindowFitsTheScreen() {
  QCOMPARE(firstWindowSize({1600, 1000}, {1280, 720}), QSize(1280, 720));
  QCOMPARE(firstWindowSize({1600, 1000}, {1920, 1200}), QSize(1600, 1000));
  MainWindow window({});
  window.open();
  settle();
  const QRect room = window.screen()->availableGeometry();
  QVERIFY2(room.contains(window.frameGeometry()), qPrintable(QStringLiteral("%1 x %2 on %3 x %4")
                                                                 .arg(window.frameGeometry().width())
                                                                 .arg(window.frameGeometry().height())
                                                                 .arg(room.width())
                                                                 .arg(room.height())));
}

ALIDADE_TEST(LayoutDriftTest)
#include "layout_drift_test.moc"
