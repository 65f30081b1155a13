// SPDX-License-Identifier: BSD-3-Clause
// Trade-off charts, bit strips and studies of quantized networks, painted and in numbers.
#include <algorithm>
#include <cmath>
#include <limits>

#include <QImage>
#include <QPainter>
#include <QtMath>
#include <QtTest>

#include "core/sweep/dominance.h"
#include "tests/support/quantization_sweeps.h"
#include "tests/support/test_registry.h"
#include "views/quantization/bit_strip.h"
#include "views/quantization/quantization_text.h"
#include "views/quantization/study_sheets.h"
#include "views/quantization/tradeoff_figure.h"
#include "views/quantization/tradeoff_look.h"

using namespace alidade;

namespace {

const QRectF kChartArea(0, 0, 760, 560);

/// The question of a chart of the made sweep, with what solves it.
struct AskedTradeoff {
  TradeoffQuestion question;
  std::optional<BudgetSolver> solver;

  explicit AskedTradeoff(QuantizationSweep sweep, SweepCost cost = SweepCost::kSize,
                         AllowedLevels allowed = {}) {
    question.a = std::make_shared<const QuantizationSweep>(std::move(sweep));
    question.name_a = QStringLiteral("made up");
    question.cost = cost;
    question.metric = "adi_0.1d";
    question.allowed = allowed;
    if (auto made = BudgetSolver::create(*question.a, cost, allowed)) {
      solver.emplace(std::move(*made));
      question.solver = &*solver;
    }
    question.prediction = predict_metric(*question.a, question.metric, cost);
  }
  void setBudget(double budget) {
    question.budget = budget;
    question.solved = *solver->solve(budget);
  }
};

QImage sheetDrawn(const Figure& figure, const PlotTheme& theme, const QRectF& area = kChartArea) {
  QImage image(area.size().toSize(), QImage::Format_RGB32);
  image.fill(Qt::red);
  QPainter painter(&image);
  figure.paint(painter, area, theme);
  return image;
}

int distance(const QColor& a, const QColor& b) {
  return std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) + std::abs(a.blue() - b.blue());
}

/// The color of the pixel that holds a point.
QColor colorAt(const QImage& image, const QPointF& at) {
  return image.pixelColor(qFloor(at.x()), qFloor(at.y()));
}

/// A network of one module that has only what a chart needs.
SweepPoint barePoint(const char* name, const char* family, std::int64_t bits, double share) {
  SweepPoint point;
  point.name = name;
  point.family = family;
  point.method = SweepMethod::kLsq;
  point.levels = {"8"};
  point.bits = bits;
  point.accuracies = {{"adi_0.1d", {}, {share}}};
  return point;
}

