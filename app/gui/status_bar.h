// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>

#include <QElapsedTimer>
#include <QStatusBar>

class QLabel;
class QToolButton;

namespace alidade {

class SessionModel;

/// Key of the line colors, frame convention, units and the queue at the left; errors, device, memory and the
/// time of the last frame step at the right.
class MainStatusBar : public QStatusBar {
  Q_OBJECT

 public:
  MainStatusBar(SessionModel& session, QWidget* parent);

  void setErrorCount(int count);
  /// Milliseconds from the last change of frame to its being drawn; -1 before the first.
  int frameMilliseconds() const { return frame_ms_; }

 Q_SIGNALS:
  void errorsClicked();

 private:
  QLabel* label(const char* name, const QString& text);
  void updateMemory();
  void updateKey();
  void updateQueue();

  SessionModel& session_;
  QElapsedTimer stepping_;
  std::optional<std::size_t> frame_;
  int frame_ms_ = -1;
  QLabel* truth_;
  QLabel* prediction_;
  QToolButton* queue_;
  QToolButton* errors_;
  QLabel* memory_;
  QLabel* time_;
};

}  // namespace alidade
