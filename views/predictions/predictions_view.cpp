// SPDX-License-Identifier: BSD-3-Clause
#include "views/predictions/predictions_view.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QStackedLayout>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QTabBar>
#include <QToolButton>
#include <QVBoxLayout>

#include "views/base/data_table.h"
#include "views/base/row_filter.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/base/table_search.h"
#include "views/predictions/prediction_cells.h"
#include "views/predictions/prediction_model.h"

namespace alidade {
namespace {

constexpr int kPredictionsTab = 0;
constexpr int kAccuracyTab = 1;

/// Keeps a cell's own color where its row is selected: a large error stays visible.
class ColorKeepingDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    QStyledItemDelegate::initStyleOption(option, index);
    option->palette.setColor(QPalette::HighlightedText, option->palette.color(QPalette::Text));
  }
};

void prepare(DataTable& table) {
  table.setItemDelegate(new ColorKeepingDelegate(&table));
  table.setSelectionBehavior(QAbstractItemView::SelectRows);
}

}  // namespace

PredictionsView::PredictionsView(SessionModel& session, QWidget* parent)
    : View(session, parent),
      model_(new PredictionModel(this)),
      sorted_(new RowFilter(this)),
      accuracy_model_(new AccuracyModel(this)),
      accuracy_rows_(new RowFilter(this)),
      table_(new DataTable),
      accuracy_(new DataTable),
      search_(new TableSearch(tr("Search the predictions"), *table_, *sorted_)),
      search_accuracy_(new TableSearch(tr("Search the accuracies"), *accuracy_, *accuracy_rows_)),
      tabs_(new QTabBar),
      all_button_(new QToolButton),
      pages_(new QStackedWidget),
      card_(new StateCard),
      stack_(new QStackedLayout(this)),
      all_frames_(new QAction("All frames", this)),
      accuracy_action_(new QAction("Show accuracy", this)) {
  buildTables();
  buildLayout();
  all_frames_->setCheckable(true);
  all_frames_->setToolTip("List the estimates of every frame, not only of the one shown");
  connect(all_frames_, &QAction::toggled, this, &PredictionsView::reloadFrame);
  connect(accuracy_action_, &QAction::triggered, this, [this] { tabs_->setCurrentIndex(kAccuracyTab); });
  connect(tabs_, &QTabBar::currentChanged, this, &PredictionsView::showPage);
  connect(card_, &StateCard::triggered, this, [this] { Q_EMIT actionRequested(card_action_); });
  connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          [this](const QModelIndex& current) { selectRow(current.row()); });
  connect(table_->horizontalHeader(), &QHeaderView::sortIndicatorChanged, this, &View::contextChanged);
  // Rows that a search takes away move the current row without anybody having chosen.
  connect(sorted_, &RowFilter::aboutToFilter, this, [this] { following_ = true; });
  connect(sorted_, &RowFilter::filtered, this, &PredictionsView::followSelection);
  connect(&session, &SessionModel::datasetChanged, this, &PredictionsView::reload);
  connect(&session, &SessionModel::resultsChanged, this, &PredictionsView::reload);
  connect(&session, &SessionModel::selectionChanged, this, [this] {
    // Another instance of the same frame is another row of the same list: selected rows stay.
    if (all_frames_->isChecked() || this->session().selection().frame == shown_frame_) {
      followSelection();
    } else {
      reloadFrame();
    }
  });
  reload();
}

void PredictionsView::buildTables() {
  sorted_->setSourceModel(model_);
  sorted_->setSortRole(PredictionModel::kSortRole);
  table_->setModel(sorted_);
  prepare(*table_);
  table_->setSortingEnabled(true);
  table_->sortByColumn(-1, Qt::AscendingOrder);  // as computed, until a header is clicked
  table_->horizontalHeader()->setStretchLastSection(true);
  table_->setAccessibleName("Predictions");
  accuracy_rows_->setSourceModel(accuracy_model_);
  accuracy_->setModel(accuracy_rows_);
  prepare(*accuracy_);
  accuracy_->setAccessibleName("Accuracy per category");
}

void PredictionsView::buildLayout() {
  tabs_->addTab("Predictions");
  tabs_->addTab("Accuracy");
  tabs_->setExpanding(false);
  all_button_->setDefaultAction(all_frames_);
  auto* content = new QWidget;
  content->setBackgroundRole(QPalette::Base);
  content->setAutoFillBackground(true);
  auto* strip = new QHBoxLayout;
  strip->setContentsMargins(4, 0, 8, 0);
  strip->addWidget(tabs_);
  strip->addStretch();
  strip->addWidget(all_button_);
  pages_->addWidget(withSearch(search_));
  pages_->addWidget(withSearch(search_accuracy_));
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addLayout(strip);
  column->addWidget(pages_);
  stack_->addWidget(content);
  stack_->addWidget(card_);
}

