// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QApplication>
#include <QFontMetricsF>
#include <QPushButton>
#include <QRegularExpression>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "views/base/color_map.h"
#include "views/base/icons.h"
#include "views/base/theme.h"

using namespace alidade;

namespace {

double linear(double c) {
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

/// Relative luminance after WCAG 2.
double luminance(const QColor& color) {
  return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

double contrast(const QColor& a, const QColor& b) {
  const double high = std::max(luminance(a), luminance(b));
  const double low = std::min(luminance(a), luminance(b));
  return (high + 0.05) / (low + 0.05);
}

/// Distance in OKLAB.
double labDistance(const QColor& a, const QColor& b) {
  const auto lab = [](const QColor& color) {
    const double r = linear(color.redF()), g = linear(color.greenF()), v = linear(color.blueF());
    const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * v);
    const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * v);
    const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * v);
    return std::array<double, 3>{0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
                                 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
                                 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
  };
  const auto p = lab(a), q = lab(b);
  return std::sqrt(std::pow(p[0] - q[0], 2) + std::pow(p[1] - q[1], 2) + std::pow(p[2] - q[2], 2));
}

}  // namespace

class ThemeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void contrastIsEnough_data() {
    QTest::addColumn<QColor>("ink");
    QTest::addColumn<QColor>("ground");
    QTest::addColumn<double>("least");
    for (const auto kind : {ThemeKind::kDark, ThemeKind::kLight, ThemeKind::kPrint}) {
      const Theme& t = theme(kind);
      const auto pair = [&](const QString& what, const QColor& ink, const QColor& ground) {
        QTest::newRow(qPrintable(t.name + " " + what + " on " + ground.name())) << ink << ground << 4.5;
      };
      for (const auto& ground : {t.window, t.surface, t.raised, t.selection}) {
        pair("text", t.text, ground);
        pair("muted", t.muted, ground);
      }
      // Colored text stands on surfaces and on the window's ground.
      for (const auto& ground : {t.surface, t.window}) {
        pair("accent", t.accent, ground);
        pair("ground truth", t.ground_truth, ground);
        pair("prediction", t.prediction, ground);
        pair("warning", t.warning, ground);
        pair("error", t.error, ground);
        for (std::size_t i = 0; i < t.runs.size(); ++i) {
          pair(QString("run %1").arg(i), t.runs[i], ground);
        }
      }
      pair("text on accent", t.on_accent, t.accent);
    }
  }

  void contrastIsEnough() {
    QFETCH(QColor, ink);
    QFETCH(QColor, ground);
    QFETCH(double, least);
    QVERIFY(ink.isValid() && ground.isValid());
    const double ratio = contrast(ink, ground);
    QVERIFY2(ratio >= least, qPrintable(QString("%1 on %2: %3").arg(ink.name(), ground.name()).arg(ratio)));
  }

  void runsDifferFromGroundTruthAndPrediction() {
    for (const auto kind : {ThemeKind::kDark, ThemeKind::kLight}) {
      const Theme& t = theme(kind);
      for (const auto& run : t.runs) {
        QVERIFY(run != t.ground_truth && run != t.prediction);
      }
    }
    for (const auto kind : {ThemeKind::kDark, ThemeKind::kLight, ThemeKind::kPrint}) {
      const Theme& t = theme(kind);
      for (std::size_t i = 0; i < t.runs.size(); ++i) {
        QVERIFY2(labDistance(t.runs[i], t.ground_truth) > 0.15,
                 qPrintable(t.name + QString(" run %1").arg(i)));
        QVERIFY2(labDistance(t.runs[i], t.prediction) > 0.1, qPrintable(t.name + QString(" run %1").arg(i)));
        for (std::size_t j = 0; j < i; ++j) {
          QVERIFY2(labDistance(t.runs[i], t.runs[j]) > 0.09,
                   qPrintable(t.name + QString(" %1 %2").arg(i).arg(j)));
        }
      }
    }
  }

  void wordsAndNumbersShareOneFont() {
    QCOMPARE(numberFont(), uiFont());
    QCOMPARE(QFontInfo(uiFont()).family(), QString("Inter Tabular"));
    QFont bold = uiFont();
    bold.setWeight(QFont::DemiBold);
    QCOMPARE(QFontInfo(bold).weight(), int(QFont::DemiBold));
  }

  void styleSheetHasNoUnknownToken() {
    for (const auto kind : {ThemeKind::kDark, ThemeKind::kLight}) {
      const QString sheet = styleSheetOf(theme(kind));
      QVERIFY(sheet.contains(theme(kind).surface.name()));
      QVERIFY2(!sheet.contains('@'), qPrintable(sheet.mid(sheet.indexOf('@'), 40)));
    }
  }

  void switchingIsLive() {
    applyTheme(*qApp, ThemeKind::kDark);
    QWidget widget;
    widget.show();
    QCOMPARE(themeOf(widget).name, QString("dark"));
    const QImage dark = themedIcon("search").pixmap(20, 20).toImage();
    applyTheme(*qApp, ThemeKind::kLight);
    QCOMPARE(themeOf(widget).name, QString("light"));
    QVERIFY(dark != themedIcon("search").pixmap(20, 20).toImage());
  }

  void numbersLineUp() {
    const QFontMetricsF metrics(numberFont());
    for (char digit = '0'; digit <= '9'; ++digit) {
      QVERIFY(std::abs(metrics.horizontalAdvance(QLatin1Char(digit)) - metrics.horizontalAdvance('0')) <
              0.01);
    }
  }

  void everyIconPaintsSomething() {
    QVERIFY(iconNames().size() >= 20);
    for (const QString& name : iconNames()) {
      const QImage image = themedIcon(name).pixmap(20, 20).toImage().convertToFormat(QImage::Format_ARGB32);
      int painted = 0;
      for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
          painted += qAlpha(image.pixel(x, y)) > 100;
        }
      }
      QVERIFY2(painted > 4, qPrintable(name));
    }
    QVERIFY(themedIcon("no such icon").isNull());
  }

  void uniformHuesAreEvenlySpaced() {
    double least = 1e9, most = 0.0;
    for (int i = 0; i < 64; ++i) {
      const double step = labDistance(cyclicColor(CyclicMap::kUniform, i / 64.0),
                                      cyclicColor(CyclicMap::kUniform, (i + 1) / 64.0));
      least = std::min(least, step);
      most = std::max(most, step);
    }
    QVERIFY2(most < 2.0 * least, qPrintable(QString("%1 to %2").arg(least).arg(most)));
    QCOMPARE(cyclicColor(CyclicMap::kUniform, 0.0), cyclicColor(CyclicMap::kUniform, 1.0));
    QCOMPARE(cyclicColor(CyclicMap::kHsv, 0.0), QColor(255, 0, 0));
    QCOMPARE(cyclicColor(CyclicMap::kHsv, 1.0 / 3.0 + 1.0), QColor(0, 255, 0));
  }

  void sequentialMapsGetLighter() {
    for (const auto map : {SequentialMap::kViridis, SequentialMap::kCividis}) {
      double last = -1.0;
      for (int i = 0; i <= 40; ++i) {
        const double now = luminance(sequentialColor(map, i / 40.0));
        QVERIFY(now > last);
        last = now;
      }
      QCOMPARE(sequentialColor(map, -3.0), sequentialColor(map, 0.0));
    }
    QCOMPARE(sequentialColor(SequentialMap::kViridis, 0.0), QColor(0x44, 0x01, 0x54));
    QCOMPARE(sequentialColor(SequentialMap::kViridis, 1.0), QColor(0xfd, 0xe7, 0x25));
  }
};

ALIDADE_TEST(ThemeTest)
#include "theme_test.moc"
