// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QWidget>

class QLabel;
class QSlider;
class QTimer;
class QToolButton;

namespace alidade {

/// A time line of the frames that pass the filter: a slider to scrub, playback, and "4 / 20".
class FrameBar : public QWidget {
  Q_OBJECT

 public:
  explicit FrameBar(QWidget* parent = nullptr);

  /// `current` is the row of the selected frame, -1 when the filter hides it.
  void setRows(int count, int current);
  /// Plays from the current row, from the first one when it is the last; stops behind the last.
  void setPlaying(bool plays);
  bool playing() const;
  /// The frame of the current row can be seen: playback may go on.
  void shown() { shown_ = true; }

 Q_SIGNALS:
  void rowAsked(int row);

 private:
  void step();
  void style();

  QToolButton* play_;
  QSlider* slider_;
  QLabel* place_;
  QTimer* clock_;
  int count_ = 0, current_ = -1;
  bool shown_ = true;
};

}  // namespace alidade
