// SPDX-License-Identifier: BSD-3-Clause
#include "views/browser/frame_bar.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QTimer>
#include <QToolButton>

#include "views/base/icons.h"
#include "views/base/theme.h"

namespace alidade {
namespace {

constexpr int kStepMilliseconds = 100;  // ten frames a second, where reading keeps up
constexpr int kPage = 10;

}  // namespace

FrameBar::FrameBar(QWidget* parent)
    : QWidget(parent),
      play_(new QToolButton(this)),
      slider_(new QSlider(Qt::Horizontal, this)),
      place_(new QLabel(this)),
      clock_(new QTimer(this)) {
  play_->setAutoRaise(true);
  play_->setCheckable(true);
  slider_->setAccessibleName(tr("Frame"));
  slider_->setToolTip(tr("Go through the frames that pass the filter"));
  slider_->setPageStep(kPage);
  place_->setFont(numberFont());
  place_->setTextFormat(Qt::PlainText);
  place_->setProperty("muted", true);
  clock_->setInterval(kStepMilliseconds);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(4, 2, 10, 2);
  row->setSpacing(6);
  row->addWidget(play_);
  row->addWidget(slider_, 1);
  row->addWidget(place_);
  connect(play_, &QToolButton::toggled, this, &FrameBar::setPlaying);
  connect(slider_, &QSlider::valueChanged, this, &FrameBar::rowAsked);
  connect(clock_, &QTimer::timeout, this, &FrameBar::step);
  style();
}

void FrameBar::setRows(int count, int current) {
  count_ = count;
  current_ = current;
  setVisible(count > 1);
  const QSignalBlocker quiet(slider_);
  slider_->setRange(0, std::max(0, count - 1));
  slider_->setValue(std::max(0, current));
  const QString all = QString::number(count);
  const QString text = current < 0 ? QString(QChar(0x2013)) : QString::number(current + 1);
  place_->setText(text + QStringLiteral(" / ") + all);
  place_->setMinimumWidth(place_->fontMetrics().horizontalAdvance(all + QStringLiteral(" / ") + all));
  place_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  if (count < 2) {
    setPlaying(false);
  }
}

void FrameBar::setPlaying(bool plays) {
  if (plays == playing()) {
    return;
  }
  if (plays) {
    clock_->start();
    if (current_ + 1 >= count_) {
      Q_EMIT rowAsked(0);
    }
  } else {
    clock_->stop();
  }
  style();
}

bool FrameBar::playing() const {
  return clock_->isActive();
}

void FrameBar::step() {
  if (!shown_) {
    return;
  }
  if (current_ + 1 >= count_) {
    setPlaying(false);
    return;
  }
  shown_ = false;
  Q_EMIT rowAsked(current_ + 1);
}

void FrameBar::style() {
  const QSignalBlocker quiet(play_);
  play_->setChecked(playing());
  play_->setIcon(themedIcon(playing() ? QStringLiteral("pause") : QStringLiteral("play")));
  play_->setToolTip(playing() ? tr("Stop playing") : tr("Play the frames"));
  play_->setAccessibleName(play_->toolTip());
}

}  // namespace alidade
