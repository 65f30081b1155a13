// SPDX-License-Identifier: BSD-3-Clause

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QToolButton>
#include <QTreeWidget>
#include <QUndoStack>
#include <QtTest>

#include "core/evaluation/protocol.h"
#include "core/evaluation/text/report_text.h"
#include "tests/support/test_registry.h"
#include "tests/views/small_dataset.h"
#include "tests/views/small_report.h"
#include "views/base/evaluation_model.h"
#include "views/base/figure_export.h"
#include "views/base/frame_filter_model.h"
#include "views/base/run_look.h"
#include "views/base/sample_queue.h"
#include "views/base/search_field.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/base/table_search.h"
#include "views/metrics/curve_figure.h"
#include "views/metrics/histogram_figure.h"
#include "views/metrics/metric_model.h"
#include "views/metrics/metric_tables.h"
#include "views/metrics/metrics_view.h"
#include "views/metrics/published_list.h"
#include "views/metrics/sample_lists.h"

using namespace alidade;

namespace {

struct MetricsStage {
  MetricsStage() {
    session.setDataset(dataset);
    session.setResultA(test::smallResult(*dataset, "a"));
  }
  void showA() { session.model<EvaluationModel>().setReport(Run::kA, a); }
  void showBoth() {
    session.setResultB(test::smallResult(*dataset, "b"));
    showA();
    session.model<EvaluationModel>().setReport(Run::kB, b);
  }
  /// A against B without resampling.
  std::shared_ptr<const PairedTest> comparison() const {
    auto test = std::make_shared<PairedTest>();
    test->method = "paired bootstrap";
    for (const MetricRow& row : a->rows) {
      test->rows.push_back(row.name);
      auto& cells = test->cells.emplace_back();
      const std::size_t r = test->rows.size() - 1;
      for (std::size_t c = 0; c < a->columns.size(); ++c) {
        PairedCell cell;
        cell.a = a->rows[r].cells[c].value;
        cell.b = b->rows[r].cells[c].value;
        cell.difference = *cell.a - *cell.b;
        cell.interval = Interval{*cell.difference - 0.02, *cell.difference + 0.02, 0.95};
        cell.p_value = 0.012;
        cells.push_back(cell);
      }
    }
    for (const MetricColumn& column : a->columns) {
      test->columns.push_back(column.id);
    }
    return test;
  }

  SessionModel session;
  std::shared_ptr<test::SmallDataset> dataset = std::make_shared<test::SmallDataset>(24);
  std::shared_ptr<EvaluationReport> a = test::smallReport(*dataset, "run a", 0.8);
  std::shared_ptr<EvaluationReport> b = test::smallReport(*dataset, "run b", 1.1);
};

template <class T>
T* named(QWidget& view, const QString& name) {
  for (T* widget : view.findChildren<T*>()) {
    if (widget->accessibleName() == name) {
      return widget;
    }
  }
  return nullptr;
}

TableSearch* searchOf(QWidget& view, const QString& name) {
  for (TableSearch* search : view.findChildren<TableSearch*>()) {
    if (search->field().accessibleName() == name) {
      return search;
    }
  }
  return nullptr;
}

QTableView* metrics(QWidget& view) {
  return named<QTableView>(view, "Metrics");
}
QTableView* samples(QWidget& view) {
  return named<QTableView>(view, "Samples behind the number");
}
QString text(const QTableView* table, int row, int column) {
  return table->model()->index(row, column).data().toString();
}

QAction* action(MetricsView& view, const QString& name) {
  for (QAction* candidate : view.viewActions()) {
    if (candidate->text() == name) {
      return candidate;
    }
  }
  return nullptr;
}

/// Pixels of a cell that are drawn in a color near `ink`.
int inked(const QImage& picture, const QRect& area, const QColor& ink) {
  int count = 0;
  for (int y = area.top(); y <= area.bottom(); ++y) {
    for (int x = area.left(); x <= area.right(); ++x) {
      const QColor at = picture.pixelColor(x, y);
      count += std::abs(at.red() - ink.red()) + std::abs(at.green() - ink.green()) +
                           std::abs(at.blue() - ink.blue()) <
                       90
                   ? 1
                   : 0;
    }
  }
  return count;
}

/// The longest run of ink in one line of pixels: an underline is as long as its text.
int longestLine(const QImage& picture, const QRect& area, const QColor& ink) {
  int longest = 0;
  for (int y = area.top(); y <= area.bottom(); ++y) {
    int run = 0;
    for (int x = area.left(); x <= area.right(); ++x) {
      run = inked(picture, QRect(x, y, 1, 1), ink) ? run + 1 : 0;
      longest = std::max(longest, run);
    }
  }
  return longest;
}

PublishedTable publishedTable(const std::string& protocol, const std::string& dataset = "small") {
  PublishedTable table;
  table.id = "paper-table-2";
  table.paper = "A paper";
  table.source = "Table 2";
  table.protocol = protocol;
  table.dataset = dataset;
  table.settings = {"K"};
  table.metrics = {"5deg"};
  table.units = {{"5deg", "%"}};
  table.rows.push_back({"Method", {{"K", "50"}}, {{"5deg", 99.0}}, "printed with a wrong sign"});
  return table;
}

}  // namespace

class MetricsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void statesSayWhatIsMissing();
  void tableShowsCoresText();
  void bestIsBoldAndSecondUnderlined();
  void toolTipsGiveIntervalAndCount();
  void cellOpensItsSamples();
  void sampleSelectsItselfEverywhere();
  void selectionIsFollowed();
  void queuesHoldTheRightSamples();
  void queueSteps();
  void staleNumbersStayGrey();
  void differencesAreShownWithP();
  void modelsAndPublishedRows();
  void protocolsWithObstaclesAreDisabled();
  void publishedRowsAreChecked();
  void furtherRunsStandBesideAAndB();
  void colorsAreThoseOfTheRuns();
  void aSearchKeepsTheChosenNumber();
  void slicesAreShown();
  void slicesComeFromFilterAndSelection();
  void explainerUsesTheReport();
  void curveAndHistogramHoldTheNumbers();
  void figuresAreReproducible();
  void textsAreCores();
  void stateIsKept();
  void numbersAreWantedWhileVisible();
};

