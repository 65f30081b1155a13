// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/group_panel.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QClipboard>
#include <QFileDialog>
#include <QGridLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/base/file.h"
#include "core/contention/group_quality.h"
#include "core/contention/grouping.h"
#include "views/base/elided_label.h"
#include "views/base/session_model.h"
#include "views/contention/contention_sheets.h"
#include "views/contention/contention_text.h"
#include "views/contention/epoch_bar.h"
#include "views/contention/group_board.h"
#include "views/contention/panel_parts.h"
#include "views/contention/routing_text.h"
#include "views/contention/row_order.h"

namespace alidade {
namespace {

QToolButton* textButton(const QString& text, const QString& tip) {
  auto* button = new QToolButton;
  button->setText(text);
  button->setToolTip(wrappedToolTip(tip));
  button->setToolButtonStyle(Qt::ToolButtonTextOnly);
  button->setObjectName(QStringLiteral("layerButton"));
  return button;
}

}  // namespace

GroupPanel::GroupPanel(SessionModel& session, QWidget* parent)
    : QWidget(parent),
      model_(session.model<ContentionModel>()),
      where_(new ElidedLabel),
      count_(new QSpinBox),
      board_(new GroupBoard),
      facts_(new QGridLayout) {
  setBackgroundRole(QPalette::Base);
  setAutoFillBackground(true);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(12, 8, 12, 12);
  column->setSpacing(8);
  where_->setProperty("muted", true);
  auto* scroll = new QScrollArea;
  scroll->setWidget(board_);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setBackgroundRole(QPalette::Base);
  facts_->setHorizontalSpacing(12);
  facts_->setVerticalSpacing(2);
  facts_->setColumnStretch(1, 1);
  facts_->setColumnStretch(3, 1);
  column->addWidget(where_);
  column->addWidget(buildFill());
  column->addWidget(scroll, 1);
  column->addLayout(facts_);
  column->addWidget(buildExport());
  connect(board_, &GroupBoard::grouped, this, [this](const auto& groups) { model_.setGroups(groups); });
  connect(&model_, &ContentionModel::groupsChanged, this, &GroupPanel::refresh);
}

QWidget* GroupPanel::buildFill() {
  auto* line = new QWidget;
  auto* row = new QHBoxLayout(line);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(4);
  count_->setButtonSymbols(QAbstractSpinBox::NoButtons);
  count_->setRange(1, 64);
  count_->setValue(2);
  count_->setAccessibleName(tr("Branches to fill"));
  auto* difficulty = textButton(tr("By difficulty"), tr("Quantiles of 1 \u2212 accuracy, easy ones first."));
  auto* gradients = textButton(tr("By gradients"), tr("Clusters of the cosines that are shown."));
  auto* reset = textButton(tr("Reset"), tr("As the network is routed."));
  connect(difficulty, &QToolButton::clicked, this, &GroupPanel::fillByDifficulty);
  connect(gradients, &QToolButton::clicked, this, &GroupPanel::fillByGradients);
  connect(reset, &QToolButton::clicked, &model_, &ContentionModel::resetGroups);
  row->addWidget(count_);
  row->addWidget(mutedLabel(tr("branches")));
  row->addWidget(difficulty);
  row->addWidget(gradients);
  row->addStretch(1);
  row->addWidget(reset);
  return line;
}

QWidget* GroupPanel::buildExport() {
  auto* line = new QWidget;
  auto* row = new QHBoxLayout(line);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(8);
  auto* copy = new QPushButton(tr("Copy routing"));
  copy->setToolTip(wrappedToolTip(tr("The line \"groups = \u2026\" for the recipe of a training.")));
  auto* file = new QPushButton(tr("Save routing\u2026"));
  connect(copy, &QPushButton::clicked, this, &GroupPanel::copyRouting);
  connect(file, &QPushButton::clicked, this, &GroupPanel::save);
  row->addWidget(copy);
  row->addWidget(file);
  row->addStretch(1);
  return line;
}

std::optional<GroupPanel::Place> GroupPanel::place() const {
  const auto history = model_.shown();
  if (!history || history->epochs.empty()) {
    return std::nullopt;
  }
  const auto parts = model_.shownParts(history);
  if (parts.empty()) {
    return std::nullopt;
  }
  // Of several parts the one that was looked into, else the one with the lowest mean cosine.
  const std::size_t epoch = model_.epochOf(*history);
  auto chosen = std::min_element(parts.begin(), parts.end(), [&](const auto& a, const auto& b) {
    return model_.numbers().statistics(history, a, epoch).mean_cosine <
           model_.numbers().statistics(history, b, epoch).mean_cosine;
  });
  if (const auto& pair = model_.pair()) {
    const auto found = std::find_if(parts.begin(), parts.end(),
                                    [&](const ContentionPart& part) { return part.name == pair->part; });
    chosen = found == parts.end() ? chosen : found;
  }
  return Place{history, *chosen, epoch};
}

void GroupPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  refresh();
}

