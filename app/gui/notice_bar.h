// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>

#include <QFrame>
#include <QString>

class QLabel;
class QPushButton;
class QTimer;
class QToolButton;

namespace alidade {

/// A sentence over the lower edge of the window: what could not be opened, what was left out, what can be
/// done about it. It takes no focus and no place, and stays until it is closed or another one comes; what is
/// worth knowing and asks nothing goes by itself, but not from under the mouse.
class NoticeBar : public QFrame {
  Q_OBJECT

 public:
  enum class Kind { kWorthKnowing, kProblem };

  /// Covers the lower part of `window` above `below` (the status bar).
  NoticeBar(QWidget* window, const QWidget* below);

  /// `action` (empty = none) is the text of a button that runs `run` and closes the notice.
  void say(Kind kind, const QString& sentence, const QString& action = {}, std::function<void()> run = {});
  QString sentence() const;

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void place();
  void style();

  const QWidget* below_;
  QLabel* icon_;
  QLabel* text_;
  QPushButton* button_;
  QToolButton* close_;
  Kind kind_ = Kind::kWorthKnowing;
  std::function<void()> run_;
  QTimer* read_;  ///< runs while it may still be unread
};

}  // namespace alidade
