// SPDX-License-Identifier: BSD-3-Clause
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QToolButton>
#include <QVBoxLayout>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "views/base/data_table.h"
#include "views/base/row_filter.h"
#include "views/base/search_field.h"
#include "views/base/table_search.h"

using namespace alidade;

namespace {

/// Rows "mug 0", "bowl 1", "mug 2", ... with a second column "near" or "far" by thirds and a hidden third
/// one.
struct Searched {
  explicit Searched(int rows = 40) : items(rows, 3), table(new DataTable) {
    for (int r = 0; r < rows; ++r) {
      items.setItem(r, 0, new QStandardItem(QString("%1 %2").arg(r % 2 == 0 ? "Mug" : "Bowl").arg(r)));
      items.setItem(r, 1, new QStandardItem(r % 3 == 0 ? "near" : "far"));
      items.setItem(r, 2, new QStandardItem("secret"));
    }
    filter.setSourceModel(&items);
    table->setModel(&filter);
    table->setColumnHidden(2, true);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    search = new TableSearch("Search the things", *table, filter);
    auto* column = new QVBoxLayout(&window);
    column->addWidget(withSearch(search));
    window.resize(420, 300);
    window.show();
  }

  void type(const QString& text) {
    search->field().open();
    QTest::keyClicks(&search->field(), text);
  }
  /// The visible text that contains `part`; empty when there is none.
  QString said(const QString& part) const {
    for (const QLabel* label : window.findChildren<QLabel*>()) {
      if (label->isVisible() && label->text().contains(part)) {
        return label->text();
      }
    }
    return {};
  }

  QWidget window;
  QStandardItemModel items;
  RowFilter filter;
  DataTable* table;
  TableSearch* search;
};

}  // namespace

class TableSearchTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyWordMustOccur() {
    QVERIFY(holdsAllWords("Mug 12\nfar", {"FAR", "mug"}));
    QVERIFY(!holdsAllWords("Mug 12\nfar", {"mug", "near"}));
    QVERIFY(holdsAllWords("anything", {}));
  }

  void rowsAreFilteredAndCounted() {
    Searched searched;
    QVERIFY(!searched.search->isVisible());
    searched.type("near  MUG");
    QVERIFY(searched.search->isVisible());
    QCOMPARE(searched.table->model()->rowCount(), 7);  // multiples of 6 below 40
    for (int r = 0; r < 7; ++r) {
      QCOMPARE(searched.table->model()->index(r, 0).data().toString(), QString("Mug %1").arg(6 * r));
    }
    QCOMPARE(searched.said(" of "), QString("7 of 40"));
    searched.items.removeRow(0);  // what changes below the search is counted too
    QCOMPARE(searched.said(" of "), QString("6 of 39"));
  }

  void nothingFoundIsSaid() {
    Searched searched;
    searched.type("mug saucer");
    QCOMPARE(searched.table->model()->rowCount(), 0);
    QCOMPARE(searched.said(" of "), QString("0 of 40"));
    const QString sentence = searched.said("Nothing here holds");
    QVERIFY2(sentence.contains("mug saucer") && sentence.contains("Esc"), qPrintable(sentence));
    QTest::keyClick(&searched.search->field(), Qt::Key_Backspace, Qt::ControlModifier);
    QVERIFY(searched.said("Nothing here holds").isEmpty());
    QCOMPARE(searched.said(" of "), QString("20 of 40"));
  }

  void escapeClearsAndCloses() {
    Searched searched;
    QVERIFY(QTest::qWaitForWindowActive(&searched.window));
    searched.type("bowl");
    QTest::keyClick(&searched.search->field(), Qt::Key_Escape);
    QVERIFY(!searched.search->isVisible());
    QCOMPARE(searched.search->text(), QString());
    QCOMPARE(searched.table->model()->rowCount(), 40);
    QCOMPARE(QApplication::focusWidget(), static_cast<QWidget*>(searched.table));
    searched.type("bowl 11");
    searched.search->findChild<QToolButton*>()->click();
    QCOMPARE(searched.table->model()->rowCount(), 40);
    QVERIFY(!searched.search->isVisible());
  }

  void hiddenColumnsAreNotSearched() {
    Searched searched;
    searched.type("secret");
    QCOMPARE(searched.table->model()->rowCount(), 0);
    searched.search->setText({});
    searched.table->setColumnHidden(2, false);
    searched.search->setText("secret");
    QCOMPARE(searched.table->model()->rowCount(), 40);
    searched.items.item(0, 2)->setText("open");  // texts are those of now
    QCOMPARE(searched.table->model()->rowCount(), 39);
  }

  void manyRowsAreOneReset() {
    Searched searched(6000);
    QSignalSpy removed(&searched.filter, &QAbstractItemModel::rowsRemoved);
    QSignalSpy reset(&searched.filter, &QAbstractItemModel::modelReset);
    searched.search->setText("near mug");
    QCOMPARE(searched.table->model()->rowCount(), 1000);
    QCOMPARE(searched.said(" of "), QString("1000 of 6000"));
    QCOMPARE(removed.count(), 0);
    QCOMPARE(reset.count(), 1);
    searched.table->sortByColumn(0, Qt::DescendingOrder);
    QCOMPARE(searched.filter.mapToSource(searched.filter.index(0, 0)).data().toString(), QString("Mug 996"));
  }

  void theTableWithTheKeyboardIsSearched() {
    QWidget view;
    auto* column = new QVBoxLayout(&view);
    Searched first, second;
    column->addWidget(&first.window);
    column->addWidget(&second.window);
    view.show();
    QCOMPARE(searchFieldIn(view, nullptr), &first.search->field());
    QCOMPARE(searchFieldIn(view, second.table), &second.search->field());
    QCOMPARE(searchFieldIn(view, second.table->viewport()), &second.search->field());
    first.window.hide();
    QCOMPARE(searchFieldIn(view, nullptr), &second.search->field());
    second.window.hide();
    QVERIFY(searchFieldIn(view, nullptr) == nullptr);
    first.window.setParent(nullptr);
    second.window.setParent(nullptr);
  }
};

ALIDADE_TEST(TableSearchTest)
#include "table_search_test.moc"
