// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include <QtTest>

#include "core/nn/object_crop.h"
#include "core/nn/object_points.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

/// A frame whose red is 2 u and whose green is 3 v, with one object seen in a rectangle.
Frame ramp_frame(int left, int top, int width, int height) {
  Frame frame;
  frame.info.name = "000001/000002";
  frame.camera = {100, 80, 100.0, 100.0, 50.0, 40.0};
  frame.color = ImageU8(100, 80, 3);
  frame.depth = ImageF(100, 80, 1);
  frame.visible_masks.emplace_back(100, 80, 1);
  frame.instances.emplace_back().category = "mug";
  for (int v = 0; v < 80; ++v) {
    for (int u = 0; u < 100; ++u) {
      frame.color.pixel(u, v)[0] = static_cast<std::uint8_t>(2 * u);
      frame.color.pixel(u, v)[1] = static_cast<std::uint8_t>(3 * v);
      frame.color.pixel(u, v)[2] = 200;
      *frame.depth.pixel(u, v) = 0.5F + 0.001F * static_cast<float>(u + 100 * v);
      if (u >= left && u < left + width && v >= top && v < top + height) {
        *frame.visible_masks[0].pixel(u, v) = 255;
      }
    }
  }
  return frame;
}

}  // namespace

class ObjectCropTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // Red and green say of every pixel of the crop where it lies in the frame.
  void pixelsLieWhereTheCropSays_data() {
    QTest::addColumn<int>("size");
    QTest::newRow("enlarged") << 112;
    QTest::newRow("as it is") << 36;
    QTest::newRow("reduced") << 14;
  }
  void pixelsLieWhereTheCropSays() {
    QFETCH(int, size);
    const auto crop = object_crop(ramp_frame(30, 20, 30, 24), 0, size);
    QVERIFY(crop);
    QCOMPARE(crop->image.width, size);
    QCOMPARE(crop->image.height, size);
    QVERIFY(std::abs(crop->scale - size / 36.0) < 1e-12);  // 30 pixels and a tenth on both sides
    // Its edges are those of the square: 27 to 63 along, 14 to 50 down, half a pixel from the outer centers.
    QVERIFY(std::abs(crop->column(27.0 - 0.5) + 0.5) < 1e-9);
    QVERIFY(std::abs(crop->column(63.0 - 0.5) - (size - 0.5)) < 1e-9);
    QVERIFY(std::abs(crop->row(14.0 - 0.5) + 0.5) < 1e-9);
    for (int y = 0; y < size; ++y) {
      for (int x = 0; x < size; ++x) {
        const double u = x / crop->scale + crop->left, v = y / crop->scale + crop->top;
        QVERIFY(std::abs(crop->column(u) - x) < 1e-9 && std::abs(crop->row(v) - y) < 1e-9);
        const auto* pixel = crop->image.pixel(x, y);
        QVERIFY(std::abs(pixel[0] - 2.0 * u) < 0.51 && std::abs(pixel[1] - 3.0 * v) < 0.51);
        QCOMPARE(int{pixel[2]}, 200);
      }
    }
  }

  void squaresStayInTheImageWhereTheyFit() {
    const auto corner = object_square(ramp_frame(0, 60, 10, 20), 0, 0.1);
    QVERIFY(corner && corner->left == 0.0 && std::abs(corner->top - 56.0) < 1e-9 && corner->side == 24.0);
    // Longer than the image is high: the whole object, the border repeated.
    const auto wide = object_square(ramp_frame(5, 30, 90, 10), 0, 0.0);
    QVERIFY(wide && wide->side == 90.0 && wide->left == 5.0 && wide->top == -5.0);
    const auto crop = object_crop(ramp_frame(5, 30, 90, 10), 0, 90, {.margin = 0.0});
    QVERIFY(crop);
    QCOMPARE(int{crop->image.pixel(40, 0)[1]}, 0);
    QCOMPARE(int{crop->image.pixel(40, 89)[1]}, 3 * 79);
    const auto dot = object_crop(ramp_frame(99, 79, 1, 1), 0, 7);
    QVERIFY(dot && dot->image.data.size() == 7 * 7 * 3);
  }

  void theBackgroundMayBeMaskedOut() {
    const auto crop = object_crop(ramp_frame(30, 20, 30, 24), 0, 36, {.mask_out = true});
    QVERIFY(crop);
    QCOMPARE(int{crop->image.pixel(0, 0)[2]}, 0);
    QCOMPARE(int{crop->image.pixel(18, 18)[2]}, 200);
  }

  void whatIsMissingIsSaid() {
    const auto refused = [](const Frame& frame, const char* why) {
      const auto crop = object_crop(frame, 0, 14);
      return !crop && crop.error().code == ErrorCode::kInput &&
             crop.error().message.find(why) != std::string::npos &&
             crop.error().message.starts_with("000001/000002, mug 0: ");
    };
    Frame frame = ramp_frame(30, 20, 0, 0);
    QVERIFY(refused(frame, "no pixel of it is visible"));
    frame.visible_masks[0] = ImageU8(10, 10, 1, 255);
    QVERIFY(refused(frame, "differs in size"));
    frame.visible_masks.clear();
    QVERIFY(refused(frame, "mask is missing"));
    frame.color = {};
    QVERIFY(refused(frame, "no color image"));
    QCOMPARE(object_crop(ramp_frame(30, 20, 30, 24), 0, 0).error().code, ErrorCode::kUsage);
  }

  // The pixel of a point is the one whose depth it was made of.
  void pointsKnowTheirPixels() {
    for (const int count : {32, 700, 1500}) {  // a subset, nearly all, repeated ones
      const Frame frame = ramp_frame(30, 20, 30, 24);
      const auto measured = measured_object_points(frame, 0, count, 5);
      const auto points = object_points(frame, 0, count, 5);
      QVERIFY(measured && points);
      QVERIFY(measured->points == *points);
      QCOMPARE(measured->pixels.size(), points->size());
      for (std::size_t i = 0; i < points->size(); ++i) {
        const auto pixel = measured->pixels[i];
        const Eigen::Vector3d expected =
            frame.camera.unproject(pixel % 100, pixel / 100, frame.depth.data[pixel]);
        QVERIFY((expected.cast<float>() - (*points)[i]).norm() == 0.0F);
        QVERIFY(frame.visible_masks[0].data[pixel] != 0);
      }
    }
  }
};

ALIDADE_TEST(ObjectCropTest)
#include "object_crop_test.moc"