void MetricsTest::statesSayWhatIsMissing() {
  SessionModel session;
  MetricsView view(session);
  auto* card = view.findChild<StateCard*>();
  QSignalSpy asked(&view, &View::actionRequested);
  QVERIFY(card->sentence().contains("Open a dataset"));
  Q_EMIT card->triggered();
  QCOMPARE(asked.takeFirst().at(0).toString(), QString("try-sample"));
  const auto dataset = std::make_shared<test::SmallDataset>(3);
  session.setDataset(dataset);
  QVERIFY(card->sentence().contains("Estimate poses"));
  QVERIFY(!view.figure());
  session.setResultA(test::smallResult(*dataset, "a"));
  session.model<EvaluationModel>().setEvaluating(Run::kA);
  QVERIFY(card->sentence().contains("evaluating"));
  session.model<EvaluationModel>().setProblem(Run::kA, "gt.npz: row 3: not a rotation; correct it.");
  QCOMPARE(card->sentence(), QString("gt.npz: row 3: not a rotation; correct it."));
  QSignalSpy again(&session.model<EvaluationModel>(), &EvaluationModel::againAsked);
  Q_EMIT card->triggered();
  QCOMPARE(again.count(), 1);
  session.model<EvaluationModel>().setReport(Run::kA, test::smallReport(*dataset, "a", 1.0));
  QVERIFY(view.figure());
  QVERIFY(view.context().contains("3 images"));
}

void MetricsTest::tableShowsCoresText() {
  MetricsStage stage;
  MetricsView view(stage.session);
  stage.showA();
  const MetricTable expected = metric_table(*stage.a);
  const QTableView* table = metrics(view);
  QCOMPARE(table->model()->rowCount(), static_cast<int>(expected.rows.size()));
  for (std::size_t r = 0; r < expected.rows.size(); ++r) {
    QCOMPARE(text(table, static_cast<int>(r), 0), QString::fromStdString(expected.rows[r].name));
    for (std::size_t c = 0; c < expected.columns.size(); ++c) {
      QCOMPARE(text(table, static_cast<int>(r), static_cast<int>(c) + 1),
               QString::fromStdString(expected.rows[r].cells[c].text));
    }
  }
  QCOMPARE(table->model()->headerData(1, Qt::Horizontal).toString(), QString("5° (%)"));
}

/// Over methods: two runs in the table of models, none in that of categories.
void MetricsTest::bestIsBoldAndSecondUnderlined() {
  MetricsStage stage;
  MetricsView view(stage.session);
  view.resize(900, 600);
  stage.showBoth();
  view.show();
  QTableView* table = metrics(view);
  for (int r = 0; r < table->model()->rowCount(); ++r) {
    const auto font = table->model()->index(r, 1).data(Qt::FontRole).value<QFont>();
    QVERIFY(!font.bold() && !font.underline());
  }
  named<QToolButton>(view, "Models")->click();
  table->setCurrentIndex(table->model()->index(0, 0));  // the current cell has another background
  int best = -1, second = -1;
  for (int r = 0; r < 2; ++r) {
    const auto font = table->model()->index(r, 1).data(Qt::FontRole).value<QFont>();
    best = font.bold() ? r : best;
    second = font.underline() ? r : second;
  }
  QVERIFY(best >= 0 && second >= 0 && best != second);
  QCoreApplication::processEvents();
  const QImage picture = table->viewport()->grab().toImage();
  const QColor ink = themeOf(view).text;
  const auto area = [&](int row) {
    return table->visualRect(table->model()->index(row, 1)).adjusted(1, 1, -2, -3);
  };
  const int line = QFontMetrics(numberFont()).horizontalAdvance(text(table, second, 1));
  QVERIFY(longestLine(picture, area(second), ink) >= line - 4);
  QVERIFY(longestLine(picture, area(best), ink) < line / 2);
  // Bold strokes: more ink than the same digits have in the plain weight.
  QFont plain = numberFont();
  QImage reference(area(best).size(), QImage::Format_RGB32);
  reference.fill(themeOf(view).surface);
  QPainter painter(&reference);
  painter.setFont(plain);
  painter.setPen(ink);
  painter.drawText(reference.rect(), Qt::AlignCenter, text(table, best, 1));
  painter.end();
  QVERIFY(inked(picture, area(best), ink) > inked(reference, reference.rect(), ink));
}

void MetricsTest::toolTipsGiveIntervalAndCount() {
  MetricsStage stage;
  MetricsView view(stage.session);
  stage.a->rows[1].cells[0] = MetricCell();
  stage.a->rows[1].cells[0].reason = "No bowl is in the ground truth.";
  stage.showA();
  const auto* model = metrics(view)->model();
  const QString tip = model->index(0, 1).data(Qt::ToolTipRole).toString();
  const MetricRow& mug = stage.a->rows[0];
  QVERIFY2(tip.contains("95 % interval"), qPrintable(tip));
  QVERIFY2(tip.contains(QString::number((*mug.cells[0].value - 0.05) * 100.0, 'f', 1)), qPrintable(tip));
  QVERIFY2(tip.contains(QString("%1 samples").arg(samples_behind(*stage.a, 0, 0).size())), qPrintable(tip));
  QVERIFY(model->index(1, 1).data(Qt::ToolTipRole).toString().contains("No bowl is in the ground truth."));
  QCOMPARE(model->index(1, 1).data().toString(), QString("–"));
  QVERIFY(model->headerData(1, Qt::Horizontal, Qt::ToolTipRole).toString().contains("Share of objects"));
  stage.a->columns[0].rule = "<b>bold</b>";
  stage.showA();
  QVERIFY(model->headerData(1, Qt::Horizontal, Qt::ToolTipRole).toString().contains("&lt;b&gt;"));
}

