// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>

#include <QStringList>
#include <QWidget>

#include "app/gui/recent_menus.h"

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace alidade {

class Actions;

/// What the window shows while nothing is open: four things to do and what was opened lately.
class WelcomePage : public QWidget {
  Q_OBJECT

 public:
  WelcomePage(const Actions& actions, QWidget* parent);

  /// Shows the newest of each kind.
  void setRecent(Recent kind, const QStringList& paths);
  /// Whether the tour is offered here too.
  void setTourOffered(bool offered);
  /// Why the last attempt failed; empty for none.
  void setError(const QString& sentence);

 Q_SIGNALS:
  void recentChosen(alidade::Recent kind, const QString& path);

 private:
  QLabel* error_;
  QPushButton* tour_;
  void showRecent();

  QWidget* recent_;
  QVBoxLayout* entries_;
  std::map<Recent, QStringList> paths_;
};

}  // namespace alidade
