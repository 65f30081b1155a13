// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QString>
#include <QWidget>

class QLabel;
class QPushButton;

namespace alidade {

/// What a view shows instead of content: one icon, one sentence and at most one button. Used for empty states
/// and, with the icon "warning", for errors.
class StateCard : public QWidget {
  Q_OBJECT

 public:
  explicit StateCard(QWidget* parent = nullptr);
  /// Without button text there is no button.
  void setContent(const QString& icon_name, const QString& sentence, const QString& button = {});
  QString sentence() const;

 Q_SIGNALS:
  void triggered();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void refreshIcon();

  QString icon_name_;
  QLabel* icon_;
  QLabel* sentence_;
  QPushButton* button_;
};

}  // namespace alidade
