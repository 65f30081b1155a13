// SPDX-License-Identifier: BSD-3-Clause
// The widgets of the weights view.
#include <QAction>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLabel>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "views/base/data_table.h"
#include "views/base/plot_canvas.h"
#include "views/base/row_filter.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/base/table_search.h"
#include "views/weights/weights_model.h"
#include "views/weights/weights_tables.h"
#include "views/weights/weights_view.h"

namespace alidade {
namespace {

constexpr int kCanvasHeight = 340, kTablesHeight = 220;

QWidget* tableUnder(const QString& head, QWidget* table) {
  auto* box = new QWidget;
  box->setBackgroundRole(QPalette::Base);
  box->setAutoFillBackground(true);
  auto* column = new QVBoxLayout(box);
  column->setContentsMargins(0, 6, 0, 0);
  column->setSpacing(4);
  auto* label = new QLabel(head);
  label->setProperty("muted", true);
  label->setContentsMargins(8, 0, 8, 0);
  column->addWidget(label);
  column->addWidget(table, 1);
  return box;
}

void fill(DataTable& table, RowFilter& rows, const QString& name) {
  table.setModel(&rows);
  table.setSelectionBehavior(QAbstractItemView::SelectRows);
  table.setSelectionMode(QAbstractItemView::SingleSelection);
  table.setSortingEnabled(true);
  table.sortByColumn(-1, Qt::AscendingOrder);
  table.horizontalHeader()->setStretchLastSection(true);
  table.setAccessibleName(name);
}

}  // namespace

WeightsView::WeightsView(SessionModel& session, QWidget* parent)
    : View(session, parent),
      model_(session.model<WeightsModel>()),
      stack_(new QStackedWidget),
      card_(new StateCard),
      canvas_(new PlotCanvas(tr("Histogram of weights"))),
      layers_(new LayersModel(this)),
      layer_rows_(new RowFilter(this)),
      layer_table_(new DataTable),
      objects_(new WorsenedModel(this)),
      object_rows_(new RowFilter(this)),
      object_table_(new DataTable),
      show_errors_(new QAction(tr("Errors below the weights"), this)) {
  layer_rows_->setSourceModel(layers_);
  layer_rows_->setSortRole(LayersModel::kSortRole);
  object_rows_->setSourceModel(objects_);
  object_rows_->setSortRole(WorsenedModel::kSortRole);
  page_ = buildPage();
  stack_->addWidget(page_);
  stack_->addWidget(card_);
  auto* outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->addWidget(stack_);
  buildActions();
  connectParts();
  takeLook();
}

QWidget* WeightsView::buildPage() {
  auto* split = new QSplitter(Qt::Vertical);
  split->setChildrenCollapsible(false);
  split->addWidget(canvas_);
  split->addWidget(buildTables());
  split->setStretchFactor(0, 1);
  split->setSizes({kCanvasHeight, kTablesHeight});
  return split;
}

QWidget* WeightsView::buildTables() {
  fill(*layer_table_, *layer_rows_, tr("Layers"));
  fill(*object_table_, *object_rows_, tr("Objects that got worse"));
  auto* tables = new QSplitter(Qt::Horizontal);
  tables->setChildrenCollapsible(false);
  tables->addWidget(tableUnder(
      tr("Layers"), withSearch(new TableSearch(tr("Search the layers"), *layer_table_, *layer_rows_))));
  tables->addWidget(
      tableUnder(tr("Objects, worst first"),
                 withSearch(new TableSearch(tr("Search the objects"), *object_table_, *object_rows_))));
  return tables;
}

void WeightsView::buildActions() {
  show_errors_->setCheckable(true);
  show_errors_->setChecked(true);
  auto* again = new QAction(tr("Quantize and look\u2026"), this);
  connect(again, &QAction::triggered, this,
          [this] { Q_EMIT actionRequested(QStringLiteral("quantize-look")); });
  actions_ = {show_errors_, again};
}

void WeightsView::connectParts() {
  model_.demand().follow(this);
  connect(&model_, &WeightsModel::lookChanged, this, &WeightsView::takeLook);
  connect(&model_, &WeightsModel::lookingChanged, this, &WeightsView::showCard);
  connect(&model_, &WeightsModel::lookingChanged, this, &View::contextChanged);
  connect(card_, &StateCard::triggered, this, &WeightsView::useCard);
  connect(show_errors_, &QAction::toggled, this, &WeightsView::showLayer);
  connect(&session(), &SessionModel::runsChanged, this, &WeightsView::showLayer);  // colors
  connect(&session(), &SessionModel::selectionChanged, this, &WeightsView::followSelection);
  connect(layer_table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          [this](const QModelIndex& current) {
            if (!following_ && current.isValid()) {
              layer_ = layer_rows_->index(current.row(), LayersModel::kLayer).data().toString();
              showLayer();
            }
          });
  connect(object_table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          &WeightsView::selectObject);
  // Rows that a search takes away move the current row without anybody having chosen.
  for (RowFilter* rows : {layer_rows_, object_rows_}) {
    connect(rows, &RowFilter::aboutToFilter, this, [this] { following_ = true; });
  }
  connect(layer_rows_, &RowFilter::filtered, this, [this] {
    following_ = false;
    selectLayer(layer_);
  });
  connect(object_rows_, &RowFilter::filtered, this, &WeightsView::followSelection);
}

}  // namespace alidade
