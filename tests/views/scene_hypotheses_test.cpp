// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <limits>

#include <QImage>
#include <QPainter>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "tests/views/path_samples.h"
#include "tests/views/synthetic_scene.h"
#include "views/base/color_map.h"
#include "views/base/plot_theme.h"
#include "views/base/choice_action.h"
#include "views/scene/hypotheses.h"
#include "views/scene/hypothesis_wires.h"
#include "views/scene/playback_bar.h"
#include "views/scene/scene_figure.h"

namespace alidade {
namespace {

SceneContents resultContents() {
  SceneContents contents;
  const auto frame = test::syntheticFrame();
  contents.frame = frame;
  contents.result = test::syntheticResult(*frame);
  contents.layers.hypotheses = true;
  return contents;
}

SceneContents columnContents(int count = 20) {
  SceneContents contents = resultContents();
  contents.samples = test::pathSamples(*contents.frame, contents.frame->instances[0], count);
  contents.layers.look.source = HypothesisSource::kColumn;
  return contents;
}

Eigen::Vector3d point(const Wires& wires, std::size_t i) {
  return {wires.xyz[3 * i], wires.xyz[3 * i + 1], wires.xyz[3 * i + 2]};
}

const Theme& darkTheme() {
  return theme(ThemeKind::kDark);
}

}  // namespace

class SceneHypothesesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void boxesAreThePosesBoxes() {
    SceneContents contents = columnContents(3);
    contents.layers.look.mark = HypothesisMark::kBoxes;
    HypothesisWires wires;
    fillHypotheses(contents, darkTheme(), wires);
    QCOMPARE(wires.plain.lines(), std::size_t{3 * 12});
    QCOMPARE(wires.plain.xyz.size(), std::size_t{3 * 8 * 3});
    QCOMPARE(wires.plain.rgba.size(), std::size_t{3 * 8 * 4});
    const Instance& instance = contents.frame->instances[0];
    const Rigid3& pose = contents.samples->trajectory.back()[1];
    const auto corners = box_corners({{pose.R, pose * instance.center_obj}, instance.size});
    for (std::size_t i = 0; i < 8; ++i) {
      QVERIFY((point(wires.plain, 8 + i) - corners[i]).norm() < 1e-6);
    }
    // Every line is an edge: as long as one side.
    for (std::size_t i = 0; i < wires.plain.lines(); ++i) {
      const double length = (point(wires.plain, static_cast<std::size_t>(wires.plain.ends[2 * i])) -
                             point(wires.plain, static_cast<std::size_t>(wires.plain.ends[2 * i + 1])))
                                .norm();
      QVERIFY(std::abs(length - instance.size.x()) < 1e-6);
    }
  }

