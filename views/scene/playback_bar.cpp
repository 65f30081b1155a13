// SPDX-License-Identifier: BSD-3-Clause
#include "views/scene/playback_bar.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QActionGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QSlider>
#include <QTimer>
#include <QToolButton>

#include "views/base/icon_button.h"
#include "views/base/plot.h"
#include "views/base/theme.h"

namespace alidade {
namespace {

constexpr int kFine = 1000;  // places of the slider, as many as the laboratory's has
constexpr int kTickMilliseconds = 25;
constexpr double kRunMilliseconds = 2500.0;
constexpr std::array<double, 5> kSpeeds{0.25, 0.5, 1.0, 2.0, 4.0};

QString speedText(double speed) {
  return QString::number(speed) + QChar(0x00d7);
}

}  // namespace

PlaybackBar::PlaybackBar(QWidget* parent)
    : QWidget(parent),
      speeds_(new QToolButton),
      slider_(new QSlider(Qt::Horizontal)),
      readout_(new QLabel),
      timer_(new QTimer(this)) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(8, 2, 8, 4);
  row->setSpacing(4);
  play_ = addIconButton(*this, "play", tr("Play the denoising"), true);
  auto* back = addIconButton(*this, "previous", tr("One state towards the noise"), false);
  auto* forward = addIconButton(*this, "next", tr("One state towards the pose"), false);
  loop_ = addIconButton(*this, "refresh", tr("Play again and again"), true);
  slider_->setRange(0, kFine);
  slider_->setPageStep(kFine / 10);
  slider_->setValue(kFine);
  slider_->setMinimumWidth(60);
  slider_->setAccessibleName(tr("Diffusion time, noise at the left"));
  row->addWidget(slider_, 1);
  readout_->setFont(numberFont());
  readout_->setMinimumWidth(readout_->fontMetrics().horizontalAdvance("t 0.000"));
  readout_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  row->addWidget(readout_);
  buildSpeeds();
  row->addWidget(speeds_);
  timer_->setInterval(kTickMilliseconds);
  connect(timer_, &QTimer::timeout, this, &PlaybackBar::tick);
  connect(play_, &QToolButton::toggled, this, &PlaybackBar::startOrStop);
  connect(back, &QToolButton::clicked, this, [this] { step(-1); });
  connect(forward, &QToolButton::clicked, this, [this] { step(1); });
  connect(slider_, &QSlider::valueChanged, this,
          [this](int value) { go(1.0 - static_cast<double>(value) / kFine); });
  show(0.0);
}

void PlaybackBar::buildSpeeds() {
  auto* menu = new QMenu(this);
  auto* group = new QActionGroup(menu);
  for (const double speed : kSpeeds) {
    QAction* action = menu->addAction(speedText(speed), this, [this, speed] { setSpeed(speed); });
    action->setCheckable(true);
    action->setChecked(speed == speed_);
    group->addAction(action);
  }
  speeds_->setMenu(menu);
  speeds_->setPopupMode(QToolButton::InstantPopup);
  speeds_->setText(speedText(speed_));
  speeds_->setToolTip(tr("Pace of playing; 1× goes from noise to pose in 2.5 s"));
  speeds_->setAccessibleName(tr("Pace of playing"));
}

void PlaybackBar::setTimes(const std::vector<double>& times) {
  times_ = times;
  if (times_.size() < 2) {
    setPlaying(false);
  }
}

void PlaybackBar::setTime(double t) {
  show(t);
}

bool PlaybackBar::playing() const {
  return play_->isChecked();
}

void PlaybackBar::setPlaying(bool playing) {
  play_->setChecked(playing);
}

bool PlaybackBar::looping() const {
  return loop_->isChecked();
}

void PlaybackBar::setLooping(bool loop) {
  loop_->setChecked(loop);
}

void PlaybackBar::setSpeed(double speed) {
  const auto nearest = std::min_element(kSpeeds.begin(), kSpeeds.end(), [speed](double a, double b) {
    return std::abs(a - speed) < std::abs(b - speed);
  });
  speed_ = *nearest;
  speeds_->setText(speedText(speed_));
  speeds_->menu()->actions().at(nearest - kSpeeds.begin())->setChecked(true);
}

void PlaybackBar::step(int delta) {
  setPlaying(false);
  if (times_.empty()) {
    return;
  }
  const auto nearest = std::min_element(times_.begin(), times_.end(), [this](double a, double b) {
    return std::abs(a - time_) < std::abs(b - time_);
  });
  const auto place = std::clamp<std::ptrdiff_t>(nearest - times_.begin() + delta, 0,
                                                static_cast<std::ptrdiff_t>(times_.size()) - 1);
  go(times_[static_cast<std::size_t>(place)]);
}

void PlaybackBar::startOrStop(bool playing) {
  if (!playing || times_.size() < 2) {
    timer_->stop();
    play_->setChecked(false);
    return;
  }
  if (time_ <= times_.back() + 0.5 / kFine || time_ > times_.front()) {
    go(times_.front());
  }
  clock_.start();
  timer_->start();
}

void PlaybackBar::tick() {
  // By the clock, so that slow pictures are left out instead of slowing the play.
  const double passed = speed_ * static_cast<double>(clock_.restart()) / kRunMilliseconds;
  const double end = times_.back();
  if (time_ > end) {
    go(std::max(end, time_ - passed));
  } else if (looping()) {
    go(times_.front());
  } else {
    setPlaying(false);
  }
}

void PlaybackBar::go(double t) {
  show(t);
  Q_EMIT timeChanged(t);
}

void PlaybackBar::show(double t) {
  time_ = t;
  const QSignalBlocker quiet(slider_);
  slider_->setValue(static_cast<int>(std::lround((1.0 - t) * kFine)));
  readout_->setText("t " + numberText(t, 3));
}

void PlaybackBar::hideEvent(QHideEvent* event) {
  setPlaying(false);
  QWidget::hideEvent(event);
}

}  // namespace alidade
