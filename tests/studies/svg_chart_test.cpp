// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QXmlStreamReader>
#include <QtTest>

#include "core/studies/plain/svg_chart.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

/// Elements by name and all texts; empty when it is not well-formed XML.
struct Drawing {
  QMap<QString, int> count;
  QStringList texts;
  QList<QPointF> line;  ///< of the first polyline
  double width = 0.0, height = 0.0;
  bool good = false;
};

Drawing parsed(const std::string& svg) {
  Drawing drawing;
  QXmlStreamReader xml(QByteArray::fromStdString(svg));
  while (!xml.atEnd()) {
    if (xml.readNext() != QXmlStreamReader::StartElement) {
      continue;
    }
    const QString name = xml.name().toString();
    if (name == QStringLiteral("svg")) {
      drawing.width = xml.attributes().value(QStringLiteral("width")).toDouble();
      drawing.height = xml.attributes().value(QStringLiteral("height")).toDouble();
    }
    if (name == QStringLiteral("polyline") && drawing.line.isEmpty()) {
      for (const QString& point : xml.attributes()
                                      .value(QStringLiteral("points"))
                                      .toString()
                                      .split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const auto parts = point.split(QLatin1Char(','));
        drawing.line.append({parts[0].toDouble(), parts[1].toDouble()});
      }
    }
    ++drawing.count[name];
    if (name == QStringLiteral("text")) {
      drawing.texts.append(xml.readElementText());
    }
  }
  drawing.good = !xml.hasError();
  return drawing;
}

ChartSeries line(std::vector<double> x, std::vector<double> y) {
  return {"a < b & \"c\"", "#0072b2", std::move(x), std::move(y)};
}

}  // namespace

class SvgChartTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void pointsLieWhereTheyBelong() {
    ChartPanel panel{"title", "x", "y", {line({0.0, 5.0, 10.0}, {0.0, 50.0, 100.0})}};
    const Drawing drawing = parsed(svg_chart({panel}, 2));
    QVERIFY(drawing.good);
    QCOMPARE(drawing.line.size(), 3);
    // Evenly spaced, to the right and up.
    QVERIFY(std::abs(drawing.line[1].x() - (drawing.line[0].x() + drawing.line[2].x()) / 2.0) < 0.02);
    QVERIFY(std::abs(drawing.line[1].y() - (drawing.line[0].y() + drawing.line[2].y()) / 2.0) < 0.02);
    QVERIFY(drawing.line[2].x() > drawing.line[0].x() && drawing.line[2].y() < drawing.line[0].y());
    for (const QPointF& point : drawing.line) {
      QVERIFY(point.x() > 0.0 && point.x() < drawing.width && point.y() > 0.0 && point.y() < drawing.height);
    }
    for (const char* text : {"title", "x", "y", "a < b & \"c\"", "0", "100"}) {
      QVERIFY2(drawing.texts.contains(QString::fromUtf8(text)), text);
    }
    panel.reversed_x = true;
    const Drawing turned = parsed(svg_chart({panel}, 2));
    QVERIFY(turned.line[2].x() < turned.line[0].x());
  }

  void logarithmicAxesSpaceFactorsEvenly() {
    ChartPanel panel{"", "", "", {line({5.0, 10.0, 20.0}, {1.0, 10.0, 100.0})}};
    panel.logarithmic_x = panel.logarithmic_y = true;
    const Drawing drawing = parsed(svg_chart({panel}, 1));
    const auto& p = drawing.line;
    QVERIFY(std::abs((p[1].x() - p[0].x()) - (p[2].x() - p[1].x())) < 0.02);
    QVERIFY(std::abs((p[1].y() - p[0].y()) - (p[2].y() - p[1].y())) < 0.02);
    for (const char* text : {"5", "20", "1", "10", "100"}) {
      QVERIFY2(drawing.texts.contains(QString::fromUtf8(text)), text);
    }
  }

  void bandsAndDotsAreDrawn() {
    ChartSeries band = line({0.0, 1.0}, {1.0, 2.0});
    band.low = {0.5, 1.5};
    band.high = {1.5, 2.5};
    ChartSeries dots = line({0.0, 3.0, 1.0}, {0.0, 1.0, NAN});
    dots.style = ChartSeries::Style::kDots;
    ChartPanel embedding{"e", "", "", {dots}};
    embedding.bare = true;
    const Drawing drawing = parsed(svg_chart({{"b", "x", "y", {band}}, embedding}, 2));
    QVERIFY(drawing.good);
    QCOMPARE(drawing.count[QStringLiteral("polygon")], 1);
    QCOMPARE(drawing.count[QStringLiteral("circle")], 2);  // the one that is not a number is left out
    const Drawing column = parsed(svg_chart({{"b", "x", "y", {band}}, embedding}, 1));
    QVERIFY(column.height > 1.8 * drawing.height && column.width < 0.6 * drawing.width);
  }

  void nothingToShowIsStillADrawing() {
    for (const auto& panels : {std::vector<ChartPanel>{},
                               {ChartPanel{}},
                               {ChartPanel{"t", "x", "y", {line({}, {})}}},
                               {ChartPanel{"t", "x", "y", {line({1.0}, {1.0})}}},
                               {ChartPanel{"t", "x", "y", {line({NAN, INFINITY}, {1.0, NAN})}}}}) {
      const std::string svg = svg_chart(panels, 2);
      QVERIFY(parsed(svg).good);
      QVERIFY(svg.find("nan") == std::string::npos && svg.find("inf") == std::string::npos);
    }
  }
};

ALIDADE_TEST(SvgChartTest)
#include "svg_chart_test.moc"
