// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <limits>

#include <QImage>
#include <QPainter>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "views/base/chart/chart.h"
#include "views/base/chart/chart_figure.h"
#include "views/base/figure_export.h"

using namespace alidade;

namespace {

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();
const QSize kChartSize(480, 320);

const PlotTheme& chartTheme() {
  static const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kLight));
  return plot;
}

template <class Paint>
QImage chartPainted(Paint paint) {
  QImage image(kChartSize, QImage::Format_RGB32);
  image.fill(chartTheme().background());
  QPainter painter(&image);
  painter.setRenderHint(QPainter::Antialiasing);
  paint(painter);
  return image;
}

QImage painted(const Figure& figure) {
  return chartPainted(
      [&](QPainter& painter) { figure.paint(painter, QRectF(QPointF(), kChartSize), chartTheme()); });
}

/// Pixels of about this color within a few pixels of a place.
int inkAt(const QImage& image, const QPointF& at, const QColor& color, int reach = 2) {
  int count = 0;
  for (int y = -reach; y <= reach; ++y) {
    for (int x = -reach; x <= reach; ++x) {
      const QPoint point = at.toPoint() + QPoint(x, y);
      if (!image.rect().contains(point)) {
        continue;
      }
      const QColor seen = image.pixelColor(point);
      count += std::abs(seen.red() - color.red()) + std::abs(seen.green() - color.green()) +
                           std::abs(seen.blue() - color.blue()) <
                       60
                   ? 1
                   : 0;
    }
  }
  return count;
}

const QColor kBlue("#0000ff");
const QColor kRed("#ff0000");

ChartLine lineOf(std::vector<double> x, std::vector<double> y, QColor color = kBlue) {
  ChartLine line;
  line.name = QStringLiteral("a < b & \"c\"");
  line.color = color;
  line.x = std::move(x);
  line.y = std::move(y);
  return line;
}

ChartFigure figureOf(std::vector<ChartPanel> panels, int columns = 1) {
  return ChartFigure({std::move(panels), columns, {}, {}});
}

ChartPanel panelOf(std::vector<ChartLine> lines) {
  ChartPanel panel;
  panel.title = QStringLiteral("title");
  panel.x.label = QStringLiteral("x");
  panel.y.label = QStringLiteral("y");
  panel.lines = std::move(lines);
  return panel;
}

}  // namespace

class ChartTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void ticksAreRoundAndInside() {
    const auto ticks = niceTicks(-0.13, 0.92, 5);
    QCOMPARE(ticks.size(), std::size_t{5});
    for (std::size_t i = 0; i < ticks.size(); ++i) {
      QVERIFY(std::abs(ticks[i] - 0.2 * i) < 1e-12);
    }
    QCOMPARE(niceTicks(0, 1000, 3), (std::vector<double>{0, 500, 1000}));
    QCOMPARE(niceTicks(3, 3, 4).size(), std::size_t{1});
  }

  void axesMapThereAndBack() {
    for (const ChartScale scale : {ChartScale::kLinear, ChartScale::kLogarithmic}) {
      for (const bool reversed : {false, true}) {
        ChartAxis axis{0.5, 200.0, {}, scale, reversed};
        QCOMPARE(axis.share(0.5), reversed ? 1.0 : 0.0);
        QCOMPARE(axis.share(200.0), reversed ? 0.0 : 1.0);
        for (const double value : {0.5, 3.0, 42.0, 200.0}) {
          QVERIFY(std::abs(axis.valueAt(axis.share(value)) / value - 1.0) < 1e-12);
        }
        QCOMPARE(axis.share(10.0), scale == ChartScale::kLinear ? (reversed ? 1.0 - 9.5 / 199.5 : 9.5 / 199.5)
                                                                : (reversed ? 0.5 : 0.5));
        QVERIFY(axis.draws(10.0) && !axis.draws(kNoNumber) && !axis.draws(kInf));
        QCOMPARE(axis.draws(-1.0), scale == ChartScale::kLinear);
        axis.holds = true;
        QCOMPARE(axis.share(-1.0), axis.share(0.5));
        QCOMPARE(axis.share(1e9), axis.share(200.0));
      }
    }
  }

  void logarithmicTicksAreFewAndNamed() {
    ChartAxis axis{0.9, 1100.0, {}, ChartScale::kLogarithmic};
    const auto ticks = axisTicks(axis, 4);
    QCOMPARE(ticks, (std::vector<double>{1.0, 10.0, 100.0, 1000.0}));
    QCOMPARE(tickTexts(axis, ticks), (std::vector<QString>{"1", "10", "100", "1000"}));
    axis.low = 1e-120;
    axis.high = 1e120;
    QVERIFY(axisTicks(axis, 5).size() <= 7);
  }

  void numbersOfAnAxisAreAlike() {
    const ChartAxis axis{0.0, 1.0};
    QCOMPARE(tickTexts(axis, axisTicks(axis, 2)), (std::vector<QString>{"0.0", "0.5", "1.0"}));
    const ChartAxis tiny{0.0, 2e-7};
    QCOMPARE(tickTexts(tiny, axisTicks(tiny, 2)).back(), QString("2e") + QChar(0x2212) + "07");
    ChartAxis counts{0.0, 20000.0};
    counts.counts = true;
    QCOMPARE(tickTexts(counts, axisTicks(counts, 2)), (std::vector<QString>{"0", "10k", "20k"}));
    counts.high = 2.0;
    QCOMPARE(axisTicks(counts, 8), (std::vector<double>{0.0, 1.0, 2.0}));
  }

  void everyNumberOfAReversedAxisIsPainted() {
    ChartFrame frame{{60, 20, 380, 240}, {}, {}};
    frame.x.reversed = true;
    frame.x.ticks = {1.0, 0.75, 0.5, 0.25, 0.0};
    const QImage image = chartPainted([&](QPainter& painter) { paintAxes(painter, chartTheme(), frame); });
    for (const double tick : frame.x.ticks) {
      int inked = 0;
      for (int y = 264; y < 285; ++y) {
        for (int x = -4; x <= 4; ++x) {
          inked += image.pixelColor(static_cast<int>(frame.xAt(tick)) + x, y) != chartTheme().background();
        }
      }
      QVERIFY2(inked > 5, qPrintable(QString::number(tick)));
    }
  }

  void axesStayInsideAndMapData() {
    const QRectF area(40, 30, 300, 200);
    const ChartFrame frame = frameIn(chartTheme(), area, {0, 10, "step"}, {-1, 1, "cosine"});
    const QImage image = chartPainted([&](QPainter& painter) {
      paintAxes(painter, chartTheme(), frame);
      paintLabels(painter, chartTheme(), area, frame);
    });
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) {
        if (image.pixelColor(x, y) != chartTheme().background()) {
          QVERIFY(area.toAlignedRect().adjusted(-1, -1, 1, 1).contains(x, y));
        }
      }
    }
    QCOMPARE(frame.map(0, -1), frame.area.bottomLeft());
    QCOMPARE(frame.map(10, 1), frame.area.topRight());
  }

  void pointsLieWhereTheyBelong() {
    for (const bool reversed : {false, true}) {
      ChartPanel panel = panelOf({lineOf({0.0, 5.0, 10.0}, {0.0, 50.0, 100.0})});
      panel.x.reversed = reversed;
      const ChartFigure figure = figureOf({panel});
      const QImage image = painted(figure);
      const ChartFrame frame = figure.frame(0, QRectF(QPointF(), kChartSize), chartTheme());
      QCOMPARE(frame.xAt(0.0), reversed ? frame.area.right() : frame.area.left());
      QCOMPARE(frame.yAt(0.0), frame.area.bottom());
      for (const double share : {0.25, 0.5, 0.75}) {
        QVERIFY(inkAt(image, frame.map(10.0 * share, 100.0 * share), kBlue) > 2);
        QCOMPARE(inkAt(image, frame.map(10.0 * share, 100.0 * (1.2 - share)), kBlue), 0);
      }
    }
  }

  void logarithmicAxesSpaceFactorsEvenly() {
    ChartPanel panel = panelOf({lineOf({5.0, 10.0, 20.0}, {1.0, 10.0, 100.0})});
    panel.x.scale = panel.y.scale = ChartScale::kLogarithmic;
    panel.x_ticks_at_values = true;
    const ChartFigure figure = figureOf({panel});
    const ChartFrame frame = figure.frame(0, QRectF(QPointF(), kChartSize), chartTheme());
    QVERIFY(std::abs(frame.xAt(10.0) - 0.5 * (frame.xAt(5.0) + frame.xAt(20.0))) < 1e-9);
    QVERIFY(std::abs(frame.yAt(10.0) - 0.5 * (frame.yAt(1.0) + frame.yAt(100.0))) < 1e-9);
    QCOMPARE(frame.x.ticks, (std::vector<double>{5.0, 10.0, 20.0}));
    QVERIFY(inkAt(painted(figure), frame.map(10.0, 10.0), kBlue) > 2);
  }

  void bandsAndErrorBarsAreDrawn() {
    for (const auto spread : {ChartSeries::Spread::kBand, ChartSeries::Spread::kErrorBars}) {
      ChartLine line = lineOf({0.0, 1.0, 2.0}, {1.0, 2.0, 1.0});
      line.low = {0.5, 1.0, 0.5};
      line.high = {1.5, 3.0, 1.5};
      line.spread = spread;
      const ChartFigure figure = figureOf({panelOf({line})});
      const ChartFrame frame = figure.frame(0, QRectF(QPointF(), kChartSize), chartTheme());
      QVERIFY(frame.y.low <= 0.5 && frame.y.high >= 3.0);
      const QImage image = painted(figure);
      const QPointF between = frame.map(1.0, 2.6), beside = frame.map(0.85, 1.25);
      if (spread == ChartSeries::Spread::kBand) {
        QVERIFY(image.pixelColor(beside.toPoint()) != chartTheme().background());
        QCOMPARE(inkAt(image, between, kBlue), 0);  // pale
      } else {
        QVERIFY(inkAt(image, between, kBlue) > 2);
        QCOMPARE(inkAt(image, beside, kBlue), 0);
      }
    }
  }

  void binsRiseFromZero() {
    ChartLine bars = lineOf({0.0, 1.0, 2.0, 3.0}, {2.0, 0.0, 4.0});
    bars.style = ChartSeries::Style::kBars;
    ChartLine steps = lineOf({0.0, 1.0, 2.0, 3.0}, {1.0, 3.0, 1.0}, kRed);
    steps.style = ChartSeries::Style::kSteps;
    ChartPanel panel = panelOf({bars, steps});
    panel.y_from_zero = true;
    const ChartFigure figure = figureOf({panel});
    const QImage image = painted(figure);
    const ChartFrame frame = figure.frame(0, QRectF(QPointF(), kChartSize), chartTheme());
    const auto filled = [&](double x, double y) {
      const QColor seen = image.pixelColor(frame.map(x, y).toPoint());
      return seen.blue() > seen.red() + 40;
    };
    QVERIFY(filled(0.4, 0.3) && filled(2.6, 2.7) && !filled(1.4, 0.3) && !filled(0.4, 3.7));
    QVERIFY(inkAt(image, frame.map(1.4, 3.0), kRed) > 2 && inkAt(image, frame.map(1.0, 2.2), kRed) > 2);
  }

  void dotsOfAnEmbeddingHaveEqualScales() {
    ChartLine dots = lineOf({0.0, 3.0, 1.0, 2.0}, {0.0, 1.0, kNoNumber, 0.5});
    dots.style = ChartSeries::Style::kPoints;
    ChartPanel panel = panelOf({dots});
    panel.bare = true;
    const ChartFigure figure = figureOf({panel});
    const ChartFrame frame = figure.frame(0, QRectF(QPointF(), kChartSize), chartTheme());
    const double per_x = frame.xAt(1.0) - frame.xAt(0.0), per_y = frame.yAt(0.0) - frame.yAt(1.0);
    QVERIFY(std::abs(per_x - per_y) < 1e-9);
    const QImage image = painted(figure);
    for (const auto& [x, y] : {std::pair{0.0, 0.0}, std::pair{3.0, 1.0}, std::pair{2.0, 0.5}}) {
      QVERIFY(inkAt(image, frame.map(x, y), kBlue) > 4);
    }
    QCOMPARE(inkAt(image, frame.map(1.0, 0.5), kBlue), 0);  // dots are not joined
  }

  void gapsStayOpen() {
    const ChartFigure figure =
        figureOf({panelOf({lineOf({0.0, 1.0, 2.0, 3.0, 4.0}, {1.0, 1.0, kNoNumber, 1.0, 1.0})})});
    const QImage image = painted(figure);
    const ChartFrame frame = figure.frame(0, QRectF(QPointF(), kChartSize), chartTheme());
    QVERIFY(inkAt(image, frame.map(0.5, 1.0), kBlue) > 2 && inkAt(image, frame.map(3.5, 1.0), kBlue) > 2);
    QCOMPARE(inkAt(image, frame.map(2.0, 1.0), kBlue), 0);
  }

  void manyRecordsKeepTheirExtremes() {
    std::vector<double> x, y;
    for (int i = 0; i < 50000; ++i) {
      x.push_back(i);
      y.push_back(i == 25000 ? 10.0 : 0.1 * (i % 2));
    }
    const ChartFigure figure = figureOf({panelOf({lineOf(x, y)})});
    const ChartFrame frame = figure.frame(0, QRectF(QPointF(), kChartSize), chartTheme());
    QVERIFY(inkAt(painted(figure), frame.map(25000, 1.0), kBlue) > 1);
  }

  void valuesAreReadWhereTheMouseIs() {
    const std::vector<double> x{0.0, 1.0, 2.0}, y{5.0, kNoNumber, 7.0}, edges{0.0, 1.0, 2.0, 3.0};
    Chart chart;
    chart.series.push_back({{}, x, y});
    chart.series.push_back({{}, edges, y, {}, {}, ChartSeries::Style::kBars});
    auto records = recordsAt(chart, 1.2, 1.0);
    QCOMPARE(*records[0], std::size_t{2});  // the nearest that is a number
    QCOMPARE(*records[1], std::size_t{1});  // the bin
    records = recordsAt(chart, 3.5, 0.2);
    QVERIFY(!records[0] && !records[1]);
    const std::vector<double> falling{2.0, 1.0, 0.0};
    QCOMPARE(*nearestRecord({{}, falling, y}, 0.1, 1.0), std::size_t{2});
  }

  void legendsBreakIntoRows() {
    std::vector<LegendEntry> entries;
    for (int i = 0; i < 9; ++i) {
      entries.push_back(
          {LegendEntry::Mark::kLine, QPen(kBlue), QStringLiteral("a series with a name %1").arg(i)});
    }
    const LegendRows rows = legendRows(chartTheme(), entries, 300.0);
    std::size_t all = 0;
    for (const auto& row : rows) {
      double width = -legendGap(chartTheme());
      for (const LegendEntry& entry : row) {
        width += legendMarkWidth(chartTheme()) + textWidth(chartTheme(), entry.text, {TextRole::kSmall}) +
                 legendGap(chartTheme());
        ++all;
      }
      QVERIFY(width <= 300.0);
    }
    QCOMPARE(all, entries.size());
    QVERIFY(legendRows(chartTheme(), entries, 60.0).front().front().text.endsWith(QChar(0x2026)));
  }

  void equalValuesGiveAnAxisThatCanBeRead() {
    for (const double value : {0.0, 42.0, -3.0}) {
      const ChartFigure figure = figureOf({panelOf({lineOf({1.0, 2.0}, {value, value})})});
      const ChartAxis axis = figure.frame(0, QRectF(QPointF(), kChartSize), chartTheme()).y;
      QVERIFY(axis.low <= value && axis.high > value && axis.high - axis.low >= 1.0);
    }
  }

  void panelsStandInRows() {
    const ChartPanel panel = panelOf({lineOf({0.0, 1.0}, {1.0, 2.0})});
    const ChartFigure figure = figureOf({panel, panel, panel}, 2);
    const QRectF area(QPointF(), kChartSize);
    const auto frame = [&](std::size_t i) { return figure.frame(i, area, chartTheme()).area; };
    QCOMPARE(frame(0).top(), frame(1).top());
    QCOMPARE(frame(0).left(), frame(2).left());
    QVERIFY(frame(1).left() > frame(0).right() && frame(2).top() > frame(0).bottom());
    for (std::size_t i = 0; i < 3; ++i) {
      QVERIFY(area.contains(frame(i)));
    }
  }

  void nothingToShowIsStillADrawing() {
    for (const auto& panels : {std::vector<ChartPanel>{},
                               {ChartPanel{}},
                               {panelOf({lineOf({}, {})})},
                               {panelOf({lineOf({1.0}, {1.0})})},
                               {panelOf({lineOf({kNoNumber, kInf}, {1.0, kNoNumber})})}}) {
      for (const bool logarithmic : {false, true}) {
        std::vector<ChartPanel> shown = panels;
        for (ChartPanel& panel : shown) {
          panel.y.scale = logarithmic ? ChartScale::kLogarithmic : ChartScale::kLinear;
        }
        const auto svg = figureBytes(figureOf(shown), ".svg", {});
        QVERIFY(svg);
        QVERIFY(svg->find("nan") == std::string::npos && svg->find("inf") == std::string::npos);
      }
    }
  }
};

ALIDADE_TEST(ChartTest)
#include "chart_test.moc"
