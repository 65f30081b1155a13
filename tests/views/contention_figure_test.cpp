// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <limits>

#include <QImage>
#include <QPainter>
#include <QtTest>

#include "core/contention/baselines.h"
#include "core/contention/gram_statistics.h"
#include "tests/support/contention_histories.h"
#include "tests/support/test_registry.h"
#include "views/base/figure_export.h"
#include "views/contention/contention_figure.h"
#include "views/contention/contention_sheets.h"
#include "views/contention/routing_text.h"

using namespace alidade;

namespace {

constexpr double kNoCosine = std::numeric_limits<double>::quiet_NaN();
const QRectF kSheetArea(0, 0, 520, 480);

/// Three rows: 0 × 1 agree, 0 × 2 fight, 1 × 2 say nothing, and of 2 nothing is known against all.
ContentionSheet smallSheet() {
  ContentionSheet sheet;
  sheet.rows = {QStringLiteral("bowl"), QStringLiteral("can"), QStringLiteral("mug")};
  sheet.order = {0, 1, 2};
  ContentionPanel panel;
  panel.part = QStringLiteral("head");
  panel.epoch = 7.0;
  panel.values = {1.0, 0.8, -0.6, 0.8, 1.0, 0.0, -0.6, 0.0, 1.0};
  panel.low = {1.0, 0.7, -0.7, 0.7, 1.0, -0.2, -0.7, -0.2, 1.0};
  panel.high = {1.0, 0.9, -0.5, 0.9, 1.0, 0.2, -0.5, 0.2, 1.0};
  panel.to_all = {0.1, 0.5, kNoCosine};
  panel.transfer = {0.9, 0.5, kNoCosine};
  sheet.panels.push_back(panel);
  return sheet;
}

QImage sheetPainted(const ContentionSheet& sheet, const PlotTheme& theme) {
  QImage image(kSheetArea.size().toSize(), QImage::Format_RGB32);
  image.fill(Qt::black);
  QPainter painter(&image);
  ContentionFigure(std::make_shared<ContentionSheet>(sheet)).paint(painter, kSheetArea, theme);
  return image;
}

int apart(const QColor& a, const QColor& b) {
  return std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) + std::abs(a.blue() - b.blue());
}

/// A place of a cell where no text stands.
QPoint emptyPlace(const QRectF& square) {
  return (square.topLeft() + QPointF(4.0, 4.0)).toPoint();
}

SheetQuestion questionOf(const std::shared_ptr<const ContentionHistory>& a,
                         const std::shared_ptr<const ContentionHistory>& b = nullptr) {
  SheetQuestion question;
  question.a = a;
  question.b = b;
  question.name_a = QStringLiteral("first");
  question.name_b = QStringLiteral("second");
  question.choice.part = "correspondence";
  question.choice.epoch = a->epochs.back().epoch;
  return question;
}

}  // namespace

