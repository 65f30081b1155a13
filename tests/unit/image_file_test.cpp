// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/file.h"
#include "core/io/image_file.h"
#include "core/io/image_header.h"
#include "tests/support/test_registry.h"

using namespace alidade;

class ImageFileTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void png_round_trip_keeps_channel_order() {
    ImageU8 image(3, 2, 3);
    for (std::size_t i = 0; i < image.data.size(); ++i) {
      image.data[i] = static_cast<std::uint8_t>(i * 13);
    }
    const auto bytes = encode_png(image);
    QVERIFY(bytes);
    QVERIFY(*bytes == *encode_png(image));
    const auto back = read_color(write("a.png", *bytes));
    QVERIFY(back);
    QCOMPARE(back->data, image.data);
    const auto red = read_mask(write("a.png", *bytes));
    QCOMPARE(red->data[1], image.data[3]);
  }

  void sixteen_bits() {
    ImageU16 image(2, 2, 1);
    image.data = {0, 257, 40000, 65535};
    const std::string path = write("d.png", *encode_png(image));
    QCOMPARE(read_u16(path)->data, image.data);
    QCOMPARE(read_depth_raw(path)->data, (std::vector<float>{0, 257, 40000, 65535}));
    QCOMPARE(read_mask(path)->data[1], std::uint8_t{1});
    QCOMPARE(read_color(path)->channels, 3);
    QVERIFY(!read_u16(write("c.png", *encode_png(ImageU8(2, 2, 3)))));
  }

  void thumbnails() {
    const std::string jpeg = write("t.jpg", *encode_jpeg(ImageU8(400, 100, 3, 90), 90));
    const auto small = read_color_thumbnail(jpeg, 40);
    QVERIFY(small);
    QCOMPARE(small->width, 40);
    QCOMPARE(small->height, 10);
    QVERIFY(std::abs(small->data[50] - 90) < 4);
    QCOMPARE(read_color_thumbnail(jpeg, 1000)->width, 400);
  }

  void hostile() {
    const std::string png = *encode_png(ImageU8(64, 64, 3, 7));
    const std::string jpeg = *encode_jpeg(ImageU8(64, 64, 3, 7), 90);
    for (std::size_t size = 0; size + 12 < png.size(); size += 3) {
      QVERIFY(!read_color(write("x.png", png.substr(0, size))));
    }
    for (std::size_t size = 0; size + 1 < jpeg.size(); size += 17) {
      QVERIFY(!read_color(write("x.jpg", jpeg.substr(0, size))));
    }
    std::string bomb = png;
    bomb.replace(16, 8, std::string("\0\0\x75\x30\0\0\x75\x30", 8));
    QVERIFY(parse_image_header(bomb, "x").error().message.find("64 megapixels") != std::string::npos);
    QVERIFY(!read_color(folder_.path().toStdString()));
    QVERIFY(!encode_png(ImageU8()));
    QVERIFY(!encode_png(ImageU8(2, 2, 2)));
  }

 private:
  std::string write(const std::string& name, const std::string& bytes) const {
    const std::string path = folder_.path().toStdString() + "/" + name;
    return write_file_atomically(path, bytes) ? path : std::string();
  }

  QTemporaryDir folder_;
};

ALIDADE_TEST(ImageFileTest)
#include "image_file_test.moc"
