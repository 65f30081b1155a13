// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/epoch_bar.h"

#include <algorithm>
#include <cmath>

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QTimer>
#include <QToolButton>

#include "views/base/icon_button.h"
#include "views/base/plot.h"
#include "views/base/theme.h"
#include "views/contention/epoch_track.h"

namespace alidade {
namespace {

constexpr int kTickMilliseconds = 16;
constexpr double kEpochMilliseconds = 80.0;  // of a short series
constexpr double kMostMilliseconds = 12000.0;

}  // namespace

QString epochText(double epoch) {
  return numberText(epoch, epoch == std::floor(epoch) ? 0 : 2);
}

EpochBar::EpochBar(QWidget* parent)
    : QWidget(parent), track_(new EpochTrack), readout_(new QLabel), timer_(new QTimer(this)) {
  setBackgroundRole(QPalette::Base);
  setAutoFillBackground(true);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(8, 4, 12, 4);
  row->setSpacing(4);
  play_ = addIconButton(*this, QStringLiteral("play"), tr("Play the epochs (Space)"), true);
  auto* back = addIconButton(*this, QStringLiteral("previous"), tr("Previous epoch (Page Up)"), false);
  auto* forward = addIconButton(*this, QStringLiteral("next"), tr("Next epoch (Page Down)"), false);
  row->addWidget(track_, 1);
  readout_->setFont(numberFont());
  readout_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  row->addWidget(readout_);
  timer_->setInterval(kTickMilliseconds);
  connect(timer_, &QTimer::timeout, this, &EpochBar::tick);
  connect(play_, &QToolButton::toggled, this, &EpochBar::startOrStop);
  connect(back, &QToolButton::clicked, this, [this] { step(-1); });
  connect(forward, &QToolButton::clicked, this, [this] { step(1); });
  connect(track_, &EpochTrack::valueChanged, this, [this](int index) {
    show();
    Q_EMIT epochChanged(index);
  });
}

void EpochBar::setSeries(const std::vector<double>& epochs, const std::vector<double>& shares) {
  const QSignalBlocker quiet(track_);
  epochs_ = epochs;
  track_->setSeries(epochs, shares);
  setVisible(epochs.size() > 1);
  if (epochs.size() < 2) {
    setPlaying(false);
  }
  if (!epochs.empty()) {
    readout_->setMinimumWidth(readout_->fontMetrics().horizontalAdvance(
        tr("epoch %1 \u00b7 %2 of %2").arg(epochText(epochs.back())).arg(epochs.size())));
  }
  show();
}

void EpochBar::setEpoch(std::size_t index) {
  const QSignalBlocker quiet(track_);
  track_->setValue(static_cast<int>(index));
  track_->update();
  show();
}

std::size_t EpochBar::epoch() const {
  return static_cast<std::size_t>(track_->value());
}

void EpochBar::step(int delta) {
  setPlaying(false);
  track_->setValue(track_->value() + delta);
}

bool EpochBar::playing() const {
  return play_->isChecked();
}

void EpochBar::setPlaying(bool playing) {
  play_->setChecked(playing);
}

void EpochBar::startOrStop(bool playing) {
  if (!playing || epochs_.size() < 2) {
    timer_->stop();
    play_->setChecked(false);
    return;
  }
  if (track_->value() >= track_->maximum()) {
    track_->setValue(0);
  }
  place_ = track_->value();
  clock_.start();
  timer_->start();
}

void EpochBar::tick() {
  // By the clock, so that slow pictures are left out instead of slowing the play.
  const auto count = static_cast<double>(epochs_.size());
  const double each = std::min(kEpochMilliseconds, kMostMilliseconds / count);
  place_ += static_cast<double>(clock_.restart()) / each;
  track_->setValue(static_cast<int>(place_));
  if (track_->value() >= track_->maximum()) {
    setPlaying(false);
  }
}

void EpochBar::show() {
  const auto at = static_cast<std::size_t>(track_->value());
  readout_->setText(
      at < epochs_.size()
          ? tr("epoch %1 \u00b7 %2 of %3").arg(epochText(epochs_[at])).arg(at + 1).arg(epochs_.size())
          : QString());
}

void EpochBar::hideEvent(QHideEvent* event) {
  setPlaying(false);
  QWidget::hideEvent(event);
}

}  // namespace alidade