void MetricsTest::cellOpensItsSamples() {
  MetricsStage stage;
  MetricsView view(stage.session);
  view.resize(1000, 700);
  stage.showA();
  view.show();
  QTableView* table = metrics(view);
  const QRect cell = table->visualRect(table->model()->index(0, 2));
  QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, cell.center());
  const auto expected = samples_behind(*stage.a, 0, 1);
  QCOMPARE(samples(view)->model()->rowCount(), static_cast<int>(expected.size()));
  QTest::keyClick(table, Qt::Key_Down);
  QCOMPARE(samples(view)->model()->rowCount(), static_cast<int>(samples_behind(*stage.a, 1, 1).size()));
  QCOMPARE(text(samples(view), 0, 1), QString("bowl 1"));
  samples(view)->sortByColumn(3, Qt::DescendingOrder);
  QCOMPARE(text(samples(view), 0, 3), QString("–"));  // no prediction is worse than any error
  samples(view)->sortByColumn(3, Qt::AscendingOrder);
  const int rows = samples(view)->model()->rowCount();
  double before = -1.0;
  for (int r = 0; r < rows && text(samples(view), r, 3) != "–"; ++r) {
    const double now = text(samples(view), r, 3).chopped(1).toDouble();
    QVERIFY(now >= before);
    before = now;
  }
}

void MetricsTest::sampleSelectsItselfEverywhere() {
  MetricsStage stage;
  MetricsView view(stage.session);
  stage.showA();
  QTableView* list = samples(view);
  list->setCurrentIndex(list->model()->index(9, 0));
  const Selection& now = stage.session.selection();
  QCOMPARE(QString::fromStdString(stage.dataset->frame_info(*now.frame).name), text(list, 9, 0));
  QVERIFY(text(list, 9, 1).endsWith(QString::number(*now.instance)));
}

void MetricsTest::selectionIsFollowed() {
  MetricsStage stage;
  MetricsView view(stage.session);
  stage.showA();
  stage.session.setSelection({7, 2});
  const QTableView* list = samples(view);
  QCOMPARE(text(list, list->currentIndex().row(), 0), QString("000001/00007"));
  QCOMPARE(text(list, list->currentIndex().row(), 1), QString("mug 2"));
}

void MetricsTest::queuesHoldTheRightSamples() {
  MetricsStage stage;
  MetricsView view(stage.session);
  stage.showBoth();
  SampleQueue& queue = stage.session.queue();
  action(view, "Queue: worst 20")->trigger();
  QCOMPARE(queue.size(), std::size_t(20));
  double before = 1e9;
  for (const Selection& entry : queue.entries()) {
    const double error = static_cast<double>(*entry.frame) + *entry.instance;
    QVERIFY(error <= before);
    before = error;
  }
  action(view, "Queue: A right, B wrong")->trigger();
  QVERIFY(queue.active());
  const SampleIndex index_a(*stage.a), index_b(*stage.b);
  std::size_t expected = 0;
  for (std::size_t i = 0; i < stage.a->samples.size(); ++i) {
    const std::size_t other = *index_b.find(*stage.a, i);
    expected += stage.a->samples[i].outcomes[0] == Outcome::kCorrect &&
                        stage.b->samples[other].outcomes[0] == Outcome::kWrong
                    ? 1
                    : 0;
  }
  QVERIFY(expected > 0);
  QCOMPARE(queue.size(), expected);
  for (const Selection& entry : queue.entries()) {
    const double error = static_cast<double>(*entry.frame) + *entry.instance;
    QVERIFY(error * 0.8 < 5.0 && error * 1.1 >= 5.0);
  }
  action(view, "Queue: B right, A wrong")->trigger();  // there is none: B is never nearer
  QVERIFY(!queue.active());
  action(view, "Queue: missed")->trigger();
  std::size_t wrong = 0;
  for (const EvaluatedSample& sample : stage.a->samples) {
    wrong += sample.outcomes[0] == Outcome::kWrong ? 1 : 0;
  }
  QCOMPARE(queue.size(), wrong);
}

void MetricsTest::queueSteps() {
  MetricsStage stage;
  MetricsView view(stage.session);
  stage.showA();
  SampleQueue& queue = stage.session.queue();
  queue.set("Two", {{5, 1}, {9, 0}});
  QCOMPARE(stage.session.selection(), (Selection{5, 1}));
  QCOMPARE(queue.text(), QString("Two · 1 / 2"));
  stage.session.step(1);
  QCOMPARE(stage.session.selection(), (Selection{9, 0}));
  stage.session.step(1);
  QCOMPARE(queue.text(), QString("Two · 2 / 2"));
  stage.session.selectFrame(3);  // looking aside leaves the place in the queue
  stage.session.step(-1);
  QCOMPARE(stage.session.selection(), (Selection{5, 1}));
  queue.clear();
  stage.session.step(1);
  QCOMPARE(*stage.session.selection().frame, std::size_t(6));
  queue.set("None", {});
  QVERIFY(!queue.active());
  queue.set("Two", {{5, 1}, {9, 0}});
  stage.session.setDataset(std::make_shared<test::SmallDataset>(2));
  QVERIFY(!queue.active());
}

void MetricsTest::staleNumbersStayGrey() {
  MetricsStage stage;
  MetricsView view(stage.session);
  stage.showA();
  const QModelIndex index = metrics(view)->model()->index(0, 1);
  QVERIFY(index.data(Qt::ForegroundRole).value<QColor>() == themeOf(view).text);
  stage.session.model<EvaluationModel>().setEvaluating(Run::kA);
  QVERIFY(metrics(view)->model()->index(0, 1).data(Qt::ForegroundRole).value<QColor>() ==
          themeOf(view).muted);
  QCOMPARE(metrics(view)->model()->rowCount(), 3);
  QVERIFY(view.context().contains("evaluating"));
  stage.showA();
  QVERIFY(metrics(view)->model()->index(0, 1).data(Qt::ForegroundRole).value<QColor>() == themeOf(view).text);
}

