// SPDX-License-Identifier: BSD-3-Clause
// What the contention view shows in place of a sheet, and how far a measurement is.
#include <QLabel>
#include <QStackedWidget>
#include <QToolButton>

#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/contention/branch_canvas.h"
#include "views/contention/contention_canvas.h"
#include "views/contention/contention_sheets.h"
#include "views/contention/contention_view.h"

namespace alidade {

bool ContentionView::lacksHistory() const {
  return !showsBranches() && !model_.history(Run::kA);
}

void ContentionView::showCard(const QString& problem) {
  // The strip leads to what else there is.
  const bool alone = !model_.standsAlone();
  StateCard& card = alone ? *card_ : *inner_card_;
  const MeasuringState& measuring = model_.measuring();
  const bool measures = lacksHistory() && measuring.kind != MeasuringState::Kind::kUnknown;
  const bool opens = lacksHistory() || (showsBranches() && !model_.accuracy(Run::kA));
  QString button = opens ? tr("Open a file\u2026") : QString();
  if (measures && measuring.kind != MeasuringState::Kind::kLacks) {
    button = measuring.kind == MeasuringState::Kind::kRunning ? tr("Stop") : tr("Measure contention\u2026");
  }
  card.setContent(QStringLiteral("contention"), measures ? measuring.sentence : problem, button);
  if (alone) {
    stack_->setCurrentWidget(card_);
  } else {
    stack_->setCurrentIndex(0);
    canvas_stack_->setCurrentWidget(inner_card_);
  }
}

void ContentionView::useCard() {
  const MeasuringState::Kind kind = lacksHistory() ? model_.measuring().kind : MeasuringState::Kind::kUnknown;
  if (kind == MeasuringState::Kind::kRunning) {
    model_.askStop();
  } else {
    Q_EMIT actionRequested(kind == MeasuringState::Kind::kPossible ? QStringLiteral("measure-contention")
                                                                   : QStringLiteral("open-result"));
  }
}

void ContentionView::showMeasuring() {
  const MeasuringState& measuring = model_.measuring();
  const bool runs = measuring.kind == MeasuringState::Kind::kRunning;
  measured_->setText(runs ? measuring.sentence : QString());
  measured_->setVisible(runs);
  stop_button_->setVisible(runs);
  if (lacksHistory()) {
    showCard(sheetProblem(question()));
  }
  arrangeStrip();
}

}  // namespace alidade
