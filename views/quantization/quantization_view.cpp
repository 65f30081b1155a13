// SPDX-License-Identifier: BSD-3-Clause
#include "views/quantization/quantization_view.h"

#include <algorithm>
#include <cmath>

#include <QBoxLayout>
#include <QComboBox>
#include <QStackedWidget>
#include <QToolButton>

#include "core/sweep/studies.h"
#include "core/sweep/sweep_numbers.h"
#include "views/base/hover_canvas.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/parallel/parallel_panel.h"
#include "views/quantization/bit_strip.h"
#include "views/quantization/budget_panel.h"
#include "views/quantization/parallel_sweep.h"
#include "views/quantization/quantization_text.h"
#include "views/quantization/study_sheets.h"
#include "views/quantization/tradeoff_canvas.h"

namespace alidade {
namespace {

/// Fills a list with names and what people read of them.
template <class Text>
void fillNames(QComboBox& list, const std::vector<std::string>& names, const Text& text) {
  list.clear();
  for (const std::string& name : names) {
    list.addItem(text(name), QString::fromStdString(name));
  }
}

/// The wanted name, else the one at `place`.
void showName(QComboBox& list, const std::string& wanted, int place) {
  const int known = list.findData(QString::fromStdString(wanted));
  list.setCurrentIndex(known >= 0 ? known : std::min(place, list.count() - 1));
}

}  // namespace

QString QuantizationView::context() const {
  const auto sweep = model_.sweep();
  return sweep ? tr("%1 \u00b7 %2 networks").arg(model_.name()).arg(sweep->points.size()) : QString();
}

TradeoffQuestion QuantizationView::tradeoffQuestion() const {
  const QuantizationChoice& choice = model_.choice();
  TradeoffQuestion question;
  question.a = model_.sweep();
  question.b = model_.sweep(Run::kB);
  question.name_a = model_.name();
  question.name_b = model_.name(Run::kB);
  question.cost = choice.cost;
  question.metric = model_.metric();
  question.calibration = choice.calibration;
  question.allowed = choice.allowed;
  question.solver = model_.solver();
  question.prediction = model_.prediction();
  question.solved = model_.solved();
  question.previous = model_.previous();
  if (model_.solver()) {
    question.budget = model_.budgetValue();
  }
  if (choice.published) {
    question.published = model_.published();
  }
  return question;
}

BitStripQuestion QuantizationView::stripQuestion() const {
  const QuantizationChoice& choice = model_.choice();
  return {model_.sweep(), model_.point(),     model_.solved(), model_.previous(),
          choice.score,   choice.other_score, choice.layers,   false};
}

StudyQuestion QuantizationView::studyQuestion() const {
  return {model_.sweep(),       model_.sweep(Run::kB), model_.name(),
          model_.name(Run::kB), model_.metric(),       model_.choice().module};
}

std::shared_ptr<const Figure> QuantizationView::figure() const {
  model_.settle();
  switch (page()) {
    case QuantizationPage::kTradeoff:
      return tradeoff_->figure();
    case QuantizationPage::kBits:
      return bits_->figure();
    case QuantizationPage::kParallel:
      return parallel_->figure();
    default:
      return columns_->figure();
  }
}

void QuantizationView::takeEvidence() {
  showChoice();
  refresh();
}

void QuantizationView::fillLists() {
  const auto sweep = model_.sweep();
  const bool layers = model_.choice().layers;
  if (sweep == listed_ && layers == listed_layers_) {
    return;
  }
  listed_ = sweep;
  listed_layers_ = layers;
  const auto scores = sweep ? scores_of(*sweep, layers) : std::vector<std::string>();
  fillNames(*metrics_, sweep ? metrics_of(*sweep) : std::vector<std::string>(), metricText);
  fillNames(*scores_[0], scores, scoreText);
  fillNames(*scores_[1], scores, scoreText);
  fillNames(*modules_, sweep ? modulesWithWidths(*sweep) : std::vector<std::string>(),
            [](const std::string& name) { return QString::fromStdString(name); });
}

void QuantizationView::showLists() {
  const QuantizationChoice& choice = model_.choice();
  showName(*metrics_, choice.metric, 0);
  showName(*scores_[0], choice.score, 0);
  showName(*scores_[1], choice.other_score, 1);
  const auto widest = listed_ && choice.module.empty() ? widest_study(*listed_) : std::nullopt;
  showName(*modules_, widest ? listed_->modules[widest->module].name : choice.module, 0);
  costs_->setCurrentIndex(std::max(0, costs_->findData(static_cast<int>(choice.cost))));
}

void QuantizationView::showChoice() {
  const QuantizationChoice& choice = model_.choice();
  const QuantizationPage shown = choice.page;
  for (std::size_t i = 0; i < pages_.size(); ++i) {
    pages_[i]->setChecked(i == static_cast<std::size_t>(shown));
  }
  fillLists();
  showLists();
  published_->setChecked(choice.published);
  calibration_->setChecked(choice.calibration);
  layers_->setChecked(choice.layers);
  const QString unprinted = publishedProblem(model_.published(), choice.cost, model_.metric());
  published_->setEnabled(unprinted.isEmpty());
  published_->setToolTip(
      wrappedToolTip(unprinted.isEmpty() ? tr("Printed values of other networks and data.") : unprinted));
  const bool tradeoff = shown == QuantizationPage::kTradeoff, bits = shown == QuantizationPage::kBits;
  published_->setVisible(tradeoff);
  calibration_->setVisible(tradeoff);
  metrics_->setVisible(!bits);
  modules_->setVisible(shown == QuantizationPage::kWidths);
  scores_[0]->setVisible(bits);
  scores_[1]->setVisible(bits);
  layers_->setVisible(bits);
  arrangeStrip();
}

void QuantizationView::showCard() {
  card_->setContent(QStringLiteral("quantization"),
                    tr("Open a quantization sweep: networks with few bits, and what they are worth."),
                    tr("Open a file\u2026"));
  stack_->setCurrentWidget(card_);
}

void QuantizationView::showOn(QWidget* canvas, const QString& problem) {
  if (problem.isEmpty()) {
    canvas_stack_->setCurrentWidget(canvas);
    return;
  }
  inner_card_->setContent(QStringLiteral("quantization"), problem);
  canvas_stack_->setCurrentWidget(inner_card_);
}

void QuantizationView::refresh() {
  if (!model_.sweep()) {
    tradeoff_->setSheet(nullptr);
    bits_->setFigure(nullptr);
    columns_->setFigure(nullptr);
    parallel_->setTable(nullptr);
    showCard();
    Q_EMIT contextChanged();
    return;
  }
  stack_->setCurrentIndex(0);
  panel_->refresh();
  const auto onColumns = [this](std::shared_ptr<const StudySheet> sheet, const QString& problem) {
    columns_->setFigure(sheet ? std::make_shared<const StudyFigure>(std::move(sheet)) : nullptr);
    showOn(columns_, problem);
  };
  switch (page()) {
    case QuantizationPage::kTradeoff: {
      const TradeoffQuestion asked = tradeoffQuestion();
      tradeoff_->setSheet(makeTradeoff(asked));
      showOn(tradeoff_, tradeoffProblem(asked));
      break;
    }
    case QuantizationPage::kBits: {
      bits_->setFigure(std::make_shared<const BitStripFigure>(makeBitStrip(stripQuestion())));
      showOn(bits_, {});
      break;
    }
    case QuantizationPage::kOrder:
      onColumns(makeOrderStudy(studyQuestion()), orderProblem(studyQuestion()));
      break;
    case QuantizationPage::kWidths:
      onColumns(makeWidths(studyQuestion()), widthsProblem(studyQuestion()));
      break;
    case QuantizationPage::kParallel: {
      parallel_->setTable(makeSweepTable(*model_.sweep(), model_.metric()));
      parallel_->setChosen(model_.point() ? std::optional(static_cast<int>(*model_.point())) : std::nullopt);
      showOn(parallel_, parallel_->figure() ? QString() : tr("The sweep holds no networks."));
      break;
    }
  }
  Q_EMIT contextChanged();
}

/// Choosing the same network again goes back to the solved assignment.
void QuantizationView::choosePoint(int point) {
  const auto index = static_cast<std::size_t>(point);
  model_.setPoint(model_.point() == std::optional(index) ? std::nullopt : std::optional(index));
}

void QuantizationView::arrangeStrip() {
  // The lists get a line of their own where they would be cut.
  int needed = 40;
  for (const QToolButton* button : pages_) {
    needed += button->sizeHint().width() + 6;
  }
  for (const QWidget* widget : std::initializer_list<const QWidget*>{
           costs_, metrics_, modules_, scores_[0], scores_[1], published_, calibration_, layers_}) {
    needed += widget->isHidden() ? 0 : widget->sizeHint().width() + 6;
  }
  strip_->setDirection(width() < needed ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

void QuantizationView::resizeEvent(QResizeEvent* event) {
  View::resizeEvent(event);
  arrangeStrip();
}

}  // namespace alidade
