// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QCheckBox>
#include <QImage>
#include <QJsonArray>
#include <QListWidget>
#include <QPainter>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QToolButton>
#include <QWheelEvent>
#include <QtTest>

#include "core/base/random.h"
#include "core/evaluation/statistics/training_curves.h"
#include "tests/support/test_registry.h"
#include "views/base/figure_export.h"
#include "views/base/plot.h"
#include "views/base/search_field.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/base/table_search.h"
#include "views/base/training_model.h"
#include "views/training/gradient_norms_figure.h"
#include "views/training/run_list.h"
#include "views/training/training_canvas.h"
#include "views/training/training_pens.h"
#include "views/training/training_view.h"

using namespace alidade;

namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

using History = std::shared_ptr<const TrainingHistory>;

/// A run of records every 50 steps: losses that fall with noise on them, an accuracy that rises.
History run(const std::string& name, std::uint64_t seed, const std::string& arm = {}, int last = 2000) {
  auto made = std::make_shared<TrainingHistory>();
  made->name = name;
  made->arm = arm;
  made->seed = seed;
  made->recipe_sha256 = "ab12" + name;
  made->phases = {{"pre-training", 500, {"score"}}, {"joint training", 1500, {}}};
  made->total_steps = 2000;
  made->last_step = last;
  Random random(seed);
  TrainingSeries rotation{"train/rotation_rad", {}, {}}, score{"train/score", {}, {}},
      rate{"learning_rate", {}, {}}, norm{"gradient_norm", {}, {}}, accuracy{"guided/5deg2cm", {}, {}};
  for (int step = 50; step <= last; step += 50) {
    for (TrainingSeries* one : {&rotation, &score, &rate, &norm}) {
      one->steps.push_back(step);
    }
    rotation.values.push_back(std::exp(-step / 600.0) + 0.1 + 0.1 * random.uniform());
    score.values.push_back(step <= 500 ? kGap : 4.0 + random.uniform());
    rate.values.push_back(1e-3 * (1.0 - step / 2500.0));
    norm.values.push_back(5.0 + random.uniform());
    if (step % 500 == 0) {
      accuracy.steps.push_back(step);
      accuracy.values.push_back(step / 4000.0);
    }
  }
  made->series = {rate, norm, score, rotation};
  made->accuracies = {accuracy};
  return made;
}

QImage trainingPainted(const Figure& figure, const QSize& size, const PlotTheme& theme) {
  QImage image(size, QImage::Format_RGB32);
  image.fill(Qt::black);
  QPainter painter(&image);
  figure.paint(painter, QRectF(QPointF(0, 0), QSizeF(size)), theme);
  return image;
}

/// How close a pixel about a point comes to a color; 0 is the color itself.
int distanceTo(const QImage& image, const QPointF& at, const QColor& color) {
  int best = 1000;
  for (int dy = -2; dy <= 2; ++dy) {
    for (int dx = -2; dx <= 2; ++dx) {
      const QPoint place = (at + QPointF(dx, dy)).toPoint();
      if (image.rect().contains(place)) {
        const QColor seen = image.pixelColor(place);
        best = std::min(best, std::abs(seen.red() - color.red()) + std::abs(seen.green() - color.green()) +
                                  std::abs(seen.blue() - color.blue()));
      }
    }
  }
  return best;
}

std::shared_ptr<TrainingFigure> figureOf(const std::vector<ShownRun>& runs, TrainingPlotOptions options = {},
                                         TrainingFigure::Window window = {}) {
  return std::make_shared<TrainingFigure>(makeTrainingPlots(runs, options), std::move(window));
}

/// The view with two runs in it, on the screen.
struct Shown {
  SessionModel session;
  TrainingModel& training = session.model<TrainingModel>();
  std::unique_ptr<TrainingView> view;

  explicit Shown(bool with_runs = true) {
    if (with_runs) {
      training.setHistory("/runs/a", run("a", 1));
      training.setHistory("/runs/b", run("b", 2));
    }
    view = std::make_unique<TrainingView>(session);
    view->resize(1300, 800);
    view->show();
    QCoreApplication::processEvents();
  }
  TrainingModel& model() const { return training; }
  TrainingCanvas& canvas() const { return *view->findChild<TrainingCanvas*>(); }
  std::shared_ptr<const TrainingFigure> figure() const {
    QTest::qWait(60);  // changes in a row give one picture
    return canvas().figure();
  }
  std::vector<ChartFrame> axes() const {
    return figure()->frames(canvas().rect(), screenPlotTheme(themeOf(canvas())));
  }
  QListWidget* quantities() const {
    for (QListWidget* list : view->findChildren<QListWidget*>()) {
      if (!qobject_cast<RunList*>(list)) {
        return list;
      }
    }
    return nullptr;
  }
  QCheckBox* box(const QString& text) const {
    for (QCheckBox* box : view->findChildren<QCheckBox*>()) {
      if (box->text() == text) {
        return box;
      }
    }
    return nullptr;
  }
  void wheel(const QPointF& at, int turns) const {
    QWheelEvent event(at, canvas().mapToGlobal(at), {}, QPoint(0, 120 * turns), Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&canvas(), &event);
  }
};

}  // namespace

class TrainingTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void panelsAreInOrderWithUnits();
  void exactQuantitiesAreNotSmoothed();
  void linesGoThroughTheirValues();
  void rawIsPalerThanSmoothed();
  void gapsAreNotBridged();
  void bandLiesBetweenTheSeeds();
  void boundaryIsMarked();
  void logarithmicAxesLeaveOutWhatTheyCannotDraw();
  void legendStaysOffTheData();
  void moreRunsThanColorsStayApart();
  void panelsShareTheirSteps();
  void zoomPanAndReset();
  void keysZoomAndMove();
  void readoutNamesEveryRun();
  void aSearchHidesRunsFromDelete();
  void checkBoxesHideRunsAndPanels();
  void aGrowingRunIsFollowed();
  void statesHaveSentences();
  void problemsAreListed();
  void stateIsKept();
  void nothingIsReadWhileNobodyLooks();
  void exportsAreReproducible();
  void tableHasWhatIsDrawn();
  void gradientNormsHaveAFigure();
  void namesOfArms_data();
  void namesOfArms();
  void strangeDataIsPainted();
};

void TrainingTest::panelsAreInOrderWithUnits() {
  const auto figure = figureOf({{run("a", 1), 0}});
  QStringList titles;
  for (const TrainingPlot& plot : figure->plots().plots) {
    titles << plot.quantity.title;
  }
  QCOMPARE(titles, QStringList({"rotation loss (rad)", "score loss", "gradient norm", "learning rate",
                                QString::fromUtf8("5°2cm, guided (%)")}));
  QCOMPARE(figure->plots().plots.back().curves.front().bold.values.back(), 50.0);  // percent
}

void TrainingTest::exactQuantitiesAreNotSmoothed() {
  const History one = run("a", 1);
  const auto figure = figureOf({{one, 0}});
  for (const TrainingPlot& plot : figure->plots().plots) {
    const TrainingSeries* series = seriesOf(*one, plot.quantity);
    const bool exact = plot.quantity.id == "learning_rate" || plot.quantity.accuracy;
    QCOMPARE(plot.smoothed, !exact);
    const auto expected = smoothed(series->values, exact ? 0.0 : 0.9);
    const auto& shown = plot.curves.front().bold.values;
    QCOMPARE(shown.size(), expected.size());
    for (std::size_t i = 0; i < shown.size(); ++i) {
      QVERIFY(shown[i] == expected[i] * plot.quantity.factor() || std::isnan(expected[i]));
    }
    QCOMPARE(plot.curves.front().pale.size(), std::size_t(exact ? 0 : 1));
  }
}

void TrainingTest::linesGoThroughTheirValues() {
  const QSize size(1200, 800);
  for (const ThemeKind kind : {ThemeKind::kDark, ThemeKind::kLight}) {
    const PlotTheme theme = screenPlotTheme(alidade::theme(kind));
    const auto figure = figureOf({{run("a", 1), 0}, {run("b", 2), 1}});
    const QImage image = trainingPainted(*figure, size, theme);
    const auto axes = figure->frames(QRectF(QPointF(), QSizeF(size)), theme);
    int seen = 0;
    // The last run is on top, so all of its line is to be found.
    for (std::size_t p = 0; p < axes.size(); ++p) {
      const TrainingLine& line = figure->plots().plots[p].curves[1].bold;
      for (std::size_t i = 0; i < line.steps.size(); ++i) {
        if (std::isfinite(line.values[i])) {
          QVERIFY(distanceTo(image, {axes[p].xAt(line.steps[i]), axes[p].yAt(line.values[i])},
                             theme.colors.runs[1]) < 60);
          ++seen;
        }
      }
    }
    QVERIFY(seen > 100);
  }
}

void TrainingTest::rawIsPalerThanSmoothed() {
  const QSize size(900, 600);
  const PlotTheme theme = screenPlotTheme(alidade::theme(ThemeKind::kDark));
  TrainingPlotOptions options;
  options.quantities = QStringList{"gradient_norm"};
  options.smoothing = 0.97;
  const auto figure = figureOf({{run("a", 1), 0}}, options);
  const QImage image = trainingPainted(*figure, size, theme);
  const auto axes = figure->frames(QRectF(QPointF(), QSizeF(size)), theme).front();
  const TrainingCurve& curve = figure->plots().plots.front().curves.front();
  int pale = 0, far = 0;
  for (std::size_t i = 0; i < curve.bold.steps.size(); ++i) {
    const QPointF raw(axes.xAt(curve.bold.steps[i]), axes.yAt(curve.pale.front().values[i]));
    if (std::abs(raw.y() - axes.yAt(curve.bold.values[i])) > 12.0) {
      ++far;
      const int to_line = distanceTo(image, raw, theme.colors.runs[0]);
      const int to_background = distanceTo(image, raw, theme.background());
      QVERIFY(to_line > 60);        // never as strong as the smoothed line
      QVERIFY(to_background < 10);  // thin: the background is beside it
      pale += trainingPainted(*figure, size, theme).pixelColor(raw.toPoint()) != theme.background();
    }
  }
  QVERIFY(far > 5);
  QVERIFY(pale > far / 2);
}

