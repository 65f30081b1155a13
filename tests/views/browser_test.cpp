// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <limits>

#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QSignalSpy>
#include <QSlider>
#include <QToolButton>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "tests/views/small_dataset.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/browser/browser_filter.h"
#include "views/browser/browser_view.h"
#include "views/browser/frame_bar.h"
#include "views/browser/frame_list_model.h"
#include "views/browser/problem_list.h"

using namespace alidade;
using alidade::test::SmallDataset;

class BrowserTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void filterLanguage_data();
  void filterLanguage();
  void faultyFilterIsNamedAndShowsAll();
  void listFollowsFilterAndResult();
  void thumbnailsArriveOffTheGuiThread();
  void selectionGoesBothWays();
  void problemsOpenAndChooseAFrame();
  void millionRowsFilter();
  void emptyAndErrorStates();
  void theTimeLineScrubsAndPlays();
};

void BrowserTest::filterLanguage_data() {
  QTest::addColumn<QString>("text");
  QTest::addColumn<double>("error");
  QTest::addColumn<bool>("matches");
  const double none = std::numeric_limits<double>::quiet_NaN();
  QTest::newRow("empty") << "" << none << true;
  QTest::newRow("category") << "mug" << none << true;
  QTest::newRow("category in capitals") << "MUG" << none << true;
  QTest::newRow("other category") << "laptop" << none << false;
  QTest::newRow("part of the name") << "0042" << none << true;
  QTest::newRow("all words") << "mug bowl" << none << true;
  QTest::newRow("one word fails") << "mug laptop" << none << false;
  QTest::newRow("error above") << "err>10" << 10.5 << true;
  QTest::newRow("error not above") << "err>10" << 10.0 << false;
  QTest::newRow("error at least") << "err>=10" << 10.0 << true;
  QTest::newRow("error spelled out") << "mug error>10°" << 11.0 << true;
  QTest::newRow("error with blanks") << "err > 10" << 11.0 << true;
  QTest::newRow("no estimate") << "err<10" << none << false;
  QTest::newRow("count") << "n>2" << none << true;
  QTest::newRow("count equal") << "n=3" << none << true;
  QTest::newRow("count above") << "n>3" << none << false;
}

void BrowserTest::filterLanguage() {
  QFETCH(QString, text);
  QFETCH(double, error);
  QFETCH(bool, matches);
  FrameInfo frame;
  frame.name = "000001/000042";
  frame.categories = {"mug", "bowl", "mug"};
  const BrowserFilter filter = BrowserFilter::parse(text);
  QVERIFY2(filter.problem().isEmpty(), qPrintable(filter.problem()));
  QCOMPARE(filter.matches(frame, error), matches);
}

void BrowserTest::faultyFilterIsNamedAndShowsAll() {
  for (const char* text : {"err>", "speed>3", "n>2deg", "err>>3"}) {
    const BrowserFilter filter = BrowserFilter::parse(QString::fromLatin1(text));
    QVERIFY2(filter.problem().contains(QLatin1String(text)), text);
    QVERIFY(filter.matches(FrameInfo{}, 0.0));
  }
}

void BrowserTest::listFollowsFilterAndResult() {
  SessionModel session;
  BrowserView view(session);
  const auto dataset = std::make_shared<SmallDataset>(24);
  session.setDataset(dataset);
  auto* list = view.findChild<QListView*>();
  QCOMPARE(list->model()->rowCount(), 24);
  QCOMPARE(list->model()->index(2, 0).data().toString(), QStringLiteral("frame 00002"));
  QCOMPARE(list->model()->index(2, 0).data(FrameListModel::kSubtitleRole).toString(),
           QStringLiteral("3 objects"));
  session.setResultA(alidade::test::smallResult(*dataset, "a"));
  QCOMPARE(list->model()->index(2, 0).data(FrameListModel::kSubtitleRole).toString(),
           QStringLiteral("3 objects · 2.0°"));
  view.setFilterText(QStringLiteral("err>=20"));
  QCOMPARE(list->model()->rowCount(), 4);
  QCOMPARE(list->model()->index(0, 0).data(FrameListModel::kFrameRole).toULongLong(), 20ull);
  view.setFilterText(QStringLiteral("laptop"));
  QCOMPARE(list->model()->rowCount(), 0);
}

void BrowserTest::thumbnailsArriveOffTheGuiThread() {
  FrameListModel model;
  model.setDataset(std::make_shared<SmallDataset>(3));
  QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
  QVERIFY(model.data(model.index(1), FrameListModel::kThumbnailRole).value<QImage>().isNull());
  QVERIFY(changed.wait());
  const QImage picture = model.data(model.index(1), FrameListModel::kThumbnailRole).value<QImage>();
  QCOMPARE(picture.size(), QSize(128, 96));
  QCOMPARE(qRed(picture.pixel(64, 48)), 41);
  QCOMPARE(qAlpha(picture.pixel(0, 0)), 0);  // rounded corner
}

