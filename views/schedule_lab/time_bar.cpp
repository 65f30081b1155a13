// SPDX-License-Identifier: BSD-3-Clause
#include "views/schedule_lab/time_bar.h"

#include <algorithm>
#include <cmath>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QTimer>
#include <QToolButton>

#include "views/base/icon_button.h"
#include "views/base/plot.h"
#include "views/base/theme.h"

namespace alidade {
namespace {

constexpr int kFine = 1000;  // positions of the slider over t or sigma
constexpr int kTickMilliseconds = 33;
constexpr int kTicksPerRun = 75;  // one playback takes 2.5 s

}  // namespace

TimeBar::TimeBar(QWidget* parent)
    : QWidget(parent),
      slider_(new QSlider(Qt::Horizontal)),
      lock_(new QComboBox),
      readout_(new QLabel),
      timer_(new QTimer(this)) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(8, 4, 8, 4);
  row->setSpacing(4);
  play_ = addIconButton(*this, QStringLiteral("play"), tr("Play the sampling"), true);
  auto* back = addIconButton(*this, QStringLiteral("previous"), tr("One step towards noise"), false);
  auto* forward = addIconButton(*this, QStringLiteral("next"), tr("One step towards the pose"), false);
  loop_ = addIconButton(*this, QStringLiteral("refresh"), tr("Play again and again"), true);
  slider_->setAccessibleName(tr("Diffusion time, noise at the left"));
  row->addWidget(slider_, 1);
  readout_->setFont(numberFont());
  readout_->setMinimumWidth(96);
  readout_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  row->addWidget(readout_);
  lock_->addItems({tr("same t"), tr("same step"), tr("same \u03c3")});
  lock_->setAccessibleName(tr("What the columns have in common"));
  lock_->setToolTip(tr("What the columns have in common at one position of the slider."));
  row->addWidget(lock_);
  timer_->setInterval(kTickMilliseconds);
  connect(timer_, &QTimer::timeout, this, &TimeBar::tick);
  connect(play_, &QToolButton::toggled, this, &TimeBar::setPlaying);
  connect(back, &QToolButton::clicked, this, [this] { stepBy(-1); });
  connect(forward, &QToolButton::clicked, this, [this] { stepBy(1); });
  connect(lock_, &QComboBox::currentIndexChanged, this, &TimeBar::applyRange);
  connect(slider_, &QSlider::valueChanged, this, [this] {
    showPlace();
    Q_EMIT placeChanged();
  });
  slider_->setRange(0, kFine);
  slider_->setValue(kFine);
  showPlace();
}

TimeLock TimeBar::lock() const {
  return static_cast<TimeLock>(lock_->currentIndex());
}

void TimeBar::setLock(TimeLock lock) {
  lock_->setCurrentIndex(static_cast<int>(lock));
}

bool TimeBar::looping() const {
  return loop_->isChecked();
}

void TimeBar::setLooping(bool loop) {
  loop_->setChecked(loop);
}

double TimeBar::place() const {
  const double share = static_cast<double>(slider_->value()) / std::max(1, slider_->maximum());
  switch (lock()) {
    case TimeLock::kStep:
      return slider_->value();
    case TimeLock::kSigma:
      return sigma_high_ * std::pow(sigma_low_ / sigma_high_, share);
    case TimeLock::kTime:
      break;
  }
  return 1.0 - share;
}

void TimeBar::setTime(double t) {
  if (lock() != TimeLock::kStep) {
    slider_->setValue(static_cast<int>(std::lround((1.0 - t) * kFine)));  // log sigma is linear in t
  }
}

void TimeBar::setRange(int states, double sigma_high, double sigma_low) {
  if (states != states_ || sigma_high != sigma_high_ || sigma_low != sigma_low_) {
    states_ = std::max(2, states);
    sigma_high_ = sigma_high;
    sigma_low_ = sigma_low;
    applyRange();
  }
}

void TimeBar::applyRange() {
  const double share = static_cast<double>(slider_->value()) / std::max(1, slider_->maximum());
  {
    const QSignalBlocker quiet(slider_);
    slider_->setMaximum(lock() == TimeLock::kStep ? states_ - 1 : kFine);
    slider_->setValue(static_cast<int>(std::lround(share * slider_->maximum())));
    slider_->setPageStep(std::max(1, slider_->maximum() / 10));
  }
  showPlace();
  Q_EMIT placeChanged();
}

void TimeBar::showPlace() {
  switch (lock()) {
    case TimeLock::kTime:
      readout_->setText(QStringLiteral("t %1").arg(numberText(place(), 3)));
      break;
    case TimeLock::kStep:
      readout_->setText(QStringLiteral("step %1 / %2").arg(slider_->value()).arg(slider_->maximum()));
      break;
    case TimeLock::kSigma:
      readout_->setText(QStringLiteral("\u03c3 %1").arg(QString::number(place(), 'g', 3)));
      break;
  }
}

void TimeBar::setPlaying(bool playing) {
  if (!playing) {
    timer_->stop();
    return;
  }
  if (slider_->value() == slider_->maximum()) {
    slider_->setValue(0);
  }
  timer_->start(lock() == TimeLock::kStep ? kTickMilliseconds * kTicksPerRun / std::max(1, states_)
                                          : kTickMilliseconds);
}

void TimeBar::tick() {
  if (slider_->value() < slider_->maximum()) {
    slider_->setValue(slider_->value() + (lock() == TimeLock::kStep ? 1 : kFine / kTicksPerRun));
  } else if (looping()) {
    slider_->setValue(0);
  } else {
    play_->setChecked(false);
  }
}

void TimeBar::stepBy(int delta) {
  play_->setChecked(false);
  const int step = lock() == TimeLock::kStep ? 1 : std::max(1, kFine / (states_ - 1));
  slider_->setValue(slider_->value() + delta * step);
}

}  // namespace alidade