void MetricsTest::differencesAreShownWithP() {
  MetricsStage stage;
  MetricsView view(stage.session);
  stage.showBoth();
  auto* button = named<QToolButton>(view, "A − B");
  QVERIFY(button->isHidden());
  stage.session.model<EvaluationModel>().setComparison(stage.comparison());
  QVERIFY(!button->isHidden());
  button->setChecked(true);
  const auto* model = metrics(view)->model();
  QCOMPARE(model->columnCount(), 5);
  QCOMPARE(model->headerData(2, Qt::Horizontal).toString(), QString("A − B"));
  const double difference = (*stage.a->rows[0].cells[0].value - *stage.b->rows[0].cells[0].value) * 100.0;
  QCOMPARE(model->index(0, 2).data().toString(), "+" + QString::number(difference, 'f', 1));
  const QString tip = model->index(0, 2).data(Qt::ToolTipRole).toString();
  QVERIFY2(tip.contains("p = 0.012") && tip.contains("paired bootstrap"), qPrintable(tip));
  QVERIFY(model->index(0, 2).data(Qt::ForegroundRole).value<QColor>() == themeOf(view).runs[0]);
}

void MetricsTest::modelsAndPublishedRows() {
  MetricsStage stage;
  stage.showBoth();
  const ShownTable alone = modelTable(comparedRuns({stage.a, stage.b}), {}, {});
  QCOMPARE(alone.table.rows.size(), std::size_t(2));
  QVERIFY(alone.table.rows[0].cells[0].rank == Rank::kBest);
  QVERIFY(alone.table.rows[1].cells[0].rank == Rank::kSecond);
  const ShownTable alike =
      modelTable(comparedRuns({stage.a, stage.b}), {publishedTable("nocs-exact")}, {{"paper-table-2", 0}});
  QCOMPARE(alike.table.rows.size(), std::size_t(3));
  QVERIFY(alike.table.rows[2].published);
  QCOMPARE(QString::fromStdString(alike.table.rows[2].name), QString("Method (K = 50) · small"));
  QVERIFY(alike.table.rows[2].cells[0].rank == Rank::kBest);
  QVERIFY(alike.table.rows[0].cells[0].rank == Rank::kSecond);
  QVERIFY(!alike.table.rows[2].cells[1].value && !alike.table.rows[2].cells[1].reason.empty());
  const ShownTable foreign =
      modelTable(comparedRuns({stage.a, stage.b}), {publishedTable("nocs-legacy")}, {{"paper-table-2", 0}});
  const ShownTable elsewhere =
      modelTable(comparedRuns({stage.a}), {publishedTable("nocs-exact", "REAL275")}, {{"paper-table-2", 0}});
  QVERIFY(elsewhere.table.rows[1].cells[0].rank == Rank::kNone);
  QVERIFY(QString::fromStdString(elsewhere.table.rows[1].note).contains("on REAL275"));
  QVERIFY(foreign.table.rows[2].cells[0].rank == Rank::kNone);
  QVERIFY(foreign.table.rows[0].cells[0].rank == Rank::kBest);
  QVERIFY(QString::fromStdString(foreign.table.rows[2].note).contains("nocs-legacy"));
  QVERIFY(QString::fromStdString(foreign.table.rows[2].note).contains("wrong sign"));

  MetricsView view(stage.session);
  stage.session.model<EvaluationModel>().setPublished({publishedTable("nocs-exact")});
  view.restoreState({{"models", true}, {"published", QJsonArray{QJsonArray{"paper-table-2", 0}}}});
  const QTableView* table = metrics(view);
  QCOMPARE(table->model()->rowCount(), 3);
  QVERIFY(table->model()->index(2, 0).data(MetricModel::kPublishedRole).toBool());
  QCOMPARE(table->model()->index(1, 0).data(MetricModel::kRunRole).toInt(), 1);
  metrics(view)->setCurrentIndex(table->model()->index(1, 1));
  QVERIFY(named<QTableView>(view, "Samples behind the number")->model()->rowCount() > 0);
}

void MetricsTest::protocolsWithObstaclesAreDisabled() {
  MetricsStage stage;
  MetricsView view(stage.session);
  auto* combo = named<QComboBox>(view, "Protocol");
  const auto flags = [&](int row) { return combo->model()->flags(combo->model()->index(row, 0)); };
  // Every protocol once, each below the head of its family, which cannot be chosen.
  int heads = 0;
  QString family;
  for (int row = 0; row < combo->count(); ++row) {
    const Protocol* protocol = find_protocol(combo->itemData(row).toString().toStdString());
    if (protocol == nullptr) {
      ++heads;
      QVERIFY(!(flags(row) & Qt::ItemIsEnabled));
      family.clear();
    } else {
      const QString own = QString::fromStdString(protocol->family);
      QVERIFY(family.isEmpty() || family == own);
      family = own;
      QVERIFY(flags(row) & Qt::ItemIsEnabled);
    }
  }
  QVERIFY(heads >= 5);
  QCOMPARE(combo->count() - heads, static_cast<int>(protocols().size()));
  QCOMPARE(combo->currentData().toString(), stage.session.model<EvaluationModel>().protocol());
  const QString id = QString::fromStdString(protocols().back().id);
  stage.session.model<EvaluationModel>().setObstacles({{id, "There is no depth."}});
  const int row = combo->findData(id);
  QVERIFY(!(flags(row) & Qt::ItemIsEnabled));
  QVERIFY(combo->itemData(row, Qt::ToolTipRole).toString().contains("There is no depth."));
  QVERIFY(combo->itemData(row, Qt::AccessibleTextRole).toString().contains("There is no depth."));
  // Grey, with the reason in a second line: taller, and no ink of the usual color.
  combo->showPopup();
  QAbstractItemView* list = combo->view();
  list->scrollTo(combo->model()->index(row, 0));
  const QRect grey = list->visualRect(combo->model()->index(row, 0));
  QVERIFY(grey.height() > list->visualRect(combo->model()->index(row - 1, 0)).height());
  const QImage picture = list->viewport()->grab().toImage();
  QVERIFY(inked(picture, grey.intersected(picture.rect()), themeOf(view).muted) > 20);
  QCOMPARE(inked(picture, grey.intersected(picture.rect()).adjusted(1, 1, -1, -1), themeOf(view).text), 0);
  combo->hidePopup();
}

