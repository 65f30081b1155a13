// SPDX-License-Identifier: BSD-3-Clause
// The widgets of the contention view.
#include <QAction>
#include <QBoxLayout>
#include <QComboBox>
#include <QCompleter>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include "views/base/color_map_action.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/base/strip_parts.h"
#include "views/contention/branch_canvas.h"
#include "views/contention/cell_panel.h"
#include "views/contention/contention_canvas.h"
#include "views/contention/contention_view.h"
#include "views/contention/epoch_bar.h"
#include "views/contention/group_panel.h"
#include "views/contention/panel_parts.h"

namespace alidade {
namespace {

constexpr int kSideWidth = 424;
constexpr int kPartWidth = 168;

void fillList(QComboBox& list, const QString& name, const QString& tip, const QStringList& entries) {
  list.addItems(entries);
  prepareStripList(list, name, tip);
}

}  // namespace

ContentionView::ContentionView(SessionModel& session, QWidget* parent)
    : View(session, parent),
      model_(session.model<ContentionModel>()),
      stack_(new QStackedWidget),
      card_(new StateCard),
      inner_card_(new StateCard),
      kinds_(new QComboBox),
      parts_(new QComboBox),
      orders_(new QComboBox),
      readings_(new QComboBox),
      cell_button_(new QToolButton),
      group_button_(new QToolButton),
      state_(mutedLabel()),
      measured_(mutedLabel()),
      stop_button_(new QToolButton),
      canvas_stack_(new QStackedWidget),
      canvas_(new ContentionCanvas),
      branches_(new BranchCanvas),
      epochs_(new EpochBar),
      split_(new QSplitter(Qt::Horizontal)),
      side_(new QStackedWidget),
      cell_(new CellPanel(session)),
      groups_(new GroupPanel(session)),
      prepare_(new QTimer(this)) {
  setFocusProxy(canvas_);
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

QWidget* ContentionView::buildStrip() {
  auto* strip = new QWidget;
  strip_ = stripLayout(*strip);
  fillList(*kinds_, tr("Granularity"), tr("How finely the network is looked at."),
           {tr("Blocks"), tr("Modules"), tr("Layers"), tr("Tensors"), tr("Network")});
  fillList(*orders_, tr("Order"), tr("Order of the rows, the same on both axes."),
           {tr("Order of the file"), tr("By name"), tr("By difficulty"), tr("By group"), tr("By clusters")});
  fillList(
      *readings_, tr("Reading"),
      tr("Cosine of mean gradients, as they are or after a method has changed them; mean cosine of single "
         "batches; the change of losses that was measured; accuracy through every branch. They differ; "
         "the title names the one that is shown."),
      {});
  for (const auto& [reading, text] : {std::pair(ContentionReading::kMeans, tr("Mean gradients")),
                                      std::pair(ContentionReading::kBatches, tr("Single batches")),
                                      std::pair(ContentionReading::kProjected, tr("After PCGrad")),
                                      std::pair(ContentionReading::kBalanced, tr("After norm balancing")),
                                      std::pair(ContentionReading::kEffects, tr("Measured effect")),
                                      std::pair(ContentionReading::kBranches, tr("Branch accuracy"))}) {
    readings_->addItem(text, static_cast<int>(reading));
  }
  parts_->setEditable(true);
  parts_->setInsertPolicy(QComboBox::NoInsert);
  parts_->setFixedWidth(kPartWidth);
  parts_->setAccessibleName(tr("Part of the network"));
  parts_->setToolTip(wrappedToolTip(tr("Part of the network: type to search.")));
  parts_->completer()->setFilterMode(Qt::MatchContains);
  parts_->completer()->setCompletionMode(QCompleter::PopupCompletion);
  auto* lists = new QHBoxLayout;
  lists->setSpacing(6);
  for (QComboBox* list : {kinds_, parts_, orders_, readings_}) {
    lists->addWidget(list);
  }
  lists->addStretch(1);
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(6);
  const std::vector<std::pair<QString, QString>> texts{
      {QStringLiteral("A"), tr("The history that is A.")},
      {QStringLiteral("B"), tr("The history that is B.")},
      {QStringLiteral("A \u2212 B"), tr("Difference of the two, on the same scale.")}};
  for (const auto& [text, tip] : texts) {
    shown_.push_back(stripToggle(new QToolButton, text, tip));
    buttons->addWidget(shown_.back());
  }
  buttons->addStretch(1);
  buttons->addWidget(state_);
  buttons->addWidget(measured_);
  buttons->addWidget(stripToggle(stop_button_, tr("Stop"), tr("Stop measuring; nothing is written.")));
  stop_button_->setCheckable(false);
  stop_button_->hide();
  measured_->hide();
  buttons->addWidget(
      stripToggle(cell_button_, tr("Cell"), tr("What lies behind a cell; a click on one opens it.")));
  buttons->addWidget(stripToggle(group_button_, tr("What if"), tr("Try branches: drag labels between them.")));
  strip_->addLayout(lists);
  strip_->addLayout(buttons, 1);
  return strip;
}

QWidget* ContentionView::buildPage() {
  auto* page = new QWidget;
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(buildStrip());
  auto* left = new QWidget;
  auto* below = new QVBoxLayout(left);
  below->setContentsMargins(0, 0, 0, 0);
  below->setSpacing(0);
  canvas_stack_->addWidget(canvas_);
  canvas_stack_->addWidget(branches_);
  canvas_stack_->addWidget(inner_card_);
  below->addWidget(canvas_stack_, 1);
  below->addWidget(epochs_);
  side_->addWidget(scrolledPanel(cell_));
  side_->addWidget(scrolledPanel(groups_));
  side_->setMinimumWidth(kSideWidth);
  side_->hide();
  split_->setChildrenCollapsible(false);
  split_->addWidget(left);
  split_->addWidget(side_);
  split_->setStretchFactor(0, 1);
  split_->setStretchFactor(1, 0);
  split_->setSizes({3 * kSideWidth, kSideWidth});
  column->addWidget(split_, 1);
  canvas_->setDescribe([this](const ContentionCell& cell) { return describe(cell); });
  return page;
}

void ContentionView::buildActions() {
  colors_ = new ColorMapAction(tr("Colors of cosines"),
                               tr("Color map of cosines: its first color is agreement, its last conflict"),
                               DivergingMap::kBlueBrown, true, this);
  colors_->setObjectName(QStringLiteral("contention-colors"));
  connect(colors_, &ColorMapAction::chosen, this, &ContentionView::refresh);
  actions_ << colors_;
  const auto add = [this](const QString& text, auto run) {
    auto* action = new QAction(text, this);
    connect(action, &QAction::triggered, this, run);
    actions_ << action;
  };
  add(tr("Play the epochs"), [this] { epochs_->setPlaying(!epochs_->playing()); });
  add(tr("Look behind the cell"), [this] { openSide(kCellSide); });
  add(tr("Try branches"), [this] { openSide(kGroupSide); });
  add(tr("Copy the routing"), [this] { groups_->copyRouting(); });
  add(tr("Measure contention\u2026"),
      [this] { Q_EMIT actionRequested(QStringLiteral("measure-contention")); });
}

void ContentionView::connectLists() {
  const auto changed = [this](auto&& edit) {
    return [this, edit] {
      ContentionChoice choice = model_.choice();
      edit(choice);
      model_.choose(choice);
    };
  };
  connect(kinds_, &QComboBox::activated, this, changed([this](ContentionChoice& choice) {
            static constexpr PartKind kKinds[]{PartKind::kBlock, PartKind::kModule, PartKind::kLayer,
                                               PartKind::kTensor, PartKind::kNetwork};
            choice.kind = kKinds[std::clamp(kinds_->currentIndex(), 0, 4)];
            choice.part.clear();
          }));
  connect(parts_, &QComboBox::activated, this, changed([this](ContentionChoice& choice) {
            choice.part = parts_->currentData().toString().toStdString();
          }));
  connect(orders_, &QComboBox::activated, this, changed([this](ContentionChoice& choice) {
            choice.order = static_cast<ContentionOrder>(orders_->currentIndex());
          }));
  connect(readings_, &QComboBox::activated, this, changed([this](ContentionChoice& choice) {
            choice.reading = static_cast<ContentionReading>(readings_->currentData().toInt());
          }));
  for (std::size_t i = 0; i < shown_.size(); ++i) {
    connect(shown_[i], &QToolButton::clicked, this,
            changed([i](ContentionChoice& choice) { choice.shown = static_cast<ContentionShown>(i); }));
  }
}

void ContentionView::connectParts() {
  prepare_->setInterval(0);
  connect(prepare_, &QTimer::timeout, this, &ContentionView::prepareNext);
  for (const StateCard* card : {card_, inner_card_}) {
    connect(card, &StateCard::triggered, this, &ContentionView::useCard);
  }
  connect(&model_, &ContentionModel::measuringChanged, this, &ContentionView::showMeasuring);
  connect(stop_button_, &QToolButton::clicked, &model_, &ContentionModel::askStop);
  connect(&model_, &ContentionModel::evidenceChanged, this, &ContentionView::takeEvidence);
  connect(&model_, &ContentionModel::choiceChanged, this, [this] {
    showChoice();
    refresh();
  });
  connect(&model_, &ContentionModel::pairChanged, this, [this] {
    openSide(model_.pair() ? kCellSide : kNoSide);
    refresh();
  });
  connect(&model_, &ContentionModel::groupsChanged, this, &ContentionView::refresh);
  connect(canvas_, &ContentionCanvas::cellChosen, this, &ContentionView::openCell);
  connect(canvas_, &ContentionCanvas::rowDropped, this, &ContentionView::moveRow);
  connect(canvas_, &ContentionCanvas::closed, this, [this] { model_.setPair(std::nullopt); });
  connect(canvas_, &ContentionCanvas::epochStep, epochs_, &EpochBar::step);
  connect(canvas_, &ContentionCanvas::playAsked, this, [this] { epochs_->setPlaying(!epochs_->playing()); });
  connect(cell_, &CellPanel::closeAsked, this, [this] { model_.setPair(std::nullopt); });
  connect(groups_, &GroupPanel::said, this, [this](const QString& sentence) { state_->setText(sentence); });
  connect(cell_button_, &QToolButton::clicked, this, [this](bool on) { openSide(on ? kCellSide : kNoSide); });
  connect(group_button_, &QToolButton::clicked, this,
          [this](bool on) { openSide(on ? kGroupSide : kNoSide); });
  connect(epochs_, &EpochBar::epochChanged, this, [this](int index) {
    if (listed_ && index >= 0 && static_cast<std::size_t>(index) < listed_->epochs.size()) {
      ContentionChoice choice = model_.choice();
      choice.epoch = listed_->epochs[static_cast<std::size_t>(index)].epoch;
      model_.choose(choice);
    }
  });
}

}  // namespace alidade
