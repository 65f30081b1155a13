// SPDX-License-Identifier: BSD-3-Clause
#include "views/quantization/budget_panel.h"

#include <algorithm>
#include <cmath>

#include <QAction>
#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/sweep/sweep_numbers.h"
#include "views/base/hover_canvas.h"
#include "views/base/view.h"
#include "views/quantization/bit_strip.h"
#include "views/quantization/quantization_model.h"
#include "views/quantization/quantization_text.h"

namespace alidade {
namespace {

constexpr int kSliderSteps = 1000;
constexpr int kStripRow = 30, kStripHead = 80, kMostStrip = 300;  // pixels

QLabel* quietLabel(bool muted) {
  auto* label = new QLabel;
  label->setTextFormat(Qt::PlainText);
  label->setWordWrap(true);
  label->setProperty("muted", muted);
  return label;
}

std::vector<std::string> allLevels(const SweepModule& module) {
  std::vector<std::string> levels;
  for (const SweepOption& option : module.options) {
    levels.push_back(option.levels);
  }
  return levels;
}

}  // namespace

BudgetPanel::BudgetPanel(QuantizationModel& model, QWidget* parent)
    : QWidget(parent),
      model_(model),
      strip_(new HoverCanvas(tr("Bits of each module"))),
      slider_(new QSlider(Qt::Horizontal)),
      budget_(new QLabel),
      solution_(quietLabel(false)),
      exactness_(quietLabel(true)),
      limits_(new QGridLayout),
      reset_(new QToolButton) {
  setBackgroundRole(QPalette::Base);
  setAutoFillBackground(true);
  strip_->setObjectName(QStringLiteral("sideStrip"));
  slider_->setObjectName(QStringLiteral("budgetSlider"));
  slider_->setRange(0, kSliderSteps);
  slider_->setPageStep(kSliderSteps / 20);
  slider_->setAccessibleName(tr("Budget"));
  slider_->setToolTip(
      wrappedToolTip(tr("What the assignment may cost, from the cheapest to the costliest.")));
  budget_->setObjectName(QStringLiteral("budgetValue"));
  solution_->setObjectName(QStringLiteral("budgetSolution"));
  auto* head = new QHBoxLayout;
  head->addWidget(new QLabel(tr("Budget")));
  head->addStretch();
  head->addWidget(budget_);
  reset_->setText(tr("Free all"));
  reset_->setObjectName(QStringLiteral("layerButton"));
  reset_->setToolTip(wrappedToolTip(tr("Take away all pins and limits.")));
  auto* limits_head = new QHBoxLayout;
  limits_head->addWidget(new QLabel(tr("Limits")));
  limits_head->addStretch();
  limits_head->addWidget(reset_);
  limits_->setHorizontalSpacing(8);
  limits_->setVerticalSpacing(4);
  limits_->setColumnStretch(0, 1);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 8);
  column->setSpacing(8);
  column->addWidget(strip_);
  auto* below = new QVBoxLayout;
  below->setContentsMargins(12, 0, 12, 0);
  below->setSpacing(6);
  below->addLayout(head);
  below->addWidget(slider_);
  below->addWidget(solution_);
  below->addWidget(exactness_);
  below->addSpacing(6);
  below->addLayout(limits_head);
  below->addLayout(limits_);
  column->addLayout(below);
  column->addStretch();
  connect(slider_, &QSlider::valueChanged, this, [this](int value) {
    QuantizationChoice choice = model_.choice();
    choice.budget = static_cast<double>(value) / kSliderSteps;
    model_.choose(choice);
  });
  connect(reset_, &QToolButton::clicked, this, [this] {
    QuantizationChoice choice = model_.choice();
    choice.allowed.clear();
    model_.choose(choice);
  });
}

void BudgetPanel::rebuildLimits() {
  for (const Limit& row : rows_) {
    delete row.name;
    delete row.pin;
    delete row.allowed;
  }
  rows_.clear();
  const auto sweep = model_.sweep();
  listed_ = sweep;
  for (std::size_t i = 0; sweep && i < sweep->modules.size(); ++i) {
    const SweepModule& module = sweep->modules[i];
    const QString name = QString::fromStdString(module.name);
    Limit row{module.name, new QLabel(name), new QComboBox, new QToolButton, {}};
    row.name->setTextFormat(Qt::PlainText);
    row.pin->setObjectName(QStringLiteral("pin-") + name);
    row.pin->setAccessibleName(tr("Pin of %1").arg(name));
    row.pin->setToolTip(plainToolTip(tr("Pin %1 to one width").arg(name)));
    row.pin->addItem(tr("free"));
    auto* menu = new QMenu(row.allowed);
    for (const SweepOption& option : module.options) {
      row.pin->addItem(levelsText(option.levels), QString::fromStdString(option.levels));
      auto* action = menu->addAction(QString::fromStdString(level_label(option.levels)));
      action->setCheckable(true);
      connect(action, &QAction::triggered, this, [this, i] { takeAllowed(i); });
      row.levels.push_back(action);
    }
    row.allowed->setMenu(menu);
    row.allowed->setPopupMode(QToolButton::InstantPopup);
    row.allowed->setObjectName(QStringLiteral("layerButton"));
    row.allowed->setAccessibleName(tr("Widths that %1 may have").arg(name));
    row.allowed->setToolTip(plainToolTip(tr("Widths that %1 may have").arg(name)));
    connect(row.pin, &QComboBox::activated, this, [this, i] { takePin(i); });
    const int line = static_cast<int>(i);
    limits_->addWidget(row.name, line, 0);
    limits_->addWidget(row.pin, line, 1);
    limits_->addWidget(row.allowed, line, 2);
    rows_.push_back(std::move(row));
  }
}