void MetricsTest::publishedRowsAreChecked() {
  MetricsStage stage;
  MetricsView view(stage.session);
  stage.showBoth();
  PublishedTable table = publishedTable("nocs-exact");
  table.rows.push_back({"Rival", {{"K", "1"}}, {{"5deg", 12.0}}, ""});
  PublishedTable foreign = publishedTable("nocs-exact");
  foreign.id = "foreign";
  foreign.metrics = {"nothing"};
  stage.session.model<EvaluationModel>().setPublished({table, foreign});
  named<QToolButton>(view, "Models")->click();
  auto* list = view.findChild<PublishedList*>();
  auto* tree = list->findChild<QTreeWidget*>();
  QCOMPARE(tree->topLevelItemCount(), 1);
  QTreeWidgetItem* head = tree->topLevelItem(0)->child(0);
  QCOMPARE(head->childCount(), 2);
  head->child(0)->setCheckState(0, Qt::Checked);
  head->child(1)->setCheckState(0, Qt::Checked);
  QCOMPARE(metrics(view)->model()->rowCount(), 4);
  // The search hides rows and keeps what is checked.
  auto* search = list->findChild<QLineEdit*>();
  search->setText("rival small");
  QVERIFY(head->child(0)->isHidden() && !head->child(1)->isHidden() && !head->isHidden());
  search->setText("nobody");
  QVERIFY(head->isHidden());
  QCOMPARE(metrics(view)->model()->rowCount(), 4);
  QCOMPARE(view.saveState().value("published").toArray().size(), 2);
  search->clear();
  head->child(0)->setCheckState(0, Qt::Unchecked);
  QCOMPARE(metrics(view)->model()->rowCount(), 3);
  list->popUpBelow(*named<QToolButton>(view, "Published"));
  QVERIFY(list->isVisible() && search->hasFocus());
  QTest::keyClick(search, Qt::Key_Down);
  QCOMPARE(tree->currentItem(), head->child(0));
  QTest::keyClick(tree, Qt::Key_Space);
  QCOMPARE(head->child(0)->checkState(0), Qt::Checked);
  QCOMPARE(metrics(view)->model()->rowCount(), 4);
  QTest::keyClick(list, Qt::Key_Escape);
  QVERIFY(!list->isVisible());
}

void MetricsTest::furtherRunsStandBesideAAndB() {
  MetricsStage stage;
  MetricsView view(stage.session);
  view.resize(900, 700);
  stage.showBoth();
  view.show();
  EvaluationModel& evaluation = stage.session.model<EvaluationModel>();
  const RunId further = stage.session.addRun<PoseResult>("run c", test::smallResult(*stage.dataset, "c"));
  const auto c = test::smallReport(*stage.dataset, "run c", 0.5);
  evaluation.setOthers({{further, {c, false, {}}}});
  named<QToolButton>(view, "Models")->click();
  QTableView* table = metrics(view);
  const auto font = [&](int row) { return table->model()->index(row, 1).data(Qt::FontRole).value<QFont>(); };
  QCOMPARE(table->model()->rowCount(), 3);
  QCOMPARE(text(table, 2, 0), QString("run c"));
  QCOMPARE(table->model()->index(2, 0).data(MetricModel::kStyleRole).toInt(),
           stage.session.runs().find(further)->style);
  QVERIFY(font(2).bold() && font(0).underline() && !font(1).bold() && !font(1).underline());
  // Its samples are behind its numbers.
  table->setCurrentIndex(table->model()->index(2, 1));
  QCOMPARE(samples(view)->model()->rowCount(),
           static_cast<int>(samples_behind(*c, c->rows.size() - 1, 0).size()));
  QCOMPARE(samples(view)->model()->headerData(2, Qt::Horizontal).toString(), QString("in run c"));
  // A line of its own, in its color, under its name.
  const auto curve = view.figure();
  QCOMPARE(curve->data().columns.size(), std::size_t(10));
  QVERIFY(curve->data().columns[9].starts_with("run c mean"));
  QImage picture(500, 360, QImage::Format_RGB32);
  const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kDark));
  QPainter painter(&picture);
  curve->paint(painter, picture.rect(), plot);
  painter.end();
  QVERIFY(inked(picture, picture.rect(), runColor(plot.colors, stage.session.runs().find(further)->style)) >
          30);
  // Categories: every run in every category, ranked within it.
  named<QToolButton>(view, "Categories")->click();
  QCOMPARE(table->model()->rowCount(), 9);
  QCOMPARE(text(table, 0, 0), QString("mug · run a"));
  QCOMPARE(text(table, 5, 0), QString("bowl · run c"));
  QVERIFY(font(2).bold() && font(5).bold() && font(8).bold());
  QCOMPARE(text(table, 5, 1), QString::fromStdString(metric_table(*c).rows[1].cells[0].text));
  QVERIFY(table->model()->index(3, 0).data(MetricModel::kGroupRole).toBool());
  // Slices: a row for it below those of A and B.
  named<QToolButton>(view, "Slices")->click();
  auto far = parse_slice("far: z > 1 m");
  evaluation.setSlices({*far});
  QCOMPARE(table->model()->rowCount(), 6);
  auto compared = std::make_shared<std::vector<ComparedSlice>>(1);
  compared->front().a.name = "far";
  compared->front().a.expression = far->expression;
  compared->front().a.counts.all_truths = 60;
  compared->front().a.counts.truths = 9;
  compared->front().a.report = stage.a;
  compared->front().b = compared->front().a;
  compared->front().others = {compared->front().a};
  compared->front().others[0].report = c;
  evaluation.setComparedSlices(compared, {});
  QCOMPARE(text(table, 5, 0), QString("far (9) · run c"));
  QCOMPARE(text(table, 5, 1), QString::fromStdString(metric_table(*c).rows.back().cells[0].text));
  QVERIFY(font(5).bold());
  // It is being evaluated anew: its numbers alone are grey.
  named<QToolButton>(view, "Models")->click();
  evaluation.setOthers({{further, {c, true, {}}}});
  const auto ink = [&](int row) {
    return table->model()->index(row, 1).data(Qt::ForegroundRole).value<QColor>();
  };
  QVERIFY(ink(2) == themeOf(view).muted && ink(0) == themeOf(view).text);
  evaluation.setOthers({{further, {nullptr, false, "It has no samples."}}});
  QCOMPARE(table->model()->rowCount(), 2);
  evaluation.setOthers({});
  QCOMPARE(samples(view)->model()->headerData(2, Qt::Horizontal).toString(), QString("in A"));
}