/// a and c are on the frontier, b is dominated by a.
QuantizationSweep threeNetworks() {
  QuantizationSweep sweep;
  sweep.modules = {{"net", 100'000, {}}};
  sweep.points = {barePoint("a", "one", 400'000, 0.5), barePoint("b", "two", 800'000, 0.4),
                  barePoint("c", "three", 1'600'000, 0.8)};
  return sweep;
}

}  // namespace

class QuantizationChartTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void marksLookLikeWhatTheyAre_data() {
    QTest::addColumn<int>("theme");
    QTest::newRow("dark") << int(ThemeKind::kDark);
    QTest::newRow("light") << int(ThemeKind::kLight);
  }

  void marksLookLikeWhatTheyAre() {
    QFETCH(int, theme);
    const PlotTheme plot = screenPlotTheme(alidade::theme(static_cast<ThemeKind>(theme)));
    AskedTradeoff asked(threeNetworks());
    const auto sheet = makeTradeoff(asked.question);
    QVERIFY(sheet);
    const TradeoffLayout layout = layoutTradeoff(kChartArea, plot, *sheet);
    const QImage image = sheetDrawn(TradeoffFigure(sheet), plot);
    const auto seen = [&](std::size_t i) {
      return colorAt(image, layout.at(*sheet, sheet->marks[i].x, sheet->marks[i].y.value));
    };
    QCOMPARE(sheet->frontier, (std::vector<std::size_t>{0, 2}));
    QVERIFY(distance(seen(0), familyColor(*sheet, 0, plot)) < 30);
    QVERIFY(distance(seen(2), familyColor(*sheet, 2, plot)) < 30);
    // A dominated one is between its color and the ground.
    const QColor full = familyColor(*sheet, 1, plot), ground = plot.background();
    QVERIFY(distance(seen(1), full) > 0.4 * distance(full, ground));
    QVERIFY(distance(seen(1), ground) > 0.2 * distance(full, ground));
    // The steps go right from a at its height, then up to c.
    const QPointF a = layout.at(*sheet, sheet->marks[0].x, 0.5),
                  c = layout.at(*sheet, sheet->marks[2].x, 0.8);
    QVERIFY(distance(colorAt(image, {0.5 * (a.x() + c.x()), a.y()}), plot.colors.text) < 120);
    QVERIFY(distance(colorAt(image, {c.x(), 0.5 * (a.y() + c.y())}), plot.colors.text) < 120);
    QVERIFY(distance(colorAt(image, 0.5 * (a + c)), ground) < 120);  // no straight line between them
  }

  void budgetsAndLimitsMakeNetworksGray() {
    AskedTradeoff asked(test::quantizationSweep(), SweepCost::kSize, {{"head", {"8", "4"}}});
    asked.setBudget(500'000.0);
    const auto sheet = makeTradeoff(asked.question);
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kLight));
    const TradeoffLayout layout = layoutTradeoff(kChartArea, plot, *sheet);
    const QImage image = sheetDrawn(TradeoffFigure(sheet), plot);
    std::size_t over = 0, against = 0;
    for (const TradeoffMark& mark : sheet->marks) {
      const SweepPoint& point = sheet->sweep->points[mark.point];
      const bool allowed = point.levels[2] == "8" || point.levels[2] == "4";
      const bool cheap = static_cast<double>(point.bits) / 8.0 <= 500'000.0;
      QCOMPARE(mark.state == TradeoffMark::State::kAgainstPin, !allowed);
      QCOMPARE(mark.state == TradeoffMark::State::kOverBudget, allowed && !cheap);
      over += mark.state == TradeoffMark::State::kOverBudget ? 1 : 0;
      against += mark.state == TradeoffMark::State::kAgainstPin ? 1 : 0;
      if (mark.state == TradeoffMark::State::kOverBudget) {
        const QColor seen = colorAt(image, layout.at(*sheet, mark.x, mark.y.value));
        QVERIFY2(seen.saturation() < 60, qPrintable(seen.name()));
      }
    }
    QVERIFY(over > 0 && against > 0);
    // The frontier holds no gray one, and is that of the definition among the others.
    for (const std::size_t i : sheet->frontier) {
      QVERIFY(sheet->marks[i].state == TradeoffMark::State::kFrontier);
    }
    QVERIFY(sheet->solution && sheet->solution->levels.cost <= 500'000.0);
    QVERIFY(sheet->solution->levels.levels[2] == "8" || sheet->solution->levels.levels[2] == "4");
  }

  void measuredSolutionsArePutWhereTheyWereMeasured() {
    AskedTradeoff asked(test::quantizationSweep());
    asked.question.solved = SolvedLevels{{"4", "4", "4"}, 424'000.0, 0.1};
    const auto sheet = makeTradeoff(asked.question);
    QVERIFY(sheet->solution->mark);
    const SweepPoint& point = sheet->sweep->points[sheet->marks[*sheet->solution->mark].point];
    QCOMPARE(point.levels, (std::vector<std::string>{"4", "4", "4"}));
    asked.question.solved = SolvedLevels{{"4", "3", "8"}, 424'000.0, 0.1};
    const auto predicted = makeTradeoff(asked.question);
    QVERIFY(!predicted->solution->mark);
    QCOMPARE(predicted->solution->share, asked.question.prediction.fit->at(0.1));
    // Its ring is hollow: the ground, or what lies below, shows inside.
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kLight));
    const TradeoffLayout layout = layoutTradeoff(kChartArea, plot, *predicted);
    const QImage image = sheetDrawn(TradeoffFigure(predicted), plot);
    const QPointF at = layout.at(*predicted, 424'000.0, predicted->solution->share);
    QVERIFY(distance(image.pixelColor((at + QPointF(9.0, 0.0)).toPoint()), plot.colors.accent) < 90);
    QVERIFY(distance(image.pixelColor((at + QPointF(5.0, 3.0)).toPoint()), plot.colors.accent) > 150);
  }

  void compressionsRunTheOtherWay() {
    AskedTradeoff sizes(test::quantizationSweep()),
        compressions(test::quantizationSweep(), SweepCost::kCompression);
    const auto a = makeTradeoff(sizes.question), b = makeTradeoff(compressions.question);
    QCOMPARE(a->frontier, b->frontier);  // the same networks, mirrored
    QVERIFY(b->marks[b->frontier.front()].x > b->marks[b->frontier.back()].x);
    compressions.setBudget(8.0);
    const auto limited = makeTradeoff(compressions.question);
    for (const TradeoffMark& mark : limited->marks) {
      QCOMPARE(mark.state == TradeoffMark::State::kOverBudget, mark.x < 8.0 * (1.0 - 1e-9));
    }
    const ChartAxis axis = costAxis(SweepCost::kCompression, *limited->sweep);
    QVERIFY(axis.logarithmic() && axis.ticks == (std::vector<double>{1, 2, 4, 8, 16, 32}));
  }

  void bothSplitsAreJoined() {
    QuantizationSweep sweep = threeNetworks();
    sweep.points[2].accuracies[0].selection = {0.95};
    AskedTradeoff asked(sweep);
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kLight));
    for (const bool on : {true, false}) {
      asked.question.calibration = on;
      const auto sheet = makeTradeoff(asked.question);
      const TradeoffLayout layout = layoutTradeoff(kChartArea, plot, *sheet);
      const QImage image = sheetDrawn(TradeoffFigure(sheet), plot);
      const QPointF between = layout.at(*sheet, sheet->marks[2].x, on ? 0.9 : 0.81);
      const bool joined =
          distance(image.pixelColor(between.toPoint()), plot.background()) > 60 ||
          distance(image.pixelColor(between.toPoint() - QPoint(1, 0)), plot.background()) > 60;
      QVERIFY(joined == on || !on);
      QCOMPARE(layout.chart.y.high > 95.0, on);
    }
  }

  void printedRowsStandOnTheAxisOfCompression() {
    const auto table = read_published_table(test::source_path("resources/published/mqat-table-4.csv"));
    QVERIFY(bool(table));
    AskedTradeoff asked(test::quantizationSweep(), SweepCost::kCompression);
    asked.question.published = {*table};
    const auto sheet = makeTradeoff(asked.question);
    QCOMPARE(sheet->printed.size(), table->rows.size());
    QCOMPARE(sheet->printed[4].x, 4.7);
    QCOMPARE(sheet->printed[4].y, 0.827);
    QVERIFY(sheet->printed[4].name.contains(QStringLiteral("8-2-8")));
    QVERIFY(publishedProblem({*table}, SweepCost::kSize, "adi_0.1d").contains(QStringLiteral("axis")));
    QVERIFY(
        publishedProblem({*table}, SweepCost::kCompression, "5deg2cm").contains(QStringLiteral("5deg2cm")));
    asked.question.cost = SweepCost::kSize;
    QVERIFY(makeTradeoff(asked.question)->printed.empty());
  }

  void whatIsMissingIsSaid() {
    AskedTradeoff asked(test::quantizationSweep());
    asked.question.metric = "nothing";
    QVERIFY(tradeoffProblem(asked.question).contains(QStringLiteral("measured")) &&
            !makeTradeoff(asked.question));
    QuantizationSweep untimed = test::quantizationSweep();
    for (SweepPoint& point : untimed.points) {
      point.latency_ms = std::numeric_limits<double>::quiet_NaN();
    }
    AskedTradeoff latency(untimed, SweepCost::kLatency);
    QVERIFY(tradeoffProblem(latency.question).contains(QStringLiteral("timed")));
    asked.question.a = nullptr;
    QVERIFY(tradeoffProblem(asked.question).contains(QStringLiteral("open")));
    QVERIFY(!makeBitStrip({}));
    QVERIFY(!orderProblem({}).isEmpty() && !widthsProblem({}).isEmpty());
  }

  void numbersOfTheChartAreThoseOfTheSweep() {
    AskedTradeoff asked(test::quantizationSweep());
    asked.setBudget(450'000.0);
    const auto sheet = makeTradeoff(asked.question);
    const Table table = TradeoffFigure(sheet).data();
    QCOMPARE(table.rows.size(), sheet->marks.size() + 1);
    for (const auto& row : table.rows) {
      QCOMPARE(row.size(), table.columns.size());
    }
    QCOMPARE(std::get<std::string>(table.rows[9][0]), sheet->sweep->points[9].name);
    QCOMPARE(std::get<double>(table.rows[9][5]), static_cast<double>(sheet->sweep->points[9].bits) / 8.0);
    QCOMPARE(std::get<double>(table.rows[9][12]),
             100.0 * sheet->sweep->points[9].accuracies[0].held_out.value);
    QCOMPARE(std::get<std::string>(table.rows.back()[0]), std::string("solved for the budget"));
    const HoverCard card = cardOf(*sheet, sheet->marks[9]);
    QVERIFY(card.texts().join(QLatin1Char('\n')).contains(QStringLiteral("W8-ternary-8 A8")));
    QVERIFY(card.texts().join(QLatin1Char('\n')).contains(QStringLiteral("packed file")));
  }

  void changedModulesAreOutlined() {
    BitStripQuestion question;
    question.sweep = test::sharedQuantizationSweep();
    question.solved = SolvedLevels{{"8", "4", "8"}, 0.0, 0.0};
    question.previous = SolvedLevels{{"8", "ternary", "8"}, 0.0, 0.0};
    const auto sheet = makeBitStrip(question);
    QCOMPARE(sheet->rows.front().name, QStringLiteral("pyramid"));  // the flow begins there
    QCOMPARE(sheet->rows.front().before, QStringLiteral("ternary"));
    QVERIFY(sheet->rows[1].before.isEmpty());
    QVERIFY(sheet->ordered && sheet->spearman);
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kLight));
    const QRectF area(0, 0, 700, 260);
    const BitStripFigure figure(sheet);
    const QImage image = sheetDrawn(figure, plot, area);
    const auto rows = figure.stops(area, plot);
    QCOMPARE(rows.size(), std::size_t{3});
    const auto holds = [&](const QRectF& row, const QColor& color, int within) {
      int found = 0;
      for (int y = qCeil(row.top()); y < row.bottom(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
          found += distance(image.pixelColor(x, y), color) < within ? 1 : 0;
        }
      }
      return found;
    };
    QVERIFY(holds(rows[0].spot, plot.colors.accent, 40) > 60);
    QVERIFY(holds(rows[1].spot, plot.colors.accent, 10) < 10);
    QVERIFY(holds(rows[0].spot, bitsColor(4.0), 6) > 200);
    QVERIFY(holds(rows[1].spot, bitsColor(8.0), 6) > 200);
    // Told apart without color: lightness falls with the bits.
    QVERIFY(qGray(bitsColor(2.0).rgb()) > qGray(bitsColor(4.0).rgb()) + 20);
    QVERIFY(qGray(bitsColor(4.0).rgb()) > qGray(bitsColor(8.0).rgb()) + 20);
    QCOMPARE(figure.data().rows.size(), std::size_t{3});
  }

  void layersHaveRowsOfTheirOwn() {
    BitStripQuestion question;
    question.sweep = test::sharedQuantizationSweep();
    question.point = 11;
    question.layers = true;
    const auto sheet = makeBitStrip(question);
    QCOMPARE(sheet->rows.size(), std::size_t{9});
    QCOMPARE(sheet->title, QString::fromStdString(question.sweep->points[11].name));
    QCOMPARE(sheet->spearman.value_or(0.0), 1.0 / 6.0);  // 1 - 6 * 100 / (9 * 80)
    const auto small =
        BitStripFigure(sheet).stops(QRectF(0, 0, 300, 120), screenPlotTheme(theme(ThemeKind::kDark)));
    QVERIFY(!small.empty() && small.size() < 9);  // the last line says how many more there are
  }

  void everyCombinationHasItsColumn() {
    const StudyQuestion question{
        test::sharedQuantizationSweep(), nullptr, QStringLiteral("made up"), {}, "adi_0.1d", {}};
    const auto sheet = makeOrderStudy(question);
    QVERIFY(sheet);
    QCOMPARE(sheet->columns.size(), std::size_t{8});
    QCOMPARE(sheet->matrix_rows.size(), 3);
    QVERIFY(sheet->remark.contains(QStringLiteral("3 levels")));
    QVERIFY(sheet->remark.contains(QStringLiteral("8 of 8")));
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kLight));
    const StudyLayout layout = layoutStudy(kChartArea, plot, *sheet);
    const QImage image = sheetDrawn(StudyFigure(sheet), plot);
    for (std::size_t i = 0; i < 8; ++i) {
      QCOMPARE(sheet->columns[i].marks.size(), std::size_t{1});
      for (std::size_t row = 0; row < 3; ++row) {
        const double y =
            layout.matrix.top() + (static_cast<double>(row) + 0.5) * layout.matrix.height() / 3.0;
        const QColor seen = image.pixelColor(QPointF(layout.column(i), y).toPoint());
        const QColor expected = sheet->columns[i].matrix[row] ? plot.colors.text : plot.colors.grid;
        const bool crossed = !sheet->columns[i].matrix[row] && distance(seen, plot.colors.text) < 90 &&
                             sheet->columns[i].matrix == std::vector<bool>{true, false, true};
        QVERIFY2(distance(seen, expected) < 60 || crossed,
                 qPrintable(QStringLiteral("%1 %2 %3").arg(i).arg(row).arg(seen.name())));
      }
      const QPointF mark = layout.at(*sheet, i, 0);
      QVERIFY(layout.chart.area.contains(mark));
      QVERIFY(distance(image.pixelColor(mark.toPoint()), plot.colors.runs[0]) < 40);
    }
    QuantizationSweep part = *question.a;
    std::erase_if(part.points, [](const SweepPoint& point) {
      return point.name == "combination ternary-ternary-ternary";
    });
    const auto missing =
        makeOrderStudy({std::make_shared<const QuantizationSweep>(part), nullptr, {}, {}, "adi_0.1d", {}});
    QVERIFY(missing->columns.back().marks.empty());
    QVERIFY(missing->remark.contains(QStringLiteral("7 of 8")));
  }

  void widthsOfTwoNetworksShareTheirColumns() {
    const auto a = test::sharedQuantizationSweep();
    QuantizationSweep other = *a;
    std::erase_if(other.points, [](const SweepPoint& point) { return point.name == "bit width 32-6-32"; });
    const auto b = std::make_shared<const QuantizationSweep>(other);
    const auto sheet =
        makeWidths({a, b, QStringLiteral("one"), QStringLiteral("two"), "adi_0.1d", "pyramid"});
    QVERIFY(sheet);
    QCOMPARE(sheet->columns.size(), std::size_t{6});
    QCOMPARE(sheet->columns.front().label, QStringLiteral("ternary"));
    QCOMPARE(sheet->columns.front().below, QStringLiteral("3 levels"));
    QCOMPARE(sheet->columns.back().label, QStringLiteral("float32"));
    QCOMPARE(sheet->baselines.size(), std::size_t{2});
    QCOMPARE(sheet->columns[0].marks.size(), std::size_t{2});
    const auto six = std::find_if(sheet->columns.begin(), sheet->columns.end(),
                                  [](const auto& column) { return column.label == QStringLiteral("6 bit"); });
    QVERIFY(six != sheet->columns.end() && six->marks.size() == 1);
    QCOMPARE(sheet->numbers.rows.size(), std::size_t{11});
    QVERIFY(!widthsProblem({a, nullptr, {}, {}, "adi_0.1d", "neck"}).isEmpty());
  }
};

ALIDADE_TEST(QuantizationChartTest)
#include "quantization_chart_test.moc"
