// SPDX-License-Identifier: BSD-3-Clause

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QScrollBar>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "views/base/data_table.h"

using namespace alidade;

namespace {

/// A wide table: a name and numbers, best and second in row 0 and 1.
struct Wide {
  explicit Wide(int rows = 40, int columns = 20) : items(rows, columns) {
    for (int r = 0; r < rows; ++r) {
      for (int c = 0; c < columns; ++c) {
        auto* item = new QStandardItem(c == 0 ? QString("name %1").arg(r) : QString::number(100 * r + c));
        item->setData(100 * r + c, Qt::UserRole);
        items.setItem(r, c, item);
      }
    }
    for (int c = 0; c < columns; ++c) {
      items.setHorizontalHeaderItem(c, new QStandardItem(c == 0 ? "model" : QString("m_%1 (%)").arg(c)));
    }
    sorted.setSourceModel(&items);
    sorted.setSortRole(Qt::UserRole);
    table.setModel(&sorted);
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    table.setSortingEnabled(true);
    table.sortByColumn(-1, Qt::AscendingOrder);
    table.resize(400, 300);
    table.show();
  }
  QStandardItemModel items;
  QSortFilterProxyModel sorted;
  DataTable table;
};

QString clipboard() {
  return QGuiApplication::clipboard()->text();
}

}  // namespace

class DataTableTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void sortingGoesToTheTopAndKeepsTheSelection() {
    Wide wide;
    QVERIFY(QTest::qWaitForWindowExposed(&wide.table));
    wide.table.verticalScrollBar()->setValue(wide.table.verticalScrollBar()->maximum());
    wide.table.selectRow(30);
    QVERIFY(wide.table.verticalScrollBar()->value() > 0);
    wide.table.sortByColumn(2, Qt::DescendingOrder);
    QCOMPARE(wide.table.verticalScrollBar()->value(), 0);
    QCOMPARE(wide.table.model()->index(0, 0).data().toString(), QString("name 39"));
    const QModelIndexList rows = wide.table.selectionModel()->selectedRows();
    QCOMPARE(rows.size(), 1);
    QCOMPARE(rows[0].data().toString(), QString("name 30"));
    QCOMPARE(wide.table.currentIndex().data().toString(), QString("name 30"));
  }

  void theFirstColumnStays() {
    Wide wide;
    QVERIFY(QTest::qWaitForWindowExposed(&wide.table));
    QVERIFY(!wide.table.frozen().isVisible());
    wide.table.horizontalScrollBar()->setValue(200);
    const QTableView& frozen = wide.table.frozen();
    QVERIFY(frozen.isVisible());
    QCOMPARE(frozen.width(), wide.table.columnWidth(0) + 1);
    // It shows what the table has there: the names, row by row, and scrolls with it.
    wide.table.verticalScrollBar()->setValue(57);
    QCOMPARE(frozen.verticalScrollBar()->value(), 57);
    const QModelIndex name = wide.table.model()->index(5, 0);
    QCOMPARE(frozen.visualRect(name).y(), wide.table.visualRect(name).y());
    for (int c = 1; c < wide.table.model()->columnCount(); ++c) {
      QVERIFY(frozen.isColumnHidden(c));
    }
    // A click on a name selects its row and leaves the columns where they are.
    QTest::mouseClick(frozen.viewport(), Qt::LeftButton, {}, frozen.visualRect(name).center());
    QCOMPARE(wide.table.currentIndex().row(), 5);
    QVERIFY(wide.table.selectionModel()->isRowSelected(5));
    QCOMPARE(wide.table.horizontalScrollBar()->value(), 200);
    // A cell that is gone to is not left behind the name.
    wide.table.scrollTo(wide.table.model()->index(5, 1));
    QVERIFY(wide.table.visualRect(wide.table.model()->index(5, 1)).left() >= wide.table.columnWidth(0) ||
            wide.table.horizontalScrollBar()->value() == 0);
    // Hidden first columns are passed over.
    wide.table.horizontalScrollBar()->setValue(200);
    wide.table.setColumnHidden(0, true);
    wide.table.horizontalScrollBar()->setValue(210);
    QVERIFY(!frozen.isColumnHidden(1));
    wide.table.horizontalScrollBar()->setValue(0);
    QVERIFY(!frozen.isVisible());
  }

  void theHeadOfTheFrozenColumnSorts() {
    Wide wide;
    QVERIFY(QTest::qWaitForWindowExposed(&wide.table));
    wide.table.horizontalScrollBar()->setValue(200);
    QHeaderView* head = wide.table.frozen().horizontalHeader();
    const QPoint middle(head->sectionViewportPosition(0) + head->sectionSize(0) / 2, head->height() / 2);
    QTest::mouseClick(head->viewport(), Qt::LeftButton, {}, middle);
    QCOMPARE(wide.table.horizontalHeader()->sortIndicatorSection(), 0);
    QTest::mouseClick(head->viewport(), Qt::LeftButton, {}, middle);
    QCOMPARE(wide.table.horizontalHeader()->sortIndicatorOrder(), Qt::DescendingOrder);
    QCOMPARE(wide.table.model()->index(0, 0).data().toString(), QString("name 39"));
  }

  void rowsAreCopied() {
    Wide wide(5, 4);
    QVERIFY(QTest::qWaitForWindowExposed(&wide.table));
    QFont bold, line;
    bold.setBold(true);
    line.setUnderline(true);
    wide.items.item(1, 1)->setFont(bold);
    wide.items.item(3, 1)->setFont(line);
    wide.items.item(3, 0)->setText("a_b\tc & d");
    wide.table.setColumnHidden(2, true);
    wide.table.selectRow(3);
    wide.table.selectionModel()->select(wide.table.model()->index(1, 0),
                                        QItemSelectionModel::Select | QItemSelectionModel::Rows);
    wide.table.setFocus();
    QTest::keyClick(&wide.table, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(clipboard(), QString("name 1\t101\t103\na_b c & d\t301\t303\n"));
    wide.table.copyMarkdown();
    QVERIFY2(clipboard().contains("| name 1 | **101** | 103 |"), qPrintable(clipboard()));
    QVERIFY(clipboard().startsWith("| model | m\\_1 (%) | m\\_3 (%) |"));
    wide.table.copyLatex();
    QVERIFY2(clipboard().contains("a\\_b c \\& d & \\underline{301} & 303 \\\\"), qPrintable(clipboard()));
    QVERIFY(clipboard().contains("m\\_1 (\\%)"));
    // In the order shown; without a selection every row.
    wide.table.sortByColumn(1, Qt::DescendingOrder);
    wide.table.copyRows();
    QCOMPARE(clipboard(), QString("a_b c & d\t301\t303\nname 1\t101\t103\n"));
    wide.table.clearSelection();
    QCOMPARE(wide.table.selectedRows().rows.size(), std::size_t{5});
    // The menu offers the same.
    QCOMPARE(wide.table.contextMenuPolicy(), Qt::ActionsContextMenu);
    QCOMPARE(wide.table.actions().size(), 3);
  }
};

ALIDADE_TEST(DataTableTest)
#include "data_table_test.moc"
