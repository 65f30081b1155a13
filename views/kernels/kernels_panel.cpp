// SPDX-License-Identifier: BSD-3-Clause
#include "views/kernels/kernels_panel.h"

#include <cmath>

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include "views/base/plot.h"
#include "views/base/view.h"
#include "views/kernels/kernel_text.h"
#include "views/kernels/tau_canvas.h"

namespace alidade {
namespace {

constexpr int kSliderSteps = 1000;

QLabel* panelLabel(bool muted) {
  auto* label = new QLabel;
  label->setTextFormat(Qt::PlainText);
  label->setWordWrap(true);
  label->setProperty("muted", muted);
  return label;
}

}  // namespace

KernelsPanel::KernelsPanel(KernelsModel& model, QWidget* parent)
    : QWidget(parent),
      model_(model),
      threshold_(new QWidget),
      slider_(new QSlider(Qt::Horizontal)),
      tau_(new QLabel),
      share_(panelLabel(true)),
      recorded_(new QToolButton),
      histogram_(new TauCanvas),
      head_(panelLabel(false)),
      facts_(new QGridLayout),
      foot_(panelLabel(true)),
      agreement_(panelLabel(true)) {
  setBackgroundRole(QPalette::Base);
  setAutoFillBackground(true);
  buildThreshold();
  head_->setObjectName(QStringLiteral("offsetHead"));
  agreement_->setObjectName(QStringLiteral("seedAgreement"));
  facts_->setHorizontalSpacing(12);
  facts_->setVerticalSpacing(4);
  facts_->setColumnStretch(1, 1);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(12, 10, 12, 10);
  column->setSpacing(6);
  column->addWidget(threshold_);
  column->addSpacing(6);
  column->addWidget(head_);
  column->addLayout(facts_);
  column->addWidget(foot_);
  column->addSpacing(6);
  column->addWidget(agreement_);
  column->addStretch();
}

void KernelsPanel::buildThreshold() {
  slider_->setObjectName(QStringLiteral("tauSlider"));
  slider_->setRange(0, kSliderSteps);
  slider_->setPageStep(kSliderSteps / 20);
  slider_->setAccessibleName(tr("Threshold \u03c4"));
  slider_->setToolTip(wrappedToolTip(
      tr("An offset uses the shared kernel where \u03b1\u00b7\u03b2 reaches \u03c4. The network was trained "
         "with "
         "the recorded one; another one shows what would change, not what would be learned.")));
  tau_->setObjectName(QStringLiteral("tauValue"));
  recorded_->setText(tr("Recorded"));
  recorded_->setObjectName(QStringLiteral("layerButton"));
  recorded_->setToolTip(wrappedToolTip(tr("Back to the decisions as they were recorded.")));
  auto* head = new QHBoxLayout;
  head->addWidget(new QLabel(tr("Threshold")));
  head->addStretch();
  head->addWidget(tau_);
  head->addWidget(recorded_);
  auto* column = new QVBoxLayout(threshold_);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(6);
  column->addLayout(head);
  column->addWidget(histogram_);
  column->addWidget(slider_);
  column->addWidget(share_);
  connect(slider_, &QSlider::valueChanged, this,
          [this](int value) { chooseTau(static_cast<double>(value) / kSliderSteps); });
  connect(histogram_, &TauCanvas::tauDragged, this, &KernelsPanel::chooseTau);
  connect(recorded_, &QToolButton::clicked, this, [this] { chooseTau(std::nullopt); });
}

void KernelsPanel::chooseTau(std::optional<double> tau) {
  KernelsChoice choice = model_.choice();
  choice.tau = tau;
  model_.choose(choice);
}

void KernelsPanel::setSheet(std::shared_ptr<const KernelSheet> sheet) {
  sheet_ = std::move(sheet);
  threshold_->setVisible(sheet_ && !sheet_->layer().sources.empty());
  if (!sheet_) {
    histogram_->setSharing(nullptr, 0, 0);
    return;
  }
  showThreshold();
  showOffset();
}

void KernelsPanel::showThreshold() {
  const KernelQuestion& asked = sheet_->asked;
  const double tau = asked.tau.value_or(asked.sharing->tau);
  const QSignalBlocker quiet(slider_);
  slider_->setValue(static_cast<int>(std::lround(kSliderSteps * tau)));
  tau_->setText(numberText(tau, 3));
  recorded_->setEnabled(asked.tau.has_value());
  histogram_->setSharing(asked.sharing, asked.layer, asked.source);
  histogram_->setTau(tau);
  share_->setText(tr("%1 here, %2 in all layers and sources reach it; trained with %3.")
                      .arg(percentText(share_at(*asked.sharing, asked.layer, asked.source, tau)),
                           percentText(share_at(*asked.sharing, {}, {}, tau)),
                           numberText(asked.sharing->tau, 3)));
}

void KernelsPanel::showOffset() {
  std::optional<std::size_t> place;
  const auto& offsets = sheet_->layer().offsets;
  for (std::size_t j = 0; j < offsets.size(); ++j) {
    if (sheet_->asked.picked == std::optional(offsets[j])) {
      place = j;
    }
  }
  agreement_->setText(sheet_->layer().sources.empty() ? QString() : agreementText(sheet_->cells.agreement));
  const HoverCard card = place ? cardOfCell(*sheet_, *place) : HoverCard();
  while (QLayoutItem* item = facts_->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  for (int row = 0; row < static_cast<int>(card.lines.size()); ++row) {
    auto* name = panelLabel(true);
    auto* value = panelLabel(false);
    name->setText(card.lines[static_cast<std::size_t>(row)].first);
    value->setText(card.lines[static_cast<std::size_t>(row)].second);
    name->setWordWrap(false);
    facts_->addWidget(name, row, 0, Qt::AlignTop);
    facts_->addWidget(value, row, 1, Qt::AlignTop);
  }
  head_->setText(place ? tr("Offset %1").arg(card.head) : tr("Click a cell to keep an offset in view."));
  foot_->setText(card.foot);
  foot_->setVisible(!card.foot.isEmpty());
}

}  // namespace alidade
