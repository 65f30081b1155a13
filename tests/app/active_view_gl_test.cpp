// SPDX-License-Identifier: BSD-3-Clause
// What commands mean, and working with the keyboard alone.
#include <algorithm>

#include <QLineEdit>
#include <QMenu>
#include <QStandardItemModel>
#include <QStatusBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QVBoxLayout>
#include <QtTest>

#include "app/gui/actions.h"
#include "app/gui/active_view.h"
#include "app/gui/focus_ring.h"
#include "app/gui/main_window.h"
#include "app/gui/view_dock.h"
#include "app/gui/widget_rules.h"
#include "tests/support/test_registry.h"
#include "tests/views/small_dataset.h"
#include "views/base/search_field.h"
#include "views/base/table_search.h"
#include "views/base/view.h"

using namespace alidade;

class ActiveViewGlTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init();
  void oneTitleIsMarked();
  void anExportMeansAViewThatIsSeen();
  void theMarkFollowsBackToEarlierViews();
  void findMeansTheActiveView();
  void tabLeavesTables();
  void theRingFollowsTheKeyboard();
  void cutCellsHaveTips();
  void tipsDoNotCoverTheLegend();

 private:
  std::unique_ptr<QTemporaryDir> home_;
};

namespace {

QStringList markedViews(const MainWindow& window) {
  QStringList marked;
  for (const auto& [id, dock] : window.docks()) {
    if (dock->titleBar().isActive()) {
      marked << id;
    }
  }
  return marked;
}

void openSmall(MainWindow& window) {
  auto& session = window.workbench().session();
  const auto dataset = std::make_shared<alidade::test::SmallDataset>(3);
  session.setDataset(dataset);
  session.setResultA(alidade::test::smallResult(*dataset, "a"));
}

}  // namespace

void ActiveViewGlTest::init() {
  home_ = std::make_unique<QTemporaryDir>();
  qputenv("XDG_CONFIG_HOME", home_->filePath(QStringLiteral("config")).toUtf8());
  qputenv("XDG_STATE_HOME", home_->filePath(QStringLiteral("state")).toUtf8());
}

void ActiveViewGlTest::oneTitleIsMarked() {
  MainWindow window({});
  window.open({1600, 1000});
  for (const Perspective& perspective : perspectiveTable()) {
    window.setPerspective(QLatin1String(perspective.id));
    QCoreApplication::processEvents();
    const QStringList marked = markedViews(window);
    QCOMPARE(marked.size(), 1);
    QVERIFY(QLatin1String(perspective.id) == QLatin1String("figure") ||
            !window.docks().at(marked.front())->visibleRegion().isEmpty());
  }
  window.setPerspective(QStringLiteral("inspect"));
  // A click on a title bar, which takes no keyboard, is enough.
  for (const char* id : {"browser", "predictions", "inspector"}) {
    QTest::mouseClick(&window.docks().at(QLatin1String(id))->titleBar(), Qt::LeftButton, {}, QPoint(40, 15));
    QCOMPARE(markedViews(window), QStringList{QLatin1String(id)});
    QCOMPARE(window.activeView(), window.view(QLatin1String(id)));
  }
}

void ActiveViewGlTest::theMarkFollowsBackToEarlierViews() {
  MainWindow window({});
  window.open({1600, 1000});
  openSmall(window);
  auto* active = window.findChild<ActiveView*>();
  for (const char* id : {"browser", "image", "predictions", "scene", "metrics", "image", "runs"}) {
    active->activate(QLatin1String(id));
  }
  // What is active is hidden each time, and an earlier view takes its place.
  for (const char* perspective : {"training", "inspect", "lab", "evaluate", "training", "inspect", "evaluate"}) {
    window.setPerspective(QLatin1String(perspective));
    QCoreApplication::processEvents();
    QCOMPARE(markedViews(window), QStringList{active->id()});
    QVERIFY(!window.docks().at(active->id())->visibleRegion().isEmpty());
  }
}

void ActiveViewGlTest::anExportMeansAViewThatIsSeen() {
  MainWindow window({});
  window.open({1600, 1000});
  openSmall(window);
  auto* active = window.findChild<ActiveView*>();
  QVERIFY(window.view(QStringLiteral("predictions"))->showsFigure());
  active->activate(QStringLiteral("predictions"));
  QCOMPARE(active->exportable(), QStringLiteral("predictions"));
  active->activate(QStringLiteral("jobs"));  // has nothing to export
  QCOMPARE(active->exportable(), QStringLiteral("predictions"));
  window.setPerspective(QStringLiteral("training"));
  QCoreApplication::processEvents();
  QVERIFY(active->exportable() != QLatin1String("predictions"));
}

