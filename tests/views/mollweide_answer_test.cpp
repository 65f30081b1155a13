// SPDX-License-Identifier: BSD-3-Clause
// The Mollweide view while another thread makes what it shows.
#include <utility>

#include <QPainter>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "tests/views/mollweide_support.h"
#include "tests/views/paint_count.h"

using namespace alidade;
using namespace alidade::test;

namespace {

struct DenseDesk : Desk {
  NewestAnswer& answer = *view->findChild<NewestAnswer*>();
  SamplingModel& model = session.model<SamplingModel>();

  explicit DenseDesk(int columns = 1) : Desk(columns) {
    list("Drawn as")->setCurrentIndex(MollweideView::kDensity);
    settle();
  }
  void settle() const {
    QCoreApplication::processEvents();
    QTRY_VERIFY(!answer.awaited());
    QCoreApplication::processEvents();
  }
  std::shared_ptr<const MollweideMultiplesFigure> multiples() const {
    return std::dynamic_pointer_cast<const MollweideMultiplesFigure>(view->figure());
  }
  QImage paintedWhole(const Figure& figure) const {
    QImage whole(canvas()->size(), QImage::Format_RGB32);
    QPainter painter(&whole);
    figure.paint(painter, canvas()->rect(), screenPlotTheme(themeOf(*canvas())));
    return whole;
  }
};

}  // namespace

class MollweideAnswerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aSlideIsPaintedOnceWithItsNewDensity() {
    DenseDesk desk;
    PaintCount paints(desk.canvas());
    for (const double t : {0.7, 0.3, 1.0}) {
      const QImage before = grabbed(desk.canvas());
      paints.take();
      desk.model.setTime(t);
      QVERIFY(desk.answer.awaited());
      QCOMPARE(grabbed(desk.canvas()), before);  // the old picture stays whole
      paints.reset();
      desk.settle();
      QCOMPARE(paints.take(), 1);
      const auto figure = desk.figure();
      RotationMap map;
      map.samples = figure->source().samples;
      QVERIFY(map.samples[2].isApprox(posesNearest(*desk.model.column(0).samples, t)[2].R));
      QCOMPARE(figure->source().density->relative, mapDensity(map, MapDensityOptions{})->relative);
      QCOMPARE(grabbed(desk.canvas()), desk.paintedWhole(*figure));
    }
  }

  void anUnchangedStateIsNotAskedForAgain() {
    DenseDesk desk;
    desk.model.setTime(0.66);
    desk.settle();
    const auto figure = desk.view->figure();
    PaintCount paints(desk.canvas());
    paints.take();
    desk.model.setTime(0.68);  // the same kept state
    Q_EMIT desk.model.answered();
    QVERIFY(!desk.answer.awaited());
    QCOMPARE(desk.view->figure(), figure);
    QCOMPARE(paints.take(), 0);
    // Back at a state that was there before: the same density.
    const auto density = desk.figure()->source().density;
    desk.model.setTime(0.0);
    desk.settle();
    QVERIFY(desk.figure()->source().density != density);
    desk.model.setTime(0.66);
    desk.settle();
    QCOMPARE(desk.figure()->source().density, density);
  }

  void anExportWaitsForWhatIsMissing() {
    DenseDesk desk;
    desk.model.setTime(1.0);
    QVERIFY(desk.answer.awaited() && desk.view->showsFigure());
    const auto figure = desk.figure();  // at once
    QCOMPARE(*figure->source().time, 1.0);
    QCOMPARE(figure->source().density->relative, mapDensity(figure->source(), MapDensityOptions{})->relative);
    QVERIFY(!desk.answer.awaited());
    QCOMPARE(grabbed(desk.canvas()), desk.paintedWhole(*figure));
    // Nobody makes anything for a hidden view, but its export is of this moment too.
    desk.view->hide();
    desk.model.setTime(0.34);
    QCOMPARE(desk.figure()->source().caption, std::string("A · schedule 0 · t = 0.33"));
    desk.list("Drawn as")->setCurrentIndex(MollweideView::kDots);
    desk.model.setTime(0.0);
    QVERIFY(desk.figure()->source().samples[2].isApprox(aboutY(178.0)));
    QVERIFY(!desk.figure()->source().density);
  }

  void theLastOfManyQuestionsStays() {
    DenseDesk desk(2);
    for (int i = 0; i < 40; ++i) {
      desk.model.setTime(i % 2 == 0 ? 1.0 : 0.34);
      desk.model.setShownColumn(static_cast<std::size_t>(i / 2 % 2));
    }
    desk.model.setTime(0.66);
    desk.settle();
    const auto figure = desk.figure();
    QCOMPARE(figure->source().caption, std::string("B · schedule 1 · t = 0.67"));
    QCOMPARE(grabbed(desk.canvas()), desk.paintedWhole(*figure));
    // What needs no other thread is shown at once, and no answer comes after it.
    desk.model.setTime(0.0);
    desk.list("Drawn as")->setCurrentIndex(MollweideView::kDots);
    QVERIFY(!desk.answer.awaited() && !desk.figure()->source().density);
    QTest::qWait(30);
    QVERIFY(!desk.figure()->source().density);
  }

  void severalMapsComeInOnePicture() {
    DenseDesk desk(3);
    desk.list("Maps")->setCurrentIndex(MollweideView::kSchedulesOverTime);
    desk.settle();
    QCOMPARE(desk.multiples()->size(), std::size_t{12});
    QCOMPARE(grabbed(desk.canvas()), desk.paintedWhole(*desk.multiples()));
    // The slider moves none of them.
    const auto figure = desk.view->figure();
    desk.model.setTime(0.4);
    QVERIFY(!desk.answer.awaited());
    QCOMPARE(desk.view->figure(), figure);
    desk.list("Maps")->setCurrentIndex(MollweideView::kOverSchedules);
    desk.settle();
    PaintCount paints(desk.canvas());
    paints.take();
    desk.model.setTime(1.0);
    desk.settle();
    QCOMPARE(paints.take(), 1);
    QVERIFY(desk.multiples()->map(1).samples[2].isApprox(aboutY(17.0)));
    QCOMPARE(desk.multiples()->map(1).density->relative,
             mapDensity(desk.multiples()->map(1), MapDensityOptions{})->relative);
  }

  void pathsAreThoseOfTheSamples() {
    Desk desk;
    auto& answer = *desk.view->findChild<NewestAnswer*>();
    SamplingModel& model = desk.session.model<SamplingModel>();
    PaintCount paints(desk.canvas());
    model.setMarked({1, 3});
    QVERIFY(answer.awaited());
    QTRY_VERIFY(!answer.awaited());
    const auto paths = desk.figure()->source().paths;
    const auto expected = pathsOf(*model.column(0).samples, {1, 3}, 300);
    QCOMPARE(paths->size(), expected->size());
    for (std::size_t i = 0; i < paths->size(); ++i) {
      QCOMPARE((*paths)[i].sample, (*expected)[i].sample);
      QCOMPARE((*paths)[i].times, (*expected)[i].times);
      QVERIFY((*paths)[i].states == (*expected)[i].states);
    }
    model.setTime(1.0);
    QTRY_VERIFY(!answer.awaited());
    QCOMPARE(desk.figure()->source().paths, paths);  // time does not change them
  }
};

ALIDADE_TEST(MollweideAnswerTest)
#include "mollweide_answer_test.moc"
