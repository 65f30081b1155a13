// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include <QAction>
#include <QComboBox>
#include <QImage>
#include <QJsonArray>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QTabBar>
#include <QTemporaryDir>
#include <QtTest>

#include "core/evaluation/sample_measures.h"
#include "core/studies/sample.h"
#include "tests/support/test_registry.h"
#include "tests/views/small_dataset.h"
#include "views/base/figure_export.h"
#include "views/base/sampling_model.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/schedule_lab/curve_editor.h"
#include "views/schedule_lab/figure_canvas.h"
#include "views/schedule_lab/schedule_lab_view.h"
#include "views/schedule_lab/schedule_panel.h"
#include "views/schedule_lab/time_bar.h"

using namespace alidade;

namespace {

constexpr double kDegrees = 180.0 / 3.14159265358979323846;

using Samples = std::shared_ptr<const ObjectSamples>;

/// A bottle in front of the camera: symmetric about its axis.
Instance bottle() {
  Instance instance;
  instance.category = "bottle";
  instance.cam_from_obj.R = rotation_about(Eigen::Vector3d(1, 2, 3).normalized(), 0.7);
  instance.cam_from_obj.t = {0.1, 0.0, 0.8};
  instance.symmetry = continuous_symmetry(Eigen::Vector3d::UnitY());
  return instance;
}

Samples drawn(const SamplerOptions& sampler, const Instance& instance = bottle(), int count = 20) {
  auto subject = analytic_subject(instance, "frame", 0);
  SampleOptions options;
  options.sampler = sampler;
  options.sampler.keep_trajectory = true;
  options.num_samples = count;
  return *draw_samples(*subject, options, {});
}

SamplerOptions options(GuidanceKind kind, double w_max, int steps = 20) {
  SamplerOptions made;
  made.guidance.kind = kind;
  made.guidance.w_max = w_max;
  made.steps = steps;
  return made;
}

/// Stands in for the workbench: answers every request at once from the analytic field.
void answerAll(SessionModel& session) {
  SamplingModel& model = session.sampling();
  for (std::size_t i = 0; i < kMostSamplingColumns; ++i) {
    SamplingModel::Column column;
    if (i < model.request().columns.size()) {
      Instance instance = bottle();
      instance.index = 0;
      column.samples = drawn(model.request().columns[i], instance, model.request().num_samples);
    }
    model.setColumn(i, column);
  }
}

QImage painted(const Figure& figure, const QSize& size, const PlotTheme& theme) {
  QImage image(size, QImage::Format_RGB32);
  image.fill(Qt::black);
  QPainter painter(&image);
  figure.paint(painter, QRectF(QPointF(0, 0), QSizeF(size)), theme);
  return image;
}

/// Pixels that differ from the background within a square about a point.
int inkAt(const QImage& image, const QPointF& at, const QColor& background) {
  int ink = 0;
  for (int dy = -2; dy <= 2; ++dy) {
    for (int dx = -2; dx <= 2; ++dx) {
      const QColor seen = image.pixelColor((at + QPointF(dx, dy)).toPoint());
      ink += std::abs(seen.lightness() - background.lightness()) > 20;
    }
  }
  return ink;
}

/// A view over a small dataset with an object selected.
struct Lab {
  SessionModel session;
  std::unique_ptr<ScheduleLabView> view;

  Lab() {
    session.setDataset(std::make_shared<test::SmallDataset>(4));
    view = std::make_unique<ScheduleLabView>(session);
    view->resize(1200, 760);
    view->show();
  }
  bool ready() {
    return QTest::qWaitFor([this] { return session.frame() && session.selection().instance; });
  }
  template <class T>
  T* find() const {
    return view->findChild<T*>();
  }
};

void drag(QWidget* widget, const QPoint& from, const QPoint& to) {
  QTest::mousePress(widget, Qt::LeftButton, {}, from);
  for (int step = 1; step <= 4; ++step) {
    QMouseEvent move(QEvent::MouseMove, QPointF(from + (to - from) * step / 4),
                     widget->mapToGlobal(QPointF(from + (to - from) * step / 4)), Qt::NoButton,
                     Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(widget, &move);
  }
  QTest::mouseRelease(widget, Qt::LeftButton, {}, to);
}

}  // namespace

class ScheduleLabTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void draggingAHandleChangesTheCurve() {
    CurveEditor editor;
    editor.resize(320, 240);
    const Guidance start{GuidanceKind::kExponential, 1.0, 10.0, 5.0, {}};
    editor.setGuidance(start, 0);
    QSignalSpy edited(&editor, &CurveEditor::edited);
    const QPoint from = editor.handlePosition(0).toPoint();  // t = 0: w max
    drag(&editor, from, from + QPoint(0, 40));
    QVERIFY(edited.size() >= 3);
    const Guidance now = editor.guidance();
    QVERIFY(now.w_max < 9.0 && now.w_max > 1.0);
    QCOMPARE(now.w_min, 1.0);
    QCOMPARE(now.rate, 5.0);
    QVERIFY(qvariant_cast<Guidance>(edited.last()[0]) == now);
  }

