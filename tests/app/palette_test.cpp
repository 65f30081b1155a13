// SPDX-License-Identifier: BSD-3-Clause
#include <QAction>
#include <QLineEdit>
#include <QSet>
#include <QSignalSpy>
#include <QWidget>
#include <QtTest>

#include "app/gui/actions.h"
#include "app/gui/command_palette.h"
#include "app/gui/fuzzy_match.h"
#include "tests/support/test_registry.h"

using namespace alidade;

class PaletteTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void fuzzyScores();
  void actionTableIsSound();
  void typingFindsAndEnterRuns();
  void arrowsChooseAndEscapeCloses();
  void disabledCommandsDoNotRun();
};

void PaletteTest::fuzzyScores() {
  QVERIFY(fuzzyScore(QString(), QStringLiteral("anything")) > 0);
  QCOMPARE(fuzzyScore(QStringLiteral("xyz"), QStringLiteral("Open dataset")), 0);
  QCOMPARE(fuzzyScore(QStringLiteral("to"), QStringLiteral("ot")), 0);  // the order counts
  QVERIFY(fuzzyScore(QStringLiteral("OD"), QStringLiteral("Open dataset")) > 0);
  // Starts of words beat letters inside of them, runs beat scattered letters.
  QVERIFY(fuzzyScore(QStringLiteral("od"), QStringLiteral("Open dataset")) >
          fuzzyScore(QStringLiteral("od"), QStringLiteral("Reload view")));
  QVERIFY(fuzzyScore(QStringLiteral("data"), QStringLiteral("Open dataset")) >
          fuzzyScore(QStringLiteral("data"), QStringLiteral("Dock all the panes")));
}

void PaletteTest::actionTableIsSound() {
  QWidget window;
  const Actions actions(&window);
  QSet<QString> ids, keys;
  for (const QAction* action : actions.all()) {
    QVERIFY2(!ids.contains(action->objectName()), qPrintable(action->objectName()));
    ids << action->objectName();
    QVERIFY(!action->text().isEmpty());
    QVERIFY2(action->toolTip().endsWith(QLatin1Char('.')), qPrintable(action->objectName()));
    for (const QKeySequence& key : action->shortcuts()) {
      QVERIFY2(!key.isEmpty() && !keys.contains(key.toString()), qPrintable(key.toString()));
      keys << key.toString();
    }
  }
  for (const ActionSpec& spec : actionTable()) {
    QVERIFY2(spec.icon.isEmpty() || !actions.find(spec.id)->icon().isNull(), qPrintable(spec.icon));
  }
  QCOMPARE(actions.find(QStringLiteral("no-such-action")), nullptr);
  QVERIFY(!actions.trigger(QStringLiteral("no-such-action")));
}

void PaletteTest::typingFindsAndEnterRuns() {
  QWidget window;
  window.resize(900, 600);
  QAction open(QStringLiteral("Open dataset…")), quit(QStringLiteral("Quit"));
  QSignalSpy opened(&open, &QAction::triggered), quitted(&quit, &QAction::triggered);
  CommandPalette palette(&window);
  window.show();
  palette.open({{&quit, QStringLiteral("File")}, {&open, QStringLiteral("File")}});
  QCOMPARE(palette.shownTexts().size(), 2);
  auto* search = palette.findChild<QLineEdit*>();
  QTest::keyClicks(search, QStringLiteral("opda"));
  QCOMPARE(palette.shownTexts(), QStringList{QStringLiteral("Open dataset…")});
  QTest::keyClick(search, Qt::Key_Return);
  QCOMPARE(opened.count(), 1);
  QCOMPARE(quitted.count(), 0);
  QVERIFY(!palette.isVisible());
}

void PaletteTest::arrowsChooseAndEscapeCloses() {
  QWidget window;
  window.resize(900, 600);
  QAction first(QStringLiteral("First")), second(QStringLiteral("Second"));
  QSignalSpy ran(&second, &QAction::triggered);
  CommandPalette palette(&window);
  window.show();
  palette.open({{&first, {}}, {&second, {}}});
  auto* search = palette.findChild<QLineEdit*>();
  QTest::keyClick(search, Qt::Key_Up);  // wraps around
  QTest::keyClick(search, Qt::Key_Enter);
  QCOMPARE(ran.count(), 1);
  palette.open({{&first, {}}, {&second, {}}});
  QTest::keyClick(search, Qt::Key_Escape);
  QVERIFY(!palette.isVisible());
}

void PaletteTest::disabledCommandsDoNotRun() {
  QWidget window;
  QAction off(QStringLiteral("Off"));
  off.setEnabled(false);
  QSignalSpy ran(&off, &QAction::triggered);
  CommandPalette palette(&window);
  window.show();
  palette.open({{&off, {}}});
  QTest::keyClick(palette.findChild<QLineEdit*>(), Qt::Key_Return);
  QCOMPARE(ran.count(), 0);
  QTest::keyClicks(palette.findChild<QLineEdit*>(), QStringLiteral("nothing like it"));
  QVERIFY(palette.shownTexts().isEmpty());
}

ALIDADE_TEST(PaletteTest)
#include "palette_test.moc"
