// SPDX-License-Identifier: BSD-3-Clause

#include <QAction>
#include <QHeaderView>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableView>
#include <QtTest>

#include "core/base/constants.h"
#include "core/evaluation/errors/pose_accuracy.h"
#include "tests/support/test_registry.h"
#include "tests/views/small_dataset.h"
#include "views/base/search_field.h"
#include "views/base/session_model.h"
#include "views/base/table_search.h"
#include "views/base/theme.h"
#include "views/predictions/prediction_cells.h"
#include "views/predictions/prediction_model.h"
#include "views/predictions/predictions_view.h"

using namespace alidade;

namespace {

// Not from <numbers>: moc cannot read that header.

struct PredictionStage {
  PredictionStage() {
    session.setDataset(dataset);
    session.setResultA(test::smallResult(*dataset, "a"));
  }
  SessionModel session;
  std::shared_ptr<test::SmallDataset> dataset = std::make_shared<test::SmallDataset>(24);
};

QTableView* tableOf(PredictionsView& view, const char* name) {
  for (auto* table : view.findChildren<QTableView*>()) {
    if (table->accessibleName() == name) {
      return table;
    }
  }
  return nullptr;
}

QString cell(const QTableView* table, int row, PredictionColumn column) {
  return table->model()->index(row, static_cast<int>(column)).data().toString();
}

}  // namespace

class PredictionsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void cellsSayWhatTheyMean() {
    PoseEstimate e;
    e.category = "mug";
    e.instance = 3;
    e.symmetry = "C\u221e y";
    e.error = {171.2 * kPi / 180.0, 2.44 * kPi / 180.0, 0.0041, 0.874, true};
    e.score = 0.93;
    QCOMPARE(cellText(e, PredictionColumn::kInstance), QString("mug 3"));
    QCOMPARE(cellText(e, PredictionColumn::kRawRotation), QString("171.2°"));
    QCOMPARE(cellText(e, PredictionColumn::kReducedRotation), QString("2.4°"));
    QCOMPARE(cellText(e, PredictionColumn::kTranslation), QString("0.41 cm"));
    QCOMPARE(cellText(e, PredictionColumn::kIou), QString("0.87"));
    QCOMPARE(cellText(e, PredictionColumn::kNote), QString("snapped to nearest equivalent"));
    QVERIFY(!isAlarming(e, PredictionColumn::kRawRotation) &&
            !isAlarming(e, PredictionColumn::kReducedRotation));
    e.error.rotation_reduced = 0.2;
    QVERIFY(isAlarming(e, PredictionColumn::kReducedRotation));
  }

  void rowsFollowTheFrameAndTheToggle() {
    PredictionStage stage;
    PredictionsView view(stage.session);
    auto* table = tableOf(view, "Predictions");
    QCOMPARE(table->model()->rowCount(), 1);
    stage.session.selectFrame(3);
    QCOMPARE(table->model()->rowCount(), 4);
    QVERIFY(table->isColumnHidden(static_cast<int>(PredictionColumn::kFrame)));
    view.viewActions()[0]->setChecked(true);
    QCOMPARE(table->model()->rowCount(), static_cast<int>(stage.session.resultA()->estimates.size()));
    QVERIFY(!table->isColumnHidden(static_cast<int>(PredictionColumn::kFrame)));
  }

  void numbersSortAsNumbers() {
    PredictionStage stage;
    PredictionsView view(stage.session);
    view.viewActions()[0]->setChecked(true);
    auto* table = tableOf(view, "Predictions");
    const auto column = PredictionColumn::kReducedRotation;
    table->sortByColumn(static_cast<int>(column), Qt::DescendingOrder);
    QCOMPARE(cell(table, 0, column), QString("23.0°"));
    QVERIFY(view.context().contains("sorted by reduced"));
    for (int row = 1; row < table->model()->rowCount(); ++row) {
      QVERIFY(cell(table, row, column).chopped(1).toDouble() <=
              cell(table, row - 1, column).chopped(1).toDouble());
    }
    table->sortByColumn(static_cast<int>(column), Qt::AscendingOrder);
    QCOMPARE(cell(table, 0, column), QString("0.0°"));
    const auto ink = table->model()
                         ->index(table->model()->rowCount() - 1, static_cast<int>(column))
                         .data(Qt::ForegroundRole);
    QVERIFY(ink.value<QColor>() == themeOf(view).prediction);
  }

  void rowsAndSelectionFollowEachOther() {
    PredictionStage stage;
    PredictionsView view(stage.session);
    view.viewActions()[0]->setChecked(true);
    auto* table = tableOf(view, "Predictions");
    stage.session.setSelection({7, 2});
    QCOMPARE(cell(table, table->currentIndex().row(), PredictionColumn::kFrame), QString("000001/00007"));
    QCOMPARE(cell(table, table->currentIndex().row(), PredictionColumn::kInstance), QString("mug 2"));
    QSignalSpy changes(&stage.session, &SessionModel::selectionChanged);
    table->setCurrentIndex(table->model()->index(0, 1));
    QCOMPARE(stage.session.selection(), (Selection{0, 0}));
    QCOMPARE(changes.count(), 1);
  }

  void accuracyShowsCoresNumbers() {
    PredictionStage stage;
    PredictionsView view(stage.session);
    const Table expected = to_table(accuracy_table(*stage.session.resultA()));
    auto* table = tableOf(view, "Accuracy per category");
    QCOMPARE(table->model()->rowCount(), static_cast<int>(expected.rows.size()));
    QCOMPARE(table->model()->columnCount(), static_cast<int>(expected.columns.size()));
    for (std::size_t r = 0; r < expected.rows.size(); ++r) {
      for (std::size_t c = 0; c < expected.columns.size(); ++c) {
        const QString shown =
            table->model()->index(static_cast<int>(r), static_cast<int>(c)).data().toString();
        if (const auto* number = std::get_if<double>(&expected.rows[r][c])) {
          QVERIFY(std::abs(shown.toDouble() - *number) <= 0.0501);
        } else {
          QCOMPARE(shown, QString::fromStdString(std::get<std::string>(expected.rows[r][c])));
        }
      }
    }
    view.viewActions()[1]->trigger();
    const auto figure = view.figure();
    QCOMPARE(figure->data().rows, expected.rows);
  }

  void figureKeepsTheOrderOfTheTable() {
    PredictionStage stage;
    PredictionsView view(stage.session);
    view.viewActions()[0]->setChecked(true);
    tableOf(view, "Predictions")
        ->sortByColumn(static_cast<int>(PredictionColumn::kReducedRotation), Qt::DescendingOrder);
    const Table numbers = view.figure()->data();
    QVERIFY(std::abs(std::get<double>(numbers.rows.front()[5]) - 23.0) < 1e-9);
    QVERIFY(std::abs(std::get<double>(numbers.rows.back()[5])) < 1e-9);
  }

  void aSearchChangesNoSelection() {
    PredictionStage stage;
    stage.session.setSelection({3, 1});
    PredictionsView view(stage.session);
    view.resize(900, 500);
    view.show();
    view.restoreState({{"all_frames", true}});
    QTableView* table = tableOf(view, "Predictions");
    const int all = table->model()->rowCount();
    auto* field = searchFieldIn(view, nullptr);
    QCOMPARE(field->accessibleName(), QString("Search the predictions"));
    field->open();
    QTest::keyClicks(field, "BOWL 00002");
    // Frame 2 has a mug, a bowl, a mug.
    QCOMPARE(table->model()->rowCount(), 1);
    QCOMPARE(cell(table, 0, PredictionColumn::kInstance), QString("bowl 1"));
    QCOMPARE(stage.session.selection(), (Selection{3, 1}));
    QVERIFY(!table->currentIndex().isValid());
    QCOMPARE(view.figure()->data().rows.size(), std::size_t{1});  // what is shown is what is exported
    table->setCurrentIndex(table->model()->index(0, 2));
    QCOMPARE(stage.session.selection(), (Selection{2, 1}));
    PredictionsView other(stage.session);
    other.restoreState(view.saveState());
    QCOMPARE(tableOf(other, "Predictions")->model()->rowCount(), 1);
    QTest::keyClick(field, Qt::Key_Escape);
    QCOMPARE(table->model()->rowCount(), all);
    QCOMPARE(cell(table, table->currentIndex().row(), PredictionColumn::kInstance), QString("bowl 1"));
    // The accuracies have a line of their own.
    view.restoreState({{"tab", 1}, {"search_accuracy", "mug"}});
    QCOMPARE(tableOf(view, "Accuracy per category")->model()->rowCount(), 1);
    QCOMPARE(view.figure()->data().rows.size(), std::size_t{1});
  }

  void stateIsKept() {
    PredictionStage stage;
    PredictionsView view(stage.session);
    view.viewActions()[0]->setChecked(true);
    tableOf(view, "Predictions")->sortByColumn(5, Qt::DescendingOrder);
    PredictionsView other(stage.session);
    other.restoreState(view.saveState());
    QCOMPARE(other.saveState(), view.saveState());
    other.restoreState({{"sort_column", 4000}, {"tab", -7}});
    QCOMPARE(other.saveState()["tab"].toInt(), 0);
  }

  void withoutResultItAsksForOne() {
    SessionModel session;
    session.setDataset(std::make_shared<test::SmallDataset>(2));
    PredictionsView view(session);
    QVERIFY(!view.figure());
    QVERIFY(view.context().isEmpty());
  }
};

ALIDADE_TEST(PredictionsTest)
#include "predictions_test.moc"