  void everyHandleLandsWhereItIsDropped_data() {
    QTest::addColumn<int>("kind");
    for (const auto kind : {GuidanceKind::kConstant, GuidanceKind::kLinear, GuidanceKind::kExponential,
                            GuidanceKind::kSpline}) {
      QTest::addRow("kind %d", static_cast<int>(kind)) << static_cast<int>(kind);
    }
  }

  void everyHandleLandsWhereItIsDropped() {
    QFETCH(int, kind);
    Guidance guidance{static_cast<GuidanceKind>(kind), 2.0, 9.0, 4.0, {}};
    if (guidance.kind == GuidanceKind::kSpline) {
      guidance = drawnFrom({GuidanceKind::kLinear, 2.0, 9.0, 4.0, {}});
    }
    for (std::size_t handle = 0; handle < handlesOf(guidance).size(); ++handle) {
      const GuidancePoint at = handlesOf(guidance)[handle];
      const Guidance moved = withHandleMoved(guidance, handle, at.t, 0.9 * at.w);
      QVERIFY(check_guidance(moved));
      QVERIFY(std::abs(handlesOf(moved)[handle].w - 0.9 * at.w) < 1e-9);
      QVERIFY(std::abs(moved(at.t) - 0.9 * at.w) < 1e-9);
    }
  }

  void invalidCurvesAreRefused() {
    CurveEditor editor;
    editor.resize(320, 240);
    Guidance drawn;
    drawn.kind = GuidanceKind::kSpline;
    drawn.points = {{0.0, 8.0}, {0.5, 3.0}, {1.0, 1.0}};
    editor.setGuidance(drawn, 1);
    QSignalSpy edited(&editor, &CurveEditor::edited);
    QSignalSpy refused(&editor, &CurveEditor::refused);
    // Below the axis: w <= 0.
    const QPoint middle = editor.handlePosition(1).toPoint();
    drag(&editor, middle, QPoint(middle.x(), editor.height() - 2));
    QVERIFY(!refused.isEmpty() && refused.last()[0].toString().contains("positive"));
    QVERIFY(check_guidance(editor.guidance()));
    // Beyond its neighbor: out of order.
    refused.clear();
    const QPoint again = editor.handlePosition(1).toPoint();
    drag(&editor, again, QPoint(editor.handlePosition(2).toPoint().x() - 30, again.y()));
    QVERIFY(!refused.isEmpty());
    QVERIFY(check_guidance(editor.guidance()));
    for (const auto& signal : edited) {
      QVERIFY(check_guidance(qvariant_cast<Guidance>(signal[0])));
    }
  }

  void pointsAreAddedAndRemoved() {
    CurveEditor editor;
    editor.resize(320, 240);
    editor.setGuidance({GuidanceKind::kConstant, 1.0, 4.0, 5.0, {}}, 0);
    const QPoint at(150, 60);
    QTest::mouseDClick(&editor, Qt::LeftButton, {}, at);
    QCOMPARE(editor.guidance().kind, GuidanceKind::kSpline);
    const std::size_t count = editor.guidance().points.size();
    QVERIFY(editor.focusedHandle());
    const std::size_t added = *editor.focusedHandle();
    QVERIFY(std::hypot(editor.handlePosition(added).x() - at.x(), editor.handlePosition(added).y() - at.y()) <
            90.0);
    QTest::keyClick(&editor, Qt::Key_Delete);
    QCOMPARE(editor.guidance().points.size(), count - 1);
    QSignalSpy refused(&editor, &CurveEditor::refused);
    for (int i = 0; i < 10; ++i) {
      QTest::keyClick(&editor, Qt::Key_Delete);
    }
    QCOMPARE(editor.guidance().points.size(), std::size_t{2});
    QVERIFY(!refused.isEmpty());
  }

