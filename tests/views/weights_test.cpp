// SPDX-License-Identifier: BSD-3-Clause
#include <QAction>
#include <QPainter>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QtTest>

#include "tests/support/quantized_looks.h"
#include "tests/support/test_registry.h"
#include "tests/views/small_dataset.h"
#include "views/base/plot.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/weights/weights_figure.h"
#include "views/weights/weights_model.h"
#include "views/weights/weights_tables.h"
#include "views/weights/weights_view.h"

using namespace alidade;

namespace {

const QRectF kWeightsArea(0.0, 0.0, 760.0, 420.0);

struct WeightsStage {
  WeightsStage() {
    session.setDataset(dataset);
    session.model<WeightsModel>().setLook(test::quantizedLook(), 0, 0);
  }
  SessionModel session;
  std::shared_ptr<test::SmallDataset> dataset = std::make_shared<test::SmallDataset>(24);
};

QTableView* weightsTable(const WeightsView& view, const char* name) {
  for (auto* table : view.findChildren<QTableView*>()) {
    if (table->accessibleName() == QLatin1String(name)) {
      return table;
    }
  }
  return nullptr;
}

QImage paintedWeights(const WeightsFigure& figure, const PlotTheme& theme) {
  QImage image(kWeightsArea.size().toSize(), QImage::Format_RGB32);
  image.fill(Qt::black);
  QPainter painter(&image);
  figure.paint(painter, kWeightsArea, theme);
  return image;
}

/// Lines through the histogram of a layer that are not there without its levels.
int levelLines(std::size_t layer) {
  const PlotTheme theme = screenPlotTheme(alidade::theme(ThemeKind::kLight));
  const auto look = test::quantizedLook();
  auto without = std::make_shared<QuantizedLook>(*look);
  without->layers[layer].level_values.clear();
  const QImage with_levels = paintedWeights(WeightsFigure(look, {layer}), theme);
  const QImage bare = paintedWeights(WeightsFigure(without, {layer}), theme);
  int lines = 0;
  bool before = false;
  for (int x = 0; x < bare.width(); ++x) {
    int differing = 0;
    for (int y = 0; y < bare.height() / 2; ++y) {
      differing += bare.pixel(x, y) != with_levels.pixel(x, y);
    }
    const bool line = differing > bare.height() / 8;
    lines += line && !before;
    before = line;
  }
  return lines;
}

}  // namespace

class WeightsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void noiseIsInDecibels() {
    const auto look = test::quantizedLook();
    QCOMPARE(*signalToNoise(look->layers[0]), 20.0);
    QVERIFY(!signalToNoise(look->layers[2]));
    QCOMPARE(layerText(look->layers[0]), QString("ternary, 3 levels · SQNR 20.0 dB"));
    QCOMPARE(layerText(look->layers[2]), QString("float32"));
  }

  void levelsAreLinesWhereThereIsRoom() {
    QCOMPARE(levelLines(0), 3);
    QCOMPARE(levelLines(1), 0);
    QCOMPARE(levelLines(2), 0);
  }

  void theTableHasBinsLevelsAndErrors() {
    const auto look = test::quantizedLook();
    const Table table = WeightsFigure(look, {0}).data();
    double weights = 0.0, levels = 0.0, full = 0.0, quantized = 0.0;
    for (const auto& row : table.rows) {
      const auto number = [&](std::size_t column) {
        const auto* value = std::get_if<double>(&row[column]);
        return value ? *value : 0.0;
      };
      const std::string& what = std::get<std::string>(row[0]);
      if (what == look->layers[0].layer) {
        weights += number(3);
        levels += number(4);
      } else if (what.starts_with("rotation")) {
        full += number(3);
        quantized += number(4);
      }
    }
    QCOMPARE(weights, static_cast<double>(look->layers[0].parameters));
    QCOMPARE(levels, weights);
    QCOMPARE(full, 24.0);
    QCOMPARE(quantized, 23.0);  // one is lost
    const Table bare = WeightsFigure(look, {0, false}).data();
    QVERIFY(bare.rows.size() < table.rows.size());
  }

  void theMouseReadsBinsAndErrors() {
    const auto look = test::quantizedLook();
    const WeightsFigure figure(look, {0});
    const PlotTheme theme = screenPlotTheme(alidade::theme(ThemeKind::kDark));
    QStringList said;
    for (int y = 0; y < 420; y += 10) {
      for (int x = 0; x < 760; x += 10) {
        said << figure.describe(QPointF(x, y), kWeightsArea, theme);
      }
    }
    const QString all = said.join('\n');
    for (const char* part : {"level -1", "level 0", "level 1", "weights", "float32: ", "W3-8-32: "}) {
      QVERIFY2(
          all.contains(QString::fromUtf8(part).replace('-', part[0] == 'l' ? QChar(0x2212) : QChar('-'))),
          part);
    }
    QVERIFY(figure.describe(QPointF(1.0, 1.0), kWeightsArea, theme).isEmpty());
  }

  void anEmptyLookPaints() {
    const auto empty = std::make_shared<const QuantizedLook>();
    const WeightsFigure figure(empty, {5});
    QVERIFY(!paintedWeights(figure, screenPlotTheme(alidade::theme(ThemeKind::kLight))).isNull());
    QVERIFY(figure.describe(QPointF(300.0, 200.0), kWeightsArea, screenPlotTheme({})).contains("0 weights"));
  }

  void theEmptyViewLeadsOn() {
    SessionModel session;
    WeightsView view(session);
    view.resize(700, 500);
    view.show();
    auto* card = view.findChild<StateCard*>();
    QVERIFY(card->isVisible() && !view.figure());
    QSignalSpy asked(&view, &View::actionRequested);
    auto* button = card->findChild<QPushButton*>();
    button->click();
    session.model<WeightsModel>().setLooking({LookingState::Kind::kLacks, "Open a dataset."});
    QCOMPARE(card->sentence(), QString("Open a dataset."));
    button->click();
    QCOMPARE(asked.size(), 2);
    QCOMPARE(asked[0][0].toString(), QString("quantize-look"));
    QCOMPARE(asked[1][0].toString(), QString("try-sample"));
    QSignalSpy stopped(&session.model<WeightsModel>(), &WeightsModel::stopAsked);
    session.model<WeightsModel>().setLooking({LookingState::Kind::kRunning, "Quantizing: 1 / 4"});
    button->click();
    QCOMPARE(stopped.size(), 1);
  }

  void layersAreChosenInTheirTable() {
    WeightsStage stage;
    WeightsView view(stage.session);
    view.resize(800, 600);
    view.show();
    auto* table = weightsTable(view, "Layers");
    QCOMPARE(table->model()->rowCount(), 3);
    QCOMPARE(table->currentIndex().row(), 0);
    const auto first = view.figure();
    QVERIFY(first);
    table->setCurrentIndex(table->model()->index(2, 0));
    QVERIFY(view.figure() != first);
    QCOMPARE(std::get<std::string>(view.figure()->data().rows[0][0]), std::string("head.last.weight"));
    // The choice is kept by name, in settings and through another look.
    const QJsonObject state = view.saveState();
    WeightsView other(stage.session);
    other.restoreState(state);
    QCOMPARE(weightsTable(other, "Layers")->currentIndex().row(), 2);
    auto turned = std::make_shared<QuantizedLook>(*test::quantizedLook());
    std::swap(turned->layers[0], turned->layers[2]);
    stage.session.model<WeightsModel>().setLook(turned, 0, 0);
    QCOMPARE(table->currentIndex().row(), 0);
    QCOMPARE(std::get<std::string>(view.figure()->data().rows[0][0]), std::string("head.last.weight"));
  }

  void objectsLeadToTheirFrames() {
    WeightsStage stage;
    WeightsView view(stage.session);
    auto* table = weightsTable(view, "Objects that got worse");
    QCOMPARE(table->model()->rowCount(), 24);
    QCOMPARE(table->model()->index(0, WorsenedModel::kWorsening).data().toString(), QString("lost"));
    QCOMPARE(table->model()->index(1, WorsenedModel::kWorsening).data().toString(), QString("4.20 cm"));
    table->setCurrentIndex(table->model()->index(5, 0));
    QVERIFY((stage.session.selection() == Selection{std::size_t{2}, 1}));
    stage.session.setSelection({std::size_t{3}, 0});
    QCOMPARE(table->currentIndex().row(), 6);
    // Sorted the other way round, the lost one comes last.
    table->sortByColumn(WorsenedModel::kWorsening, Qt::AscendingOrder);
    QCOMPARE(table->model()->index(23, WorsenedModel::kWorsening).data().toString(), QString("lost"));
    QVERIFY((stage.session.selection() == Selection{std::size_t{3}, 0}));
  }

  void anotherLookOrNoneIsFollowed() {
    WeightsStage stage;
    WeightsView view(stage.session);
    view.show();
    QCOMPARE(view.context(), QString("W3-8-32 · 24 objects"));
    QVERIFY(stage.session.hasEvidence());
    stage.session.model<WeightsModel>().setLooking({LookingState::Kind::kRunning, "Quantizing: 1 / 4"});
    QCOMPARE(view.context(), QString("Quantizing: 1 / 4"));
    stage.session.model<WeightsModel>().setLooking({});
    stage.session.model<WeightsModel>().setLook(nullptr, 0, 0);
    QVERIFY(!view.figure() && view.context().isEmpty());
    QVERIFY(view.findChild<StateCard*>()->isVisible());
    QCOMPARE(weightsTable(view, "Layers")->model()->rowCount(), 0);
  }
};

ALIDADE_TEST(WeightsTest)
#include "weights_test.moc"
