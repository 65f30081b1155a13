// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QHash>
#include <QStringList>
#include <QWidget>

class QFormLayout;
class QLineEdit;

namespace alidade {

/// Names of a figure's legend, each with a field for what shall be written in its place.
class NameForm : public QWidget {
  Q_OBJECT

 public:
  explicit NameForm(QWidget* parent = nullptr);

  /// Asks for these names; what was typed for one stays when it comes again.
  void setNames(const QStringList& names);
  /// Name -> what is written in its place; names whose field is empty are absent.
  QHash<QString, QString> replaced() const;

 Q_SIGNALS:
  void changed();

 private:
  QFormLayout* rows_;
  QStringList names_;
  QHash<QString, QString> typed_;
};

}  // namespace alidade
