// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace alidade {

class Actions;

/// What the window shows while nothing is open: four things to do and the datasets opened lately.
class WelcomePage : public QWidget {
  Q_OBJECT

 public:
  WelcomePage(const Actions& actions, QWidget* parent);

  void setRecent(const QStringList& paths);
  /// Whether the tour is offered here too.
  void setTourOffered(bool offered);
  /// Why the last attempt failed; empty for none.
  void setError(const QString& sentence);

 Q_SIGNALS:
  void recentChosen(const QString& path);

 private:
  QLabel* error_;
  QPushButton* tour_;
  QWidget* recent_;
  QVBoxLayout* entries_;
};

}  // namespace alidade