void PredictionsView::reload() {
  const auto result = session().shownResult();
  accuracy_model_->setResult(result.get());
  reloadFrame();
  if (!result) {
    showCard();
  } else {
    stack_->setCurrentIndex(0);
  }
}

void PredictionsView::reloadFrame() {
  const bool all = all_frames_->isChecked();
  {
    shown_frame_ = session().selection().frame;
    following_ = true;  // a reset moves the current row without anybody having chosen
    table_->setColumnHidden(static_cast<int>(PredictionColumn::kFrame),
                            !all);  // a search looks at what is seen
    model_->setResult(session().shownResult(), all ? std::nullopt : session().selection().frame);
    following_ = false;
  }
  followSelection();
  Q_EMIT contextChanged();
}

void PredictionsView::showPage() {
  pages_->setCurrentIndex(tabs_->currentIndex());
  all_button_->setVisible(tabs_->currentIndex() == kPredictionsTab);
  Q_EMIT contextChanged();
}

void PredictionsView::showCard() {
  const bool open = session().dataset() != nullptr;
  card_action_ = open ? "infer" : "try-sample";
  card_->setContent(
      "table",
      open ? "Estimate poses to see their errors." : "Open a dataset to estimate poses in its images.",
      open ? "Estimate poses" : "Try the sample");
  stack_->setCurrentWidget(card_);
}

void PredictionsView::followSelection() {
  const Selection& selection = session().selection();
  const int row =
      selection.frame && selection.instance ? model_->rowOf(*selection.frame, *selection.instance) : -1;
  following_ = true;
  const QModelIndex index =
      row < 0 ? QModelIndex()
              : sorted_->mapFromSource(model_->index(row, static_cast<int>(PredictionColumn::kInstance)));
  if (!index.isValid()) {
    table_->clearSelection();
    table_->setCurrentIndex({});
  } else if (table_->currentIndex().row() != index.row()) {
    table_->setCurrentIndex(index);
    table_->scrollTo(index);
  }
  following_ = false;
}

void PredictionsView::selectRow(int proxy_row) {
  if (following_ || proxy_row < 0) {
    return;
  }
  if (const PoseEstimate* estimate =
          model_->estimate(sorted_->mapToSource(sorted_->index(proxy_row, 0)).row())) {
    session().setSelection({estimate->frame, estimate->instance});
  }
}

QString PredictionsView::context() const {
  const auto result = session().shownResult();
  if (!result) {
    return {};
  }
  if (tabs_->currentIndex() == kAccuracyTab) {
    QString text =
        QString("%1 · %2 objects").arg(session().nameOf(*result)).arg(result->estimates.size());
    return result->skipped.empty() ? text : text + QString(" · %1 skipped").arg(result->skipped.size());
  }
  const int column = sorted_->sortColumn();
  const QString scope = all_frames_->isChecked() ? "all frames" : "this frame";
  return column < 0 ? scope : scope + " · sorted by " + columnTitle(static_cast<PredictionColumn>(column));
}

ViewSubject PredictionsView::subject() const {
  const bool all = all_frames_->isChecked() || tabs_->currentIndex() == kAccuracyTab;
  return all ? ViewSubject::kDataset : ViewSubject::kFrame;
}

std::shared_ptr<const Figure> PredictionsView::figure() const {
  const auto result = session().shownResult();
  if (!result) {
    return nullptr;
  }
  if (tabs_->currentIndex() == kAccuracyTab) {
    return std::make_shared<TableFigure>(accuracyFigure(*result, [this](std::size_t row) {
      return accuracy_rows_->mapFromSource(accuracy_model_->index(static_cast<int>(row), 0)).isValid();
    }));
  }
  std::vector<const PoseEstimate*> rows;
  for (int row = 0; row < sorted_->rowCount(); ++row) {
    rows.push_back(model_->estimate(sorted_->mapToSource(sorted_->index(row, 0)).row()));
  }
  return std::make_shared<TableFigure>(predictionsFigure(rows, all_frames_->isChecked(), result->provenance));
}

QJsonObject PredictionsView::saveState() const {
  return {{"all_frames", all_frames_->isChecked()},
          {"tab", tabs_->currentIndex()},
          {"search", search_->text()},
          {"search_accuracy", search_accuracy_->text()},
          {"sort_column", sorted_->sortColumn()},
          {"descending", sorted_->sortOrder() == Qt::DescendingOrder}};
}

void PredictionsView::restoreState(const QJsonObject& state) {
  all_frames_->setChecked(state.value("all_frames").toBool(false));
  tabs_->setCurrentIndex(state.value("tab").toInt(kPredictionsTab) == kAccuracyTab ? kAccuracyTab
                                                                                   : kPredictionsTab);
  search_->setText(state.value("search").toString());
  search_accuracy_->setText(state.value("search_accuracy").toString());
  const int column = state.value("sort_column").toInt(-1);
  table_->sortByColumn(column < kPredictionColumns ? column : -1,
                       state.value("descending").toBool() ? Qt::DescendingOrder : Qt::AscendingOrder);
}

}  // namespace alidade