/// What a sheet of contention shows, painted and in numbers.
class ContentionFigureTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void cellsHaveTheColorsOfTheirCosines_data() {
    QTest::addColumn<int>("theme");
    QTest::newRow("dark") << int(ThemeKind::kDark);
    QTest::newRow("light") << int(ThemeKind::kLight);
  }

  void cellsHaveTheColorsOfTheirCosines() {
    QFETCH(int, theme);
    const PlotTheme plot = screenPlotTheme(alidade::theme(static_cast<ThemeKind>(theme)));
    const ContentionSheet sheet = smallSheet();
    const ContentionLayout layout = layoutContention(kSheetArea, plot, sheet);
    const QImage image = sheetPainted(sheet, plot);
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 3; ++j) {
        const QRectF square = layout.square(0, i, j);
        QVERIFY(kSheetArea.contains(square));
        QVERIFY(std::abs(square.width() - square.height()) < 1e-9);
        const QColor seen = image.pixelColor(emptyPlace(square));
        const QColor color = contentionColor(sheet, sheet.panels[0].values[i * 3 + j]);
        QVERIFY2((i == j) == (apart(seen, color) > 60) && (i == j || apart(seen, color) < 6),
                 qPrintable(seen.name()));
      }
    }
    // Agreement is blue, conflict is not, and 0 is as neutral as the map's middle.
    const auto hueOf = [&](std::size_t i, std::size_t j) {
      return image.pixelColor(emptyPlace(layout.square(0, i, j)));
    };
    QVERIFY(hueOf(0, 1).blue() > hueOf(0, 1).red() + 40);
    QVERIFY(hueOf(0, 2).red() > hueOf(0, 2).blue() + 40);
    QVERIFY(apart(hueOf(1, 2), divergingColor(0.0)) < 6);
  }

  void anIntervalOverZeroHasADot() {
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kLight));
    const ContentionSheet sheet = smallSheet();
    const ContentionLayout layout = layoutContention(kSheetArea, plot, sheet);
    const QImage image = sheetPainted(sheet, plot);
    const auto atDot = [&](std::size_t i, std::size_t j) {
      const QRectF square = layout.square(0, i, j);
      return image.pixelColor(
          QPointF(square.center().x(), square.bottom() - 0.14 * square.height()).toPoint());
    };
    QVERIFY(apart(atDot(1, 2), contentionColor(sheet, 0.0)) > 200);
    QVERIFY(apart(atDot(0, 1), contentionColor(sheet, 0.8)) < 12);
    QVERIFY(apart(atDot(0, 2), contentionColor(sheet, -0.6)) < 12);
  }

  void undefinedIsHatchedAndNeverZero() {
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kLight));
    ContentionSheet sheet = smallSheet();
    sheet.panels[0].values[1] = sheet.panels[0].values[3] = kNoCosine;
    const ContentionLayout layout = layoutContention(kSheetArea, plot, sheet);
    const QImage image = sheetPainted(sheet, plot);
    for (const QRectF& place :
         {layout.square(0, 0, 1),
          QRectF(layout.panels[0].to_all.left() + 2.0 * layout.cell, layout.panels[0].to_all.top(),
                 layout.cell, layout.panels[0].to_all.height())}) {
      int ground = 0, strokes = 0;
      const QRect inside = place.toRect().adjusted(2, 2, -2, -2);
      for (int y = inside.top(); y <= inside.bottom(); ++y) {
        for (int x = inside.left(); x <= inside.right(); ++x) {
          const QColor seen = image.pixelColor(x, y);
          ground += apart(seen, plot.background()) < 6 ? 1 : 0;
          strokes += apart(seen, plot.background()) > 30 ? 1 : 0;
        }
      }
      QVERIFY(ground > inside.width() * inside.height() / 4);
      QVERIFY(strokes > inside.width() * inside.height() / 20);
    }
  }

  void whatIsNoiseIsGray() {
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kLight));
    ContentionSheet sheet = smallSheet();
    const ContentionLayout layout = layoutContention(kSheetArea, plot, sheet);
    const QPoint place = emptyPlace(layout.square(0, 0, 2));
    const auto chroma = [](const QColor& color) {
      return std::max({color.red(), color.green(), color.blue()}) -
             std::min({color.red(), color.green(), color.blue()});
    };
    const int before = chroma(sheetPainted(sheet, plot).pixelColor(place));
    sheet.panels[0].greyed = true;
    QVERIFY(3 * chroma(sheetPainted(sheet, plot).pixelColor(place)) < before);
  }

  void everyFormatIsWrittenAlikeAndAsVectors() {
    const ContentionFigure figure(std::make_shared<ContentionSheet>(smallSheet()));
    for (const char* extension : {".png", ".svg", ".pdf", ".csv"}) {
      const auto first = figureBytes(figure, extension, {});
      const auto second = figureBytes(figure, extension, {});
      QVERIFY(first && second && *first == *second);
      QVERIFY(first->find("<text") == std::string::npos && first->find("<image") == std::string::npos);
      QVERIFY(first->find("DCTDecode") == std::string::npos && first->find("clip") == std::string::npos);
    }
  }

  void numbersAreThoseOfTheStatistics() {
    const auto history = test::contentionHistory();
    ContentionNumbers numbers;
    const auto sheet = makeSheet(questionOf(history), numbers);
    QVERIFY(sheet);
    const std::size_t last = history->epochs.size() - 1;
    const auto part = *find_part(*history, PartKind::kBlock, "correspondence");
    const GramStatistics expected = gram_statistics(part_gram(*history, last, part), history->samples);
    const Table table = ContentionFigure(sheet).data();
    const std::size_t n = history->rows.size();
    QCOMPARE(table.rows.size(), n * (n + 1));
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        const auto& row = table.rows[i * (n + 1) + j];
        QCOMPARE(std::get<std::string>(row[2]), history->rows[i]);
        QCOMPARE(std::get<std::string>(row[3]), history->rows[j]);
        QCOMPARE(std::get<double>(row[4]), expected.cosine(i, j));
      }
      const auto& all = table.rows[i * (n + 1) + n];
      QCOMPARE(std::get<double>(all[4]), expected.to_others[i]);
      QCOMPARE(std::get<double>(all[9]), expected.negative_transfer[i]);
    }
    QVERIFY(sheet->title.contains(QStringLiteral("correspondence")));
    QVERIFY(sheet->title.contains(QStringLiteral("epoch 25")));
    QVERIFY(sheet->title.contains(QStringLiteral("mean gradients")));
    QVERIFY(sheet->title.contains(QStringLiteral("gradient space")));
  }

  void theSpaceIsNamed() {
    const auto history =
        test::contentionHistory({}, [](ContentionHistory& made) { made.space = ContentionSpace::kUpdate; });
    ContentionNumbers numbers;
    QVERIFY(makeSheet(questionOf(history), numbers)->title.contains(QStringLiteral("update space, Adam")));
    const auto other = test::contentionHistory();
    SheetQuestion question = questionOf(history, other);
    question.choice.shown = ContentionShown::kDifference;
    QVERIFY(!makeSheet(question, numbers));
    QVERIFY(sheetProblem(question).contains(QStringLiteral("different spaces")));
  }

  void allBlocksStandSideBySide() {
    const auto history = test::contentionHistory();
    ContentionNumbers numbers;
    SheetQuestion question = questionOf(history);
    question.choice.part.clear();
    const auto sheet = makeSheet(question, numbers);
    QCOMPARE(sheet->panels.size(), std::size_t{3});
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kDark));
    const ContentionLayout layout = layoutContention({0, 0, 1000, 400}, plot, *sheet);
    for (std::size_t i = 1; i < 3; ++i) {
      QVERIFY(layout.panels[i].matrix.left() > layout.panels[i - 1].matrix.right());
      QCOMPARE(layout.panels[i].matrix.size(), layout.panels[0].matrix.size());
    }
    QVERIFY(layout.color_bar.left() > layout.panels[2].matrix.right());
  }

  void theDifferenceIsAMinusB() {
    test::MadeContention made;
    const auto a = test::contentionHistory(made);
    made.seed = 2;
    // B has its rows the other way round, and lacks one.
    made.rows = {"mug", "laptop", "can", "bottle"};
    const auto b = test::contentionHistory(made);
    ContentionNumbers numbers;
    SheetQuestion question = questionOf(a, b);
    question.choice.shown = ContentionShown::kDifference;
    const auto sheet = makeSheet(question, numbers);
    const auto of = [&](const std::shared_ptr<const ContentionHistory>& history, std::size_t i,
                        std::size_t j) {
      const auto part = *find_part(*history, PartKind::kBlock, "correspondence");
      return numbers.statistics(history, part, history->epochs.size() - 1).cosine(i, j);
    };
    QCOMPARE(sheet->panels[0].values[0 * 5 + 2], of(a, 0, 2) - of(b, 3, 2));  // bottle × can
    QCOMPARE(sheet->panels[0].values[4 * 5 + 3], of(a, 4, 3) - of(b, 0, 1));  // mug × laptop
    QVERIFY(std::isnan(sheet->panels[0].values[0 * 5 + 1]));                  // no bowl in B
  }

  void rowsStandInTheChosenOrder() {
    const auto history = test::contentionHistory({}, [](ContentionHistory& made) {
      made.rows = {"mug", "bowl", "can", "laptop", "bottle"};
    });
    ContentionNumbers numbers;
    SheetQuestion question = questionOf(history);
    const auto order = [&](ContentionOrder chosen) {
      question.choice.order = chosen;
      return makeSheet(question, numbers)->order;
    };
    QCOMPARE(order(ContentionOrder::kGiven), (std::vector<int>{0, 1, 2, 3, 4}));
    QCOMPARE(order(ContentionOrder::kName), (std::vector<int>{4, 1, 2, 3, 0}));
    QCOMPARE(order(ContentionOrder::kDifficulty), (std::vector<int>{4, 3, 2, 1, 0}));
    question.groups = {{"can", "bottle"}, {"mug", "bowl", "laptop"}};
    QCOMPARE(order(ContentionOrder::kGroup), (std::vector<int>{2, 4, 0, 1, 3}));
    // Even and odd rows are two camps: the clusters keep each together.
    const std::vector<int> clusters = order(ContentionOrder::kCluster);
    int changes = 0;
    for (std::size_t i = 1; i < clusters.size(); ++i) {
      changes += (clusters[i] % 2) != (clusters[i - 1] % 2) ? 1 : 0;
    }
    QCOMPARE(changes, 1);
    question.kept_order = {4, 3, 2, 1, 0};
    QCOMPARE(order(ContentionOrder::kName), question.kept_order);
  }

  void standingStillIsNoFight() {
    const auto history = test::contentionHistory({}, [](ContentionHistory& made) {
      // Three gradients that add up to nothing, on every tensor.
      made.rows = {"a", "b", "c"};
      made.samples = {8, 8, 8};
      made.batch_rows.clear();
      made.difficulty.clear();
      made.effects.clear();
      for (ContentionEpoch& epoch : made.epochs) {
        epoch.batch_grams.clear();
        epoch.grams.clear();
        for (std::size_t tensor = 0; tensor < made.tensors.size(); ++tensor) {
          for (const double value : {1.0, -0.5, -0.5, -0.5, 1.0, -0.5, -0.5, -0.5, 1.0}) {
            epoch.grams.push_back(value);
          }
        }
      }
    });
    ContentionNumbers numbers;
    const auto sheet = makeSheet(questionOf(history), numbers);
    QVERIFY(sheet->panels[0].greyed);
    QVERIFY(sheet->panels[0].note.contains(QStringLiteral("stationary")));
  }

  void noiseIsSaid() {
    test::MadeContention made;
    made.noise = 40.0;
    const auto history = test::contentionHistory(made);
    ContentionNumbers numbers;
    const auto sheet = makeSheet(questionOf(history), numbers);
    QVERIFY(sheet->panels[0].greyed);
    QVERIFY(sheet->panels[0].note.contains(QStringLiteral("reliability")));
  }

  void singleBatchesAreAReadingOfTheirOwn() {
    const auto history = test::contentionHistory();
    ContentionNumbers numbers;
    SheetQuestion question = questionOf(history);
    const auto means = makeSheet(question, numbers);
    question.choice.reading = ContentionReading::kBatches;
    const auto batches = makeSheet(question, numbers);
    QVERIFY(batches->title.contains(QStringLiteral("single batches")));
    QVERIFY(batches->panels[0].to_all.empty());
    QVERIFY(std::abs(batches->panels[0].values[2]) < std::abs(means->panels[0].values[2]));
    // Of layers no batches are kept: undefined, and it is said.
    question.choice.kind = PartKind::kLayer;
    question.choice.part = "head.layer1";
    const auto layer = makeSheet(question, numbers);
    QVERIFY(std::isnan(layer->panels[0].values[1]));
    QVERIFY(!layer->panels[0].note.isEmpty());
  }

  void baselinesStandInPlaceOfTheMeasuredCosines() {
    const auto history = test::contentionHistory();
    ContentionNumbers numbers;
    SheetQuestion question = questionOf(history);
    question.choice.part = "correspondence";
    question.choice.epoch = 25.0;
    const auto measured = makeSheet(question, numbers);
    question.choice.reading = ContentionReading::kProjected;
    const auto projected = makeSheet(question, numbers);
    QVERIFY(projected->title.contains(QStringLiteral("after PCGrad")) && projected->gray_diagonal);
    const PartGram gram = part_gram(*history, history->epochs.size() - 1,
                                    *find_part(*history, PartKind::kBlock, "correspondence"));
    const auto changed = project_conflicts(gram, projection_orders(gram.rows, kContentionSeed));
    QCOMPARE(projected->panels[0].values, changed_cosines(gram, changed));
    // What opposed each other does so less, and the line below tells both.
    const auto lowest = [](const ContentionSheet& sheet) {
      return *std::min_element(sheet.panels[0].values.begin(), sheet.panels[0].values.end());
    };
    QVERIFY(lowest(*measured) < -0.2 && lowest(*projected) > lowest(*measured));
    QVERIFY(projected->panels[0].summary.contains(QChar(0x2192)));
    question.choice.reading = ContentionReading::kBalanced;
    const auto balanced = makeSheet(question, numbers);
    QVERIFY(balanced->title.contains(QStringLiteral("norm balancing")));
    for (std::size_t at = 0; at < balanced->panels[0].values.size(); ++at) {
      QVERIFY(std::abs(balanced->panels[0].values[at] - measured->panels[0].values[at]) < 1e-12);
    }
    QVERIFY(balanced->panels[0].to_all != measured->panels[0].to_all);
    // All blocks, and a difference of two histories.
    test::MadeContention made;
    made.seed = 4;
    question.choice.part.clear();
    question.b = test::contentionHistory(made);
    question.choice.shown = ContentionShown::kDifference;
    QCOMPARE(makeSheet(question, numbers)->panels.size(), std::size_t{3});
  }

  void effectsStandBesideWhatCosinesPredict() {
    const auto history = test::contentionHistory();
    ContentionNumbers numbers;
    SheetQuestion question = questionOf(history);
    question.choice.reading = ContentionReading::kEffects;
    const auto sheet = makeSheet(question, numbers);
    const std::size_t n = history->rows.size();
    const ContentionEffect& effect = history->effects[0];
    for (std::size_t at = 0; at < n * n; ++at) {
      QVERIFY(std::abs(sheet->panels[0].values[at] -
                       100.0 * (effect.after[at] / effect.before[at % n] - 1.0)) < 1e-9);
    }
    QCOMPARE(sheet->scatter->measured.size(), n * (n - 1));
    QVERIFY(sheet->scatter->title.contains(QStringLiteral("rank correlation")));
    // A loss that falls has the color of agreement.
    QVERIFY(contentionColor(*sheet, -sheet->span).blue() > contentionColor(*sheet, -sheet->span).red());
    const auto without = test::contentionHistory({}, [](ContentionHistory& made) { made.effects.clear(); });
    question.a = without;
    QVERIFY(!makeSheet(question, numbers));
    QVERIFY(sheetProblem(question).contains(QStringLiteral("No effects")));
  }

  void routingIsTextForARecipe() {
    const std::vector<std::vector<std::string>> groups{{"bottle", "say \"can\""}, {"mug"}};
    QCOMPARE(routingToml(groups, QStringLiteral("two\nlines")),
             QStringLiteral("# two lines\n[[group]]\ncategories = \"bottle, say \\\"can\\\"\"\n"
                            "[[group]]\ncategories = \"mug\"\n"));
    QCOMPARE(routingJson(groups),
             QStringLiteral("{\"groups\":[[\"bottle\",\"say \\\"can\\\"\"],[\"mug\"]]}\n"));
  }
};

ALIDADE_TEST(ContentionFigureTest)
#include "contention_figure_test.moc"
