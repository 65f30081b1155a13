// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <utility>

#include <QComboBox>
#include <QJsonArray>
#include <QSignalSpy>
#include <QSlider>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTimer>
#include <QToolButton>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "tests/views/lab_support.h"
#include "tests/views/paint_count.h"
#include "views/base/newest_answer.h"
#include "views/base/state_card.h"
#include "views/base/theme.h"
#include "views/schedule_lab/curve_editor.h"
#include "views/schedule_lab/figure_canvas.h"
#include "views/schedule_lab/time_bar.h"

using namespace alidade;
using namespace alidade::test;

namespace {

/// The canvas of the error curves.
FigureCanvas* curvesOf(const ScheduleLabView& view) {
  for (auto* canvas : view.findChildren<FigureCanvas*>()) {
    if (canvas != mapsOf(view)) {
      return canvas;
    }
  }
  return nullptr;
}

}  // namespace

class ScheduleLabTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theViewAsksForWhatTheEditorShows() {
    Lab lab;
    QVERIFY(lab.ready());
    SamplingModel& model = lab.session.model<SamplingModel>();
    QVERIFY(model.demand().wanted());
    QCOMPARE(model.request().columns.size(), std::size_t{4});
    QSignalSpy asked(&model, &SamplingModel::asked);
    auto* editor = lab.find<CurveEditor>();
    const QPoint from = editor->handlePosition(0).toPoint();
    drag(editor, from, from + QPoint(0, 30));
    QVERIFY(!asked.isEmpty());
    QVERIFY(model.request().columns[0].guidance == editor->guidance());
    QVERIFY(model.request().columns[1].guidance.kind == GuidanceKind::kNone);
    lab.view->hide();
    QVERIFY(!model.demand().wanted());
  }

  void anEditGoesDownOnceAndAnAnswerComesBackOnce() {
    Lab lab;
    QVERIFY(lab.ready());
    answerAll(lab.session);
    SamplingModel& model = lab.session.model<SamplingModel>();
    auto* editor = lab.find<CurveEditor>();
    const FigureCanvas *maps = mapsOf(*lab.view), *curves = curvesOf(*lab.view);
    QTest::keyClick(editor, Qt::Key_PageDown);
    PaintCount edited(editor), mapped(mapsOf(*lab.view)), curved(curvesOf(*lab.view));
    edited.take(), mapped.take(), curved.take();
    QSignalSpy asked(&model, &SamplingModel::asked), schedules(&model, &SamplingModel::schedulesChanged);
    auto figures = [&, m = maps->figuresShown(), c = curves->figuresShown()]() mutable {
      return std::pair(maps->figuresShown() - std::exchange(m, maps->figuresShown()),
                       curves->figuresShown() - std::exchange(c, curves->figuresShown()));
    };

    QTest::keyClick(editor, Qt::Key_Up);
    QCOMPARE(asked.size(), 1);
    QCOMPARE(schedules.size(), 1);
    model.setSampling(0);
    QCOMPARE(figures(), std::pair(0, 0));  // no sample moved yet
    QCOMPARE(edited.take(), 1);
    QCOMPARE(mapped.take() + curved.take(), 0);

    model.setColumn(0, {drawn(model.request().columns[0]), false, {}});
    QCOMPARE(figures(), std::pair(1, 1));
    QCOMPARE(mapped.take(), 1);
    QCOMPARE(curved.take(), 1);
    QCOMPARE(edited.take(), 0);

    lab.find<QSlider>()->setValue(500);
    QCOMPARE(figures(), std::pair(1, 1));
    model.setMeasures(model.unmeasured(), {SampleMeasures{}, SampleMeasures{}, {}, {}});
    QCOMPARE(figures(), std::pair(1, 0));

    runAction(*lab.view, "Remove");
    QCOMPARE(asked.size(), 2);
    QCOMPARE(figures(), std::pair(1, 1));
    runAction(*lab.view, "Duplicate");  // another column, and it is the shown one
    QCOMPARE(asked.size(), 3);
    QCOMPARE(figures(), std::pair(1, 1));
  }

  void measuresAreAskedForAndTheLastOnesStay() {
    Lab lab;
    QVERIFY(lab.ready());
    answerAll(lab.session);
    SamplingModel& model = lab.session.model<SamplingModel>();
    const auto shown = [&] {
      return std::dynamic_pointer_cast<const ColumnsFigure>(mapsOf(*lab.view)->figure())->columns()[1];
    };
    QVERIFY(!model.measuring());  // samples know the measures of their end
    const double at_end = shown().measures->rotation_median;
    QCOMPARE(at_end, model.column(1).samples->measures->rotation_median);
    lab.find<QSlider>()->setValue(0);
    QVERIFY(model.measuring());
    QCOMPARE(model.unmeasured()[1].state, std::size_t{0});
    QCOMPARE(shown().measures->rotation_median, at_end);
    ColumnMeasures answer;
    answer[1].emplace().rotation_median = 1.25;
    model.setMeasures(model.unmeasured(), answer);
    QCOMPARE(shown().measures->rotation_median, 1.25);
    QVERIFY(!model.measuring());
  }

  void aSlideOfFewSamplesIsPaintedOnceWithItsNumbers() {
    Lab lab;
    QVERIFY(lab.ready());
    answerAll(lab.session);
    SamplingModel& model = lab.session.model<SamplingModel>();
    // Stands in for the measuring thread, which is slower here than the screen.
    QObject::connect(&model, &SamplingModel::measuresAsked, &model, [&model] {
      QTimer::singleShot(30, &model,
                         [&model, of = model.unmeasured()] { model.setMeasures(of, measuresOf(of)); });
    });
    PaintCount paints(mapsOf(*lab.view));
    for (const int place : {0, 300, 650}) {
      paints.take();
      lab.find<QSlider>()->setValue(place);
      QVERIFY(model.measuresAwaited());
      QTRY_VERIFY(!model.measuresAwaited());
      QTest::qWait(50);  // a second painting would come now
      QCOMPARE(paints.take(), 1);
      const auto figure = std::dynamic_pointer_cast<const ColumnsFigure>(mapsOf(*lab.view)->figure());
      for (const ShownColumn& column : figure->columns()) {
        ShownColumn expected = column;
        moveTo(expected, TimeLock::kTime, 1.0 - place / 1000.0);
        QVERIFY(column.looksLike(expected));
      }
    }
    // A thread that does not answer does not stop the slider.
    QVERIFY(model.disconnect(SIGNAL(measuresAsked())));
    lab.find<QSlider>()->setValue(900);
    QTRY_COMPARE(paints.take(), 1);
    QVERIFY(model.measuresAwaited());
  }

  void anExportHasTheNumbersOfItsMoment() {
    for (const int count : {20, 900}) {
      Lab lab;
      QVERIFY(lab.ready());
      SamplingRequest request = lab.session.model<SamplingModel>().request();
      request.num_samples = count;
      lab.session.model<SamplingModel>().ask(request);
      answerAll(lab.session);
      lab.find<QSlider>()->setValue(200);  // nobody measures
      const auto figure = std::dynamic_pointer_cast<const ColumnsFigure>(lab.view->figure());
      QCOMPARE(figure->columns().size(), std::size_t{4});
      for (const ShownColumn& column : figure->columns()) {
        ShownColumn expected = column;
        moveTo(expected, TimeLock::kTime, 0.8);
        QVERIFY(column.looksLike(expected));
      }
      QVERIFY(!lab.session.model<SamplingModel>().measuring());
      QCOMPARE(mapsOf(*lab.view)->figure(), std::shared_ptr<const Figure>(figure));
    }
  }

  void manySamplesArePaintedElsewhereAndLookTheSame() {
    Lab lab;
    QVERIFY(lab.ready());
    SamplingModel& model = lab.session.model<SamplingModel>();
    auto* canvas = mapsOf(*lab.view);
    auto& answer = *lab.view->findChild<NewestAnswer*>();
    SamplingRequest request = model.request();
    request.num_samples = 900;
    model.ask(request);
    answerAll(lab.session);
    for (const int place : {1000, 400, 0}) {
      lab.find<QSlider>()->setValue(place);
      model.setShownColumn(static_cast<std::size_t>(place / 400));
      QTRY_VERIFY(!answer.awaited());
      const auto figure = std::dynamic_pointer_cast<const ColumnsFigure>(canvas->figure());
      QCOMPARE(figure->columns()[2].position,
               positionFor(*model.column(2).samples, TimeLock::kTime, 1.0 - place / 1000.0));
      QVERIFY(figure->columns()[static_cast<std::size_t>(place / 400)].selected);
      const ColumnsFigure anew(figure->columns(), figure->marked());
      QImage fresh(canvas->size(), QImage::Format_RGB32);
      fresh.fill(screenPlotTheme(themeOf(*canvas)).background());
      QPainter painter(&fresh);
      anew.paint(painter, canvas->rect(), screenPlotTheme(themeOf(*canvas)));
      painter.end();
      QCOMPARE(canvas->grab().toImage().convertToFormat(QImage::Format_RGB32), fresh);
    }
  }

  void theViewShowsWhatOthersAskFor() {
    Lab lab;
    QVERIFY(lab.ready());
    SamplingModel& model = lab.session.model<SamplingModel>();
    SamplingRequest request = model.request();
    request.num_samples = 7;
    request.from_regression = true;
    request.columns[0].guidance = {GuidanceKind::kConstant, 1.0, 3.0, 5.0, {}};
    model.ask(request);
    QCOMPARE(lab.view->saveState()["samples"].toInt(), 7);
    QVERIFY(lab.view->columns()[0].guidance == lab.find<CurveEditor>()->guidance());
    QCOMPARE(lab.find<CurveEditor>()->handles().front().w, 3.0);
  }

  void sliderMovesTheSamples() {
    Lab lab;
    QVERIFY(lab.ready());
    answerAll(lab.session);
    auto* canvas = mapsOf(*lab.view);
    const QImage at_end = canvas->grab().toImage();
    lab.find<QSlider>()->setValue(0);
    const QImage at_noise = canvas->grab().toImage();
    QVERIFY(at_end != at_noise);
    // The dots are painted where the samples of that time are.
    const auto figure = std::dynamic_pointer_cast<const ColumnsFigure>(lab.view->figure());
    QVERIFY(figure);
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kDark));
    const QSize size(1000, 400);
    const QImage image = painted(*figure, size, plot);
    for (std::size_t c = 0; c < figure->columns().size(); ++c) {
      const ShownColumn& column = figure->columns()[c];
      QCOMPARE(column.position, std::size_t{0});
      for (const Rigid3& pose : column.poses()) {
        const QPointF at = figure->placeOf(c, pose.R, QRectF(QPointF(0, 0), QSizeF(size)), plot);
        QVERIFY(inkAt(image, at, plot.background()) > 4);
      }
    }
    // Same noise in all columns.
    QVERIFY(figure->columns()[0].poses()[3].R.isApprox(figure->columns()[1].poses()[3].R));
  }

  void shiftShowsBInThePlaceOfA() {
    Lab lab;
    QVERIFY(lab.ready());
    answerAll(lab.session);
    const auto first = [&] {
      return std::dynamic_pointer_cast<const ColumnsFigure>(lab.view->figure())->columns()[0].index;
    };
    QCOMPARE(first(), std::size_t{0});
    lab.session.setShowReference(true);
    QCOMPARE(first(), std::size_t{1});
    lab.session.setShowReference(false);
    QCOMPARE(first(), std::size_t{0});
  }

  void columnsAreAddedSwappedAndRemoved() {
    Lab lab;
    QVERIFY(lab.ready());
    const auto run = [&](const QString& text) {
      for (QAction* action : lab.view->viewActions()) {
        if (action->text().startsWith(text)) {
          action->trigger();
        }
      }
    };
    const auto a = lab.view->columns()[0], b = lab.view->columns()[1];
    run("Swap");
    QVERIFY(lab.view->columns()[0] == b && lab.view->columns()[1] == a);
    run("Duplicate");
    QCOMPARE(lab.view->columns().size(), std::size_t{4});  // no more than four
    run("Remove");
    run("Remove");
    QCOMPARE(lab.view->columns().size(), std::size_t{2});
    run("Duplicate");
    QCOMPARE(lab.view->columns().size(), std::size_t{3});
    QCOMPARE(lab.view->current(), std::size_t{2});
    QCOMPARE(lab.find<QTabBar>()->count(), 3);
    QCOMPARE(lab.session.model<SamplingModel>().request().columns.size(), std::size_t{3});
  }

  void schedulesAreSavedAndLoaded() {
    Lab lab;
    QVERIFY(lab.ready());
    QTemporaryDir folder;
    const QString path = folder.filePath("schedule.json");
    QVERIFY(lab.view->saveSchedule(path));
    const Guidance saved = lab.view->columns()[0].guidance;
    lab.find<QTabBar>()->setCurrentIndex(1);
    QVERIFY(lab.view->loadSchedule(path));
    QVERIFY(lab.view->columns()[1].guidance == saved);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"kind\": 3}");
    file.close();
    const auto before = lab.view->columns();
    QVERIFY(!lab.view->loadSchedule(path));
    QVERIFY(refusal(*lab.view).contains("schedule.json"));
    QVERIFY(lab.view->columns() == before);
  }

  void statesAndCards() {
    SessionModel session;
    ScheduleLabView view(session);
    auto* card = view.findChild<StateCard*>();
    QSignalSpy asked(&view, &View::actionRequested);
    Q_EMIT card->triggered();
    QCOMPARE(asked.takeFirst()[0].toString(), QString("try-sample"));
    QVERIFY(!view.figure());
    session.setDataset(std::make_shared<SmallDataset>(2));
    session.model<SamplingModel>().setProblem("frame: no depth.");
    QCOMPARE(card->sentence(), QString("frame: no depth."));
    Q_EMIT card->triggered();  // "Use the analytic demo"
    QVERIFY(session.model<SamplingModel>().request().analytic);
    session.model<SamplingModel>().setProblem({});
    session.model<SamplingModel>().setColumn(0, {nullptr, false, "Too many samples."});
    QVERIFY(!view.figure());
  }

  void stateIsKept() {
    Lab lab;
    QVERIFY(lab.ready());
    auto* editor = lab.find<CurveEditor>();
    QTest::mouseDClick(editor, Qt::LeftButton, {}, editor->rect().center());
    lab.find<TimeBar>()->setLock(TimeLock::kSigma);
    const QJsonObject state = lab.view->saveState();
    SessionModel other_session;
    ScheduleLabView other(other_session);
    other.restoreState(state);
    QVERIFY(other.columns()[0].guidance.kind == GuidanceKind::kSpline);
    QCOMPARE(other.saveState(), state);
    other.restoreState({{"columns", QJsonArray{"x", QJsonObject{{"steps", -4}, {"guidance", "constant:-3"}}}},
                        {"current", 99},
                        {"lock", 17}});
    QCOMPARE(other.columns().size(), std::size_t{2});
    for (const SamplerOptions& column : other.columns()) {
      QVERIFY(check_guidance(column.guidance) && column.steps >= 1);
    }
  }

  void timeColumnAndMarksAreSharedWithOtherViews() {
    Lab lab;
    QVERIFY(lab.ready());
    answerAll(lab.session);
    SamplingModel& model = lab.session.model<SamplingModel>();
    const auto figure = [&] { return std::dynamic_pointer_cast<const ColumnsFigure>(lab.view->figure()); };
    lab.find<QSlider>()->setValue(700);
    QVERIFY(std::abs(model.time() - 0.3) < 1e-9);
    model.setTime(0.8);  // another view
    QCOMPARE(lab.find<QSlider>()->value(), 200);
    for (const ShownColumn& column : figure()->columns()) {
      QVERIFY(std::abs(column.time() - 0.8) < 0.03);
    }
    lab.find<QTabBar>()->setCurrentIndex(2);
    QCOMPARE(model.shownColumn(), std::size_t{2});
    model.setShownColumn(1);
    QCOMPARE(lab.view->current(), std::size_t{1});
    QCOMPARE(lab.find<QTabBar>()->currentIndex(), 1);
    QVERIFY(figure()->columns()[1].selected && !figure()->columns()[2].selected);
    const QImage before = mapsOf(*lab.view)->grab().toImage();
    model.setMarked({5, 2});
    QCOMPARE(figure()->marked(), (std::vector<int>{2, 5}));
    QVERIFY(mapsOf(*lab.view)->grab().toImage() != before);
  }

  void playingRunsToThePoseAndStops() {
    Lab lab;
    QVERIFY(lab.ready());
    answerAll(lab.session);
    auto* bar = lab.find<TimeBar>();
    bar->setLock(TimeLock::kStep);
    QSlider& slider = bar->slider();
    QCOMPARE(slider.maximum(), 20);  // the steps of the first columns
    QToolButton* play = nullptr;
    for (auto* button : bar->findChildren<QToolButton*>()) {
      play = button->accessibleName().startsWith("Play the") ? button : play;
    }
    QVERIFY(play);
    std::vector<int> seen;
    connect(&slider, &QSlider::valueChanged, bar, [&](int value) { seen.push_back(value); });
    play->click();  // from the end it begins at the noise
    QVERIFY(QTest::qWaitFor([&] { return !play->isChecked(); }, 10000));
    QCOMPARE(slider.value(), 20);
    QCOMPARE(seen.size(), std::size_t{21});
    for (std::size_t i = 0; i < seen.size(); ++i) {
      QCOMPARE(seen[i], static_cast<int>(i));
    }
    bar->setLooping(true);
    slider.setValue(15);
    play->click();
    QVERIFY(QTest::qWaitFor([&] { return std::count(seen.begin(), seen.end(), 0) >= 2; }, 15000));
    play->click();
    const int stopped = slider.value();
    QTest::qWait(300);
    QCOMPARE(slider.value(), stopped);
  }

  void anUnchangedColumnKeepsItsPicture() {
    Lab lab;
    QVERIFY(lab.ready());
    answerAll(lab.session);
    auto* canvas = mapsOf(*lab.view);
    const auto figure = [&] { return std::dynamic_pointer_cast<const ColumnsFigure>(lab.view->figure()); };
    canvas->grab();
    const auto before = figure();
    Q_EMIT lab.session.model<SamplingModel>().answered();  // nothing new: nothing is made anew
    QVERIFY(figure() == before);
    // One column changes: what is kept of the others looks as if painted anew.
    auto* editor = lab.find<CurveEditor>();
    const QPoint from = editor->handlePosition(0).toPoint();
    drag(editor, from, from + QPoint(0, 30));
    answerAll(lab.session);
    const QImage kept = canvas->grab().toImage();
    const ColumnsFigure anew(figure()->columns(), figure()->marked());
    QImage fresh(kept.size(), QImage::Format_RGB32);
    fresh.fill(screenPlotTheme(themeOf(*canvas)).background());
    QPainter painter(&fresh);
    anew.paint(painter, canvas->rect(), screenPlotTheme(themeOf(*canvas)));
    painter.end();
    QCOMPARE(kept.convertToFormat(QImage::Format_RGB32), fresh);
  }
};

ALIDADE_TEST(ScheduleLabTest)
#include "schedule_lab_test.moc"
