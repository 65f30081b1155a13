// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <utility>

#include <QCoreApplication>
#include <QEvent>
#include <QWidget>

namespace alidade::test {

/// Counts what reaches the screen of a widget.
class PaintCount : public QObject {
 public:
  explicit PaintCount(QWidget* widget) { widget->installEventFilter(this); }
  /// Paints since the last call, after all that waits was done.
  int take() {
    QCoreApplication::processEvents();
    return std::exchange(count_, 0);
  }
  void reset() { count_ = 0; }

 protected:
  bool eventFilter(QObject*, QEvent* event) override {
    count_ += event->type() == QEvent::Paint;
    return false;
  }

 private:
  int count_ = 0;
};

}  // namespace alidade::test
