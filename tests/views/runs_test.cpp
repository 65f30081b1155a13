// SPDX-License-Identifier: BSD-3-Clause
#include <QAction>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTableView>
#include <QUndoStack>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "tests/views/small_dataset.h"
#include "views/base/run_look.h"
#include "views/base/search_field.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/base/table_search.h"
#include "views/runs/run_table_model.h"
#include "views/runs/runs_view.h"

using namespace alidade;

namespace {

/// Three runs of poses on a small dataset; the first two are A and B.
struct RunsStage {
  SessionModel session;
  std::shared_ptr<test::SmallDataset> dataset = std::make_shared<test::SmallDataset>(4);
  std::vector<RunId> runs;

  RunsStage() {
    session.setDataset(dataset);
    for (const char* name : {"one", "two", "three"}) {
      runs.push_back(session.addRun<PoseResult>(name, test::smallResult(*dataset, name)));
    }
    session.chooseRun(Run::kA, runs[0]);
    session.chooseRun(Run::kB, runs[1]);
  }

  QStringList names() const {
    QStringList all;
    for (const HeldRuns::Entry& entry : session.runs().all()) {
      all << QString::fromStdString(entry.name);
    }
    return all;
  }
};

QAction* actionOf(const RunsView& view, const QString& text) {
  for (QAction* action : view.viewActions()) {
    if (action->text() == text) {
      return action;
    }
  }
  return nullptr;
}

}  // namespace

class RunsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aRunIsRenamedInPlace() {
    RunsStage stage;
    RunsView view(stage.session);
    view.resize(900, 300);
    view.show();
    auto* table = view.findChild<QTableView*>();
    const QModelIndex cell = table->model()->index(1, RunTableModel::kName);
    table->setCurrentIndex(cell);
    QTest::keyClick(table, Qt::Key_F2);
    auto* editor = table->findChild<QLineEdit*>();
    QVERIFY(editor);
    QTest::keyClicks(editor, QStringLiteral("with ranker"));
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(stage.names(), (QStringList{"one", "with ranker", "three"}));
    QCOMPARE(stage.session.resultName(Run::kB), QStringLiteral("with ranker"));
    stage.session.undoStack().undo();
    QCOMPARE(stage.names(), (QStringList{"one", "two", "three"}));
    stage.session.undoStack().redo();
    QCOMPARE(cell.data().toString(), QStringLiteral("with ranker"));
    stage.session.renameRun(stage.runs[2], QStringLiteral("one"));  // names stay apart
    QCOMPARE(stage.names(), (QStringList{"one", "with ranker", "one (2)"}));
    stage.session.renameRun(stage.runs[2], QStringLiteral("  "));
    QCOMPARE(stage.names().last(), QStringLiteral("one (2)"));
  }

  void theWholeCellChooses() {
    RunsStage stage;
    RunsView view(stage.session);
    view.resize(900, 300);
    view.show();
    auto* table = view.findChild<QTableView*>();
    const auto click = [&](int row, int column) {
      const QRect cell = table->visualRect(table->model()->index(row, column));
      QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, cell.topLeft() + QPoint(3, 3));
    };
    click(2, RunTableModel::kA);
    QCOMPARE(stage.session.resultName(Run::kA), QStringLiteral("three"));
    click(2, RunTableModel::kA);  // what is shown is not put out by another click
    QCOMPARE(stage.session.resultName(Run::kA), QStringLiteral("three"));
    click(1, RunTableModel::kB);  // nothing to compare with is a choice
    QVERIFY(!stage.session.resultB());
    click(0, RunTableModel::kB);
    QCOMPARE(stage.session.resultName(Run::kB), QStringLiteral("one"));
    QVERIFY(stage.session.runs().chosen_by_user<PoseResult>(Run::kB));
    table->setCurrentIndex(table->model()->index(1, RunTableModel::kName));
    actionOf(view, QStringLiteral("Use run as A"))->trigger();
    QCOMPARE(stage.session.resultName(Run::kA), QStringLiteral("two"));
  }

  void furtherRunsStandInTables() {
    RunsStage stage;
    RunsView view(stage.session);
    view.resize(900, 300);
    view.show();
    auto* table = view.findChild<QTableView*>();
    const auto shown = [&](int run) {
      return stage.session.runs().find(stage.runs[static_cast<std::size_t>(run)])->in_tables;
    };
    const auto checked = [&](int row) {
      return table->model()->index(row, RunTableModel::kTables).data(Qt::CheckStateRole).toInt() ==
             Qt::Checked;
    };
    const auto click = [&](int row) {
      const QRect cell = table->visualRect(table->model()->index(row, RunTableModel::kTables));
      QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, cell.topLeft() + QPoint(3, 3));
    };
    QVERIFY(checked(0) && checked(1) && !checked(2));  // A and B are always there
    click(0);
    QVERIFY(!shown(0) && checked(0));
    click(2);
    QVERIFY(shown(2) && checked(2));
    QVERIFY(stage.session.undoStack().undoText().contains("three"));
    stage.session.undoStack().undo();
    QVERIFY(!shown(2) && !checked(2));
    stage.session.undoStack().redo();
    QVERIFY(checked(2));
    table->selectRow(2);
    actionOf(view, QStringLiteral("Show in tables"))->trigger();
    QVERIFY(!shown(2));
    table->selectAll();
    actionOf(view, QStringLiteral("Show in tables"))->trigger();
    QVERIFY(shown(0) && shown(1) && shown(2));
    stage.session.undoStack().undo();  // one step for all
    QVERIFY(!shown(0) && !shown(1) && !shown(2));
  }

  void aSearchLeavesTheRightRuns() {
    RunsStage stage;
    RunsView view(stage.session);
    view.resize(900, 300);
    view.show();
    auto* table = view.findChild<QTableView*>();
    table->selectRow(2);
    auto* search = view.findChild<TableSearch*>();
    search->field().open();
    QTest::keyClicks(&search->field(), "THREE objects");
    QCOMPARE(table->model()->rowCount(), 1);
    QCOMPARE(view.selectedRuns(), std::vector<RunId>{stage.runs[2]});
    actionOf(view, QStringLiteral("Use run as B"))->trigger();
    QCOMPARE(stage.session.resultName(Run::kB), QStringLiteral("three"));
    table->setCurrentIndex(table->model()->index(0, RunTableModel::kName));
    QTest::keyClick(table, Qt::Key_F2);
    auto* editor = table->findChild<QLineEdit*>();
    QVERIFY(editor);
    QTest::keyClicks(editor, QStringLiteral("three again"));
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(stage.names(), (QStringList{"one", "two", "three again"}));
    QTest::keyClick(&search->field(), Qt::Key_Escape);
    QCOMPARE(table->model()->rowCount(), 3);
  }

  void removedRunsComeBackAsTheyWere() {
    RunsStage stage;
    RunsView view(stage.session);
    view.resize(900, 300);
    view.show();
    stage.session.setRunNote(stage.runs[0], QStringLiteral("the paper's"));
    stage.session.setRunStyle(stage.runs[0], 7);
    auto* table = view.findChild<QTableView*>();
    table->selectRow(0);
    actionOf(view, QStringLiteral("Remove"))->trigger();
    QCOMPARE(stage.names(), (QStringList{"two", "three"}));
    QCOMPARE(stage.session.resultName(Run::kA), QStringLiteral("two"));  // views are not left empty
    QVERIFY(!stage.session.resultB());
    QVERIFY(stage.session.undoStack().undoText().contains(QStringLiteral("one")));
    stage.session.undoStack().undo();
    QCOMPARE(stage.names(), (QStringList{"one", "two", "three"}));
    QCOMPARE(stage.session.resultName(Run::kA), QStringLiteral("one"));
    QCOMPARE(stage.session.resultName(Run::kB), QStringLiteral("two"));
    QCOMPARE(stage.session.runs().find(stage.runs[0])->note, std::string("the paper's"));
    QCOMPARE(stage.session.runs().find(stage.runs[0])->style, 7);
    table->selectAll();
    actionOf(view, QStringLiteral("Remove"))->trigger();
    QVERIFY(stage.session.runs().all().empty());
    QVERIFY(view.findChild<StateCard*>()->isVisible());
    stage.session.undoStack().undo();
    QCOMPARE(stage.names(), (QStringList{"one", "two", "three"}));
    QCOMPARE(stage.session.resultName(Run::kB), QStringLiteral("two"));
    stage.session.undoStack().undo();
    stage.session.undoStack().undo();
    QCOMPARE(stage.session.runs().find(stage.runs[0])->style, 0);
  }

  void undoGoesAcrossADataset() {
    RunsStage stage;
    stage.session.setSelection({2, 1});
    stage.session.removeRuns({stage.runs[2]});
    const auto other = std::make_shared<test::SmallDataset>(2);
    stage.session.switchDataset(other);
    QVERIFY(stage.session.runs().all().empty() && !stage.session.resultA());
    const RunId later = stage.session.addRun<PoseResult>("later", test::smallResult(*other, "later"));
    stage.session.chooseRun(Run::kA, later);
    stage.session.undoStack().undo();
    QCOMPARE(stage.session.dataset(), std::shared_ptr<const Dataset>(stage.dataset));
    QCOMPARE(stage.names(), (QStringList{"one", "two"}));
    QCOMPARE(stage.session.resultName(Run::kA), QStringLiteral("one"));
    QCOMPARE(stage.session.resultName(Run::kB), QStringLiteral("two"));
    QCOMPARE(stage.session.selection(), (Selection{2, 1}));
    stage.session.undoStack().undo();  // the step before, in the dataset that it was made in
    QCOMPARE(stage.names(), (QStringList{"one", "two", "three"}));
    stage.session.undoStack().redo();
    stage.session.undoStack().redo();
    QCOMPARE(stage.session.dataset(), std::shared_ptr<const Dataset>(other));
    QCOMPARE(stage.names(), QStringList{"later"});
    QCOMPARE(stage.session.resultName(Run::kA), QStringLiteral("later"));
  }

  void theSameDatasetReadAnewKeepsItsRuns() {
    RunsStage stage;
    stage.session.setDataset(std::make_shared<test::SmallDataset>(4), true);
    QCOMPARE(stage.names(), (QStringList{"one", "two", "three"}));
    QCOMPARE(stage.session.resultName(Run::kA), QStringLiteral("one"));
  }

  void swatchesDiffer() {
    QSet<QByteArray> pictures;
    for (int style = 0; style < kRunSwatches; ++style) {
      const QImage image = runSwatchIcon(theme(ThemeKind::kDark), style).pixmap(12, 12).toImage();
      pictures.insert(QByteArray(reinterpret_cast<const char*>(image.constBits()), image.sizeInBytes()));
    }
    QCOMPARE(pictures.size(), kRunSwatches);
  }

  void theListTellsFilesAndKinds() {
    RunsStage stage;
    stage.session.editRun(stage.runs[1], [](HeldRuns::Entry& entry) {
      entry.kind = "BOP results";
      entry.file = "/data/runs/method.csv";
      entry.state = "has stopped growing at 10 objects";
    });
    RunTableModel model(stage.session);
    QCOMPARE(model.index(0, RunTableModel::kSaved).data().toString(), QStringLiteral("in memory"));
    QCOMPARE(model.index(1, RunTableModel::kSaved).data().toString(), QStringLiteral("method.csv"));
    const QString what = model.index(1, RunTableModel::kWhat).data().toString();
    QVERIFY2(what.startsWith("BOP results") && what.contains("10 objects") && what.contains("stopped"),
             qPrintable(what));
    QSignalSpy asked(&stage.session, &SessionModel::saveAsked);
    RunsView view(stage.session);
    view.findChild<QTableView*>()->selectRow(2);
    actionOf(view, QStringLiteral("Save run…"))->trigger();
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked[0][0].toInt(), stage.runs[2]);
    QCOMPARE(view.context(), QStringLiteral("3 runs \u00b7 2 in memory"));
  }
};

ALIDADE_TEST(RunsTest)
#include "runs_test.moc"