/// One source of truth: what the list of runs says of a run's color.
void MetricsTest::colorsAreThoseOfTheRuns() {
  MetricsStage stage;
  MetricsView view(stage.session);
  view.resize(900, 700);
  stage.showBoth();
  view.show();
  stage.session.model<EvaluationModel>().setComparison(stage.comparison());
  named<QToolButton>(view, "Models")->click();
  named<QToolButton>(view, "A − B")->setChecked(true);
  const RunId a = stage.session.runs().chosen_run<PoseResult>(Run::kA);
  QTableView* table = metrics(view);
  table->setCurrentIndex(table->model()->index(1, 1));
  const auto in_table = [&](const QColor& ink) {
    QCoreApplication::processEvents();
    return inked(table->viewport()->grab().toImage(), table->visualRect(table->model()->index(0, 0)), ink);
  };
  const auto in_figure = [&](int tab, const QColor& ink) {
    view.findChild<QTabBar*>()->setCurrentIndex(tab);
    QImage picture(500, 360, QImage::Format_RGB32);
    QPainter painter(&picture);
    view.figure()->paint(painter, picture.rect(), screenPlotTheme(themeOf(view)));
    painter.end();
    return inked(picture, picture.rect(), ink);
  };
  const QColor amber = themeOf(view).runs[2], blue = themeOf(view).runs[0];
  QVERIFY(in_table(blue) > 50 && in_table(amber) == 0);
  QVERIFY(in_figure(1, blue) > 100 && in_figure(1, amber) < 10);
  QVERIFY(in_figure(2, blue) > 100 && in_figure(2, amber) < 10);
  const auto difference = [&] {
    return table->model()->index(0, 2).data(Qt::ForegroundRole).value<QColor>();
  };
  QCOMPARE(difference(), blue);
  stage.session.setRunStyle(a, 2);
  QVERIFY(in_table(amber) > 50 && in_table(blue) == 0);
  QVERIFY(in_figure(1, amber) > 100);
  QVERIFY(in_figure(2, amber) > 100);
  QCOMPARE(difference(), amber);
  stage.session.undoStack().undo();
  QVERIFY(in_table(blue) > 50 && in_table(amber) == 0);
  QVERIFY(in_figure(2, blue) > 100);
}

void MetricsTest::aSearchKeepsTheChosenNumber() {
  MetricsStage stage;
  MetricsView view(stage.session);
  view.resize(900, 700);
  stage.showA();
  view.show();
  QTableView* table = metrics(view);
  table->setCurrentIndex(table->model()->index(0, 2));
  const int mugs = samples(view)->model()->rowCount();
  auto* search = searchOf(view, "Search the metrics");
  QCOMPARE(searchFieldIn(view, nullptr), &search->field());  // the upper table's
  search->field().open();
  QTest::keyClicks(&search->field(), "BOWL");
  QCOMPARE(table->model()->rowCount(), 1);
  QCOMPARE(text(table, 0, 0), QString("bowl"));
  QCOMPARE(samples(view)->model()->rowCount(), mugs);
  QCOMPARE(view.table().rows.size(), std::size_t(1));
  table->setCurrentIndex(table->model()->index(0, 1));
  QCOMPARE(samples(view)->model()->rowCount(), static_cast<int>(samples_behind(*stage.a, 1, 0).size()));
  QTest::keyClick(&search->field(), Qt::Key_Escape);
  QCOMPARE(table->model()->rowCount(), 3);
  QCOMPARE(table->currentIndex(), table->model()->index(1, 1));
  // The list of samples is searched with its own line, and its selection is the session's.
  auto* of_samples = searchOf(view, "Search the samples");
  QCOMPARE(searchFieldIn(view, samples(view)), &of_samples->field());
  stage.session.setSelection({7, 1});
  of_samples->setText("00007 bowl");
  QCOMPARE(samples(view)->model()->rowCount(), 2);
  QCOMPARE(stage.session.selection(), (Selection{7, 1}));
  QCOMPARE(text(samples(view), samples(view)->currentIndex().row(), 1), QString("bowl 1"));
  of_samples->setText("00009");
  QCOMPARE(stage.session.selection(), (Selection{7, 1}));
}

