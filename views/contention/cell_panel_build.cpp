// SPDX-License-Identifier: BSD-3-Clause
// The widgets of the drill-down.
#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QListWidget>
#include <QSortFilterProxyModel>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include "views/base/data_table.h"
#include "views/base/elided_label.h"
#include "views/base/icon_button.h"
#include "views/base/newest_answer.h"
#include "views/base/session_model.h"
#include "views/contention/cell_panel.h"
#include "views/contention/layer_table.h"
#include "views/contention/pair_trend.h"
#include "views/contention/panel_parts.h"

namespace alidade {
namespace {

constexpr int kLeastTable = 132;
constexpr int kSampleRows = 76;
constexpr double kBoundStep = 0.05;
constexpr int kMostSplit = 999;
constexpr int kShareWidth = 88, kNumberColumn = 70;

}  // namespace

CellPanel::CellPanel(SessionModel& session, QWidget* parent)
    : QWidget(parent),
      session_(session),
      model_(session.model<ContentionModel>()),
      head_(new ElidedLabel),
      where_(new ElidedLabel),
      doubt_(new QLabel),
      facts_(new QGridLayout),
      trend_(new PairTrend),
      layers_(new LayerTable(this)),
      sorted_(new QSortFilterProxyModel(this)),
      table_(new DataTable),
      bound_(new QDoubleSpinBox),
      all_pairs_(new QCheckBox(tr("all pairs"))),
      split_(new QSpinBox),
      plan_(new QLabel),
      find_samples_(new QToolButton),
      no_samples_(new QLabel),
      samples_(new QListWidget),
      answer_(new NewestAnswer(this)) {
  setBackgroundRole(QPalette::Base);
  setAutoFillBackground(true);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 8);
  column->setSpacing(4);
  column->addWidget(buildHead());
  column->addWidget(trend_);
  column->addWidget(buildLayers(), 1);
  column->addWidget(buildSplit());
  column->addWidget(buildSamples());
  answer_->setPaused(true);  // until it is shown
  connect(trend_, &PairTrend::epochChosen, this, [this](double epoch) {
    ContentionChoice choice = model_.choice();
    choice.epoch = epoch;
    model_.choose(choice);
  });
  connect(&model_, &ContentionModel::samplePairsAnswered, this, &CellPanel::refresh);
}

QWidget* CellPanel::buildHead() {
  auto* head = new QWidget;
  auto* column = new QVBoxLayout(head);
  column->setContentsMargins(12, 4, 4, 0);
  column->setSpacing(2);
  auto* line = new QWidget;
  auto* row = new QHBoxLayout(line);
  row->setContentsMargins(0, 0, 0, 0);
  head_->setProperty("heading", true);
  row->addWidget(head_, 1);
  auto* close = addIconButton(*line, QStringLiteral("close"), tr("Close the cell (Esc)"), false);
  connect(close, &QToolButton::clicked, this, &CellPanel::closeAsked);
  where_->setProperty("muted", true);
  doubt_->setWordWrap(true);
  doubt_->setProperty("muted", true);
  facts_->setContentsMargins(0, 4, 8, 0);
  facts_->setHorizontalSpacing(12);
  facts_->setVerticalSpacing(2);
  facts_->setColumnStretch(1, 1);
  facts_->setColumnStretch(3, 1);
  column->addWidget(line);
  column->addWidget(where_);
  column->addWidget(doubt_);
  column->addLayout(facts_);
  return head;
}