void BudgetPanel::takePin(std::size_t row) {
  QuantizationChoice choice = model_.choice();
  const QString levels = rows_[row].pin->currentData().toString();
  if (levels.isEmpty()) {
    choice.allowed.erase(rows_[row].module);
  } else {
    choice.allowed[rows_[row].module] = {levels.toStdString()};
  }
  model_.choose(choice);
}

void BudgetPanel::takeAllowed(std::size_t row) {
  const auto sweep = model_.sweep();
  const auto all = allLevels(sweep->modules[row]);
  std::vector<std::string> allowed;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (rows_[row].levels[i]->isChecked()) {
      allowed.push_back(all[i]);
    }
  }
  QuantizationChoice choice = model_.choice();
  if (allowed.size() == all.size() || allowed.empty()) {
    choice.allowed.erase(rows_[row].module);  // none at all would leave nothing to solve
  } else {
    choice.allowed[rows_[row].module] = std::move(allowed);
  }
  model_.choose(choice);
  showLimits();
}

void BudgetPanel::showLimits() {
  const auto sweep = model_.sweep();
  const AllowedLevels& allowed = model_.choice().allowed;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const auto limits = allowed.find(rows_[i].module);
    const auto all = allLevels(sweep->modules[i]);
    const bool pinned = limits != allowed.end() && limits->second.size() == 1;
    rows_[i].pin->setCurrentIndex(
        pinned ? std::max(0, rows_[i].pin->findData(QString::fromStdString(limits->second.front()))) : 0);
    std::size_t count = 0;
    for (std::size_t j = 0; j < all.size(); ++j) {
      const bool may = limits == allowed.end() || std::find(limits->second.begin(), limits->second.end(),
                                                            all[j]) != limits->second.end();
      rows_[i].levels[j]->setChecked(may);
      count += may ? 1 : 0;
    }
    rows_[i].allowed->setText(count == all.size() ? tr("all") : tr("%1 of %2").arg(count).arg(all.size()));
  }
  reset_->setEnabled(!allowed.empty());
}

void BudgetPanel::showSolution() {
  const auto& solved = model_.solved();
  const auto sweep = model_.sweep();
  budget_->setText(costText(model_.choice().cost, model_.budgetValue()));
  exactness_->setText(model_.solver() ? QString::fromStdString(model_.solver()->description()) : QString());
  if (!solved || !sweep) {
    solution_->setText(model_.problem());
    return;
  }
  QString text = joined(solved->levels, QStringLiteral("-")) + QStringLiteral(" \u00b7 ") +
                 costText(model_.choice().cost, solved->cost);
  const std::string metric = model_.metric();
  double measured = std::nan("");
  for (const SweepPoint& point : sweep->points) {
    const double value = value_of(point, metric);
    if (point.levels == solved->levels && point.layer_levels.empty() && !(value <= measured)) {
      measured = value;
    }
  }
  if (std::isfinite(measured)) {
    text += tr(" \u00b7 measured %1").arg(shareText(measured));
  } else if (model_.prediction().fit) {
    text += tr(" \u00b7 predicted %1").arg(shareText(model_.prediction().fit->at(solved->loss)));
    text += model_.prediction().fit->covers(solved->loss) ? QString() : tr(", beyond what was measured");
  }
  if (const auto& before = model_.previous()) {
    std::size_t changed = 0;
    for (std::size_t i = 0; i < solved->levels.size(); ++i) {
      changed += solved->levels[i] != before->levels[i] ? 1 : 0;
    }
    text += changed == 1 ? tr(" \u00b7 1 module changed") : tr(" \u00b7 %1 modules changed").arg(changed);
  }
  solution_->setText(text);
}

void BudgetPanel::refresh() {
  const auto sweep = model_.sweep();
  if (listed_ != sweep || rows_.empty()) {
    rebuildLimits();
  }
  const QSignalBlocker quiet(slider_);
  slider_->setValue(static_cast<int>(std::lround(kSliderSteps * model_.choice().budget)));
  slider_->setEnabled(model_.solver() != nullptr);
  showLimits();
  showSolution();
  const auto sheet = makeBitStrip({sweep, model_.point(), model_.solved(), model_.previous(),
                                   model_.choice().score, model_.choice().other_score, false, true});
  strip_->setFigure(sheet ? std::make_shared<const BitStripFigure>(sheet) : nullptr);
  const int rows = sheet ? static_cast<int>(sheet->rows.size()) : 0;
  strip_->setFixedHeight(std::min(kStripHead + kStripRow * rows, kMostStrip));
}

}  // namespace alidade
