// SPDX-License-Identifier: BSD-3-Clause
// Mean, ellipsoid and cones beside the samples: in the scene, on the Mollweide map, and the badge that says
// where they mislead.
#include <algorithm>
#include <cmath>

#include <QComboBox>
#include <QImage>
#include <QPainter>
#include <QtTest>

#include "core/evaluation/errors/pose_summary.h"
#include "core/evaluation/statistics/distributions.h"
#include "tests/support/test_registry.h"
#include "tests/unit/pose_draws.h"
#include "tests/views/mollweide_support.h"
#include "tests/views/path_samples.h"
#include "tests/views/synthetic_scene.h"
#include "views/base/badge.h"
#include "views/base/session_model.h"
#include "views/mollweide/map_summary.h"
#include "views/base/choice_action.h"
#include "views/scene/hypothesis_wires.h"
#include "views/scene/scene_figure.h"
#include "views/scene/scene_view.h"

namespace alidade {
namespace {

const PoseStep kSpreads = (PoseStep() << 0.01, 0.02, 0.03, 0.05, 0.1, 0.15).finished();
constexpr std::size_t kConeLines = 1 + 72 + 12, kEllipsoidLines = 3 * 64;

/// A scene whose samples are a cross of known covariance about the first object's truth.
SceneContents crossContents(double level) {
  SceneContents contents;
  const auto frame = test::syntheticFrame();
  contents.frame = frame;
  const Instance& instance = frame->instances[0];
  auto samples = test::pathSamples(*frame, instance, 12);
  samples->trajectory.clear();
  samples->times.clear();
  samples->center_obj = instance.center_obj;
  samples->symmetry = no_symmetry();
  samples->samples = test::cross_of_poses(instance.cam_from_obj, kSpreads, instance.center_obj);
  contents.samples = samples;
  contents.layers.hypotheses = true;
  contents.layers.look.source = HypothesisSource::kColumn;
  contents.layers.look.summary_level = level;
  return contents;
}

/// Half of the samples turned far away.
SceneContents splitContents() {
  SceneContents contents = crossContents(0.9);
  auto samples = std::make_shared<ObjectSamples>(*contents.samples);
  const auto first = samples->samples;
  for (const Rigid3& pose : first) {
    samples->samples.push_back(pose * Rigid3{test::aboutY(120.0), Eigen::Vector3d::Zero()});
  }
  contents.samples = samples;
  return contents;
}

Eigen::Vector3d summaryPoint(const Wires& wires, std::size_t end) {
  const float* xyz = wires.xyz.data() + 3 * static_cast<std::size_t>(wires.ends[end]);
  return {xyz[0], xyz[1], xyz[2]};
}

int inkOfColor(const QImage& image, const QColor& color) {
  int count = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const QColor at = image.pixelColor(x, y);
      count += std::abs(at.red() - color.red()) + std::abs(at.green() - color.green()) +
                           std::abs(at.blue() - color.blue()) <
                       60
                   ? 1
                   : 0;
    }
  }
  return count;
}

QImage summaryPainted(const Figure& figure) {
  QImage image(500, 400, QImage::Format_RGB32);
  QPainter painter(&image);
  figure.paint(painter, QRectF(0, 0, 500, 400), screenPlotTheme(theme(ThemeKind::kDark)));
  return image;
}

/// Unit direction of a place on the sphere.
Eigen::Vector3d directionOf(const SphereRotation& place) {
  return {std::cos(place.latitude) * std::cos(place.longitude),
          std::cos(place.latitude) * std::sin(place.longitude), std::sin(place.latitude)};
}

MollweideData crossMap(const SymmetryGroup& symmetry) {
  MollweideData data;
  test::PoseDraws draws(21, 0.0, 0.0);
  for (const Rigid3& pose : test::cross_of_poses(draws.anywhere(), kSpreads)) {
    data.samples.push_back(pose.R);
  }
  data.symmetry = symmetry;
  return data;
}

}  // namespace

class SampleSummaryTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theSceneDrawsMeanConesAndEllipsoid() {
    for (const double level : kSummaryLevels) {
      const SceneContents contents = crossContents(level);
      HypothesisWires wires;
      fillHypotheses(contents, theme(ThemeKind::kDark), wires);
      QCOMPARE(wires.summaries.size(), std::size_t{1});
      QCOMPARE(wires.summary.lines(), 3 * kConeLines + kEllipsoidLines);
      const Instance& instance = contents.frame->instances[0];
      const Eigen::Vector3d center = instance.cam_from_obj * instance.center_obj;
      const double length = hypothesisGroups(contents).front().axisLength();
      for (std::size_t axis = 0; axis < 3; ++axis) {
        // The mean's axis, in the axis' color.
        const std::size_t line = axis * kConeLines;
        const Eigen::Vector3d tip = summaryPoint(wires.summary, 2 * line + 1);
        QVERIFY((tip - center - length * instance.cam_from_obj.R.col(static_cast<int>(axis))).norm() < 1e-6);
        const unsigned char* ink =
            wires.summary.rgba.data() + 4 * static_cast<std::size_t>(wires.summary.ends[2 * line]);
        QCOMPARE(QColor(ink[0], ink[1], ink[2]), theme(ThemeKind::kDark).axes[axis]);
      }
      // Points of the ellipses lie on the level's ellipsoid: their squared Mahalanobis distance is q_3.
      const Eigen::Vector3d variances = 2.0 / 11.0 * kSpreads.head<3>().cwiseAbs2();
      for (std::size_t line = 3 * kConeLines; line < wires.summary.lines(); ++line) {
        const Eigen::Vector3d away =
            instance.cam_from_obj.R.transpose() * (summaryPoint(wires.summary, 2 * line) - center);
        const double squared = away.cwiseAbs2().cwiseQuotient(variances).sum();
        QVERIFY(std::abs(squared / chi_square_quantile(level, 3) - 1.0) < 1e-3);
      }
    }
  }

  void withoutALevelNothingIsDrawn() {
    HypothesisWires wires;
    fillHypotheses(crossContents(0.9), theme(ThemeKind::kDark), wires);
    QVERIFY(wires.summary.lines() > 0);
    fillHypotheses(crossContents(0.0), theme(ThemeKind::kDark), wires);
    QCOMPARE(wires.summary.lines(), std::size_t{0});
    QVERIFY(wires.summaries.empty());
  }

  void theSummaryMovesWithTheMoment() {
    SceneContents contents = crossContents(0.9);
    contents.samples = test::pathSamples(*contents.frame, contents.frame->instances[0], 20);
    contents.time = 0.0;
    HypothesisWires wires;
    fillHypotheses(contents, theme(ThemeKind::kDark), wires);
    const double late = wires.summaries.at(0).summary.gaussian.rotation_spread();
    contents.time = 0.5;
    moveHypotheses(contents, theme(ThemeKind::kDark), std::nullopt, wires);
    QVERIFY(wires.summaries.at(0).summary.gaussian.rotation_spread() > 2.0 * late);
  }

  void severalModesHaveABadge() {
    HypothesisWires wires;
    fillHypotheses(crossContents(0.9), theme(ThemeKind::kDark), wires);
    QCOMPARE(summaryBadge(wires.summaries), QString());
    const SceneContents split = splitContents();
    fillHypotheses(split, theme(ThemeKind::kDark), wires);
    QCOMPARE(summaryBadge(wires.summaries), QString("2 modes: the summary misleads"));
    SceneFigureData data;
    data.contents = split;
    const QColor warning = theme(ThemeKind::kDark).warning;
    const int with = inkOfColor(summaryPainted(SceneFigure(data)), warning);
    data.contents.layers.look.summary_level = 0.0;
    const int without = inkOfColor(summaryPainted(SceneFigure(data)), warning);
    QVERIFY2(with > without + 150, qPrintable(QString("%1 and %2").arg(with).arg(without)));
  }

  void aBadgeStaysInsideItsArea() {
    QImage image(200, 60, QImage::Format_RGB32);
    image.fill(Qt::black);
    QPainter painter(&image);
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kDark));
    const QRectF area(20, 10, 120, 40);
    const QRectF took = drawBadge(painter, plot, area, "a sentence that is much too long for this area");
    painter.end();
    QVERIFY(area.adjusted(-0.5, -0.5, 0.5, 0.5).contains(took));
    QCOMPARE(took.bottom(), area.bottom());
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) {
        if (!area.adjusted(-2, -2, 2, 2).contains(QPointF(x, y))) {
          QCOMPARE(image.pixelColor(x, y), QColor(Qt::black));
        }
      }
    }
    QPainter again(&image);
    QVERIFY(drawBadge(again, plot, area, QString()).isNull());
  }

  void theSceneOffersTheLevels() {
    SessionModel session;
    SceneView view(session);
    ChoiceAction* choice = nullptr;
    for (ChoiceAction* action : view.findChildren<ChoiceAction*>()) {
      choice = action->text().contains("ummary") || action->toolTip().contains("ellipsoid") ? action : choice;
    }
    QVERIFY(choice);
    QVERIFY(!choice->toolTip().isEmpty());
    QCOMPARE(view.contents().layers.look.summary_level, 0.0);
    choice->option(3)->trigger();
    QCOMPARE(view.contents().layers.look.summary_level, 0.9);
    const QJsonObject state = view.saveState();
    SceneView other(session);
    other.restoreState(state);
    QCOMPARE(other.contents().layers.look.summary_level, 0.9);
    QJsonObject odd = state;
    odd["samples_summary"] = 0.123;  // of a file by hand
    other.restoreState(odd);
    QCOMPARE(other.contents().layers.look.summary_level, 0.0);
  }

  // Whatever the convention, places of the outline are as far from the mean's place as the cone is wide
  // there.
  void theMapsOutlineIsTheCone_data() {
    QTest::addColumn<int>("convention");
    QTest::addRow("implicit-PDF") << 0;
    QTest::addRow("GenPose") << 1;
  }

  void theMapsOutlineIsTheCone() {
    QFETCH(int, convention);
    MollweideData data = crossMap(no_symmetry());
    data.convention = static_cast<SphereConvention>(convention);
    data.canonical = rotation_about(Eigen::Vector3d(1.0, 2.0, -1.0).normalized(), 0.7);
    data.camera_side = rotation_about(Eigen::Vector3d(-1.0, 0.5, 1.0).normalized(), 1.1);
    const auto summary = mapSummary(data, data.symmetry, 0.9);
    QVERIFY(summary && summary->means.size() == 1 && summary->outlines.size() == 1);
    const auto& outline = summary->outlines[0];
    const Eigen::Vector3d mean = directionOf(data.place(summary->means[0]));
    double widest = 0.0, narrowest = 4.0;
    for (const Eigen::Matrix3d& R : outline) {
      const double turned = geodesic_distance(summary->means[0], R);
      const double moved = std::acos(std::clamp(mean.dot(directionOf(data.place(R))), -1.0, 1.0));
      QVERIFY(std::abs(turned - moved) < 1e-6);
      widest = std::max(widest, turned);
      narrowest = std::min(narrowest, turned);
    }
    // Between the smallest and the largest turn of the cross.
    const double unit = std::sqrt(-2.0 * std::log(0.1) * 2.0 / 11.0);
    QVERIFY(widest <= unit * kSpreads[5] + 1e-6 && narrowest >= unit * kSpreads[3] - 1e-6);
    QVERIFY(widest > narrowest + 0.01);
    QVERIFY((outline.front() - outline.back()).norm() < 1e-12);
  }

  void equivalentsHaveOutlinesOfTheirOwn() {
    MollweideData data = crossMap(*named_symmetry("y-flip"));
    const auto flip = mapSummary(data, data.symmetry, 0.9);
    QCOMPARE(flip->outlines.size(), std::size_t{2});  // x and -x
    const Eigen::Vector3d a = directionOf(data.place(flip->means[0])),
                          b = directionOf(data.place(flip->means[1]));
    QVERIFY((a + b).norm() < 1e-9);
    // Of an object of revolution only its axis points somewhere.
    data.symmetry = *named_symmetry("y-cone");
    QVERIFY(mapSummary(data, data.symmetry, 0.9)->outlines.empty());
    data.canonical << 0, 0, 1, 1, 0, 0, 0, 1, 0;  // shows y
    QCOMPARE(mapSummary(data, data.symmetry, 0.9)->outlines.size(), std::size_t{1});
    data.symmetry = *named_symmetry("any");
    QVERIFY(mapSummary(data, data.symmetry, 0.9)->outlines.empty());
    data.samples.resize(2);
    QVERIFY(!mapSummary(data, data.symmetry, 0.9));
  }

  void theMapPaintsOutlineAndLegend() {
    MollweideData data = crossMap(no_symmetry());
    const QColor ink = theme(ThemeKind::kDark).text;
    const MollweideFigure plain(data);
    data.summary = mapSummary(data, data.symmetry, 0.9);
    const MollweideFigure with(data);
    QVERIFY(!with.sameBackdrop(plain));
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kDark));
    const QImage before = summaryPainted(plain), after = summaryPainted(with);
    const MollweideLayout layout = with.layout(QRectF(0, 0, 500, 400), plot);
    int seen = 0;
    for (const Eigen::Matrix3d& R : data.summary->outlines[0]) {
      const QPoint at = layout.at(data.place(R)).toPoint();
      bool inked = false;
      for (int dx = -1; dx <= 1; ++dx) {
        for (int dy = -1; dy <= 1; ++dy) {
          const QColor pixel = after.pixelColor(at + QPoint(dx, dy));
          inked = inked || std::abs(pixel.red() - ink.red()) + std::abs(pixel.blue() - ink.blue()) < 60;
        }
      }
      seen += inked ? 1 : 0;
    }
    QVERIFY2(seen > 65, qPrintable(QString::number(seen)));
    QVERIFY(inkOfColor(after, ink) > inkOfColor(before, ink) + 100);
    const Table numbers = with.data();
    const auto rows = std::count_if(numbers.rows.begin(), numbers.rows.end(), [](const auto& row) {
      return std::get<std::string>(row[0]) == "outline of the mean axis";
    });
    QCOMPARE(rows, std::ptrdiff_t{73});
  }

  void theMollweideViewOffersTheLevels() {
    test::Desk desk;
    QComboBox* levels = desk.list("Summary");
    QVERIFY(levels);
    QCOMPARE(levels->count(), 5);
    QVERIFY(!desk.figure()->source().summary);
    levels->setCurrentIndex(3);
    QTRY_VERIFY(desk.figure() && desk.figure()->source().summary);
    QCOMPARE(desk.figure()->source().summary->level, 0.9);
    QCOMPARE(desk.view->saveState().value("summary").toInt(), 3);
    levels->setCurrentIndex(0);
    QTRY_VERIFY(!desk.figure()->source().summary);
  }
};

}  // namespace alidade

using alidade::SampleSummaryTest;
ALIDADE_TEST(SampleSummaryTest)
#include "sample_summary_test.moc"
