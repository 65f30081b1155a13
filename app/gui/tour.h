// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QFrame>
#include <QPointer>

class QLabel;
class QPushButton;

namespace alidade {

class MainWindow;

/// One station of the tour.
struct TourStep {
  const char* perspective;
  const char* view;  ///< pointed at
  const char* title;
  const char* text;  ///< %1: keys of `action`
  const char* action = "";
};

/// What the tour shows, in order.
const std::vector<TourStep>& tourSteps();

/// A card that leads through the window in a few steps, each beside the view that it speaks of. It brings the
/// perspectives up itself and goes back to the one where it began; on an empty window it opens the sample.
/// Escape or Close end it.
class Tour : public QFrame {
  Q_OBJECT

 public:
  explicit Tour(MainWindow& window);

  void start();
  /// Of tourSteps.
  std::size_t step() const { return step_; }

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void go(std::size_t step);
  void place();
  void end();

  MainWindow& window_;
  QString began_in_;
  std::size_t step_ = 0;
  QFrame* mark_;
  QLabel* count_;
  QLabel* title_;
  QLabel* text_;
  QPushButton* back_;
  QPushButton* next_;
};

}  // namespace alidade
