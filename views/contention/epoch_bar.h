// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QElapsedTimer>
#include <QWidget>

class QLabel;
class QTimer;
class QToolButton;

namespace alidade {

class EpochTrack;

/// The epochs of a series: play, single steps, the track, and which epoch it is.
class EpochBar : public QWidget {
  Q_OBJECT

 public:
  explicit EpochBar(QWidget* parent = nullptr);

  void setSeries(const std::vector<double>& epochs, const std::vector<double>& shares);
  /// Follows somebody else; emits nothing.
  void setEpoch(std::size_t index);
  std::size_t epoch() const;
  void step(int delta);
  bool playing() const;
  void setPlaying(bool playing);
  EpochTrack& track() const { return *track_; }

 Q_SIGNALS:
  void epochChanged(int index);

 protected:
  void hideEvent(QHideEvent* event) override;

 private:
  void startOrStop(bool playing);
  void tick();
  void show();

  QToolButton* play_;
  EpochTrack* track_;
  QLabel* readout_;
  QTimer* timer_;
  QElapsedTimer clock_;
  double place_ = 0.0;  ///< while playing: index with a fraction
  std::vector<double> epochs_;
};

/// "35" or "12.5".
QString epochText(double epoch);

}  // namespace alidade
