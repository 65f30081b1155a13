// SPDX-License-Identifier: BSD-3-Clause
// TIFF files as depth cameras and microscopes write them, built byte by byte here, sound and lying.
#include <cstring>
#include <fstream>
#include <limits>
#include <vector>

#include <QTemporaryDir>
#include <QtTest>

#include "core/io/image_file.h"
#include "core/io/image_header.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

/// A baseline TIFF of one uncompressed strip; the fields are what the file says, true or not.
struct Tiff {
  bool big_endian = false;
  std::uint32_t width = 0, height = 0, bits = 16, samples = 1;
  std::uint32_t format = 1;  ///< 1 whole, 2 signed, 3 float
  std::string pixels;        ///< already in the file's byte order
  std::uint32_t strip_offset = 8;
  std::uint32_t strip_bytes = 0;  ///< 0 = as many as there are

  std::string number(std::uint32_t value, int bytes) const {
    std::string out;
    for (int i = 0; i < bytes; ++i) {
      out += static_cast<char>(value >> 8 * (big_endian ? bytes - 1 - i : i) & 255);
    }
    return out;
  }
  std::string tag(std::uint32_t id, std::uint32_t value) const {
    return number(id, 2) + number(4, 2) + number(1, 4) + number(value, 4);
  }
  /// The directory comes last, after the pixels.
  std::string bytes() const {
    const std::string padded = pixels + std::string(pixels.size() % 2, '\0');
    const std::vector<std::string> tags = {
        tag(256, width),
        tag(257, height),
        tag(258, bits),
        tag(259, 1),
        tag(262, 1),
        tag(273, strip_offset),
        tag(277, samples),
        tag(278, height),
        tag(279, strip_bytes ? strip_bytes : static_cast<std::uint32_t>(pixels.size())),
        tag(339, format)};
    std::string out = (big_endian ? std::string("MM\0*", 4) : std::string("II*\0", 4)) +
                      number(static_cast<std::uint32_t>(8 + padded.size()), 4) + padded +
                      number(static_cast<std::uint32_t>(tags.size()), 2);
    for (const auto& entry : tags) {
      out += entry;
    }
    return out + number(0, 4);
  }
};

Tiff depth_16(bool big_endian, const std::vector<std::uint16_t>& values, std::uint32_t width) {
  Tiff tiff;
  tiff.big_endian = big_endian;
  tiff.width = width;
  tiff.height = static_cast<std::uint32_t>(values.size()) / width;
  for (const auto value : values) {
    tiff.pixels += tiff.number(value, 2);
  }
  return tiff;
}

Tiff depth_float(bool big_endian, const std::vector<float>& values, std::uint32_t width) {
  Tiff tiff;
  tiff.big_endian = big_endian;
  tiff.width = width;
  tiff.height = static_cast<std::uint32_t>(values.size()) / width;
  tiff.bits = 32;
  tiff.format = 3;
  for (const float value : values) {
    std::uint32_t pattern = 0;
    std::memcpy(&pattern, &value, sizeof pattern);
    tiff.pixels += tiff.number(pattern, 4);
  }
  return tiff;
}

}  // namespace

class TiffImageTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void sixteen_bits_in_both_byte_orders() {
    const std::vector<std::uint16_t> values = {0, 1, 256, 1000, 40000, 65535};
    for (const bool big_endian : {false, true}) {
      const std::string path = write(depth_16(big_endian, values, 3).bytes());
      const auto image = read_u16(path);
      QVERIFY2(image, image ? "" : image.error().message.c_str());
      QCOMPARE(image->width, 3);
      QCOMPARE(image->data, values);
      QCOMPARE(read_depth_raw(path)->data, std::vector<float>(values.begin(), values.end()));
      QCOMPARE(read_color(path)->channels, 3);
    }
  }

  void eight_bits() {
    Tiff tiff;
    tiff.bits = 8;
    tiff.width = tiff.height = 2;
    tiff.pixels = std::string("\x01\x02\x03\xff", 4);
    QCOMPARE(read_mask(write(tiff.bytes()))->data, (std::vector<std::uint8_t>{1, 2, 3, 255}));
    QCOMPARE(read_depth_raw(write(tiff.bytes()))->data, (std::vector<float>{1, 2, 3, 255}));
  }

  void floats_keep_their_values_and_lose_what_is_not_finite() {
    const float infinity = std::numeric_limits<float>::infinity();
    for (const bool big_endian : {false, true}) {
      const auto image = read_depth_raw(write(
          depth_float(big_endian,
                      {0.5f, 1234.5678f, -2.0f, infinity, -infinity, std::numeric_limits<float>::quiet_NaN()},
                      3)
              .bytes()));
      QVERIFY2(image, image ? "" : image.error().message.c_str());
      QCOMPARE(image->data, (std::vector<float>{0.5f, 1234.5678f, -2.0f, 0.0f, 0.0f, 0.0f}));
    }
    QVERIFY(!read_u16(write(depth_float(false, {1.0f, 2.0f}, 2).bytes())));
  }

  void headers_that_lie() {
    const Tiff sound = depth_16(false, std::vector<std::uint16_t>(64, 7), 8);
    QVERIFY(read_u16(write(sound.bytes())));
    const auto refused = [&](const char* what, auto change) {
      Tiff tiff = sound;
      change(tiff);
      const std::string path = write(tiff.bytes());
      for (const bool depth : {false, true}) {
        const bool read =
            depth ? static_cast<bool>(read_depth_raw(path)) : static_cast<bool>(read_color(path));
        QVERIFY2(!read, what);
      }
    };
    refused("64 megapixels", [](Tiff& t) { t.width = t.height = 30000; });
    refused("largest numbers", [](Tiff& t) { t.width = t.height = 0xFFFFFFFF; });
    refused("no width", [](Tiff& t) { t.width = 0; });
    refused("no height", [](Tiff& t) { t.height = 0; });
    refused("more rows than pixels", [](Tiff& t) { t.height = 4000; });
    refused("a wide row", [](Tiff& t) { t.width = 60000; });
    refused("strip behind the end", [](Tiff& t) { t.strip_offset = 0x7FFFFFF0; });
    refused("strip longer than the file",
            [](Tiff& t) { t.height = 7000, t.width = 7000, t.strip_bytes = 98000000; });
    refused("no bits", [](Tiff& t) { t.bits = 0; });
  }

  void every_truncation_is_an_error_or_an_image() {
    const std::string bytes = depth_16(true, std::vector<std::uint16_t>(64, 7), 8).bytes();
    for (std::size_t size = 0; size < bytes.size() - 20; ++size) {
      QVERIFY2(!read_u16(write(bytes.substr(0, size))), std::to_string(size).c_str());
    }
  }

  void every_flipped_byte_of_the_directory_is_survived() {
    const std::string bytes = depth_16(false, std::vector<std::uint16_t>(64, 7), 8).bytes();
    int sound = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      for (const int flip : {1, 128, 255}) {
        std::string damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ flip);
        if (const auto image = read_depth_raw(write(damaged))) {
          ++sound;
          QCOMPARE(image->data.size(), static_cast<std::size_t>(image->width) * image->height);
          QVERIFY(image->width <= kMaxImagePixels / image->height);
        }
      }
    }
    QVERIFY(sound > 0);  // damaged pixels are still pixels
  }

 private:
  std::string write(const std::string& bytes) const {
    const std::string path = folder_.path().toStdString() + "/a.tif";
    std::ofstream(path, std::ios::binary) << bytes;  // not flushed to disk: hundreds of files
    return path;
  }

  QTemporaryDir folder_;
};

ALIDADE_TEST(TiffImageTest)
#include "tiff_image_test.moc"