void GroupPanel::refresh() {
  const auto at = place();
  if (!at || !isVisible()) {
    return;
  }
  const ContentionHistory& history = *at->history;
  const auto& groups = model_.groups();
  const std::vector<int> of_rows = groupsOfRows(history, groups);
  where_->setFullText(
      tr("If %1 were split \u00b7 epoch %2")
          .arg(QString::fromStdString(at->part.name), epochText(history.epochs[at->epoch].epoch)));
  const GramStatistics& now = model_.numbers().statistics(at->history, at->part, at->epoch);
  const WhatIf split = what_if(part_gram(history, at->epoch, at->part), of_rows, at->part.size);
  const GroupQuality quality = group_quality(now.cosines, of_rows);
  std::vector<std::vector<double>> transfer;
  for (const auto& names : groups) {
    auto& of_group = transfer.emplace_back();
    for (const std::string& name : names) {
      const auto row = std::find(history.rows.begin(), history.rows.end(), name);
      of_group.push_back(row == history.rows.end()
                             ? std::numeric_limits<double>::quiet_NaN()
                             : split.negative_transfer[static_cast<std::size_t>(row - history.rows.begin())]);
    }
  }
  board_->setGroups(groups, branchNames(history, groups.size()), transfer);
  showFacts({{tr("within"), cosineText(split.within)},
             {tr("between"), cosineText(split.between)},
             {tr("within \u2212 between"), cosineText(quality.difference)},
             {tr("silhouette"), cosineText(quality.silhouette)},
             {tr("mean N shared"), cosineText(now.mean_negative_transfer)},
             {tr("mean N split"), cosineText(split.mean_negative_transfer)},
             {tr("added parameters"), countText(split.added_parameters)}});
}

void GroupPanel::showFacts(const std::vector<std::pair<QString, QString>>& facts) {
  while (fact_labels_.size() < facts.size()) {
    const auto index = static_cast<int>(fact_labels_.size());
    fact_labels_.emplace_back(mutedLabel(), new QLabel);
    facts_->addWidget(fact_labels_.back().first, index / 2, 2 * (index % 2));
    facts_->addWidget(fact_labels_.back().second, index / 2, 2 * (index % 2) + 1);
  }
  for (std::size_t i = 0; i < facts.size(); ++i) {
    fact_labels_[i].first->setText(facts[i].first);
    fact_labels_[i].second->setText(facts[i].second);
  }
}

QString GroupPanel::fact(const QString& name) const {
  for (const auto& [label, value] : fact_labels_) {
    if (label->text() == name) {
      return value->text();
    }
  }
  return {};
}

void GroupPanel::take(const ContentionHistory& history, const std::vector<int>& groups) {
  ContentionModel::Groups lists;
  for (std::size_t row = 0; row < groups.size(); ++row) {
    const auto group = static_cast<std::size_t>(groups[row]);
    lists.resize(std::max(lists.size(), group + 1));
    lists[group].push_back(history.rows[row]);
  }
  std::erase_if(lists, [](const auto& list) { return list.empty(); });
  model_.setGroups(std::move(lists));
}

void GroupPanel::fillByDifficulty() {
  const auto at = place();
  if (!at) {
    return;
  }
  const ContentionHistory& history = *at->history;
  if (history.difficulty.size() != history.rows.size()) {
    Q_EMIT said(tr("The history holds no difficulties."));
    return;
  }
  const auto groups = quantile_groups(history.rows, history.difficulty, count_->value());
  if (groups) {
    take(history, groups->groups);
  } else {
    Q_EMIT said(QString::fromStdString(groups.error().message));
  }
}

void GroupPanel::fillByGradients() {
  const auto at = place();
  if (!at) {
    return;
  }
  const auto& cosines = model_.numbers().statistics(at->history, at->part, at->epoch).cosines;
  const auto groups = gradient_groups(at->history->rows, cosines, count_->value());
  if (groups) {
    take(*at->history, *groups);
  } else {
    Q_EMIT said(QString::fromStdString(groups.error().message));
  }
}

QString GroupPanel::routing() const {
  const auto at = place();
  return at ? routingToml(model_.groups(), tr("%1 branches of %2, after %3 at epoch %4")
                                               .arg(model_.groups().size())
                                               .arg(QString::fromStdString(at->part.name),
                                                    QString::fromStdString(at->history->name),
                                                    epochText(at->history->epochs[at->epoch].epoch)))
            : QString();
}

void GroupPanel::copyRouting() const {
  QGuiApplication::clipboard()->setText(routing());
}

void GroupPanel::save() {
  const QString path = QFileDialog::getSaveFileName(this, tr("Save routing"), QStringLiteral("routing.toml"),
                                                    tr("Recipes (*.toml);;JSON (*.json)"));
  if (path.isEmpty()) {
    return;
  }
  const bool json = path.endsWith(QLatin1String(".json"), Qt::CaseInsensitive);
  const QString text = json ? routingJson(model_.groups()) : routing();
  const auto written = write_file_atomically(path.toStdString(), text.toStdString());
  if (!written) {
    Q_EMIT said(QString::fromStdString(written.error().message));
  }
}

}  // namespace alidade