  void framesHaveTheColorsOfTheirAxes() {
    SceneContents contents = resultContents();
    contents.selected = 3;
    HypothesisWires wires;
    fillHypotheses(contents, darkTheme(), wires);
    QCOMPARE(wires.plain.lines(), std::size_t{2 * 3});  // of the selected object alone
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const unsigned char* ink = wires.plain.rgba.data() + 4 * 2 * axis;
      QCOMPARE(QColor(ink[0], ink[1], ink[2]), darkTheme().axes[axis]);
    }
    const Rigid3& pose = contents.result->estimates[0].hypotheses[0];
    const Eigen::Vector3d along = point(wires.plain, 5) - point(wires.plain, 4);
    QVERIFY(std::abs(along.normalized().dot(pose.R.col(2)) - 1.0) < 1e-6);
    contents.selected.reset();
    fillHypotheses(contents, darkTheme(), wires);
    QCOMPARE(wires.plain.lines(), std::size_t{2 * 2 * 3});  // none selected: of all
    contents.layers.hypotheses = false;
    fillHypotheses(contents, darkTheme(), wires);
    QCOMPARE(wires.lines(), std::size_t{0});
  }

  void errorsAreReducedByTheSymmetry() {
    SceneContents contents = resultContents();
    contents.selected = 7;  // turned by 100 degrees about its symmetry axis
    const auto groups = hypothesisGroups(contents);
    const auto errors = hypothesisValues(groups.front(), HypothesisColor::kError);
    QVERIFY(errors[0] < 1e-6 && errors[1] < 1e-6);
    Rigid3 tilted = *groups.front().truth;
    tilted.R = tilted.R * rotation_about(Eigen::Vector3d::UnitX(), 0.5);
    QVERIFY(std::abs(reducedErrorDegrees(tilted, *groups.front().truth, groups.front().symmetry) -
                     0.5 * 180.0 / std::numbers::pi) < 1e-9);
  }

  void colorsAreOfferedWhereTheyCanBeTold() {
    const SceneContents result = resultContents();
    const auto of_result = hypothesisGroups(result);
    QVERIFY(!colorAvailable(of_result, HypothesisColor::kTime));
    QVERIFY(colorAvailable(of_result, HypothesisColor::kError));
    QVERIFY(!colorAvailable(of_result, HypothesisColor::kEnergy));
    auto ranked = std::make_shared<PoseResult>(*result.result);
    for (PoseEstimate& estimate : ranked->estimates) {
      estimate.energies = {{1.0, 2.0}, {-4.0, 0.5}};
    }
    SceneContents with_energies = result;
    with_energies.result = ranked;
    with_energies.layers.look.color = HypothesisColor::kEnergy;
    const auto groups = hypothesisGroups(with_energies);
    QVERIFY(colorAvailable(groups, HypothesisColor::kEnergy));
    QCOMPARE(hypothesisValues(groups[0], HypothesisColor::kEnergy), (std::vector<double>{3.0, -3.5}));
    const auto scales = shownScales(with_energies);
    QCOMPARE(scales.size(), std::size_t{1});
    QCOMPARE(scales[0].low, -3.5);
    QCOMPARE(scales[0].high, 3.0);
    SceneContents column = columnContents();
    QVERIFY(colorAvailable(hypothesisGroups(column), HypothesisColor::kTime));
    column.layers.look.color = HypothesisColor::kEnergy;  // not there: plain
    QCOMPARE(shownColor(column, hypothesisGroups(column)), HypothesisColor::kPlain);
    QVERIFY(shownScales(column).empty());
    column.layers.look.trails = HypothesisTrails::kCenters;
    QCOMPARE(shownScales(column).size(), std::size_t{1});  // trails are colored by t
  }

  void scaleStaysWhileTimeRuns() {
    SceneContents contents = columnContents();
    contents.layers.look.color = HypothesisColor::kError;
    contents.time = 1.0;
    const auto at_noise = shownScales(contents);
    contents.time = 0.0;
    const auto at_end = shownScales(contents);
    QCOMPARE(at_noise[0].high, at_end[0].high);
    QVERIFY(at_end[0].high >= 2.0 && at_end[0].high <= 30.0);
    QVERIFY(at_end[0].open);
    QCOMPARE(at_end[0].color(1e9, true), surfaceColor(SequentialMap::kCividis, 1.0, true));
    QCOMPARE(at_end[0].amount(std::numeric_limits<double>::quiet_NaN()), 0.0);
  }

  void timeChoosesTheNearestState() {
    SceneContents contents = columnContents();
    contents.time = 0.52;
    QCOMPARE(hypothesisGroups(contents)[0].state, std::size_t{5});
    HypothesisWires moved, filled;
    fillHypotheses(contents, darkTheme(), moved);
    contents.time = 0.31;
    fillHypotheses(contents, darkTheme(), filled);
    moveHypotheses(contents, darkTheme(), std::nullopt, moved);
    QCOMPARE(moved.plain.xyz, filled.plain.xyz);
    QCOMPARE(moved.plain.ends, filled.plain.ends);
    QVERIFY(moved.plain.rgba == filled.plain.rgba);
  }

  void samplesOfAnotherObjectAreNotShown() {
    SceneContents contents = columnContents();
    contents.selected = 7;
    QVERIFY(hypothesisGroups(contents).empty());
    contents.selected = 3;
    QCOMPARE(hypothesisGroups(contents).size(), std::size_t{1});
    auto other = std::make_shared<ObjectSamples>(*contents.samples);
    other->frame_name = "another frame";
    contents.samples = other;
    QVERIFY(hypothesisGroups(contents).empty());
  }

  void trailsGrowWithTime() {
    SceneContents contents = columnContents(5);
    contents.layers.look.trails = HypothesisTrails::kTipsY;
    HypothesisWires wires;
    for (const double t : {1.0, 0.5, 0.0}) {
      contents.time = t;
      if (t == 1.0) {
        fillHypotheses(contents, darkTheme(), wires);
      } else {
        moveHypotheses(contents, darkTheme(), std::nullopt, wires);
      }
      QCOMPARE(wires.trails.lines(), static_cast<std::size_t>(std::lround((1.0 - t) * 10.0)) * 5);
    }
    // The last line of sample 0 ends at the tip of its y axis.
    const Rigid3& pose = contents.samples->trajectory.back()[0];
    const std::size_t last = wires.trails.lines() - 5;
    const Eigen::Vector3d tip =
        point(wires.trails, static_cast<std::size_t>(wires.trails.ends[2 * last + 1]));
    QVERIFY((tip - (pose.t + 0.35 * 0.12 * pose.R.col(1))).norm() < 1e-6);
  }

  void markedSamplesStandOut() {
    SceneContents contents = columnContents(20);
    contents.layers.look.mark = HypothesisMark::kBoxes;
    HypothesisWires before, after;
    fillHypotheses(contents, darkTheme(), before);
    contents.marked = {2, 5, 400, -1};
    fillHypotheses(contents, darkTheme(), after);
    QCOMPARE(after.marked.lines(), std::size_t{2 * 12});
    QCOMPARE(after.plain.lines(), std::size_t{18 * 12});
    QVERIFY(after.plain.rgba[3] < before.plain.rgba[3]);
    QCOMPARE(QColor(after.marked.rgba[0], after.marked.rgba[1], after.marked.rgba[2]), darkTheme().accent);
    contents.layers.look.source = HypothesisSource::kResult;  // its samples began at other noise
    fillHypotheses(contents, darkTheme(), after);
    QCOMPARE(after.marked.lines(), std::size_t{0});
  }

  void onionHasEveryStateInItsColor() {
    SceneContents contents = columnContents(4);
    contents.layers.look.onion = true;
    HypothesisWires wires;
    fillHypotheses(contents, darkTheme(), wires);
    QCOMPARE(wires.onion.lines(), std::size_t{11 * 4 * 3});
    const QColor noise = timeScale().color(1.0, true);
    QCOMPARE(QColor(wires.onion.rgba[0], wires.onion.rgba[1], wires.onion.rgba[2]), noise);
  }

  void crowdsStayWithinTheirBounds() {
    SceneContents contents = columnContents(3000);
    contents.layers.look = {HypothesisSource::kColumn, HypothesisMark::kBoxes, HypothesisColor::kPlain,
                            HypothesisTrails::kCenters, true};
    for (int k = 0; k < 3000; k += 2) {
      contents.marked.push_back(k);
    }
    HypothesisWires wires;
    wires.most_lines = 6000;
    contents.time = 0.0;
    fillHypotheses(contents, darkTheme(), wires);
    QVERIFY(wires.plain_stride > 1 && wires.trail_stride > 1 && wires.onion_stride > 1);
    QVERIFY(wires.plain.lines() <= 6000 && wires.marked.lines() <= 1500);
    QVERIFY(wires.onion.lines() <= 6000 + 11 * 12);
  }

  void hostileSamplesAreLeftOut() {
    SceneContents contents = columnContents(4);
    auto broken = std::make_shared<ObjectSamples>(*contents.samples);
    broken->trajectory.back()[1].t.x() = std::numeric_limits<double>::quiet_NaN();
    broken->trajectory.back()[2].t.x() = 1e300;
    broken->trajectory[4].resize(2);  // cut short
    contents.samples = broken;
    contents.layers.look.trails = HypothesisTrails::kCenters;
    contents.layers.look.onion = true;
    HypothesisWires wires;
    fillHypotheses(contents, darkTheme(), wires);
    QCOMPARE(wires.plain.lines(), std::size_t{2 * 3});
    for (const float value : wires.plain.xyz) {
      QVERIFY(std::isfinite(value));
    }
    auto empty = std::make_shared<ObjectSamples>(*contents.samples);
    empty->trajectory.clear();
    empty->times.clear();
    empty->samples.clear();
    contents.samples = empty;
    fillHypotheses(contents, darkTheme(), wires);
    QCOMPARE(wires.lines(), std::size_t{0});
  }

  void playbackFollowsAndDrives() {
    PlaybackBar bar;
    std::vector<double> times;
    connect(&bar, &PlaybackBar::timeChanged, &bar, [&](double t) { times.push_back(t); });
    bar.setTimes({1.0, 0.6, 0.2, 0.0});
    bar.setTime(0.7);
    QVERIFY(times.empty());
    bar.step(1);
    QCOMPARE(times, std::vector<double>{0.2});  // 0.6 is the nearest state, the next one 0.2
    bar.step(-1);
    bar.step(-1);
    bar.step(-1);
    QCOMPARE(times, (std::vector<double>{0.2, 0.6, 1.0, 1.0}));
    bar.setSpeed(100.0);
    QCOMPARE(bar.speed(), 4.0);
    bar.setPlaying(true);
    QVERIFY(bar.playing());
    QTRY_VERIFY_WITH_TIMEOUT(!bar.playing(), 10000);
    QCOMPARE(times.back(), 0.0);
    QVERIFY(times.size() > 6);
    bar.setLooping(true);
    times.clear();
    bar.setPlaying(true);
    QTRY_VERIFY_WITH_TIMEOUT(std::count(times.begin(), times.end(), 1.0) >= 2, 10000);
    bar.setPlaying(false);
    bar.setTimes({});
    bar.setPlaying(true);
    QVERIFY(!bar.playing());
  }

  void choicesNameWhatHolds() {
    ChoiceAction action("Color of samples", "Color: ", {"plain", "t"}, this);
    QVERIFY(action.iconText().startsWith("Color: plain"));
    QSignalSpy spy(&action, &ChoiceAction::chosen);
    action.setCurrent(1);
    QCOMPARE(spy.count(), 0);
    action.option(0)->trigger();
    QCOMPARE(spy.count(), 1);
    QCOMPARE(action.current(), 0);
  }

  void figureDrawsHypothesesAndTheirScales() {
    SceneFigureData data;
    data.contents = columnContents(8);
    data.contents.layers.points = data.contents.layers.grid = data.contents.layers.frustum = false;
    data.contents.layers.poses.axes = data.contents.layers.poses.labels = false;
    data.contents.layers.poses.prediction = false;
    data.contents.layers.look.mark = HypothesisMark::kBoxes;
    data.contents.layers.look.color = HypothesisColor::kTime;
    data.contents.time = 0.1;
    data.view = StandardView::kCamera;
    const QColor ink = timeScale().color(0.1, true);
    const auto painted = [&] {
      QImage image(640, 500, QImage::Format_RGB32);
      image.fill(Qt::magenta);
      QPainter painter(&image);
      SceneFigure(data).paint(painter, QRectF(0, 0, 640, 500), screenPlotTheme(darkTheme()));
      return image;
    };
    const auto count = [&](const QImage& image) {
      int hits = 0;
      for (int y = 120; y < 450; ++y) {  // below the color bar
        for (int x = 0; x < 640; ++x) {
          const QColor seen = image.pixelColor(x, y);
          hits += std::abs(seen.red() - ink.red()) + std::abs(seen.green() - ink.green()) +
                      std::abs(seen.blue() - ink.blue()) <
                  150;
        }
      }
      return hits;
    };
    const QImage with = painted();
    const QColor high = surfaceColor(SequentialMap::kCividis, 1.0, true);
    bool bar = false;
    for (int y = 0; y < 60; ++y) {
      for (int x = 0; x < 300; ++x) {
        const QColor seen = with.pixelColor(x, y);
        bar = bar || std::abs(seen.red() - high.red()) + std::abs(seen.green() - high.green()) < 30;
      }
    }
    QVERIFY(bar);
    const Table table = SceneFigure(data).data();
    QCOMPARE(table.rows.size(), std::size_t{2 + 2 + 8});
    QCOMPARE(std::get<std::string>(table.rows.back()[3]), std::string("hypothesis 7, t 0.1000"));
    data.contents.layers.hypotheses = false;
    const QImage without = painted();
    QVERIFY(count(with) > count(without) + 200);
  }
};

}  // namespace alidade

using alidade::SceneHypothesesTest;
ALIDADE_TEST(SceneHypothesesTest)
#include "scene_hypotheses_test.moc"