void TrainingTest::gapsAreNotBridged() {
  auto holed = std::make_shared<TrainingHistory>();
  holed->name = "a";
  holed->last_step = 100;
  holed->series = {{"loss", {0, 20, 40, 60, 80, 100}, {1, 1, kGap, kGap, 2, 2}}};
  TrainingPlotOptions options;
  options.smoothing = 0.0;
  const QSize size(600, 400);
  const PlotTheme theme = screenPlotTheme(alidade::theme(ThemeKind::kLight));
  const auto figure = figureOf({{holed, 0}}, options);
  const QImage image = trainingPainted(*figure, size, theme);
  const auto axes = figure->frames(QRectF(QPointF(), QSizeF(size)), theme).front();
  QVERIFY(distanceTo(image, {axes.xAt(10), axes.yAt(1)}, theme.colors.runs[0]) < 60);
  QVERIFY(distanceTo(image, {axes.xAt(90), axes.yAt(2)}, theme.colors.runs[0]) < 60);
  for (double value = 0.9; value < 2.1; value += 0.02) {
    QVERIFY(distanceTo(image, {axes.xAt(50), axes.yAt(value)}, theme.colors.runs[0]) > 100);
  }
}

void TrainingTest::bandLiesBetweenTheSeeds() {
  TrainingPlotOptions options;
  options.by_arm = true;
  options.quantities = QStringList{"train/rotation_rad"};
  const std::vector<ShownRun> runs{
      {run("joint-s1", 1, "x"), 0}, {run("joint-s2", 2, "x", 1500), 1}, {run("alone", 3, "y"), 2}};
  const auto figure = figureOf(runs, options);
  const auto& curves = figure->plots().plots.front().curves;
  QCOMPARE(curves.size(), std::size_t{2});
  QCOMPARE(curves[0].name, QStringLiteral("joint (2 seeds)"));
  QCOMPARE(curves[1].name, QStringLiteral("alone"));
  QCOMPARE(curves[0].bold.steps.back(), 1500.0);  // as far as both have come
  // Before one of them has a value, there is no mean.
  auto young = std::make_shared<TrainingHistory>(*run("joint-s2", 2, "x"));
  young->series.clear();
  const auto waiting = figureOf({runs[0], {young, 1}}, options);
  QVERIFY(waiting->plots().plots.front().curves.front().bold.steps.empty());
  QCOMPARE(waiting->plots().plots.front().curves.front().pale.size(), std::size_t{1});
  QCOMPARE(
      armStyles({run("a", 1, "x"), run("b", 2, "y"), nullptr, run("c", 3, "x"), run("d", 4), run("e", 5)}),
      (std::vector<int>{0, 1, 2, 0, 3, 4}));
  const QSize size(900, 600);
  const PlotTheme theme = screenPlotTheme(alidade::theme(ThemeKind::kLight));
  const QImage image = trainingPainted(*figure, size, theme);
  const auto axes = figure->frames(QRectF(QPointF(), QSizeF(size)), theme).front();
  int inked = 0, wide = 0;
  for (std::size_t i = 0; i < curves[0].bold.steps.size(); ++i) {
    const double step = curves[0].bold.steps[i];
    QVERIFY(curves[0].low[i] <= curves[0].bold.values[i] && curves[0].bold.values[i] <= curves[0].high[i]);
    const double inside = 0.5 * (curves[0].high[i] + curves[0].bold.values[i]);
    if (axes.yAt(curves[0].bold.values[i]) - axes.yAt(curves[0].high[i]) > 12.0) {
      ++wide;
      inked +=
          image.pixelColor(QPointF(axes.xAt(step) + 3, axes.yAt(inside)).toPoint()) != theme.background();
    }
  }
  QCOMPARE(inked, wide);
}

