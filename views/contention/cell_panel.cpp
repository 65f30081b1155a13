// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/cell_panel.h"

#include <algorithm>
#include <numeric>

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>
#include <QListWidget>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>

#include "views/base/elided_label.h"
#include "views/base/newest_answer.h"
#include "views/base/plot.h"
#include "views/base/session_model.h"
#include "views/contention/contention_facts.h"
#include "views/contention/contention_text.h"
#include "views/contention/epoch_bar.h"
#include "views/contention/layer_table.h"
#include "views/contention/pair_trend.h"
#include "views/contention/panel_parts.h"

namespace alidade {

std::optional<CellPanel::Place> CellPanel::place() const {
  const auto& pair = model_.pair();
  const auto history = model_.shown();
  if (!pair || !history) {
    return std::nullopt;
  }
  const auto row = rowOf(*history, pair->row), other = rowOf(*history, pair->other);
  const auto parts = model_.shownParts(history);
  if (!row || !other || parts.empty()) {
    return std::nullopt;
  }
  const auto part = std::find_if(parts.begin(), parts.end(),
                                 [&](const ContentionPart& one) { return one.name == pair->part; });
  return Place{history, part == parts.end() ? parts.front() : *part, model_.epochOf(*history), *row, *other};
}

void CellPanel::refresh() {
  const auto at = place();
  if (!at || !isVisible()) {
    return;
  }
  showFacts(*at);
  showTrend(*at);
  layers_->setContributions(layer_contributions(*at->history, at->epoch, at->part, at->row, at->other),
                            at->part.name);
  layers_->setScores(scores_);
  askScores(*at);
  showSamples(*at);
}

void CellPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  answer_->setPaused(false);
  refresh();
}

void CellPanel::showFacts(const Place& at) {
  const auto name = [&](std::size_t row) { return QString::fromStdString(at.history->rows[row]); };
  head_->setFullText(name(at.row) + QStringLiteral(" \u00d7 ") + name(at.other));
  where_->setFullText(tr("%1 \u00b7 epoch %2 \u00b7 %3")
                          .arg(QString::fromStdString(at.part.name),
                               epochText(at.history->epochs[at.epoch].epoch), spaceText(at.history->space)));
  const QString doubt = doubtOf(model_.numbers(), at.history, at.part, at.epoch);
  doubt_->setText(doubt);
  doubt_->setVisible(!doubt.isEmpty());
  const ContentionFacts facts =
      factsOfPair(model_.numbers(), at.history, at.part, at.epoch, at.row, at.other);
  while (fact_labels_.size() < facts.size()) {
    const auto index = static_cast<int>(fact_labels_.size());
    auto* name_label = mutedLabel();
    auto* value_label = new QLabel;
    value_label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    facts_->addWidget(name_label, index / 2, 2 * (index % 2));
    facts_->addWidget(value_label, index / 2, 2 * (index % 2) + 1);
    fact_labels_.emplace_back(name_label, value_label);
  }
  for (std::size_t i = 0; i < fact_labels_.size(); ++i) {
    const auto& [label, value] = fact_labels_[i];
    label->setVisible(i < facts.size());
    value->setVisible(i < facts.size());
    if (i < facts.size()) {
      label->setText(facts[i].first);
      value->setText(facts[i].second);
    }
  }
}

void CellPanel::showTrend(const Place& at) {
  std::vector<double> epochs, cosines;
  for (std::size_t i = 0; i < at.history->epochs.size(); ++i) {
    epochs.push_back(at.history->epochs[i].epoch);
    cosines.push_back(model_.numbers().statistics(at.history, at.part, i).cosine(at.row, at.other));
  }
  trend_->setVisible(epochs.size() > 1);
  trend_->setEpoch(epochs[at.epoch]);
  trend_->setSeries(std::move(epochs), std::move(cosines));
}

double CellPanel::conflictBound() const {
  return bound_->value();
}

void CellPanel::setConflictBound(double s) {
  bound_->setValue(s);
}

bool CellPanel::scoring() const {
  return answer_->awaited();
}

QString CellPanel::planText() const {
  return plan_->text();
}

void CellPanel::askScores(const Place& at) {
  std::vector<std::size_t> epochs(at.history->epochs.size());
  std::iota(epochs.begin(), epochs.end(), std::size_t{0});
  std::optional<std::pair<std::size_t, std::size_t>> pair;
  if (!all_pairs_->isChecked()) {
    pair = {at.row, at.other};
  }
  answer_->ask([this, history = at.history, epochs, pair, s = bound_->value()] {
    return [this, scores = layer_conflicts(*history, s, epochs, pair)] {
      scores_ = scores;
      layers_->setScores(scores_);
      showPlan();
    };
  });
}

void CellPanel::showPlan() {
  // Only layers of the part that is looked at are proposed.
  std::vector<LayerConflict> of_part;
  for (const LayerConflict& one : scores_) {
    const auto& layers = layers_->layers();
    if (std::any_of(layers.begin(), layers.end(),
                    [&](const LayerContribution& layer) { return layer.layer == one.layer; })) {
      of_part.push_back(one);
    }
  }
  const int groups = std::max(2, static_cast<int>(model_.groups().size()));
  const SplitPlan plan = split_plan(of_part, static_cast<std::size_t>(split_->value()), groups);
  QStringList names;
  for (const SplitPlan::Layer& layer : plan.layers) {
    names << layers_->shownName(layer.conflict.layer);
  }
  plan_->setText(plan.layers.empty() ? tr("No layer has a score.")
                                     : tr("%1 in %2 branches: +%3 parameters")
                                           .arg(names.join(QStringLiteral(", ")))
                                           .arg(groups)
                                           .arg(countText(plan.layers.back().added_all)));
}

void CellPanel::showSamples(const Place& at) {
  const SamplePairsQuestion question{at.history,
                                     model_.choice().kind,
                                     at.epoch,
                                     {at.part.name, at.history->rows[at.row], at.history->rows[at.other]}};
  const bool asked = model_.samplePairsQuestion() == question;
  const auto pairs = asked ? model_.samplePairs() : nullptr;
  const QSignalBlocker quiet(samples_);
  samples_->clear();
  const auto dataset = session_.dataset();
  for (const OpposedSamples& one : pairs ? *pairs : std::vector<OpposedSamples>()) {
    const auto name = [&](std::size_t frame) {
      return dataset && frame < dataset->num_frames()
                 ? QString::fromStdString(dataset->frame_info(frame).name)
                 : QString::number(frame);
    };
    samples_->addItem(
        tr("%1   %2 \u00b7 %3").arg(cosineText(one.cosine), name(one.frame), name(one.other_frame)));
  }
  samples_->setCurrentRow(-1);
  samples_->setVisible(samples_->count() > 0);
  no_samples_->setVisible(samples_->count() == 0);
  no_samples_->setText(asked && !pairs ? tr("Measuring sample pairs\u2026")
                                       : tr("No sample pairs measured."));
  find_samples_->setVisible(model_.measuresSamplePairs());
}

void CellPanel::askSamples() {
  if (const auto at = place()) {
    model_.askSamplePairs({at->history,
                           model_.choice().kind,
                           at->epoch,
                           {at->part.name, at->history->rows[at->row], at->history->rows[at->other]}});
  }
}

void CellPanel::openSample(int row) {
  const auto pairs = model_.samplePairs();
  if (pairs && row >= 0 && static_cast<std::size_t>(row) < pairs->size()) {
    const OpposedSamples& one = (*pairs)[static_cast<std::size_t>(row)];
    session_.setSelection({one.frame, one.instance});
  }
}

}  // namespace alidade
