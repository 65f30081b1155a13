// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QWidget>

#include "views/schedule_lab/shown_column.h"

class QComboBox;
class QLabel;
class QSlider;
class QTimer;
class QToolButton;

namespace alidade {

/// One slider for all columns, noise at the left: play, single steps, loop, and what the columns have in
/// common.
class TimeBar : public QWidget {
  Q_OBJECT

 public:
  explicit TimeBar(QWidget* parent = nullptr);

  TimeLock lock() const;
  void setLock(TimeLock lock);
  /// As positionFor takes it: t, the number of the state, or sigma.
  double place() const;
  /// Goes to a t; with the step lock nothing happens.
  void setTime(double t);
  /// Number of states of the longest column, and the noise levels at t = 1 and at the end. The share of the
  /// way that the slider stands at is kept.
  void setRange(int states, double sigma_high, double sigma_low);
  bool looping() const;
  void setLooping(bool loop);
  QSlider& slider() const { return *slider_; }

 Q_SIGNALS:
  void placeChanged();

 private:
  void setPlaying(bool playing);
  void tick();
  void stepBy(int delta);
  void applyRange();
  void showPlace();

  QToolButton* play_;
  QToolButton* loop_;
  QSlider* slider_;
  QComboBox* lock_;
  QLabel* readout_;
  QTimer* timer_;
  int states_ = 2;
  double sigma_high_ = 50.0, sigma_low_ = 0.01;
};

}  // namespace alidade