void TrainingTest::boundaryIsMarked() {
  const QSize size(900, 600);
  const PlotTheme theme = screenPlotTheme(alidade::theme(ThemeKind::kLight));
  const auto figure = figureOf({{run("a", 1), 0}});
  QCOMPARE(figure->plots().boundaries, std::vector<double>{500.0});
  auto unmarked = std::make_shared<TrainingHistory>(*run("a", 1));
  unmarked->phases.clear();
  const QImage with = trainingPainted(*figure, size, theme);
  const QImage without = trainingPainted(*figureOf({{unmarked, 0}}), size, theme);
  for (const ChartFrame& axes : figure->frames(QRectF(QPointF(), QSizeF(size)), theme)) {
    int at_boundary = 0, elsewhere = 0;
    for (int y = static_cast<int>(axes.area.top()) + 1; y < static_cast<int>(axes.area.bottom()); ++y) {
      for (int x = static_cast<int>(axes.area.left()); x < static_cast<int>(axes.area.right()); ++x) {
        if (with.pixel(x, y) != without.pixel(x, y)) {
          (std::abs(x - axes.xAt(500)) < 2.0 ? at_boundary : elsewhere) += 1;
        }
      }
    }
    QVERIFY(at_boundary > 0.3 * axes.area.height());
    QCOMPARE(elsewhere, 0);
  }
}

void TrainingTest::logarithmicAxesLeaveOutWhatTheyCannotDraw() {
  auto odd = std::make_shared<TrainingHistory>();
  odd->name = "a";
  odd->last_step = 4;
  odd->series = {{"train/loss", {1, 2, 3, 4}, {-1.0, 0.0, 1e-6, 1e3}}};
  TrainingFigure::Window window;
  window.logarithmic = true;
  TrainingPlotOptions options;
  options.smoothing = 0.0;
  const auto figure = figureOf({{odd, 0}}, options, window);
  const PlotTheme theme = screenPlotTheme(alidade::theme(ThemeKind::kDark));
  const auto axes = figure->frames(QRectF(0, 0, 600, 400), theme).front();
  QVERIFY(axes.y.logarithmic() && axes.y.low > 0.0 && axes.y.low <= 1e-6 && axes.y.high >= 1e3);
  const double third = axes.yAt(1e-6), middle = axes.yAt(std::sqrt(1e-6 * 1e3)), top = axes.yAt(1e3);
  QVERIFY(std::abs((third + top) / 2.0 - middle) < 1e-6);
  QVERIFY(!trainingPainted(*figure, {600, 400}, theme).isNull());
}

void TrainingTest::legendStaysOffTheData() {
  std::vector<ShownRun> runs;
  for (int i = 0; i < 9; ++i) {
    runs.push_back({run("a-run-with-a-long-name-" + std::to_string(i), static_cast<std::uint64_t>(i)), i});
  }
  const PlotTheme theme = screenPlotTheme(alidade::theme(ThemeKind::kLight));
  for (const QSize& size : {QSize(500, 400), QSize(1200, 800), QSize(240, 170)}) {
    const auto figure = figureOf(runs);
    const auto all = figure->frames(QRectF(QPointF(), QSizeF(size)), theme);
    for (const ChartFrame& one : all) {
      QVERIFY(QRectF(QPointF(), QSizeF(size)).contains(one.area));
      for (const ChartFrame& other : all) {
        QVERIFY(&one == &other || !one.area.intersects(other.area));
      }
    }
    // Nine names do not fit one row, so the plots begin below several.
    QVERIFY(all.front().area.top() > 2.0 * lineHeight(theme, TextRole::kSmall));
    QVERIFY(!trainingPainted(*figure, size, theme).isNull());
  }
}

void TrainingTest::moreRunsThanColorsStayApart() {
  const PlotTheme theme = screenPlotTheme(alidade::theme(ThemeKind::kDark));
  for (int a = 0; a < 16; ++a) {
    for (int b = 0; b < a; ++b) {
      const QPen one = runPen(theme, a, 1.0), other = runPen(theme, b, 1.0);
      QVERIFY(one.color() != other.color() || one.dashPattern() != other.dashPattern());
    }
  }
}

void TrainingTest::panelsShareTheirSteps() {
  const auto figure = figureOf({{run("a", 1), 0}, {run("b", 2, {}, 1000), 1}});
  const PlotTheme theme = screenPlotTheme(alidade::theme(ThemeKind::kDark));
  const auto axes = figure->frames(QRectF(0, 0, 1000, 700), theme);
  for (const ChartFrame& one : axes) {
    QCOMPARE(one.x.low, 0.0);
    QCOMPARE(one.x.high, 2000.0);
  }
  // Panels above each other begin and end at the same place.
  for (const ChartFrame& one : axes) {
    for (const ChartFrame& other : axes) {
      if (std::abs(one.area.left() - other.area.left()) < 40.0) {
        QCOMPARE(one.area.left(), other.area.left());
        QCOMPARE(one.area.width(), other.area.width());
      }
    }
  }
}

