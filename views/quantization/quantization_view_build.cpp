// SPDX-License-Identifier: BSD-3-Clause
// The widgets of the quantization view.
#include <algorithm>

#include <QAction>
#include <QBoxLayout>
#include <QComboBox>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "views/base/hover_canvas.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/base/strip_parts.h"
#include "views/parallel/parallel_panel.h"
#include "views/quantization/budget_panel.h"
#include "views/quantization/quantization_view.h"
#include "views/quantization/tradeoff_canvas.h"

namespace alidade {
namespace {

constexpr int kPanelWidth = 348, kMainWidth = 800;

void prepareList(QComboBox& list, const char* id, const QString& name, const QString& tip) {
  list.setObjectName(QLatin1String(id));
  prepareStripList(list, name, tip);
}

}  // namespace

QuantizationView::QuantizationView(SessionModel& session, QWidget* parent)
    : View(session, parent),
      model_(session.model<QuantizationModel>()),
      stack_(new QStackedWidget),
      card_(new StateCard),
      inner_card_(new StateCard),
      costs_(new QComboBox),
      metrics_(new QComboBox),
      modules_(new QComboBox),
      scores_{new QComboBox, new QComboBox},
      published_(new QToolButton),
      calibration_(new QToolButton),
      layers_(new QToolButton),
      canvas_stack_(new QStackedWidget),
      tradeoff_(new TradeoffCanvas),
      bits_(new HoverCanvas(tr("Bits and sensitivities"))),
      columns_(new HoverCanvas(tr("Study of modules"))),
      parallel_(new ParallelPanel),
      split_(new QSplitter(Qt::Horizontal)),
      panel_(new BudgetPanel(model_)) {
  setFocusProxy(tradeoff_);
  auto* outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->addWidget(stack_);
  buildActions();
  stack_->addWidget(buildPage());
  stack_->addWidget(card_);
  model_.demand().follow(this);
  connectParts();
  connectLists();
  takeEvidence();
}

QWidget* QuantizationView::buildStrip() {
  auto* strip = new QWidget;
  strip_ = stripLayout(*strip);
  auto* pages = new QHBoxLayout;
  pages->setSpacing(6);
  for (const auto& [text, tip] :
       {std::pair(tr("Trade-off"), tr("Accuracy of quantized networks against what they cost.")),
        std::pair(tr("Bits"), tr("Levels and sensitivities of modules and layers.")),
        std::pair(tr("Order"), tr("Every combination of aggressively quantized modules.")),
        std::pair(tr("Widths"), tr("The metric over the width of one module.")),
        std::pair(tr("Parallel"), tr("Everything that was tried as parallel coordinates."))}) {
    pages_.push_back(stripToggle(new QToolButton, text, tip));
    pages->addWidget(pages_.back());
  }
  prepareList(*costs_, "costs", tr("Cost"), tr("What the horizontal axis and the budget count."));
  for (const auto& [text, cost] :
       {std::pair(tr("Size"), SweepCost::kSize), std::pair(tr("Compression"), SweepCost::kCompression),
        std::pair(tr("Bit operations"), SweepCost::kBitOperations),
        std::pair(tr("Latency"), SweepCost::kLatency)}) {
    costs_->addItem(text, static_cast<int>(cost));
  }
  prepareList(*metrics_, "metrics", tr("Metric"), tr("The accuracy that is shown."));
  prepareList(*modules_, "modules", tr("Module"), tr("The module whose width is looked at."));
  prepareList(*scores_[0], "score", tr("Score"), tr("How sensitivity is measured."));
  prepareList(*scores_[1], "otherScore", tr("Other score"), tr("The score that ranks are compared with."));
  auto* lists = new QHBoxLayout;
  lists->setSpacing(6);
  for (QWidget* list : std::initializer_list<QWidget*>{costs_, metrics_, modules_, scores_[0], scores_[1]}) {
    lists->addWidget(list);
  }
  lists->addStretch();
  lists->addWidget(
      stripToggle(calibration_, tr("Selection split"),
                     tr("Values on the split that choices were made on, joined to the held-out ones.")));
  lists->addWidget(
      stripToggle(published_, tr("Published"), tr("Printed values of other networks and data.")));
  lists->addWidget(
      stripToggle(layers_, tr("Layers"), tr("A row for each layer in place of each module.")));
  strip_->addLayout(pages);
  strip_->addLayout(lists, 1);
  return strip;
}

QWidget* QuantizationView::buildPage() {
  auto* page = new QWidget;
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(buildStrip());
  for (QWidget* canvas :
       std::initializer_list<QWidget*>{tradeoff_, bits_, columns_, parallel_, inner_card_}) {
    canvas_stack_->addWidget(canvas);
  }
  auto* side = scrolledPanel(panel_);
  side->setMinimumWidth(kPanelWidth);
  split_->setChildrenCollapsible(false);
  split_->addWidget(canvas_stack_);
  split_->addWidget(side);
  split_->setStretchFactor(0, 1);
  split_->setStretchFactor(1, 0);
  split_->setSizes({kMainWidth, kPanelWidth});
  column->addWidget(split_, 1);
  return page;
}

void QuantizationView::buildActions() {
  const auto add = [this](const QString& text, auto run) {
    auto* action = new QAction(text, this);
    connect(action, &QAction::triggered, this, run);
    actions_ << action;
  };
  add(tr("Budget: next cheaper assignment"), [this] { model_.stepBudget(-1); });
  add(tr("Budget: next costlier assignment"), [this] { model_.stepBudget(1); });
  add(tr("Take away all limits"), [this] {
    QuantizationChoice choice = model_.choice();
    choice.allowed.clear();
    model_.choose(choice);
  });
  add(tr("Look at the solved assignment"), [this] { model_.setPoint(std::nullopt); });
}

void QuantizationView::connectLists() {
  const auto changed = [this](auto&& edit) {
    return [this, edit] {
      QuantizationChoice choice = model_.choice();
      edit(choice);
      model_.choose(choice);
    };
  };
  for (std::size_t i = 0; i < pages_.size(); ++i) {
    connect(pages_[i], &QToolButton::clicked, this, [this, i] {
      QuantizationChoice choice = model_.choice();
      choice.page = static_cast<QuantizationPage>(i);
      model_.choose(choice);
      showChoice();
    });
  }
  connect(costs_, &QComboBox::activated, this, changed([this](QuantizationChoice& choice) {
            choice.cost = static_cast<SweepCost>(costs_->currentData().toInt());
          }));
  connect(metrics_, &QComboBox::activated, this, changed([this](QuantizationChoice& choice) {
            choice.metric = metrics_->currentData().toString().toStdString();
          }));
  connect(modules_, &QComboBox::activated, this, changed([this](QuantizationChoice& choice) {
            choice.module = modules_->currentData().toString().toStdString();
          }));
  connect(scores_[0], &QComboBox::activated, this, changed([this](QuantizationChoice& choice) {
            choice.score = scores_[0]->currentData().toString().toStdString();
          }));
  connect(scores_[1], &QComboBox::activated, this, changed([this](QuantizationChoice& choice) {
            choice.other_score = scores_[1]->currentData().toString().toStdString();
          }));
  connect(published_, &QToolButton::clicked, this,
          changed([this](QuantizationChoice& choice) { choice.published = published_->isChecked(); }));
  connect(calibration_, &QToolButton::clicked, this,
          changed([this](QuantizationChoice& choice) { choice.calibration = calibration_->isChecked(); }));
  connect(layers_, &QToolButton::clicked, this,
          changed([this](QuantizationChoice& choice) { choice.layers = layers_->isChecked(); }));
}

void QuantizationView::connectParts() {
  for (const StateCard* card : {card_, inner_card_}) {
    connect(card, &StateCard::triggered, this,
            [this] { Q_EMIT actionRequested(QStringLiteral("open-result")); });
  }
  connect(&model_, &QuantizationModel::evidenceChanged, this, &QuantizationView::takeEvidence);
  connect(&model_, &QuantizationModel::choiceChanged, this, [this] {
    showChoice();
    refresh();
  });
  connect(&model_, &QuantizationModel::solutionChanged, this, &QuantizationView::refresh);
  connect(&model_, &QuantizationModel::pointChanged, this, &QuantizationView::refresh);
  connect(tradeoff_, &TradeoffCanvas::budgetDragged, &model_, &QuantizationModel::setBudgetValue);
  connect(tradeoff_, &TradeoffCanvas::budgetStepped, &model_, &QuantizationModel::stepBudget);
  connect(tradeoff_, &HoverCanvas::chosen, this, &QuantizationView::choosePoint);
  connect(columns_, &HoverCanvas::chosen, this, &QuantizationView::choosePoint);
  connect(parallel_, &ParallelPanel::chosen, this, &QuantizationView::choosePoint);
  for (const HoverCanvas* canvas : {static_cast<HoverCanvas*>(tradeoff_), columns_}) {
    connect(canvas, &HoverCanvas::left, this, [this] { model_.setPoint(std::nullopt); });
  }
}

}  // namespace alidade