QWidget* CellPanel::buildLayers() {
  sorted_->setSourceModel(layers_);
  sorted_->setSortRole(LayerTable::kSortRole);
  table_->setModel(sorted_);
  table_->setItemDelegateForColumn(LayerTable::kShare, new ShareDelegate(table_));
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSortingEnabled(true);
  table_->sortByColumn(LayerTable::kShare, Qt::AscendingOrder);
  table_->setAccessibleName(tr("Layers behind the cell"));
  table_->setMinimumHeight(kLeastTable);
  table_->setTextElideMode(Qt::ElideLeft);  // layers differ at the end of their names
  table_->horizontalHeader()->setStretchLastSection(false);
  table_->horizontalHeader()->setSectionResizeMode(LayerTable::kLayer, QHeaderView::Stretch);
  table_->horizontalHeader()->setMinimumSectionSize(kNumberColumn - 10);
  for (const int column :
       {int(LayerTable::kShare), int(LayerTable::kCosine), int(LayerTable::kScore), int(LayerTable::kSize)}) {
    table_->horizontalHeader()->setSectionResizeMode(column, QHeaderView::Fixed);
    table_->setColumnWidth(column, column == LayerTable::kShare ? kShareWidth : kNumberColumn);
  }
  table_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  return table_;
}

QWidget* CellPanel::buildSplit() {
  auto* box = new QWidget;
  auto* column = new QVBoxLayout(box);
  column->setContentsMargins(12, 4, 12, 0);
  column->setSpacing(4);
  auto* row = new QHBoxLayout;
  row->setSpacing(6);
  bound_->setRange(-1.0, 1.0);
  bound_->setSingleStep(kBoundStep);
  bound_->setDecimals(2);
  bound_->setAccessibleName(tr("S of the conflict scores"));
  bound_->setToolTip(
      wrappedToolTip(tr("S: a layer is in conflict at an epoch where its cosine lies below.")));
  all_pairs_->setToolTip(wrappedToolTip(tr("Scores over all pairs in place of this one.")));
  bound_->setButtonSymbols(QAbstractSpinBox::NoButtons);
  split_->setButtonSymbols(QAbstractSpinBox::NoButtons);
  split_->setRange(1, kMostSplit);
  split_->setValue(3);
  split_->setAccessibleName(tr("Layers to split"));
  row->addWidget(mutedLabel(tr("S")));
  row->addWidget(bound_);
  row->addWidget(all_pairs_);
  row->addStretch(1);
  row->addWidget(mutedLabel(tr("split")));
  row->addWidget(split_);
  row->addWidget(mutedLabel(tr("layers")));
  plan_->setWordWrap(true);
  plan_->setProperty("muted", true);
  plan_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  column->addLayout(row);
  column->addWidget(plan_);
  const auto ask = [this] {
    if (const auto at = place()) {
      askScores(*at);
    }
  };
  connect(bound_, &QDoubleSpinBox::valueChanged, this, ask);
  connect(all_pairs_, &QCheckBox::toggled, this, ask);
  connect(split_, &QSpinBox::valueChanged, this, &CellPanel::showPlan);
  return box;
}

QWidget* CellPanel::buildSamples() {
  auto* box = new QWidget;
  auto* column = new QVBoxLayout(box);
  column->setContentsMargins(12, 4, 4, 0);
  column->setSpacing(4);
  auto* row = new QHBoxLayout;
  row->addWidget(mutedLabel(tr("Most opposing samples")), 1);
  find_samples_->setText(tr("Measure"));
  find_samples_->setToolButtonStyle(Qt::ToolButtonTextOnly);
  find_samples_->setObjectName(QStringLiteral("layerButton"));
  find_samples_->setToolTip(wrappedToolTip(
      tr("One backward pass for each sample of the two rows, with the checkpoint of this epoch.")));
  row->addWidget(find_samples_);
  no_samples_->setProperty("muted", true);
  no_samples_->setWordWrap(true);
  samples_->setFrameShape(QFrame::NoFrame);
  samples_->setMaximumHeight(kSampleRows);
  samples_->setAccessibleName(tr("Most opposing samples"));
  column->addLayout(row);
  column->addWidget(no_samples_);
  column->addWidget(samples_);
  connect(find_samples_, &QToolButton::clicked, this, &CellPanel::askSamples);
  connect(samples_, &QListWidget::itemActivated, this,
          [this](const QListWidgetItem* item) { openSample(samples_->row(item)); });
  connect(samples_, &QListWidget::currentRowChanged, this, &CellPanel::openSample);
  return box;
}

}  // namespace alidade
