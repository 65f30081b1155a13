// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/image_difference.h"

#include <array>

#include <QtTest>

#include "tests/support/test_registry.h"

using namespace alidade;

/// Pictures compared with a reference.
class ImageDifferenceTest : public QObject {
  Q_OBJECT

  static std::array<int, 3> shown(const ImageDifference& found, int x, int y) {
    const auto* pixel = found.picture.pixel(x, y);
    return {pixel[0], pixel[1], pixel[2]};
  }

 private Q_SLOTS:
  void equalPicturesDifferNowhere() {
    const ImageU8 image(5, 4, 3, 77);
    const auto found = image_difference(image, image);
    QVERIFY(found);
    QCOMPARE(found->pixels, std::size_t{20});
    QCOMPARE(found->different, std::size_t{0});
    QCOMPARE(found->largest, 0);
    QCOMPARE(found->share(), 0.0);
  }

  // The tolerance itself is still equal; one channel is enough, whichever and in whichever direction.
  void aPixelDiffersBeyondTheTolerance_data() {
    QTest::addColumn<int>("channel");
    QTest::addColumn<int>("value");
    QTest::addColumn<int>("different");
    for (int channel = 0; channel < 4; ++channel) {
      QTest::addRow("%d: 8 more", channel) << channel << 108 << 0;
      QTest::addRow("%d: 9 more", channel) << channel << 109 << 1;
      QTest::addRow("%d: 8 less", channel) << channel << 92 << 0;
      QTest::addRow("%d: 9 less", channel) << channel << 91 << 1;
    }
  }

  void aPixelDiffersBeyondTheTolerance() {
    QFETCH(int, channel);
    QFETCH(int, value);
    QFETCH(int, different);
    const ImageU8 reference(10, 10, 4, 100);
    ImageU8 image = reference;
    image.pixel(3, 7)[channel] = static_cast<std::uint8_t>(value);
    const auto found = image_difference(image, reference);
    QVERIFY(found);
    QCOMPARE(found->different, static_cast<std::size_t>(different));
    QCOMPARE(found->share(), different / 100.0);
    QCOMPARE(found->largest, std::abs(value - 100));
    const std::array<int, 3> red{214, 39, 40}, gray{217, 217, 217};  // 255 - (255 - 100) / 4
    QCOMPARE(shown(*found, 3, 7), different == 1 ? red : gray);
    QCOMPARE(shown(*found, 4, 7), gray);
  }

  void bothSizesAreNamed() {
    const auto found = image_difference(ImageU8(5, 4, 3), ImageU8(6, 4, 3));
    QVERIFY(!found);
    QVERIFY(found.error().code == ErrorCode::kMismatch);
    QVERIFY(found.error().message.find("5 x 4 pixels") != std::string::npos);
    QVERIFY(found.error().message.find("6 x 4 pixels") != std::string::npos);
  }
};

ALIDADE_TEST(ImageDifferenceTest)
#include "image_difference_test.moc"