  void theKeyboardMovesHandles() {
    CurveEditor editor;
    editor.resize(320, 240);
    Guidance drawn;
    drawn.kind = GuidanceKind::kSpline;
    drawn.points = {{0.0, 8.0}, {0.5, 3.0}, {1.0, 1.0}};
    editor.setGuidance(drawn, 0);
    QTest::keyClick(&editor, Qt::Key_PageDown);  // the first one in the direction of sampling
    QCOMPARE(*editor.focusedHandle(), std::size_t{2});
    QTest::keyClick(&editor, Qt::Key_PageDown);
    QCOMPARE(*editor.focusedHandle(), std::size_t{1});
    QTest::keyClick(&editor, Qt::Key_Right);  // to the right is forward in sampling: smaller t
    QVERIFY(std::abs(editor.guidance().points[1].t - 0.49) < 1e-12);
    QTest::keyClick(&editor, Qt::Key_Up, Qt::ShiftModifier);
    QVERIFY(editor.guidance().points[1].w > 3.5);
    QVERIFY(editor.accessibleDescription().contains("0.49"));
    QKeyEvent shortcut(QEvent::ShortcutOverride, Qt::Key_Left, Qt::NoModifier);
    shortcut.ignore();
    QCoreApplication::sendEvent(&editor, &shortcut);
    QVERIFY(shortcut.isAccepted());  // or the window would go to the previous sample
  }

  void theViewAsksForWhatTheEditorShows() {
    Lab lab;
    QVERIFY(lab.ready());
    SamplingModel& model = lab.session.sampling();
    QVERIFY(model.wanted());
    QCOMPARE(model.request().columns.size(), std::size_t{4});
    QSignalSpy asked(&model, &SamplingModel::asked);
    auto* editor = lab.find<CurveEditor>();
    const QPoint from = editor->handlePosition(0).toPoint();
    drag(editor, from, from + QPoint(0, 30));
    QVERIFY(!asked.isEmpty());
    QVERIFY(model.request().columns[0].guidance == editor->guidance());
    QVERIFY(model.request().columns[1].guidance.kind == GuidanceKind::kNone);
    lab.view->hide();
    QVERIFY(!model.wanted());
  }

  void refusedNumbersAreSaidAndNotApplied() {
    Lab lab;
    QVERIFY(lab.ready());
    const Guidance before = lab.view->columns()[0].guidance;
    for (auto* box : lab.view->findChildren<QDoubleSpinBox*>()) {
      if (box->accessibleName() == "w min") {
        box->setValue(0.0);
      }
    }
    QVERIFY(!lab.view->findChild<QLabel*>("refusal")->text().isEmpty());
    QVERIFY(lab.view->columns()[0].guidance == before);
  }

