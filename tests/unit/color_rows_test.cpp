// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <string>

#include <QtTest>

#include "core/base/color_rows.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

ColorRows grays(const std::vector<int>& values) {
  ColorRows rows;
  for (const int value : values) {
    const auto channel = static_cast<std::uint8_t>(value);
    rows.push_back({channel, channel, channel});
  }
  return rows;
}

bool refused(const std::string& text, const std::string& part) {
  const auto rows = parse_color_rows(text, "map.csv");
  return !rows && rows.error().message.starts_with("map.csv: ") &&
         rows.error().message.find(part) != std::string::npos;
}

}  // namespace

class ColorRowsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void separatorsAndUnits() {
    const ColorRows expected{{0, 51, 102}, {255, 204, 153}};
    for (const char* text :
         {"0,51,102\n255,204,153\n", "# mine\nred,green,blue\r\n0;51;102\r\n\r\n255 204\t153",
          "0 0.2 0.4\n1 0.8 0.6\n", "R G B\n0.0, 0.2, 0.4\n1.0, 0.8, 0.6"}) {
      const auto rows = parse_color_rows(text, "map.csv");
      QVERIFY2(rows, rows ? "" : rows.error().message.c_str());
      QCOMPARE(*rows, expected);
    }
  }

  void faultsNameTheirLine() {
    QVERIFY(refused("0,0,0\n1,2\n", "line 2: has 2 values"));
    QVERIFY(refused("0,0,0\n\n1,2,256\n", "line 3: \"256\" is no number from 0 to 255"));
    QVERIFY(refused("0,0,0\n1,2,-1\n", "line 2: \"-1\""));
    QVERIFY(refused("0,0,0\n1,nan,1\n", "line 2: \"nan\""));
    QVERIFY(refused("0,0,0\n1,2,0x10\n", "line 2: \"0x10\""));
    QVERIFY(refused("0,0,0\nred,green,blue\n", "line 2: \"red\""));
    QVERIFY(refused("x,red,green,blue\n", "line 1: has 4 values"));
    QVERIFY(refused("", "holds 0 colors"));
    QVERIFY(refused("1,2,3\n", "holds 1 colors"));
  }

  void theNumberOfRowsIsBounded() {
    std::string text;
    for (std::size_t i = 0; i < kMostColorRows; ++i) {
      text += "1 2 3\n";
    }
    QCOMPARE(parse_color_rows(text, "map.csv")->size(), kMostColorRows);
    QVERIFY(refused(text + "1 2 3\n", "line 4097: there are more than 4096 colors"));
  }

  void lightnessIsThatOfCie() {
    QCOMPARE(lightness_of({0, 0, 0}), 0.0);
    QVERIFY(std::abs(lightness_of({255, 255, 255}) - 100.0) < 1e-9);
    // CIE 1976 of the sRGB primaries and of middle gray.
    QVERIFY(std::abs(lightness_of({255, 0, 0}) - 53.24) < 0.01);
    QVERIFY(std::abs(lightness_of({0, 255, 0}) - 87.73) < 0.01);
    QVERIFY(std::abs(lightness_of({0, 0, 255}) - 32.30) < 0.01);
    QVERIFY(std::abs(lightness_of({119, 119, 119}) - 50.03) < 0.01);
  }

  void whereLightnessGoesBack() {
    QVERIFY(!lightness_turn(grays({0, 10, 90, 255})));
    QVERIFY(!lightness_turn(grays({255, 90, 90, 3})));
    QCOMPARE(lightness_turn(grays({0, 50, 100, 80, 200, 255})), std::optional(0.4));
    QCOMPARE(lightness_turn(grays({255, 200, 220, 100, 0})), std::optional(0.25));
    QVERIFY(!lightness_turn(grays({0, 100, 99, 255})));  // rounding is seen by nobody
  }

  void divergingMapsTurnInTheMiddle() {
    QVERIFY(diverges(grays({40, 120, 240, 120, 40})));
    QVERIFY(diverges(grays({240, 120, 20, 120, 240})));
    QVERIFY(!diverges(grays({0, 60, 120, 180, 240})));
    QVERIFY(!diverges(grays({40, 240, 180, 120, 40})));    // not in the middle
    QVERIFY(!diverges(grays({40, 120, 240, 20, 40})));     // one arm goes back
    QVERIFY(!diverges(grays({239, 240, 240, 240, 239})));  // nothing is seen
    QVERIFY(!diverges(grays({0, 255})));
  }
};

ALIDADE_TEST(ColorRowsTest)
#include "color_rows_test.moc"
