// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/contention_view.h"

#include <algorithm>
#include <cmath>

#include <QBoxLayout>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>
#include <QToolButton>

#include "views/base/color_map_action.h"
#include "views/base/plot.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/contention/branch_canvas.h"
#include "views/contention/cell_panel.h"
#include "views/contention/contention_canvas.h"
#include "views/contention/contention_facts.h"
#include "views/contention/contention_sheets.h"
#include "views/contention/contention_text.h"
#include "views/contention/epoch_bar.h"
#include "views/contention/group_panel.h"

namespace alidade {

QString ContentionView::context() const {
  if (const auto branches = branches_->figure()) {
    const BranchAccuracy& accuracy = *branches->sheet().accuracy;
    return tr("%1 \u00b7 %2 categories \u00d7 %3 branches")
        .arg(branches->sheet().accuracy == model_.accuracy(Run::kA) ? model_.accuracyName(Run::kA)
                                                                    : model_.accuracyName(Run::kB))
        .arg(accuracy.categories.size())
        .arg(accuracy.branches.size());
  }
  const auto history = model_.shown();
  if (!history || history->epochs.empty()) {
    return {};
  }
  return tr("%1 \u00b7 %2 %3 \u00b7 epoch %4")
      .arg(model_.name(history == model_.history(Run::kB) ? Run::kB : Run::kA))
      .arg(history->rows.size())
      .arg(rowsText(*history), epochText(history->epochs[model_.epochOf(*history)].epoch));
}

SheetQuestion ContentionView::question() const {
  SheetQuestion question;
  question.a = model_.history(Run::kA);
  question.b = model_.history(Run::kB);
  question.name_a = model_.name(Run::kA);
  question.name_b = model_.name(Run::kB);
  question.choice = model_.choice();
  question.groups = model_.groups();
  question.colors = colors_->map();
  if (epochs_->playing() && canvas_->figure()) {
    question.kept_order = canvas_->figure()->sheet().order;
  }
  return question;
}

bool ContentionView::showsBranches() const {
  return model_.choice().reading == ContentionReading::kBranches;
}

BranchQuestion ContentionView::branchQuestion() const {
  return {model_.accuracy(Run::kA), model_.accuracy(Run::kB), model_.accuracyName(Run::kA),
          model_.accuracyName(Run::kB), model_.choice()};
}

std::shared_ptr<const Figure> ContentionView::figure() const {
  if (branches_->figure()) {
    return branches_->figure();
  }
  return canvas_->figure();
}

bool ContentionView::showsFigure() const {
  return branches_->figure() || canvas_->figure();
}

void ContentionView::takeEvidence() {
  showChoice();
  refresh();
}

void ContentionView::fillParts() {
  const auto history = model_.shown();
  const QSignalBlocker quiet(parts_);
  parts_->clear();
  if (!history) {
    return;
  }
  const ContentionChoice& choice = model_.choice();
  const auto& parts = model_.numbers().parts(history, choice.kind);
  if (choice.kind == PartKind::kBlock && parts.size() > 1) {
    parts_->addItem(tr("All blocks"), QString());
  }
  for (const ContentionPart& part : parts) {
    const QString name = QString::fromStdString(part.name);
    parts_->addItem(name, name);
    parts_->setItemData(parts_->count() - 1,
                        plainToolTip(tr("%1: %2 parameters").arg(name, countText(part.size))),
                        Qt::ToolTipRole);
  }
  parts_->setCurrentIndex(std::max(0, parts_->findData(QString::fromStdString(choice.part))));
  parts_->lineEdit()->setCursorPosition(0);
}

void ContentionView::showChoice() {
  const ContentionChoice& choice = model_.choice();
  static constexpr PartKind kKinds[]{PartKind::kBlock, PartKind::kModule, PartKind::kLayer, PartKind::kTensor,
                                     PartKind::kNetwork};
  const auto kind = static_cast<int>(std::find(std::begin(kKinds), std::end(kKinds), choice.kind) - kKinds);
  const auto history = model_.shown();
  const bool other =
      history != listed_ || choice.kind != listed_choice_.kind || choice.part != listed_choice_.part;
  kinds_->setCurrentIndex(kind);
  orders_->setCurrentIndex(static_cast<int>(choice.order));
  readings_->setCurrentIndex(readings_->findData(static_cast<int>(choice.reading)));
  for (QWidget* of_network : std::initializer_list<QWidget*>{kinds_, parts_, cell_button_, group_button_}) {
    of_network->setEnabled(history != nullptr);
    of_network->setVisible(!showsBranches());
  }
  const bool two = showsBranches() ? model_.accuracy(Run::kA) && model_.accuracy(Run::kB)
                                   : model_.history(Run::kB) != nullptr;
  for (std::size_t i = 0; i < shown_.size(); ++i) {
    shown_[i]->setChecked(i == static_cast<std::size_t>(choice.shown) && (two || i == 0));
    shown_[i]->setVisible(two);
  }
  if (!two) {
    shown_[0]->setChecked(true);
  }
  if (other) {
    listed_ = history;
    listed_choice_ = choice;
    fillParts();
    showSeries();
  } else if (history) {
    epochs_->setEpoch(model_.epochOf(*history));
  }
  parts_->setEnabled(parts_->count() > 1);
  arrangeStrip();
}

void ContentionView::showSeries() {
  const auto history = model_.shown();
  if (!history || history->epochs.empty()) {
    epochs_->setSeries({}, {});
    return;
  }
  std::vector<double> places, rates(history->epochs.size(), 0.0);
  for (const ContentionEpoch& epoch : history->epochs) {
    places.push_back(epoch.epoch);
  }
  // Of several parts the mean.
  const auto parts = model_.shownParts(history);
  for (const ContentionPart& part : parts) {
    const auto& of_part = model_.numbers().conflictRates(history, part);
    for (std::size_t i = 0; i < rates.size(); ++i) {
      rates[i] += of_part[i] / static_cast<double>(parts.size());
    }
  }
  epochs_->setSeries(places, rates);
  prepared_ = 0;
  prepare_->start();
  epochs_->setEpoch(model_.epochOf(*history));
}

void ContentionView::refresh() {
  state_->clear();
  const auto history = model_.shown();
  epochs_->setVisible(!showsBranches() && history && history->epochs.size() > 1);
  side_->setVisible(open_side_ != kNoSide && !showsBranches());
  if (showsBranches()) {
    canvas_->setSheet(nullptr);
    showBranches();
  } else {
    branches_->setSheet(nullptr);
    showSheet(question());
  }
  cell_->refresh();
  groups_->refresh();
  Q_EMIT contextChanged();
}

void ContentionView::showBranches() {
  const BranchQuestion asked = branchQuestion();
  branches_->setSheet(makeBranchSheet(asked));
  if (!branches_->figure()) {
    showCard(branchProblem(asked));
    return;
  }
  stack_->setCurrentIndex(0);
  canvas_stack_->setCurrentWidget(branches_);
}

void ContentionView::showSheet(const SheetQuestion& asked) {
  const auto sheet = makeSheet(asked, model_.numbers());
  canvas_->setSheet(sheet);
  if (!sheet) {
    showCard(sheetProblem(asked));
  } else {
    stack_->setCurrentIndex(0);
    canvas_stack_->setCurrentWidget(canvas_);
    const auto history = model_.shown();
    const auto& pair = model_.pair();
    const auto row = pair ? rowOf(*history, pair->row) : std::nullopt;
    const auto other = pair ? rowOf(*history, pair->other) : std::nullopt;
    std::size_t panel = 0;
    while (pair && panel < sheet->panels.size() && sheet->panels[panel].part.toStdString() != pair->part) {
      ++panel;
    }
    canvas_->setOpened(
        row && other ? std::optional(ContentionCell{panel, static_cast<int>(*row), static_cast<int>(*other)})
                     : std::nullopt);
  }
}

void ContentionView::openSide(Side side) {
  if (side == kCellSide && !model_.pair()) {
    // Nothing was chosen yet: the pair that fights most.
    const auto history = model_.shown();
    const auto figure = canvas_->figure();
    if (history && figure) {
      const ContentionSheet& sheet = figure->sheet();
      const std::size_t n = sheet.rows.size();
      ContentionCell lowest{0, 0, 0};
      double value = 2.0;
      for (std::size_t at = 0; at < n * n; ++at) {
        if (at / n < at % n && sheet.panels.front().values[at] < value) {
          value = sheet.panels.front().values[at];
          lowest = {0, static_cast<int>(at / n), static_cast<int>(at % n)};
        }
      }
      if (lowest.row != lowest.other) {
        openCell(lowest);
        return;
      }
    }
    side = kNoSide;
  }
  open_side_ = side;
  cell_button_->setChecked(side == kCellSide);
  group_button_->setChecked(side == kGroupSide);
  side_->setVisible(side != kNoSide);
  if (side != kNoSide) {
    side_->setCurrentIndex(side == kCellSide ? 0 : 1);
  }
}

void ContentionView::openCell(const ContentionCell& cell) {
  const auto history = model_.shown();
  if (!history || cell.row == cell.other) {
    return;
  }
  const auto& panels = canvas_->figure()->sheet().panels;
  model_.setPair(ContentionPair{panels[cell.panel].part.toStdString(),
                                history->rows[static_cast<std::size_t>(cell.row)],
                                history->rows[static_cast<std::size_t>(cell.other)]});
  openSide(kCellSide);
}

void ContentionView::moveRow(int row, int group) {
  const auto history = model_.shown();
  if (!history) {
    return;
  }
  const std::string& name = history->rows[static_cast<std::size_t>(row)];
  ContentionModel::Groups groups = model_.groups();
  for (auto& names : groups) {
    std::erase(names, name);
  }
  groups.resize(std::max(groups.size(), static_cast<std::size_t>(group) + 1));
  groups[static_cast<std::size_t>(group)].push_back(name);
  std::erase_if(groups, [](const auto& names) { return names.empty(); });
  model_.setGroups(std::move(groups));
}

void ContentionView::arrangeStrip() {
  // The buttons get a line of their own where the lists would be cut.
  int needed = 40;
  for (const QWidget* widget : std::initializer_list<const QWidget*>{
           kinds_, parts_, orders_, readings_, shown_[0], shown_[1], shown_[2], measured_, stop_button_,
           cell_button_, group_button_}) {
    needed += widget->isHidden() ? 0 : widget->sizeHint().width() + 6;
  }
  strip_->setDirection(width() < needed ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

void ContentionView::prepareNext() {
  const auto history = model_.shown();
  if (!history || !isSeen() || prepared_ >= history->epochs.size()) {
    prepare_->stop();
    return;
  }
  for (const ContentionPart& part : model_.shownParts(history)) {
    model_.numbers().signal(history, part, prepared_);
  }
  ++prepared_;
}

void ContentionView::showEvent(QShowEvent* event) {
  View::showEvent(event);
  prepare_->start();
}

void ContentionView::resizeEvent(QResizeEvent* event) {
  View::resizeEvent(event);
  arrangeStrip();
}

}  // namespace alidade