  void sliderMovesTheSamples() {
    Lab lab;
    QVERIFY(lab.ready());
    answerAll(lab.session);
    auto* canvas = lab.find<FigureCanvas>();
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

  void locksChooseStates() {
    const Samples coarse = drawn(options(GuidanceKind::kNone, 1.0, 10));
    const Samples fine = drawn(options(GuidanceKind::kNone, 1.0, 40));
    for (const double t : {1.0, 0.63, 0.2, 0.0}) {
      for (const Samples& samples : {coarse, fine}) {
        const double got = samples->times[positionFor(*samples, TimeLock::kTime, t)];
        for (const double other : samples->times) {
          QVERIFY(std::abs(got - t) <= std::abs(other - t) + 1e-12);
        }
        const double sigma = VeSde{}.sigma(t);
        const auto by_sigma = positionFor(*samples, TimeLock::kSigma, sigma);
        QVERIFY(std::abs(samples->times[by_sigma] - got) < 1e-9);
      }
    }
    QCOMPARE(positionFor(*coarse, TimeLock::kStep, 7.0), std::size_t{7});
    QCOMPARE(positionFor(*coarse, TimeLock::kStep, 25.0), coarse->times.size() - 1);
    QCOMPARE(positionFor(*fine, TimeLock::kStep, 25.0), std::size_t{25});
  }

  void measuresBelongToTheShownTime() {
    ShownColumn column;
    column.samples = drawn(options(GuidanceKind::kExponential, 15.0));
    moveTo(column, TimeLock::kTime, 1.0);
    const double noisy = column.measures->rotation_median;
    moveTo(column, TimeLock::kTime, 0.0);
    QVERIFY(noisy > 10.0 * column.measures->rotation_median);
    QVERIFY(std::abs(column.measures->entropy - column.samples->measures->entropy) < 1e-12);
  }

  void divergenceIsSaidAndThePathKept() {
    auto broken = std::make_shared<ObjectSamples>(*drawn(options(GuidanceKind::kConstant, 8.0)));
    broken->first_bad_step = 7;
    broken->times.resize(7);
    broken->trajectory.resize(7);
    broken->curve.resize(7);
    ShownColumn column;
    column.samples = drawn(options(GuidanceKind::kConstant, 8.0));
    moveTo(column, TimeLock::kTime, 0.0);
    ShownColumn diverged = column;
    diverged.samples = broken;
    moveTo(diverged, TimeLock::kTime, 0.0);
    QCOMPARE(diverged.position, std::size_t{6});  // the last state there is
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kDark));
    const QImage whole = painted(ColumnsFigure({column}), {400, 360}, plot);
    const QImage told = painted(ColumnsFigure({diverged}), {400, 360}, plot);
    const auto alarming = [&](const QImage& image) {
      int count = 0;
      for (int y = 0; y < 70; ++y) {
        for (int x = 0; x < image.width(); ++x) {
          const QColor seen = image.pixelColor(x, y);
          count += seen.red() > 120 && seen.red() > 1.5 * seen.green() && seen.red() > 1.5 * seen.blue();
        }
      }
      return count;
    };
    QCOMPARE(alarming(whole), 0);
    QVERIFY(alarming(told) > 50);
  }

  void errorCurvesHoldTheNumbers() {
    ShownColumn column;
    column.index = 2;
    column.samples = drawn(options(GuidanceKind::kLinear, 8.0));
    const Table table = ErrorsFigure({column}, 0.5).data();
    QCOMPARE(table.rows.size(), column.samples->times.size());
    QCOMPARE(std::get<std::string>(table.rows[0][0]), std::string("C"));
    const auto& poses = column.samples->trajectory[5];
    double sum = 0.0;
    for (const Rigid3& pose : poses) {
      sum += symmetric_rotation_distance(pose.R, column.samples->truth->R, column.samples->symmetry);
    }
    const double mean = sum / static_cast<double>(poses.size()) * kDegrees;
    QVERIFY(std::abs(std::get<double>(table.rows[5][4]) - mean) < 1e-9);
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kLight));
    const QImage with = painted(ErrorsFigure({column}, 0.5), {700, 220}, plot);
    QVERIFY(with != painted(ErrorsFigure({column}, 0.25), {700, 220}, plot));
    const QRectF area(0, 0, 700, 220);
    const auto t = ErrorsFigure({column}, {}).timeAt({200, 100}, area, plot);
    QVERIFY(t && *t > 0.0 && *t < 1.0);
  }

  void figuresAreExportedTheSameTwice() {
    ShownColumn column;
    column.samples = drawn(options(GuidanceKind::kExponential, 15.0));
    moveTo(column, TimeLock::kTime, 0.0);
    const ColumnsFigure columns({column, column});
    const ErrorsFigure errors({column}, {});
    for (const char* extension : {".png", ".svg", ".pdf", ".csv"}) {
      for (const Figure* figure :
           {static_cast<const Figure*>(&columns), static_cast<const Figure*>(&errors)}) {
        const auto first = figureBytes(*figure, extension, {});
        const auto second = figureBytes(*figure, extension, {});
        QVERIFY(first && second && *first == *second && !first->empty());
      }
    }
    QCOMPARE(columns.data().rows.size(), 2 * column.samples->samples.size());
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
    QCOMPARE(lab.session.sampling().request().columns.size(), std::size_t{3});
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
    QVERIFY(lab.view->findChild<QLabel*>("refusal")->text().contains("schedule.json"));
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
    session.setDataset(std::make_shared<test::SmallDataset>(2));
    session.sampling().setProblem("frame: no depth.");
    QCOMPARE(card->sentence(), QString("frame: no depth."));
    Q_EMIT card->triggered();  // "Use the analytic demo"
    QVERIFY(session.sampling().request().analytic);
    session.sampling().setProblem({});
    session.sampling().setColumn(0, {nullptr, false, "Too many samples."});
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
};

ALIDADE_TEST(ScheduleLabTest)
#include "schedule_lab_test.moc"