void TrainingTest::zoomPanAndReset() {
  const Shown shown;
  const auto before = shown.axes();
  const QPointF at(before[0].area.left() + 0.25 * before[0].area.width(), before[0].area.center().y());
  const double step = before[0].xValue(at.x());
  shown.wheel(at, 3);
  auto after = shown.axes();
  for (const ChartFrame& one : after) {
    QVERIFY(one.x.high - one.x.low < 0.6 * 2000.0);
    QCOMPARE(one.x.low, after[0].x.low);
    QCOMPARE(one.x.high, after[0].x.high);
  }
  QVERIFY(std::abs(after[0].xValue(at.x()) - step) < 1.0);  // what is below the mouse stays there
  const double first = after[0].x.low;
  QTest::mousePress(&shown.canvas(), Qt::LeftButton, {}, at.toPoint());
  QMouseEvent move(QEvent::MouseMove, at - QPointF(40, 0), shown.canvas().mapToGlobal(at - QPointF(40, 0)),
                   Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
  QCoreApplication::sendEvent(&shown.canvas(), &move);
  QTest::mouseRelease(&shown.canvas(), Qt::LeftButton, {}, at.toPoint() - QPoint(40, 0));
  after = shown.axes();
  const double expected = 40.0 / after[0].area.width() * (after[0].x.high - after[0].x.low);
  QVERIFY(std::abs(after[0].x.low - first - expected) < 2.0);
  QTest::mouseDClick(&shown.canvas(), Qt::LeftButton, {}, at.toPoint());
  QVERIFY(!shown.canvas().steps());
  QCOMPARE(shown.axes()[0].x.high, 2000.0);
  // Never beyond what was recorded, nor further in than a few steps.
  shown.canvas().setSteps(std::pair(-500.0, 300.0));
  QCOMPARE(shown.canvas().steps()->first, 0.0);
  for (int i = 0; i < 100; ++i) {
    shown.wheel(at, 3);
  }
  QVERIFY(shown.canvas().steps()->second - shown.canvas().steps()->first >= 10.0 - 1e-9);
  shown.canvas().setSteps(std::pair(-1e300, 1e300));
  QVERIFY(!shown.canvas().steps());
}

void TrainingTest::keysZoomAndMove() {
  const Shown shown;
  shown.figure();
  shown.canvas().setFocus();
  QTest::keyClick(&shown.canvas(), Qt::Key_Plus);
  QTest::keyClick(&shown.canvas(), Qt::Key_Plus);
  QVERIFY(shown.canvas().steps().has_value());
  const double first = shown.canvas().steps()->first;
  QTest::keyClick(&shown.canvas(), Qt::Key_Right);
  QVERIFY(shown.canvas().steps()->first > first);
  QTest::keyClick(&shown.canvas(), Qt::Key_0);
  QVERIFY(!shown.canvas().steps());
}

void TrainingTest::readoutNamesEveryRun() {
  const Shown shown;
  shown.model().setHistory("/runs/c", run("c", 3, {}, 1000));
  const auto axes = shown.axes();
  const QPointF at(axes[0].xAt(1512.0), axes[0].area.center().y());
  const QStringList lines = shown.canvas().readout(at);
  QCOMPARE(lines.size(), 4);
  QCOMPARE(lines[0], QStringLiteral("step 1500"));
  const auto& curve = shown.figure()->plots().plots[0].curves[0];
  const auto place = static_cast<std::size_t>(
      std::find(curve.bold.steps.begin(), curve.bold.steps.end(), 1500.0) - curve.bold.steps.begin());
  QVERIFY(lines[1].contains(valueText(curve.bold.values[place])));
  QVERIFY(lines[1].contains("raw " + valueText(curve.pale[0].values[place])));
  QVERIFY(lines[3].startsWith(QStringLiteral("c: ")) && lines[3].contains(QChar(0x2013)));  // not come to yet
  QVERIFY(shown.canvas().readout({1.0, 1.0}).isEmpty());
  // The mouse changes the picture: a line through every panel and a box.
  const QImage without = shown.canvas().grab().toImage();
  QMouseEvent move(QEvent::MouseMove, at, shown.canvas().mapToGlobal(at), Qt::NoButton, Qt::NoButton,
                   Qt::NoModifier);
  QCoreApplication::sendEvent(&shown.canvas(), &move);
  const QImage with = shown.canvas().grab().toImage();
  for (const ChartFrame& one : axes) {
    int changed = 0;
    for (int y = static_cast<int>(one.area.top()); y < static_cast<int>(one.area.bottom()); ++y) {
      const QPoint place_on_line(static_cast<int>(one.xAt(1500.0)), y);
      changed += with.pixel(place_on_line) != without.pixel(place_on_line);
    }
    QVERIFY(changed > 20);
  }
}

void TrainingTest::aSearchHidesRunsFromDelete() {
  const Shown shown;
  auto* runs = shown.view->findChild<RunList*>();
  auto* search = shown.view->findChild<TableSearch*>();
  runs->selectAll();
  QCOMPARE(runs->selectedPaths().size(), 2);
  search->field().open();
  QTest::keyClicks(&search->field(), runs->item(1)->text());
  QVERIFY(runs->item(0)->isHidden() && !runs->item(1)->isHidden());
  QCOMPARE(runs->selectedPaths(), QStringList{"/runs/b"});
  QCOMPARE(shown.figure()->plots().legend.size(), std::size_t{2});  // a search changes no plot
  QTest::keyClick(runs, Qt::Key_Delete);
  QCOMPARE(shown.model().runs().size(), std::size_t{1});
  QCOMPARE(shown.model().runs().front().path, QStringLiteral("/runs/a"));
  QTest::keyClick(&search->field(), Qt::Key_Escape);
  QVERIFY(!runs->item(0)->isHidden());
}

void TrainingTest::checkBoxesHideRunsAndPanels() {
  const Shown shown;
  QCOMPARE(shown.figure()->plots().legend.size(), std::size_t{2});
  auto* runs = shown.view->findChild<RunList*>();
  QCOMPARE(runs->count(), 2);
  runs->item(0)->setCheckState(Qt::Unchecked);
  QCOMPARE(shown.figure()->plots().legend.size(), std::size_t{1});
  QCOMPARE(shown.figure()->plots().legend.front().style, 1);  // keeps its color
  QVERIFY(shown.view->context().startsWith(QStringLiteral("1 run ")));
  const auto panels = shown.figure()->plots().plots.size();
  shown.quantities()->item(0)->setCheckState(Qt::Unchecked);
  QCOMPARE(shown.figure()->plots().plots.size(), panels - 1);
  for (int row = 0; row < shown.quantities()->count(); ++row) {
    shown.quantities()->item(row)->setCheckState(Qt::Unchecked);
  }
  QVERIFY(shown.figure()->plots().plots.empty());
  QVERIFY(!shown.view->figure());
  runs->setCurrentRow(0);
  QTest::keyClick(runs, Qt::Key_Delete);
  QCOMPARE(shown.model().runs().size(), std::size_t{1});
  QCOMPARE(shown.model().runs().front().path, QStringLiteral("/runs/b"));
}

void TrainingTest::aGrowingRunIsFollowed() {
  const Shown shown;
  shown.model().setHistory("/runs/a", run("a", 1, {}, 300));
  shown.model().setHistory("/runs/b", run("b", 2, {}, 300));
  QCOMPARE(shown.figure()->steps().second, 300.0);
  shown.model().setHistory("/runs/a", run("a", 1, {}, 900));
  QCOMPARE(shown.figure()->steps().second, 900.0);
  // While a part is looked at, it stays.
  shown.canvas().setSteps(std::pair(100.0, 200.0));
  shown.model().setHistory("/runs/a", run("a", 1, {}, 1500));
  QCOMPARE(shown.figure()->steps(), std::pair(100.0, 200.0));
  QVERIFY(shown.view->context().contains(QStringLiteral("1500")));
}

void TrainingTest::statesHaveSentences() {
  const Shown shown(false);
  const auto* card = shown.view->findChild<StateCard*>();
  QVERIFY(card->isVisible());
  QVERIFY(card->sentence().contains(QStringLiteral("Open training runs")));
  QVERIFY(!shown.view->figure());
  QSignalSpy asked(shown.view.get(), &View::actionRequested);
  QTest::mouseClick(card->findChild<QPushButton*>(), Qt::LeftButton);
  QCOMPARE(asked.size(), 1);
  QCOMPARE(asked[0][0].toString(), QStringLiteral("open-runs"));
  shown.model().setReading(true);
  QVERIFY(card->sentence().contains(QStringLiteral("Reading")));
  shown.model().setReading(false);
  shown.model().setProblem("/runs/x", "there is no training run here");
  QCOMPARE(card->sentence(), QStringLiteral("there is no training run here"));
  auto begun = std::make_shared<TrainingHistory>();
  begun->name = "young";
  shown.model().setHistory("/runs/young", begun);
  QVERIFY(card->sentence().contains(QStringLiteral("first record of young")));
  shown.model().setHistory("/runs/young", run("young", 1));
  QVERIFY(!card->isVisible());
  QVERIFY(shown.figure() && shown.view->figure());
}

void TrainingTest::problemsAreListed() {
  const Shown shown;
  auto faulty = std::make_shared<TrainingHistory>(*run("a", 1));
  faulty->problems = {"metrics.jsonl: line 7: this is not a JSON object; <b>it</b> is left out."};
  shown.model().setHistory("/runs/a", faulty);
  const auto* item = shown.view->findChild<RunList*>()->item(0);
  QVERIFY(item->data(RunList::kDetailRole).toString().contains(QStringLiteral("1 problem")));
  QVERIFY(item->data(RunList::kProblemRole).toBool());
  QVERIFY(item->toolTip().contains(QStringLiteral("line 7")));
  QVERIFY(!item->toolTip().contains(QStringLiteral("<b>")));  // text, not markup
  QVERIFY(!item->data(Qt::AccessibleTextRole).toString().isEmpty());
}

void TrainingTest::stateIsKept() {
  QJsonObject state;
  {
    const Shown shown;
    shown.view->findChild<QSlider*>()->setValue(40);
    shown.box("Logarithmic")->setChecked(true);
    shown.quantities()->item(1)->setCheckState(Qt::Unchecked);
    shown.model().setVisible("/runs/b", false);
    state = shown.view->saveState();
  }
  const Shown again(false);
  again.view->restoreState(state);
  QCOMPARE(again.model().asked(), QStringList({"/runs/a", "/runs/b"}));
  QCOMPARE(again.view->saveState()["runs"], state["runs"]);  // also before they are read
  again.model().settle({"/runs/a", "/runs/b"});
  again.model().setHistory("/runs/a", run("a", 1));
  again.model().setHistory("/runs/b", run("b", 2));
  QCOMPARE(again.view->saveState(), state);
  QCOMPARE(again.figure()->plots().legend.size(), std::size_t{1});
  QCOMPARE(again.figure()->plots().smoothing, 0.4);
  QVERIFY(again.axes()[0].y.logarithmic());
  QCOMPARE(again.quantities()->item(1)->checkState(), Qt::Unchecked);
  // Nonsense in the file does no harm.
  again.view->restoreState({{"smoothing", 1e9}, {"runs", QJsonArray{1, QJsonObject()}}, {"shown", "x"}});
  QVERIFY(again.view->smoothing() < 1.0);
}

void TrainingTest::nothingIsReadWhileNobodyLooks() {
  const Shown shown;
  QVERIFY(shown.model().demand().wanted());
  shown.view->hide();
  QVERIFY(!shown.model().demand().wanted());
}

void TrainingTest::exportsAreReproducible() {
  TrainingPlotOptions options;
  options.by_arm = true;
  const auto make = [&] {
    return figureOf({{run("joint-s1", 1, "x"), 0}, {run("joint-s2", 2, "x"), 1}, {run("b", 3), 2}}, options);
  };
  for (const char* extension : {".png", ".svg", ".pdf", ".csv"}) {
    const auto once = figureBytes(*make(), extension, {});
    const auto twice = figureBytes(*make(), extension, {});
    QVERIFY(bool(once) && bool(twice));
    QVERIFY(*once == *twice);
    QVERIFY(once->size() > 1000);
  }
  const std::string recipe = make()->provenance().recipe;
  for (const char* part : {"\"joint-s2\"", "ab12joint-s1", "\"smoothing\":0.9", "\"group\":true"}) {
    QVERIFY2(recipe.find(part) != std::string::npos, part);
  }
}

void TrainingTest::tableHasWhatIsDrawn() {
  TrainingFigure::Window window;
  window.steps = std::pair(400.0, 600.0);
  const History one = run("a", 1);
  const Table table = figureOf({{one, 0}}, {}, window)->data();
  QCOMPARE(table.columns.size(), std::size_t{8});
  // Five records of four series, one of the accuracy.
  QCOMPARE(table.rows.size(), std::size_t{21});
  for (const auto& row : table.rows) {
    QCOMPARE(row.size(), table.columns.size());
    const double step = std::get<double>(row[3]);
    QVERIFY(step >= 400.0 && step <= 600.0);
    for (const auto& cell : row) {
      QVERIFY(!std::holds_alternative<double>(cell) || std::isfinite(std::get<double>(cell)));
    }
    if (std::get<std::string>(row[2]) == "rotation loss (rad)" && step == 500.0) {
      QCOMPARE(std::get<double>(row[4]), one->series[3].values[9]);
      QCOMPARE(std::get<double>(row[5]), smoothed(one->series[3].values, 0.9)[9]);
    }
    if (std::get<std::string>(row[2]) == "score loss" && step <= 500.0) {
      QVERIFY(std::holds_alternative<std::monostate>(row[4]));  // a gap is an empty cell
    }
  }
}

/// Norms of two sources, which come together where they are rescaled.
void TrainingTest::gradientNormsHaveAFigure() {
  auto made = std::make_shared<TrainingHistory>(*run("joint", 1));
  TrainingSeries large{"norm stage1 a", {}, {}}, small{"norm stage1 b", {}, {}}, after_a{"scaled stage1 a", {}, {}},
      after_b{"scaled stage1 b", {}, {}}, psi{"psi stage1", {}, {}}, triggered{"triggered stage1", {}, {}},
      threshold{"psi threshold", {}, {}};
  for (int step = 50; step <= 2000; step += 50) {
    const double values[] = {3.0, 1.0, 2.0, 2.0, 0.6, 1.0, 0.8};
    std::size_t at = 0;
    for (TrainingSeries* one : {&large, &small, &after_a, &after_b, &psi, &triggered, &threshold}) {
      one->steps.push_back(step);
      one->values.push_back(values[at++]);
    }
  }
  for (const TrainingSeries& one : {large, small, after_a, after_b, psi, triggered, threshold}) {
    made->series.push_back(one);
  }
  SessionModel session;
  TrainingView view(session);
  view.resize(1200, 640);
  view.show();
  session.model<TrainingModel>().setHistory(QStringLiteral("/plain"), run("plain", 2));
  QTRY_VERIFY(view.figure());
  QToolButton* button = nullptr;
  for (QToolButton* one : view.findChildren<QToolButton*>()) {
    button = one->text() == QLatin1String("Gradient norms") ? one : button;
  }
  QVERIFY(button && !button->isVisible());
  session.model<TrainingModel>().setHistory(QStringLiteral("/joint"), made);
  QTRY_VERIFY(button->isVisible());
  // The panels are not flooded with them.
  QVERIFY(!defaultQuantities(quantitiesOf({made})).join(QLatin1Char(' ')).contains(QLatin1String("stage1")));
  button->click();
  const auto figure = std::dynamic_pointer_cast<const GradientNormsFigure>(view.figure());
  QVERIFY(figure);
  const Table table = figure->data();
  QCOMPARE(table.rows.size(), std::size_t{40});
  QCOMPARE(std::get<double>(table.rows[3][4]), 0.75);  // share of a before
  QCOMPARE(std::get<double>(table.rows[3][5]), 0.5);   // and after
  const PlotTheme theme = screenPlotTheme(alidade::theme(ThemeKind::kLight));
  const QSize size(900, 600);
  const QImage image = trainingPainted(*figure, size, theme);
  const auto frames = figure->frames(QRectF(QPointF(0, 0), QSizeF(size)), theme);
  QVERIFY(distanceTo(image, frames[0].map(1000, 3.0), theme.colors.runs[0]) < 30);
  QVERIFY(distanceTo(image, frames[1].map(1000, 0.6), theme.colors.text) < 30);
  // The second line is dashed: some of it is there.
  double nearest = 1e9;
  for (int step = 900; step <= 1100; step += 4) {
    nearest = std::min<double>(nearest, distanceTo(image, frames[2].map(step, 0.25), theme.colors.runs[1]));
  }
  QVERIFY2(nearest < 100, qPrintable(QString::number(nearest)));
  QVERIFY(figure->describe(frames[0].map(1000, 2.0), QRectF(QPointF(0, 0), QSizeF(size)), theme)
              .contains(QLatin1String("step 1000")));
  for (const QSize& odd : {QSize(1, 1), QSize(60, 40)}) {
    QVERIFY(!trainingPainted(*figure, odd, theme).isNull());
  }
  const QJsonObject state = view.saveState();
  button->click();
  QVERIFY(!std::dynamic_pointer_cast<const GradientNormsFigure>(view.figure()));
  view.restoreState(state);
  QVERIFY(button->isChecked());
}

void TrainingTest::namesOfArms_data() {
  QTest::addColumn<QStringList>("names");
  QTest::addColumn<QString>("arm");
  QTest::newRow("seeds") << QStringList{"joint-s1", "joint-s2"} << "joint";
  QTest::newRow("word") << QStringList{"joint_seed3", "joint_seed4", "joint_seed5"} << "joint";
  QTest::newRow("numbers") << QStringList{"run.1", "run.2"} << "run";
  QTest::newRow("nothing in common") << QStringList{"x", "y"} << "x";
  QTest::newRow("equal") << QStringList{"glass", "glass"} << "glass";
}

void TrainingTest::namesOfArms() {
  QFETCH(QStringList, names);
  QFETCH(QString, arm);
  QCOMPARE(armName(names), arm);
}

void TrainingTest::strangeDataIsPainted() {
  const PlotTheme theme = screenPlotTheme(alidade::theme(ThemeKind::kDark));
  auto odd = std::make_shared<TrainingHistory>();
  odd->name = std::string(500, 'n');
  odd->last_step = std::int64_t{1} << 52;
  odd->series = {{"empty", {}, {}},
                 {"gaps", {1, 2}, {kGap, kGap}},
                 {"one", {7}, {3}},
                 {"flat", {1, 2, 3}, {0, 0, 0}},
                 {"huge", {1, 4503599627370496.0}, {-1e308, 1e308}},
                 {"tiny", {1, 2}, {5e-324, 5e-324}}};
  for (const bool logarithmic : {false, true}) {
    for (const double smoothing : {0.0, 0.9}) {
      TrainingPlotOptions options;
      options.smoothing = smoothing;
      TrainingFigure::Window window;
      window.logarithmic = logarithmic;
      const auto figure = figureOf({{odd, 31}}, options, window);
      for (const QSize& size : {QSize(1, 1), QSize(50, 30), QSize(900, 700)}) {
        QVERIFY(!trainingPainted(*figure, size, theme).isNull());
      }
      for (std::size_t plot = 0; plot < figure->plots().plots.size(); ++plot) {
        figure->recordedStep(plot, 1e18);
        figure->readings(plot, -5.0);
      }
      QVERIFY(!figure->data().columns.empty());
    }
  }
  QVERIFY(!trainingPainted(*figureOf({}), {300, 200}, theme).isNull());
}

ALIDADE_TEST(TrainingTest)
#include "training_test.moc"
