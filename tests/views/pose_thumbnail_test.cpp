// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <limits>

#include <QImage>
#include <QPainter>
#include <QtTest>

#include "core/geometry/rotation.h"
#include "tests/support/test_registry.h"
#include "views/base/color_map.h"
#include "views/base/plot_theme.h"
#include "views/base/pose_thumbnail.h"

namespace alidade {
namespace {

constexpr int kSide = 160;

Rigid3 poseAt(double x, double y, double z, double turn = 0.0) {
  return {rotation_about(Eigen::Vector3d::UnitY(), turn), {x, y, z}};
}

PoseThumbnail simple() {
  PoseThumbnail thumbnail;
  thumbnail.truth = poseAt(0.1, 0.0, 0.9);
  thumbnail.size = {0.1, 0.14, 0.08};
  return thumbnail;
}

PlotTheme darkPlot() {
  PlotTheme plot = screenPlotTheme(theme(ThemeKind::kDark));
  return plot;
}

QImage thumbnailPainted(const PoseThumbnail& thumbnail) {
  QImage image(kSide, kSide, QImage::Format_RGB32);
  image.fill(darkPlot().background());
  QPainter painter(&image);
  paintPoseThumbnail(painter, darkPlot(), QRectF(10, 10, kSide - 20, kSide - 20), thumbnail);
  return image;
}

double colorDistance(const QColor& a, const QColor& b) {
  return std::hypot(std::hypot(a.red() - b.red(), a.green() - b.green()), a.blue() - b.blue());
}

/// Pixels within `tolerance` of the color.
int count(const QImage& image, const QColor& color, double tolerance = 40.0) {
  int hits = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      hits += colorDistance(image.pixelColor(x, y), color) < tolerance;
    }
  }
  return hits;
}

bool frameIsUntouched(const QImage& image) {
  for (int i = 0; i < kSide; ++i) {
    for (const QPoint at : {QPoint(i, 9), QPoint(9, i), QPoint(i, kSide - 10), QPoint(kSide - 10, i)}) {
      if (image.pixelColor(at) != darkPlot().background()) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

class PoseThumbnailTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void truthIsGreenAndInside() {
    const QImage image = thumbnailPainted(simple());
    QVERIFY(count(image, darkPlot().colors.ground_truth) > 60);
    QCOMPARE(count(image, darkPlot().colors.prediction), 0);
    QVERIFY(frameIsUntouched(image));
  }

  void nearEdgesAreStrongerThanFarOnes() {
    // Faint green, of the far edges, is there beside full green.
    const QImage image = thumbnailPainted(simple());
    const QColor green = darkPlot().colors.ground_truth;
    const QColor ground = darkPlot().background();
    const QColor half((green.red() + ground.red()) / 2, (green.green() + ground.green()) / 2,
                      (green.blue() + ground.blue()) / 2);
    QVERIFY(count(image, half, 30.0) > 40);
  }

  void valuesAreColors() {
    PoseThumbnail thumbnail = simple();
    thumbnail.truth.reset();
    thumbnail.poses = {poseAt(0, 0, 1)};
    thumbnail.amounts = {1.0};
    const QColor high = surfaceColor(SequentialMap::kCividis, 1.0, true);
    QVERIFY(count(thumbnailPainted(thumbnail), high, 70.0) > 20);
    thumbnail.amounts = {0.0};
    QCOMPARE(count(thumbnailPainted(thumbnail), high, 70.0), 0);
    thumbnail.amounts.clear();
    thumbnail.plain = QColor(Qt::white);
    QVERIFY(count(thumbnailPainted(thumbnail), Qt::white, 120.0) > 20);
  }

  void markedPosesStandOut() {
    PoseThumbnail thumbnail = simple();
    for (int k = 0; k < 40; ++k) {
      thumbnail.poses.push_back(poseAt(0.1 + 0.002 * k, 0.0, 0.9, 0.05 * k));
    }
    QCOMPARE(count(thumbnailPainted(thumbnail), darkPlot().colors.accent, 30.0), 0);
    thumbnail.marked = {3, 999, -1};
    QVERIFY(count(thumbnailPainted(thumbnail), darkPlot().colors.accent, 50.0) > 40);
  }

  void posesFarAwayAreDotsAtTheRim() {
    PoseThumbnail thumbnail = simple();
    thumbnail.poses = {poseAt(8.0, 0.0, 0.9), poseAt(0.1, 0.0, -40.0)};
    thumbnail.reach = 0.2;
    const QImage image = thumbnailPainted(thumbnail);
    QVERIFY(frameIsUntouched(image));
    int right = 0;
    for (int y = 10; y < kSide - 10; ++y) {
      for (int x = kSide - 20; x < kSide - 10; ++x) {
        right += image.pixelColor(x, y) != darkPlot().background();
      }
    }
    QVERIFY(right > 3 && right < 60);
  }

  void reachShowsThePosesButKeepsTheObjectLarge() {
    PoseThumbnail thumbnail = simple();
    const double alone = thumbnailReach(thumbnail);
    thumbnail.poses.assign(10, poseAt(0.2, 0.0, 0.9));
    const double apart = thumbnailReach(thumbnail);
    QVERIFY(apart > alone + 0.1 && apart < alone + 0.13);
    thumbnail.poses.assign(10, poseAt(50.0, 0.0, 0.9));
    QVERIFY(thumbnailReach(thumbnail) <= 3.0 * thumbnail.size.norm() + 1e-12);
    // One stray pose changes nothing.
    thumbnail.poses.assign(9, *thumbnail.truth);
    thumbnail.poses.push_back(poseAt(50.0, 0.0, 0.9));
    QVERIFY(std::abs(thumbnailReach(thumbnail) - alone) < 1e-12);
  }

  void equivalentPosesCoincide() {
    PoseThumbnail thumbnail = simple();
    thumbnail.symmetry = continuous_symmetry(Eigen::Vector3d::UnitY());
    thumbnail.poses = {poseAt(0.1, 0.0, 0.9, 0.7)};
    const QImage turned = thumbnailPainted(thumbnail);
    thumbnail.nearest = true;
    const QImage same = thumbnailPainted(thumbnail);
    QVERIFY(count(turned, darkPlot().colors.prediction, 70.0) > 40);
    QVERIFY(count(same, darkPlot().colors.prediction, 70.0) < 10);
    thumbnail.mark = ThumbnailMark::kAxes;
    QVERIFY(thumbnailPainted(thumbnail) != same);
  }

  void hostilePosesAndEmptyAreas() {
    PoseThumbnail thumbnail;
    thumbnailPainted(thumbnail);
    Rigid3 bad;
    bad.t.x() = std::numeric_limits<double>::quiet_NaN();
    thumbnail.poses = {bad, poseAt(1e300, 0.0, 0.0)};
    thumbnail.size.setZero();
    thumbnailPainted(thumbnail);
    thumbnail.truth = bad;
    thumbnailPainted(thumbnail);
    QImage image(2, 2, QImage::Format_RGB32);
    QPainter painter(&image);
    paintPoseThumbnail(painter, darkPlot(), QRectF(0, 0, 1, 1), thumbnail);
  }
};

}  // namespace alidade

using alidade::PoseThumbnailTest;
ALIDADE_TEST(PoseThumbnailTest)
#include "pose_thumbnail_test.moc"
