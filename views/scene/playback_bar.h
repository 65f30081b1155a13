// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QElapsedTimer>
#include <QWidget>

class QLabel;
class QSlider;
class QTimer;
class QToolButton;

namespace alidade {

/// Plays a sampling back: play, single states, loop, speed and a slider over the diffusion time with noise at
/// the left.
class PlaybackBar : public QWidget {
  Q_OBJECT

 public:
  explicit PlaybackBar(QWidget* parent = nullptr);

  /// The kept states' times, falling. What lies outside of them is not played.
  void setTimes(const std::vector<double>& times);
  /// Follows somebody else; emits nothing.
  void setTime(double t);
  double time() const { return time_; }
  bool playing() const;
  void setPlaying(bool playing);
  /// To the neighboring state: 1 towards the pose, -1 towards the noise. Stops playing.
  void step(int delta);
  bool looping() const;
  void setLooping(bool loop);
  /// Times the usual pace of 2.5 s from noise to pose; the nearest of the offered ones is taken.
  void setSpeed(double speed);
  double speed() const { return speed_; }

 Q_SIGNALS:
  void timeChanged(double t);

 protected:
  void hideEvent(QHideEvent* event) override;

 private:
  void buildSpeeds();
  void startOrStop(bool playing);
  void tick();
  void go(double t);
  void show(double t);

  QToolButton* play_;
  QToolButton* loop_;
  QToolButton* speeds_;
  QSlider* slider_;
  QLabel* readout_;
  QTimer* timer_;
  QElapsedTimer clock_;
  std::vector<double> times_;
  double time_ = 0.0;
  double speed_ = 1.0;
};

}  // namespace alidade
