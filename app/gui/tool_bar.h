// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QToolBar>

class QAction;
class QLabel;

namespace alidade {

class Actions;
class SessionModel;

/// The row below the menu bar: perspectives at the left, badges of the results and the command search at the
/// right.
class MainToolBar : public QToolBar {
  Q_OBJECT

 public:
  MainToolBar(const Actions& actions, SessionModel& session, QWidget* parent);

 private:
  void addPerspective(QAction* action);
  void addSearch(QAction* palette);
  void updateBadges();

  SessionModel& session_;
  QAction* badge_a_;
  QAction* badge_b_;
  QAction* hint_;
  QLabel* text_a_;
  QLabel* text_b_;
};

}  // namespace alidade