void MetricsTest::slicesAreShown() {
  MetricsStage stage;
  MetricsView view(stage.session);
  view.resize(900, 600);
  stage.showBoth();
  view.show();
  EvaluationModel& evaluation = stage.session.model<EvaluationModel>();
  auto* field = named<QLineEdit>(view, "Add a slice");
  QVERIFY(!field->isVisible() && !evaluation.slicesShown());
  named<QToolButton>(view, "Slices")->click();
  QVERIFY(field->isVisible() && evaluation.slicesShown());
  // A mistake is told below the field and changes nothing.
  QTest::keyClicks(field, "z <");
  QTest::keyClick(field, Qt::Key_Return);
  const auto* message = named<QLabel>(view, "Why the slice was not added");
  QVERIFY(message->isVisible());
  QVERIFY2(message->text().contains("expected a number"), qPrintable(message->text()));
  QVERIFY(evaluation.slices().empty());
  field->clear();
  QTest::keyClicks(field, "far: z > 1 m");
  QTest::keyClick(field, Qt::Key_Return);
  QVERIFY(!message->isVisible());
  QTRY_VERIFY(field->text().isEmpty());
  QCOMPARE(evaluation.slices().size(), std::size_t{1});
  const auto* model = metrics(view)->model();
  QCOMPARE(model->rowCount(), 4);
  QCOMPARE(text(metrics(view), 2, 1), QString("–"));
  QVERIFY(model->index(2, 1).data(Qt::ToolTipRole).toString().contains("being evaluated"));
  // What is evaluated takes the place of the dashes, A and B side by side.
  auto compared = std::make_shared<std::vector<ComparedSlice>>(1);
  SliceReport& far = compared->front().a;
  far.name = "far";
  far.expression = "z > 1 m";
  far.counts.truths = 9;
  far.counts.all_truths = 60;
  far.report = stage.b;
  far.truth_rows = {1, 2};
  compared->front().b = far;
  compared->front().b->report = stage.a;
  evaluation.setComparedSlices(compared, {});
  const QString a = QString::fromStdString(metric_table(*stage.a).rows.back().cells[0].text);
  const QString b = QString::fromStdString(metric_table(*stage.b).rows.back().cells[0].text);
  QCOMPARE(text(metrics(view), 0, 0), QString("all objects (60) · run a"));
  QCOMPARE(text(metrics(view), 2, 0), QString("far (9) · run a"));
  QCOMPARE(text(metrics(view), 3, 0), QString("far (9) · run b"));
  QCOMPARE(text(metrics(view), 2, 1), b);
  QCOMPARE(text(metrics(view), 3, 1), a);
  QCOMPARE(model->index(3, 0).data(MetricModel::kRunRole).toInt(), 1);
  QVERIFY(model->index(2, 1).data(Qt::ToolTipRole).toString().contains("9 of 60 ground truths"));
  // Ranked within the slice: B's numbers stand in A's row.
  QVERIFY(model->index(3, 1).data(Qt::FontRole).value<QFont>().bold());
  QVERIFY(model->index(0, 1).data(Qt::FontRole).value<QFont>().bold());
  // Behind a number of a slice are the slice's samples.
  metrics(view)->setCurrentIndex(model->index(2, 1));
  QCOMPARE(samples(view)->model()->rowCount(), 2);
  const MetricTable table = view.table();
  QCOMPARE(table.corner, std::string("slice"));
  QVERIFY(view.figure()->data().columns.size() > 3);
  // Kept in the state, and taken away by its menu.
  const QJsonObject state = view.saveState();
  evaluation.setSlices({});
  QCOMPARE(metrics(view)->model()->rowCount(), 2);
  view.restoreState(state);
  QCOMPARE(evaluation.slices().front().name, std::string("far"));
  QCOMPARE(metrics(view)->model()->rowCount(), 4);
}

void MetricsTest::slicesComeFromFilterAndSelection() {
  MetricsStage stage;
  MetricsView view(stage.session);
  stage.showA();
  named<QToolButton>(view, "Slices")->click();
  EvaluationModel& evaluation = stage.session.model<EvaluationModel>();
  const auto source = [&](const QString& name) -> QAction* {
    QMenu* menu = named<QToolButton>(view, "From")->menu();
    Q_EMIT menu->aboutToShow();
    for (QAction* one : menu->actions()) {
      if (one->text() == name) {
        return one;
      }
    }
    return nullptr;
  };
  QVERIFY(!source("Filtered frames")->isEnabled() && !source("Queue")->isEnabled());
  stage.session.model<FrameFilterModel>().setFilter("err>10", {3, 7});
  QVERIFY(source("Filtered frames")->isEnabled());
  source("Filtered frames")->trigger();
  QCOMPARE(evaluation.slices().back().name, std::string("err>10"));
  QCOMPARE(evaluation.slices().back().expression,
           std::string(R"(image in ("000001/00003", "000001/00007"))"));
  stage.session.setSelection({7, 2});
  source("Selected objects")->trigger();
  QCOMPARE(evaluation.slices().back().expression,
           std::string(R"(image = "000001/00007" and instance in (2))"));
  // Several rows of the list are the selection.
  auto* list = samples(view);
  list->selectRow(4);
  list->selectionModel()->select(list->model()->index(5, 0),
                                 QItemSelectionModel::Select | QItemSelectionModel::Rows);
  source("Selected objects")->trigger();
  QCOMPARE(evaluation.slices().back().name, std::string("2 selected objects"));
  action(view, "Queue: missed")->trigger();
  QVERIFY(source("Queue")->isEnabled());
  source("Queue")->trigger();
  QCOMPARE(evaluation.slices().size(), std::size_t{4});
  // The same name once more is refused.
  source("Queue")->trigger();
  QCOMPARE(evaluation.slices().size(), std::size_t{4});
}

void MetricsTest::explainerUsesTheReport() {
  MetricsStage stage;
  MetricsView view(stage.session);
  stage.showA();
  stage.session.setSelection({1, 0});
  const auto said = [&](const QString& sentence) {
    for (const QLabel* label : view.findChildren<QLabel*>()) {
      if (label->text() == sentence) {
        return true;
      }
    }
    return false;
  };
  QVERIFY(said("Counted as correct."));
  QVERIFY(said("Its rotation error was held against 5°."));
  QVERIFY(said(QString::fromStdString(stage.a->columns[0].rule)));
  stage.session.setSelection({23, 3});
  QVERIFY(said("Counted as wrong."));
}

