// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QToolBar>

class QAction;
class QLabel;
class QPushButton;

namespace alidade {

class Actions;
class ElidedLabel;
class SessionModel;

/// The row below the menu bar: perspectives at the left, badges of the results and the command search at the
/// right.
class MainToolBar : public QToolBar {
  Q_OBJECT

 public:
  MainToolBar(const Actions& actions, SessionModel& session, QWidget* parent);

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  /// Shortens what can be shortened until all has room: nothing goes behind an extension button.
  void fit();
  void addPerspective(QAction* action);
  void addSearch(QAction* palette);
  void updateBadges();

  SessionModel& session_;
  QAction* badge_a_;
  QAction* badge_b_;
  QAction* hint_;
  ElidedLabel* text_a_;
  ElidedLabel* text_b_;
  QWidget* space_;
  QPushButton* search_;
  QLabel* search_keys_;
};

}  // namespace alidade