void BrowserTest::selectionGoesBothWays() {
  SessionModel session;
  BrowserView view(session);
  session.setDataset(std::make_shared<SmallDataset>(10));
  auto* list = view.findChild<QListView*>();
  QCOMPARE(list->currentIndex().row(), 0);
  session.selectFrame(7);
  QCOMPARE(list->currentIndex().row(), 7);
  list->setCurrentIndex(list->model()->index(3, 0));
  QCOMPARE(*session.selection().frame, std::size_t{3});
  view.setFilterText(QStringLiteral("n>3"));  // frames 3 and 7
  QCOMPARE(list->model()->rowCount(), 2);
  QCOMPARE(*session.selection().frame, std::size_t{3});
  QCOMPARE(list->currentIndex().row(), 0);
}

void BrowserTest::problemsOpenAndChooseAFrame() {
  SessionModel session;
  BrowserView view(session);
  view.resize(270, 600);
  const auto dataset = std::make_shared<SmallDataset>(10);
  dataset->addProblem("depth missing in 00004 <b>x</b>", 4);
  dataset->addProblem("mask missing in 00006", 6);
  session.setDataset(dataset);
  view.show();
  auto* problems = view.findChild<ProblemList*>();
  QVERIFY(problems->isVisibleTo(&view));
  QVERIFY(problems->summary().startsWith(QStringLiteral("2 problems · depth missing")));
  auto* list = problems->findChild<QListWidget*>();
  QVERIFY(!list->isVisible());
  problems->findChild<QToolButton*>()->click();
  QVERIFY(list->isVisible());
  QCOMPARE(list->count(), 2);
  Q_EMIT list->itemActivated(list->item(1));
  QCOMPARE(*session.selection().frame, std::size_t{6});
  session.setDataset(std::make_shared<SmallDataset>(2));
  QVERIFY(!problems->isVisibleTo(&view));
}

void BrowserTest::millionRowsFilter() {
  const auto dataset = std::make_shared<SmallDataset>(1000000);
  FrameListModel model;
  model.setDataset(dataset);
  QCOMPARE(model.rowCount(), 1000000);
  model.setFilter(BrowserFilter::parse(QStringLiteral("n>3")));
  QCOMPARE(model.rowCount(), 250000);
  QCOMPARE(model.rowOf(999999), 249999);
  QCOMPARE(model.rowOf(0), -1);
}

void BrowserTest::emptyAndErrorStates() {
  SessionModel session;
  BrowserView view(session);
  QSignalSpy asked(&view, &View::actionRequested);
  Q_EMIT view.findChild<StateCard*>()->triggered();
  QCOMPARE(asked.count(), 1);
  QCOMPARE(asked[0][0].toString(), QStringLiteral("open-dataset"));
  view.showError(QStringLiteral("x.json: line 3: not a number; correct it."));
  const auto labels = view.findChildren<QLabel*>();
  const auto shows = [&] {
    return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
      return label->text().startsWith(QLatin1String("x.json")) && label->isVisibleTo(&view);
    });
  };
  QVERIFY(shows());
  session.setDataset(std::make_shared<SmallDataset>(1));
  QVERIFY(!shows());
}

void BrowserTest::theTimeLineScrubsAndPlays() {
  SessionModel session;
  BrowserView view(session);
  session.setDataset(std::make_shared<SmallDataset>(8));
  view.resize(300, 600);
  view.show();
  auto* slider = view.findChild<QSlider*>();
  QCOMPARE(slider->maximum(), 7);
  QTest::keyClick(slider, Qt::Key_Right);
  QCOMPARE(session.selection().frame, std::optional<std::size_t>(1));
  session.selectFrame(5);
  QCOMPARE(slider->value(), 5);
  // Only what the filter leaves is gone through: every fourth frame has four objects.
  view.setFilterText(QStringLiteral("n>3"));
  QCOMPARE(slider->maximum(), 1);
  session.selectFrame(3);
  auto* play = view.findChild<FrameBar*>()->findChild<QToolButton*>();
  QTest::mouseClick(play, Qt::LeftButton);
  QTRY_COMPARE(session.selection().frame, std::optional<std::size_t>(7));
  QTRY_VERIFY(!view.findChild<FrameBar*>()->playing());  // behind the last one
}

ALIDADE_TEST(BrowserTest)
#include "browser_test.moc"
