// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QAction>
#include <QList>

class QMenu;

namespace alidade {

/// An action with a menu of which one option holds. Its button shows that option's name.
class ChoiceAction : public QAction {
  Q_OBJECT

 public:
  /// `prefix` stands before the option on the button: "Color: ".
  ChoiceAction(const QString& text, const QString& prefix, const QStringList& options, QObject* parent);
  ~ChoiceAction() override;

  int current() const;
  /// Emits nothing.
  void setCurrent(int option);
  void setOption(int option, const QString& text);
  void setOptionEnabled(int option, bool enabled);
  void setOptionVisible(int option, bool visible);
  /// For tests: the action of an option.
  QAction* option(int option) const { return options_.at(option); }

 Q_SIGNALS:
  void chosen(int option);

 private:
  void showCurrent();

  QString prefix_;
  QMenu* menu_;
  QList<QAction*> options_;
};

}  // namespace alidade