void MetricsTest::curveAndHistogramHoldTheNumbers() {
  MetricsStage stage;
  const CurveFigure curve({comparedRuns({stage.a, stage.b}), 0, 0, true, stage.a->provenance});
  const Table numbers = curve.data();
  QCOMPARE(numbers.columns.size(), std::size_t(7));
  QCOMPARE(std::get<double>(numbers.rows[5][1]), stage.a->curves[0].y[0][5] * 100.0);
  QCOMPARE(std::get<double>(numbers.rows[5][4]), stage.b->curves[0].y[0][5] * 100.0);
  QImage picture(400, 300, QImage::Format_RGB32);
  const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kDark));
  QPainter painter(&picture);
  curve.paint(painter, picture.rect(), plot);
  painter.end();
  QVERIFY(inked(picture, picture.rect(), plot.colors.runs[0]) > 100);
  QVERIFY(inked(picture, picture.rect(), plot.colors.runs[1]) > 50);
  const QString said = curve.describe({200, 150}, picture.rect(), plot);
  QVERIFY2(said.contains("run a  ") && said.contains("run b  "), qPrintable(said));
  QVERIFY(curve.describe({1, 1}, picture.rect(), plot).isEmpty());

  const HistogramData data = histogramData(comparedRuns({stage.a, stage.b}), 0, 0, 0);
  QCOMPARE(*data.threshold, 5.0);
  const HistogramFigure histogram(data);
  double all = 0.0;
  for (const double n : histogram.counts(0)) {
    all += n;
  }
  QCOMPARE(static_cast<std::size_t>(all), data.runs[0].values.size());
  std::size_t found = 0;
  for (const std::size_t i : samples_behind(*stage.a, 0, 0)) {
    found += stage.a->samples[i].prediction >= 0 ? 1 : 0;
  }
  QCOMPARE(data.runs[0].values.size(), found);
  for (std::size_t i = 0; i + 1 < histogram.counts(0).size(); ++i) {
    const auto inside = [&](double v) { return v >= histogram.edges()[i] && v < histogram.edges()[i + 1]; };
    QCOMPARE(histogram.counts(0)[i], static_cast<double>(std::count_if(data.runs[0].values.begin(),
                                                                       data.runs[0].values.end(), inside)));
  }
  const QString bin = histogram.describe({200, 150}, picture.rect(), plot);
  QVERIFY2(bin.contains("run a  ") && bin.contains("run b  ") && bin.contains("objects"), qPrintable(bin));
  QVERIFY(histogram.describe({1, 1}, picture.rect(), plot).isEmpty());
  const HistogramFigure empty(HistogramData{"error", "°", {}, {}, "", {}});
  QCOMPARE(empty.data().rows.size(), std::size_t(0));
  QVERIFY(figureBytes(empty, ".svg", {}));
}

void MetricsTest::figuresAreReproducible() {
  MetricsStage stage;
  MetricsView view(stage.session);
  stage.showBoth();
  auto* tabs = view.findChild<QTabBar*>();
  QStringList kinds;
  for (int tab = 0; tab < tabs->count(); ++tab) {
    tabs->setCurrentIndex(tab);
    const auto figure = view.figure();
    QVERIFY(figure);
    for (const char* extension : {".png", ".svg", ".pdf", ".csv"}) {
      const auto once = figureBytes(*figure, extension, {}), twice = figureBytes(*figure, extension, {});
      QVERIFY(once && twice);
      QVERIFY2(*once == *twice, extension);
    }
    const auto csv = figureBytes(*figure, ".csv", {});
    QVERIFY(csv->find("\"1.2.3\"") != std::string::npos);
    kinds << QString::fromStdString(figure->data().columns.front());
  }
  kinds.removeDuplicates();
  QCOMPARE(kinds.size(), 3);
  // Underlined in the exported table: a line that is not there without ranks.
  MetricTable table = modelTable(comparedRuns({stage.a, stage.b}), {}, {}).table;
  const auto svg = figureBytes(metricFigure(table, {}), ".svg", {});
  for (auto& row : table.rows) {
    for (auto& cell : row.cells) {
      cell.rank = cell.rank == Rank::kSecond ? Rank::kNone : cell.rank;
    }
  }
  const auto plain = figureBytes(metricFigure(table, {}), ".svg", {});
  QVERIFY(svg->size() > plain->size());
}

void MetricsTest::textsAreCores() {
  MetricsStage stage;
  MetricsView view(stage.session);
  stage.showA();
  const MetricTable table = metric_table(*stage.a);
  action(view, "Copy table as Markdown")->trigger();
  QCOMPARE(QGuiApplication::clipboard()->text(), QString::fromStdString(to_markdown(table)));
  action(view, "Copy table as LaTeX")->trigger();
  QCOMPARE(QGuiApplication::clipboard()->text(), QString::fromStdString(to_latex(table)));
  action(view, "Copy table as CSV")->trigger();
  QCOMPARE(QGuiApplication::clipboard()->text(), QString::fromStdString(to_csv(to_table(table))));
  QTemporaryDir folder;
  const std::pair<const char*, std::string> files[] = {
      {"m.csv", to_csv(to_table(table))}, {"m.md", to_markdown(table)}, {"m.tex", to_latex(table)}};
  for (const auto& [name, expected] : files) {
    const QString path = folder.filePath(name);
    QVERIFY(view.writeTable(path.toStdString()));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const std::string bytes = file.readAll().toStdString();
    QVERIFY2(bytes.ends_with(expected), name);
    QVERIFY2(bytes.find("\"1.2.3\"") < bytes.find('\n'), name);
  }
  QVERIFY(!view.writeTable(folder.filePath("m.txt").toStdString()));
}

void MetricsTest::stateIsKept() {
  MetricsStage stage;
  MetricsView view(stage.session);
  stage.showBoth();
  stage.session.model<EvaluationModel>().setComparison(stage.comparison());
  metrics(view)->setCurrentIndex(metrics(view)->model()->index(1, 2));
  named<QToolButton>(view, "A − B")->setChecked(true);
  view.findChild<QTabBar*>()->setCurrentIndex(2);
  MetricsView other(stage.session);
  other.restoreState(view.saveState());
  QCOMPARE(other.saveState(), view.saveState());
  QCOMPARE(samples(other)->model()->rowCount(), samples(view)->model()->rowCount());
  other.restoreState({{"tab", 400}, {"row", "nobody"}, {"published", 3}, {"protocol", "nonsense"}});
  QCOMPARE(stage.session.model<EvaluationModel>().protocol(), QString("nocs-exact"));
  QVERIFY(samples(other)->model()->rowCount() > 0);
}

void MetricsTest::numbersAreWantedWhileVisible() {
  MetricsStage stage;
  MetricsView view(stage.session);
  QVERIFY(!stage.session.model<EvaluationModel>().demand().wanted());
  view.show();
  QVERIFY(stage.session.model<EvaluationModel>().demand().wanted());
  view.hide();
  QVERIFY(!stage.session.model<EvaluationModel>().demand().wanted());
}

ALIDADE_TEST(MetricsTest)
#include "metrics_test.moc"
