// SPDX-License-Identifier: BSD-3-Clause
// The widgets of the metrics view.
#include <QAction>
#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QSplitter>
#include <QStackedLayout>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolButton>
#include <QVBoxLayout>

#include "views/base/data_table.h"
#include "views/base/plot_canvas.h"
#include "views/base/row_filter.h"
#include "views/base/sample_queue.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/base/table_search.h"
#include "views/metrics/explainer_panel.h"
#include "views/metrics/metric_model.h"
#include "views/metrics/metrics_view.h"
#include "views/metrics/protocol_box.h"
#include "views/metrics/published_list.h"
#include "views/metrics/sample_model.h"
#include "views/metrics/slice_bar.h"

namespace alidade {
namespace {

QToolButton* button(const QString& text, const QString& tip, bool checkable) {
  auto* made = new QToolButton;
  made->setText(text);
  made->setToolTip(tip);
  made->setAccessibleName(text);
  made->setCheckable(checkable);
  made->setToolButtonStyle(Qt::ToolButtonTextOnly);
  made->setObjectName(QStringLiteral("layerButton"));
  return made;
}

QToolButton* menuButton(const QString& text, const QString& tip, QMenu* menu) {
  QToolButton* made = button(text + QStringLiteral(" ▾"), tip, false);
  made->setAccessibleName(text);
  made->setMenu(menu);
  made->setPopupMode(QToolButton::InstantPopup);
  return made;
}

QWidget* surface() {
  auto* made = new QWidget;
  made->setBackgroundRole(QPalette::Base);
  made->setAutoFillBackground(true);
  return made;
}

}  // namespace

MetricsView::MetricsView(SessionModel& session, QWidget* parent)
    : View(session, parent),
      model_(new MetricModel(this)),
      rows_(new RowFilter(this)),
      sample_model_(new SampleModel(this)),
      sorted_(new RowFilter(this)),
      protocol_(new ProtocolBox),
      published_list_(new PublishedList(this)),
      slice_bar_(new SliceBar),
      state_(new QLabel),
      table_(new DataTable),
      samples_(new DataTable),
      search_(new TableSearch(tr("Search the metrics"), *table_, *rows_)),
      search_samples_(new TableSearch(tr("Search the samples"), *samples_, *sorted_)),
      samples_title_(new QLabel),
      tabs_(new QTabBar),
      curve_(new QComboBox),
      measure_(new QComboBox),
      pages_(new QStackedWidget),
      why_(new ExplainerPanel),
      curves_(new PlotCanvas(tr("Metric over its threshold"))),
      histogram_(new PlotCanvas(tr("Histogram of errors"))),
      details_(new QSplitter(Qt::Horizontal)),
      card_(new StateCard) {
  auto* page = surface();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  buildActions();
  buildStrip();
  buildTables();
  auto* strip = surface();
  auto* row = new QHBoxLayout(strip);
  row->setContentsMargins(8, 6, 8, 6);
  row->setSpacing(6);
  for (QWidget* widget : {static_cast<QWidget*>(protocol_), static_cast<QWidget*>(categories_),
                          static_cast<QWidget*>(models_), static_cast<QWidget*>(slices_button_),
                          static_cast<QWidget*>(published_button_), static_cast<QWidget*>(compare_)}) {
    row->addWidget(widget);
  }
  row->addStretch(1);
  row->addWidget(state_);
  column->addWidget(strip);
  slice_bar_->setBackgroundRole(QPalette::Base);
  slice_bar_->setAutoFillBackground(true);
  column->addWidget(slice_bar_);
  auto* split = new QSplitter(Qt::Vertical);
  split->setChildrenCollapsible(false);
  split->addWidget(withSearch(search_));
  split->addWidget(buildDetails());
  split->setStretchFactor(0, 2);
  split->setStretchFactor(1, 3);
  auto* inside = new QVBoxLayout(page);
  inside->setContentsMargins(0, 0, 0, 0);
  inside->addWidget(split);
  auto* content = new QWidget;
  stack_ = new QStackedLayout(content);
  stack_->addWidget(page);
  stack_->addWidget(card_);
  column->addWidget(content, 1);
  connectSession();
}

void MetricsView::buildStrip() {
  protocol_->setAccessibleName(tr("Protocol"));
  categories_ = button(tr("Categories"), tr("One row per category of the shown result"), true);
  models_ = button(tr("Models"), tr("One row per result, and published rows beside them"), true);
  slices_button_ =
      button(tr("Slices"), tr("One row per slice of the data and result: far, hidden, one class"), true);
  auto* rows = new QButtonGroup(this);
  rows->addButton(categories_);
  rows->addButton(models_);
  rows->addButton(slices_button_);
  categories_->setChecked(true);
  published_button_ = button(tr("Published ▾"), tr("Rows of published tables to compare with"), false);
  published_button_->setAccessibleName(tr("Published"));
  connect(published_button_, &QToolButton::clicked, this,
          [this] { published_list_->popUpBelow(*published_button_); });
  connect(published_list_, &PublishedList::picksChanged, this,
          [this](const std::vector<PublishedPick>& picks) {
            published_ = picks;
            refreshTable();
          });
  buildSlices();
  compare_ = button(tr("A − B"), tr("Show how far A is from B, tested over the images"), true);
  state_->setProperty("muted", true);
  state_->setTextFormat(Qt::PlainText);
  connect(protocol_, &QComboBox::activated, this, [this](int index) {
    session().model<EvaluationModel>().setProtocol(protocol_->itemData(index).toString());
  });
  connect(rows, &QButtonGroup::buttonClicked, this, [this] {
    session().model<EvaluationModel>().setSlicesShown(this, slices_button_->isChecked());
    refresh();
  });
  connect(compare_, &QToolButton::toggled, this, &MetricsView::refreshTable);
  connect(card_, &StateCard::triggered, this, [this] {
    if (card_action_ == QLatin1String("again")) {
      session().model<EvaluationModel>().askAgain();
    } else {
      Q_EMIT actionRequested(card_action_);
    }
  });
}

void MetricsView::buildTables() {
  rows_->setSourceModel(model_);
  table_->setModel(rows_);
  table_->setItemDelegate(new MetricDelegate(table_));
  table_->setSelectionBehavior(QAbstractItemView::SelectItems);
  table_->setAccessibleName(tr("Metrics"));
  table_->setMinimumHeight(120);
  table_->installEventFilter(this);
  connect(table_->selectionModel(), &QItemSelectionModel::currentChanged, this, &MetricsView::chooseCell);
  // Rows that a search takes away move the current cell without anybody having chosen.
  for (const RowFilter* rows : {rows_, sorted_}) {
    connect(rows, &RowFilter::aboutToFilter, this, [this] { following_ = true; });
  }
  connect(rows_, &RowFilter::filtered, this, &MetricsView::markChosen);
  connect(sorted_, &RowFilter::filtered, this, &MetricsView::markSample);
  sorted_->setSourceModel(sample_model_);
  sorted_->setSortRole(SampleModel::kSortRole);
  samples_->setModel(sorted_);
  samples_->setItemDelegate(new MetricDelegate(samples_));
  samples_->setSelectionBehavior(QAbstractItemView::SelectRows);
  samples_->setSortingEnabled(true);
  samples_->sortByColumn(-1, Qt::AscendingOrder);
  samples_->horizontalHeader()->setStretchLastSection(true);
  samples_->setAccessibleName(tr("Samples behind the number"));
  connect(samples_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          &MetricsView::chooseSample);
  connect(samples_, &QTableView::activated, this, [this](const QModelIndex& index) {
    chooseSample(index);
    tabs_->setCurrentIndex(kWhyTab);
  });
}

QWidget* MetricsView::buildDetails() {
  details_->setChildrenCollapsible(false);
  auto* left = surface();
  auto* list = new QVBoxLayout(left);
  list->setContentsMargins(0, 0, 0, 0);
  list->setSpacing(0);
  auto* head = new QHBoxLayout;
  head->setContentsMargins(12, 4, 8, 4);
  samples_title_->setTextFormat(Qt::PlainText);
  samples_title_->setProperty("muted", true);
  samples_title_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  samples_title_->setMinimumHeight(26);
  head->addWidget(samples_title_, 1);
  head->addWidget(queue_button_);
  list->addLayout(head);
  list->addWidget(withSearch(search_samples_));
  auto* right = surface();
  auto* plots = new QVBoxLayout(right);
  plots->setContentsMargins(0, 0, 0, 0);
  plots->setSpacing(0);
  for (const QString& name : {tr("Why"), tr("Curves"), tr("Histogram")}) {
    tabs_->addTab(name);
  }
  tabs_->setExpanding(false);
  tabs_->setUsesScrollButtons(false);
  tabs_->setCurrentIndex(kCurvesTab);
  auto* strip = new QHBoxLayout;
  strip->setContentsMargins(4, 4, 8, 4);
  strip->addWidget(tabs_);
  strip->addStretch(1);
  strip->addWidget(curve_);
  strip->addWidget(measure_);
  for (QComboBox* combo : {curve_, measure_}) {
    combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    combo->setMinimumContentsLength(14);
  }
  curve_->setAccessibleName(tr("Curve"));
  measure_->setAccessibleName(tr("Measure"));
  plots->addLayout(strip);
  for (QWidget* page :
       {static_cast<QWidget*>(why_), static_cast<QWidget*>(curves_), static_cast<QWidget*>(histogram_)}) {
    pages_->addWidget(page);
  }
  plots->addWidget(pages_, 1);
  details_->addWidget(left);
  details_->addWidget(right);
  details_->setStretchFactor(0, 1);
  details_->setStretchFactor(1, 1);
  details_->setSizes({1000, 1000});  // halves, whatever the parts would like
  connect(tabs_, &QTabBar::currentChanged, this, &MetricsView::refreshPlots);
  connect(curve_, &QComboBox::activated, this, &MetricsView::refreshPlots);
  connect(measure_, &QComboBox::activated, this, &MetricsView::refreshPlots);
  return details_;
}

QAction* MetricsView::addAction(const QString& text, const QString& tip, void (MetricsView::*run)()) {
  auto* action = new QAction(text, this);
  action->setToolTip(tip);
  connect(action, &QAction::triggered, this, run);
  actions_ << action;
  return action;
}

void MetricsView::buildActions() {
  worst_ = addAction(tr("Queue: worst 20"), tr("Step through the 20 samples with the largest error"),
                     &MetricsView::queueWorst);
  a_over_b_ = addAction(tr("Queue: A right, B wrong"), tr("Step through what A gets right and B does not"),
                        &MetricsView::queueAOverB);
  b_over_a_ = addAction(tr("Queue: B right, A wrong"), tr("Step through what B gets right and A does not"),
                        &MetricsView::queueBOverA);
  missed_ =
      addAction(tr("Queue: missed"), tr("Step through the ground truths that this metric counts as wrong"),
                &MetricsView::queueMissed);
  addAction(tr("Export table…"), tr("Write the table as CSV, Markdown or LaTeX"), &MetricsView::exportTable);
  addAction(tr("Copy table as CSV"), tr("Copy the numbers with their intervals"), &MetricsView::copyCsv);
  addAction(tr("Copy table as Markdown"), tr("Copy the table for a README or an issue"),
            &MetricsView::copyMarkdown);
  addAction(tr("Copy table as LaTeX"), tr("Copy the table for a paper (booktabs)"), &MetricsView::copyLatex);
  runs_menu_ = new QMenu(tr("Runs in tables"), this);
  runs_menu_->menuAction()->setToolTip(tr("Give further runs a row in the tables and a line in the curves"));
  runs_menu_->setToolTipsVisible(true);
  connect(runs_menu_, &QMenu::aboutToShow, this, &MetricsView::fillRunsMenu);
  actions_ << runs_menu_->menuAction();
  auto* menu = new QMenu(this);
  menu->addActions({worst_, a_over_b_, b_over_a_, missed_});
  queue_button_ = menuButton(tr("Queue"), tr("Step through chosen samples with J and K"), menu);
}

void MetricsView::connectSession() {
  EvaluationModel& evaluation = session().model<EvaluationModel>();
  evaluation.demand().follow(this);
  connect(&session(), &SessionModel::datasetChanged, this, &MetricsView::takeDataset);
  connect(&session(), &SessionModel::resultsChanged, this, &MetricsView::refresh);
  connect(&session(), &SessionModel::runsChanged, this, &MetricsView::followRuns);
  connect(&session(), &SessionModel::selectionChanged, this, &MetricsView::followSelection);
  connect(&evaluation, &EvaluationModel::reportsChanged, this, &MetricsView::refresh);
  connect(&evaluation, &EvaluationModel::protocolChanged, this, &MetricsView::refreshProtocols);
  connect(&evaluation, &EvaluationModel::obstaclesChanged, this, &MetricsView::refreshProtocols);
  connect(&evaluation, &EvaluationModel::publishedChanged, this, &MetricsView::refresh);
  connect(&evaluation, &EvaluationModel::slicesChanged, this, &MetricsView::refreshSlices);
  connect(&evaluation, &EvaluationModel::comparedSlicesChanged, this, &MetricsView::refreshSlices);
  refreshProtocols();
  takeDataset();
}

}  // namespace alidade