void ActiveViewGlTest::findMeansTheActiveView() {
  MainWindow window({});
  window.open({1600, 1000});
  openSmall(window);
  auto* browser = window.view(QStringLiteral("browser"));
  window.activateWindow();
  QVERIFY(QTest::qWaitForWindowActive(&window));
  auto* active = window.findChild<ActiveView*>();
  window.docks().at(QStringLiteral("log"))->raise();
  active->activate(QStringLiteral("log"));
  QTest::keyClick(&window, Qt::Key_F, Qt::ControlModifier);
  QCOMPARE(QApplication::focusWidget(),
           static_cast<QWidget*>(window.view(QStringLiteral("log"))->findChild<SearchField*>()));
  // A table's line comes with the key, and goes with Esc; with the keyboard in a table it is that table's.
  auto* predictions = window.view(QStringLiteral("predictions"));
  window.docks().at(QStringLiteral("predictions"))->raise();
  active->activate(QStringLiteral("predictions"));
  const auto searches = predictions->findChildren<TableSearch*>();  // of the objects, of the accuracies
  const auto shown = std::find_if(searches.begin(), searches.end(), [predictions](const TableSearch* one) {
    return one->searched().isVisibleTo(predictions);
  });
  QVERIFY(shown != searches.end());
  TableSearch* search = *shown;
  QVERIFY(!search->isVisible());
  QTest::keyClick(&window, Qt::Key_F, Qt::ControlModifier);
  QVERIFY(search->isVisible());
  QCOMPARE(QApplication::focusWidget(), static_cast<QWidget*>(&search->field()));
  QTest::keyClicks(&search->field(), QStringLiteral("mug"));
  QTest::keyClick(&search->field(), Qt::Key_Escape);
  QVERIFY(!search->isVisible());
  QCOMPARE(QApplication::focusWidget(), static_cast<QWidget*>(&search->searched()));
  // A view without a line of its own: the frames are searched, and letters are text there.
  active->activate(QStringLiteral("inspector"));
  QTest::keyClick(&window, Qt::Key_F, Qt::ControlModifier);
  auto* field = browser->findChild<SearchField*>();
  QCOMPARE(QApplication::focusWidget(), static_cast<QWidget*>(field));
  QTest::keyClicks(field, QStringLiteral("mug"));
  QCOMPARE(field->text(), QStringLiteral("mug"));
  QTest::keyClick(field, Qt::Key_Escape);
  QVERIFY(field->text().isEmpty());
}

void ActiveViewGlTest::tabLeavesTables() {
  const WidgetRules rules(nullptr);
  QWidget window;
  auto* column = new QVBoxLayout(&window);
  auto* table = new QTableView;
  auto* after = new QLineEdit;
  QStandardItemModel model(20, 4);
  table->setModel(&model);
  column->addWidget(table);
  column->addWidget(after);
  window.show();
  window.activateWindow();
  QVERIFY(QTest::qWaitForWindowActive(&window));
  table->setFocus();
  table->setCurrentIndex(model.index(0, 0));
  QTest::keyClick(table, Qt::Key_Tab);
  QCOMPARE(QApplication::focusWidget(), static_cast<QWidget*>(after));
}

void ActiveViewGlTest::theRingFollowsTheKeyboard() {
  const FocusRing ring(nullptr);
  QWidget window;
  auto* column = new QVBoxLayout(&window);
  auto* first = new QTableView;
  auto* second = new QTableView;
  column->addWidget(first);
  column->addWidget(second);
  window.show();
  window.activateWindow();
  QVERIFY(QTest::qWaitForWindowActive(&window));
  first->setTabKeyNavigation(false);
  first->setFocus();
  QVERIFY(!ring.ringed());  // nobody has used the keyboard yet
  QTest::keyClick(first, Qt::Key_Tab);
  QCOMPARE(ring.ringed(), static_cast<const QWidget*>(second));
  QTest::mouseClick(second->viewport(), Qt::LeftButton);
  QVERIFY(!ring.ringed());
}

void ActiveViewGlTest::cutCellsHaveTips() {
  QTableView table;
  QStandardItemModel model(1, 2);
  const QString text = QStringLiteral("a text that is far too long for its column");
  model.setItem(0, 0, new QStandardItem(text));
  model.setItem(0, 1, new QStandardItem(QStringLiteral("x")));
  table.setModel(&model);
  table.setColumnWidth(0, 60);
  table.show();
  QCOMPARE(cutTextAt(*table.viewport(), table.visualRect(model.index(0, 0)).center()), text);
  QCOMPARE(cutTextAt(*table.viewport(), table.visualRect(model.index(0, 1)).center()), QString());
}

void ActiveViewGlTest::tipsDoNotCoverTheLegend() {
  MainWindow window({});
  window.open({1600, 1000});
  QCoreApplication::processEvents();
  for (const QAction* action : window.actions().all()) {
    QVERIFY2(action->statusTip().isEmpty(), qPrintable(action->objectName()));
    QVERIFY2(!action->toolTip().isEmpty(), qPrintable(action->objectName()));
  }
  const QWidget* legend = window.statusBar()->findChild<QWidget*>(QStringLiteral("keyTruth"));
  auto* menu = window.findChild<QMenu*>(QStringLiteral("File"));
  QVERIFY(legend && legend->isVisible() && menu);
  menu->popup(window.mapToGlobal(QPoint(10, 10)));
  menu->setActiveAction(menu->actions().front());
  QCoreApplication::processEvents();
  QVERIFY(legend->isVisible());
  QVERIFY(menu->toolTipsVisible());
  menu->close();
}

ALIDADE_TEST(ActiveViewGlTest)
#include "active_view_gl_test.moc"
